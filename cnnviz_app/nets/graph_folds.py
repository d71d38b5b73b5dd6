"""The operators of a network as nested blocks that can be folded, for drawing its graph."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cnnviz_app.nets.graph import Node

# More operators than this in one row say nothing: they are put together by the size of their maps.
CROWD = 48
# As many boxes as a first look takes in.
AT_FIRST = 40


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
    _tidy(root)
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


def _tidy(block: Fold) -> None:
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
            _tidy(child)
    if len(block.children) > CROWD:
        _split_crowd(block)
    _add_up(block)


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


def _name(block: Fold) -> None:
    for child in block.children:
        if not child.name:
            prefix = f"{block.path}." if block.path else ""
            child.name = child.path.removeprefix(prefix)
            if child.is_block and child.name.isdigit():
                # "1" says nothing; "layer1.1" does.
                child.name = ".".join(child.path.split(".")[-2:])
        _name(child)


# ---- which blocks are open


def at_first(root: Fold) -> set[str]:
    """The blocks to open for a first look: those that are most of the network, stage by stage."""
    opened: set[str] = {root.id}
    shown = len(root.children)
    level = root
    while True:
        blocks = [child for child in level.children if child.is_block]
        largest = max(blocks, key=lambda child: child.operators, default=None)
        if largest is None or largest.operators < 0.5 * root.operators:
            return opened
        shown += len(largest.children) - 1
        if shown > AT_FIRST:
            return opened
        opened.add(largest.id)
        level = largest


def every_block(root: Fold) -> set[str]:
    return {block.id for block in root.blocks()}


def reveal(folds: Iterable[Fold]) -> set[str]:
    """The blocks that must be open for these to be seen."""
    return {around.id for one in folds for around in one.above()}


def stands_for(one: Fold, opened: Collection[str]) -> Fold:
    """What is drawn for it: itself, or the outermost folded block around it."""
    shown = one
    for around in one.above():
        if around.id not in opened:
            shown = around
    return shown


class Index:
    """Finds the parts of a tree by operator, by block and by words."""

    def __init__(self, root: Fold) -> None:
        self.root = root
        self.by_id = {one.id: one for one in _everything(root)}

    def of_layer(self, layer: str, output: str) -> Fold | None:
        """The block of that name, or the operator whose output the layer is."""
        block = self.by_id.get(f"{layer}/")
        return block if block is not None else self.by_id.get(output)

    def matching(self, wanted: str) -> list[Fold]:
        """Blocks and operators whose name or kind holds every word, in the order they run."""
        words = wanted.lower().split()
        if not words:
            return []
        return [one for one in self.by_id.values() if one is not self.root and _holds(one, words)]


def _holds(one: Fold, words: Sequence[str]) -> bool:
    kind = one.node.op if one.node is not None else one.name
    known = f"{one.path} {kind} {kind.replace('_', ' ')}".lower()
    return all(word in known for word in words)


def leaf_folds(root: Fold) -> Iterator[Fold]:
    """The operators of a tree, in the order they run."""
    return (one for one in _everything(root) if not one.is_block)


def _everything(root: Fold) -> Iterator[Fold]:
    yield root
    for child in root.children:
        yield from _everything(child)


# ---- what a block is, in words


def kind_of(block: Fold) -> str:
    """ "residual", "4 branches", "6 blocks", or nothing, told from what is inside."""
    own = [child.node for child in block.children if child.node is not None]
    inside = {node.name for node in block.leaves()}
    inner = sum(child.is_block for child in block.children)
    joins = [node for node in own if node.op == "cat"]
    if joins and len(set(joins[-1].inputs)) > 1 and set(joins[-1].inputs) <= inside:
        return f"{len(set(joins[-1].inputs))} branches"
    sums = [node for node in own if re.fullmatch(r"i?add_?", node.op) and len(node.inputs) > 1]
    if sums:
        return "residual"
    return f"{inner} blocks" if inner > 1 else ""
