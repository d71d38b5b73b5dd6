"""The operators of a network as nested blocks that can be folded, for drawing its graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cnnviz_app.nets.graph import Node

# More operators than this in one row say nothing: they are put together by the size of their maps.
CROWD = 48
WEIGHTED = {"conv1d", "conv2d", "conv3d", "conv_transpose2d", "linear"}
NORMS = {"batch_norm", "layer_norm", "group_norm", "instance_norm"}
ACTIVATIONS = {"relu", "relu6", "leaky_relu", "elu", "gelu", "silu", "hardswish", "sigmoid", "tanh",
               "mish", "prelu", "selu", "softplus", "hardtanh"}  # fmt: skip
# How the id of a block ends that stands for no module.
UNIT = "+/"


@dataclass(eq=False)
class Fold:
    """A block, or one operator.

    Attributes:
        id: names it in a drawing; a block's ends with "/", which no operator's name does.
        path: the module it stands for, or the operator's own name.
        name: `path` without what is said by the block around it.
        node: the operator; None for a block.
        operators, params, macs: of everything inside.
    """

    id: str
    path: str
    name: str
    node: Node | None = None
    children: list[Fold] = field(default_factory=list)
    parent: Fold | None = None
    operators: int = 1
    params: int = 0
    macs: int = 0

    @property
    def is_block(self) -> bool:
        return self.node is None

    def leaves(self) -> Iterator[Node]:
        """The operators inside, in the order they run."""
        if self.node is not None:
            yield self.node
        for child in self.children:
            yield from child.leaves()

    def blocks(self) -> Iterator[Fold]:
        """This block and all inside it; operators are none."""
        if self.is_block:
            yield self
            for child in self.children:
                yield from child.blocks()

    def above(self) -> Iterator[Fold]:
        """The blocks around it, innermost first."""
        around = self.parent
        while around is not None:
            yield around
            around = around.parent


def fold(nodes: Sequence[Node]) -> Fold:
    """The tree of blocks.

    A block is a run of operators that are executed one after the other, so folding can never tie
    a knot: a module that is used twice is two blocks.
    """
    root = Fold("/", "", "")
    readers: dict[str, int] = {}
    for node in nodes:
        for source in node.inputs:
            readers[source] = readers.get(source, 0) + 1
    taken: dict[str, int] = {}
    open_blocks: list[Fold] = [root]
    for node in _connected(nodes):
        wanted = _home(node)
        while not _inside(wanted, open_blocks[-1].path):
            open_blocks.pop()
        while open_blocks[-1].path != wanted:
            above = open_blocks[-1]
            rest = wanted[len(above.path) + 1 :] if above.path else wanted
            path = ".".join(part for part in (above.path, rest.partition(".")[0]) if part)
            taken[path] = turn = taken.get(path, 0) + 1
            block = Fold(f"{path}#{turn}/" if turn > 1 else f"{path}/", path, "", parent=above)
            above.children.append(block)
            open_blocks.append(block)
        leaf = Fold(node.name, node.name, "", node, parent=open_blocks[-1])
        leaf.params, leaf.macs = node.params, node.macs
        open_blocks[-1].children.append(leaf)
    _tidy(root, readers)
    _name(root)
    return root


def _connected(nodes: Sequence[Node]) -> list[Node]:
    """Without what no tensor reaches or leaves, unless nothing else is known."""
    known = {node.name for node in nodes}
    read = {source for node in nodes for source in node.inputs}
    linked = [n for n in nodes if n.name in read or any(s in known for s in n.inputs)]
    return linked if len(linked) > 1 else list(nodes)


def _home(node: Node) -> str:
    return node.scope if node.scope != node.name else node.scope.rpartition(".")[0]


def _inside(path: str, block: str) -> bool:
    return not block or path == block or path.startswith(f"{block}.")


def _tidy(block: Fold, readers: Mapping[str, int]) -> None:
    """Drop blocks around one thing only, split crowds, add up what is inside."""
    for place, child in enumerate(block.children):
        while child.is_block and len(child.children) == 1:
            (only,) = child.children
            if only.is_block:
                child.children = only.children
            else:
                child = only
        child.parent = block
        block.children[place] = child
        for inner in child.children:
            inner.parent = child
        if child.is_block:
            _tidy(child, readers)
    _join_units(block, readers)
    if len(block.children) > CROWD:
        _split_crowd(block)
    _add_up(block)


def _join_units(block: Fold, readers: Mapping[str, int]) -> None:
    """A convolution or linear layer with its norm and its activation is one block: "a layer"."""
    units: list[list[Fold]] = []
    for child in block.children:
        before = units[-1] if units else []
        if before and len(before) < 3 and _goes_with(child.node, before, readers):
            before.append(child)
        else:
            units.append([child])
    if len(units) == 1:
        return  # the block itself is one
    block.children = [_unit(block, unit) if len(unit) > 1 else unit[0] for unit in units]


def _goes_with(node: Node | None, unit: Sequence[Fold], readers: Mapping[str, int]) -> bool:
    first, last = unit[0].node, unit[-1].node
    if node is None or first is None or last is None or first.op not in WEIGHTED:
        return False
    alone = node.inputs == (last.name,) and readers.get(last.name) == 1
    follows = node.op in ACTIVATIONS or (len(unit) == 1 and node.op in NORMS)
    return alone and follows and last.op not in ACTIVATIONS


def _unit(block: Fold, members: list[Fold]) -> Fold:
    first = members[0]
    unit = Fold(f"{first.id}{UNIT}", first.path, "", children=members, parent=block)
    for member in members:
        member.parent = unit
    _add_up(unit)
    return unit


def _add_up(block: Fold) -> None:
    block.operators = sum(child.operators for child in block.children)
    block.params = sum(child.params for child in block.children)
    block.macs = sum(child.macs for child in block.children)


def _split_crowd(block: Fold) -> None:
    """Runs of equal map size become blocks: the stages of a network without modules."""
    runs: list[list[Fold]] = []
    size: tuple[int, ...] | None = None
    for child in block.children:
        now = _map_size(child)
        if not runs or (now is not None and size is not None and now != size):
            runs.append([])
        size = now or size
        runs[-1].append(child)
    if not 1 < len(runs) <= CROWD:
        return
    children: list[Fold] = []
    for number, run in enumerate(runs, start=1):
        if len(run) < 4:
            children += run
            continue
        part = Fold(f"{block.path}:{number}/", block.path, "", parent=block)
        size = next((s for s in map(_map_size, reversed(run)) if s), None)
        part.name = f"{size[0]} × {size[1]}" if size else f"part {number}"
        part.children = run
        for child in run:
            child.parent = part
        _add_up(part)
        children.append(part)
    block.children = children


def _map_size(child: Fold) -> tuple[int, ...] | None:
    """Rows and columns of what comes out, where those are rows and columns."""
    shape = [node.shape for node in child.leaves()][-1]
    return shape[-2:] if len(shape) == 3 else None


def _name(block: Fold, scope: str = "") -> None:
    for child in block.children:
        if not child.name:
            prefix = f"{scope}." if scope else ""
            child.name = child.path.removeprefix(prefix)
            if child.is_block and child.name.isdigit():
                # "1" says nothing; "layer1.1" does.
                child.name = ".".join(child.path.split(".")[-2:])
        _name(child, scope if child.id.endswith(UNIT) else child.path)


def leaf_folds(root: Fold) -> Iterator[Fold]:
    """The operators of a tree, in the order they run."""
    return (one for one in everything(root) if not one.is_block)


def everything(root: Fold) -> Iterator[Fold]:
    """Every block and operator, each block before what is in it."""
    yield root
    for child in root.children:
        yield from everything(child)
