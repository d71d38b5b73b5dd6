"""Turn a module into a graph of operators, functional ones included; the module stays as it is."""

from __future__ import annotations

import copy
import io
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import torch
from torch import Tensor, fx, nn

from cnnviz_app.nets.operators import overwrites_input

_HOOKS = re.compile(r"^_(forward|backward|state_dict|load_state_dict).*hooks")


@dataclass
class Traced:
    """A traced network.

    Attributes:
        root: the private copy the graph's targets belong to.
        graph: every node carries `meta["path"]` (the module it is in) and `meta["leaf"]`.
        returned: container path → the node it returns.
        batch: the only batch size the graph accepts; None when any will do.
    """

    root: nn.Module
    graph: fx.Graph
    returned: dict[str, fx.Node] = field(default_factory=dict)
    batch: int | None = None

    @property
    def input(self) -> fx.Node:
        found: fx.Node = next(node for node in self.graph.nodes if node.op == "placeholder")
        return found

    @property
    def output(self) -> fx.Node:
        """The node of the first tensor the network returns."""
        last: fx.Node = next(reversed(self.graph.nodes))
        return last.all_input_nodes[0]


def private_copy(module: nn.Module, device: torch.device | str | None = None) -> nn.Module:
    """A frozen copy in evaluation mode, without hooks, that shares the weights where it can."""
    if isinstance(module, torch.jit.ScriptModule):
        return _script_copy(module, device)
    memo: dict[int, Any] = {}
    for tensor in _tensors(module):
        alias = tensor.detach()
        if device is not None:
            alias = _hollow(alias) if str(device) == "meta" else alias.to(device)
        if isinstance(tensor, nn.Parameter):
            alias = nn.Parameter(alias, requires_grad=False)
        memo[id(tensor)] = alias
    twin = copy.deepcopy(module, memo)
    for part in twin.modules():
        part.training = False  # exported programs forbid .eval()
        for name, value in vars(part).items():
            if _HOOKS.match(name) and hasattr(value, "clear"):
                value.clear()
    return twin


def _script_copy(module: torch.jit.ScriptModule, device: torch.device | str | None) -> nn.Module:
    """A copy by way of its file: copied in memory, its weights would stay bound to gradients."""
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch asks authors to export in another form
        torch.jit.save(module, file)
        file.seek(0)
        twin: nn.Module = torch.jit.load(file, map_location=device)
    for parameter in twin.parameters():
        parameter.requires_grad_(False)
    return twin.eval()


def trace(root: nn.Module) -> Traced | None:
    """The graph of a private copy, or None when its forward cannot be followed."""
    if isinstance(root, torch.jit.ScriptModule):
        return None
    traced = _read_graph(root) if isinstance(root, fx.GraphModule) else _follow(root)
    if traced is not None:
        if sum(_required(node) for node in traced.graph.nodes) != 1:
            return None
        _make_functional(traced)
        live = live_nodes([traced.output, traced.input])
        for node in reversed(traced.graph.nodes):
            if node.op != "output" and node not in live and not _required(node):
                node.users.clear()
                traced.graph.erase_node(node)
    return traced


def live_nodes(targets: Iterator[fx.Node] | list[fx.Node]) -> set[fx.Node]:
    """The targets and everything they depend on."""
    seen: set[fx.Node] = set()
    pending = list(targets)
    while pending:
        node = pending.pop()
        if node not in seen:
            seen.add(node)
            pending.extend(node.all_input_nodes)
    return seen


def _tensors(module: nn.Module) -> Iterator[Tensor]:
    for part in module.modules():
        named = chain(part._parameters.values(), part._buffers.values(), vars(part).values())
        yield from (value for value in named if isinstance(value, Tensor))


def _hollow(tensor: Tensor) -> Tensor:
    return torch.empty_like(tensor, device="meta")


def _required(node: fx.Node) -> bool:
    return node.op == "placeholder" and not node.args


class _Tracer(fx.Tracer):
    """Follows the forward down to the layers of torch.nn and the modules it must not open."""

    proxy_buffer_attributes = True

    def __init__(self, opaque: set[type[nn.Module]]) -> None:
        super().__init__()
        self.opaque = opaque
        self.returned: dict[str, fx.Node] = {}
        self.culprit: type[nn.Module] | None = None
        self._paths = [""]

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        if type(m) in self.opaque or isinstance(m, torch.jit.ScriptModule):
            return True
        return super().is_leaf_module(m, module_qualified_name)

    def call_module(
        self,
        m: nn.Module,
        forward: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        path = self.path_of_module(m)
        self._paths.append(path)
        try:
            result = super().call_module(m, forward, args, kwargs)
        except Exception:
            self.culprit = self.culprit or type(m)
            raise
        finally:
            self._paths.pop()
        first = result[0] if isinstance(result, tuple) and result else result
        if isinstance(first, fx.Proxy) and not self.is_leaf_module(m, path):
            self.returned.setdefault(path, first.node)
        return result

    def create_node(self, *args: Any, **kwargs: Any) -> fx.Node:
        node = super().create_node(*args, **kwargs)
        node.meta["path"] = self._paths[-1]
        node.meta["leaf"] = node.op == "call_module"
        return node


def _follow(root: nn.Module) -> Traced | None:
    opaque: set[type[nn.Module]] = set()
    while True:
        tracer = _Tracer(opaque)
        try:
            graph = tracer.trace(root)
        except Exception:  # noqa: BLE001 - a forward given symbols may raise anything at all
            if tracer.culprit is None or tracer.culprit in opaque:
                return None
            opaque.add(tracer.culprit)
            continue
        return Traced(root, graph, tracer.returned)


def _read_graph(root: fx.GraphModule) -> Traced:
    """The graph of an exported program, whose nodes remember the modules they came from."""
    graph = fx.Graph()
    values: dict[fx.Node, fx.Node] = {}
    result = graph.graph_copy(root.graph, values)
    graph.output(result)
    for old, new in values.items():
        stack = list((old.meta.get("nn_module_stack") or {}).values())
        path, kind = stack[-1] if stack else ("", "")
        new.meta["path"] = re.sub(r"@\d+", "", path)
        new.meta["leaf"] = ".nn.modules." in str(kind) and ".container." not in str(kind)
        if new.op == "call_module":
            new.meta["path"], new.meta["leaf"] = str(new.target), True
    example = next(n for n in root.graph.nodes if n.op == "placeholder").meta.get("val")
    size = example.shape[0] if isinstance(example, Tensor) and example.ndim else None
    return Traced(root, graph, batch=size if isinstance(size, int) else None)


def _make_functional(traced: Traced) -> None:
    """Let everything after an in-place operator read its result, as the eager code would."""
    order = {node: place for place, node in enumerate(traced.graph.nodes)}
    for node in order:
        changed = overwrites_input(node, traced.root)
        if changed is not None:
            for user in list(changed.users):
                if order[user] > order[node]:
                    user.replace_input_with(changed, node)
