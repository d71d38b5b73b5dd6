"""Give every operator its name: the module's path, or the path and the function's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor, fx, nn

from cnnviz_app.nets.facts import ParameterCount, multiply_adds
from cnnviz_app.nets.graph import Node
from cnnviz_app.nets.operators import op_name
from cnnviz_app.nets.places import follow
from cnnviz_app.nets.receptive import Field
from cnnviz_app.nets.shapes import shape_of
from cnnviz_app.nets.tracing import Traced, live_nodes


@dataclass(frozen=True)
class Described:
    """The named nodes of a traced network.

    Attributes:
        nodes: in execution order.
        sources: node name → its place in the graph.
        fields: node name → where the picture lies in its tensor.
        aliases: container path → node name of its output.
        output: name of the node with the logits.
    """

    nodes: tuple[Node, ...]
    sources: dict[str, fx.Node]
    fields: dict[str, Field]
    aliases: dict[str, str]
    output: str


def describe(traced: Traced) -> Described:
    """Name the tensor operators that lead to the output and collect their facts."""
    root = traced.root
    live = live_nodes([traced.output])
    order = [node for node in traced.graph.nodes if node in live]
    fields = follow(traced.graph, root)
    names = _names(order, root, set(fields))
    count = ParameterCount(root)
    batch = traced.batch or 2
    pending = 0, 0
    nodes = []
    for node in order:
        if node.op == "get_attr":
            continue
        params = count.read_by(node) + pending[0]
        macs = multiply_adds(node, root, batch if node in fields else 1) + pending[1]
        pending = (0, 0) if node in names else (params, macs)
        if node in names:
            field = fields.get(node)
            nodes.append(
                Node(
                    name=names[node],
                    op=op_name(_producer(node), root),
                    inputs=_inputs(node, names),
                    shape=shape_of(node)[1:] if node in fields else shape_of(node),
                    params=params,
                    macs=macs,
                    receptive_field=field.public() if field else None,
                    scope=_scope(node),
                )
            )
    aliases = _aliases(traced, names, nodes)
    by_name = {name: node for node, name in names.items()}
    return Described(
        nodes=_with_unused(nodes, count, root, set(by_name) | set(aliases)),
        sources=by_name,
        fields={name: fields[node] for name, node in by_name.items() if node in fields},
        aliases=aliases,
        output=names[traced.output],
    )


def _names(
    order: Sequence[fx.Node], root: nn.Module, dependent: set[fx.Node]
) -> dict[fx.Node, str]:
    """Unique names for the nodes that hold a tensor of their own."""
    taken = {path for path, _ in root.named_modules()}
    crowded = _crowded([node for node in order if node in dependent])
    names: dict[fx.Node, str] = {}
    used: set[str] = set()
    for node in order:
        if node.op == "get_attr" or not isinstance(node.meta.get("value"), Tensor):
            continue
        producer = _producer(node)
        path = producer.meta["path"]
        own = bool(producer.meta["leaf"]) and path not in crowded and node in dependent
        if node.op == "placeholder":
            base = "input"
        elif own:
            base = path
        else:
            base = f"{path}.{op_name(producer, root)}".lstrip(".")
        name, number = base, 0
        while name in used or (name in taken and not own):
            number += 1
            name = f"{base}_{number}"
        used.add(name)
        names[node] = name
    return names


def _crowded(order: Sequence[fx.Node]) -> set[str]:
    """Leaf modules of exported programs that became several operators."""
    ops: dict[str, set[object]] = {}
    for node in order:
        if node.op == "call_function" and node.meta["leaf"] and _producer(node) is node:
            ops.setdefault(node.meta["path"], set()).add(node.target)
    return {path for path, targets in ops.items() if len(targets) > 1}


def _producer(node: fx.Node) -> fx.Node:
    """The operator behind one of several tensors it gives (chunk, attention); else the node."""
    first = node.args[0] if node.args else None
    picks = node.op == "call_function" and isinstance(first, fx.Node)
    if picks and isinstance(first.meta.get("value"), (tuple, list)):  # type: ignore[union-attr]
        return _producer(first)  # type: ignore[arg-type]
    return node


def _inputs(node: fx.Node, names: dict[fx.Node, str]) -> tuple[str, ...]:
    """The named tensors an operator reads, looked for behind unnamed ones."""
    found: dict[str, None] = {}
    for source in node.all_input_nodes:
        if source in names:
            found[names[source]] = None
        elif isinstance(source.meta.get("value"), (tuple, list)):
            found.update(dict.fromkeys(_inputs(source, names)))
    return tuple(found)


def _scope(node: fx.Node) -> str:
    producer = _producer(node)
    path = str(producer.meta["path"])
    return path.rpartition(".")[0] if producer.meta["leaf"] else path


def _aliases(traced: Traced, names: dict[fx.Node, str], nodes: Sequence[Node]) -> dict[str, str]:
    """Every container's path → its output; what it returned, else the last node inside."""
    aliases: dict[str, str] = {}
    for path, node in traced.returned.items():
        if path and _producer(node) is not node and node not in names:
            continue
        if path and node in names:
            aliases[path] = names[node]
    own = {node.name for node in nodes}
    for path, _ in traced.root.named_modules():
        inside = [n.name for n in nodes if n.name.startswith(f"{path}.")]
        if path and inside and path not in own:
            aliases.setdefault(path, inside[-1])
    return aliases


def _with_unused(
    nodes: list[Node], count: ParameterCount, root: nn.Module, taken: set[str]
) -> tuple[Node, ...]:
    """Add the modules that take no part in a prediction, where they stand in the file."""
    place = {path: i for i, (path, _) in enumerate(root.named_modules())}
    result = list(nodes)
    for path, params in count.unread().items():
        if path in taken:
            continue
        kind = type(root.get_submodule(path)).__name__
        scope = path.rpartition(".")[0]
        unused = Node(path, kind, (), (), params, 0, None, scope)
        later = (i for i, n in enumerate(result) if place.get(n.name, -1) > place[path])
        result.insert(next(later, len(result) - 1), unused)
    return tuple(result)
