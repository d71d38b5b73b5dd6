"""Which blocks of a network's graph are open, where to find things in it, what a block is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from cnnviz_app.nets.graph_folds import UNIT, Fold, everything

# As many boxes as a first look takes in.
AT_FIRST = 40


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
        self.by_id = {one.id: one for one in everything(root)}

    def of_layer(self, layer: str, output: str) -> Fold | None:
        """The block of that name, or the operator whose output the layer is."""
        block = self.by_id.get(f"{layer}/")
        return block if block is not None else self.by_id.get(output)

    def matching(self, wanted: str) -> list[Fold]:
        """Blocks and operators whose name or kind holds every word, in the order they run."""
        words = wanted.lower().split()
        if not words:
            return []
        found = (one for one in self.by_id.values() if not one.id.endswith(UNIT))
        return [one for one in found if one is not self.root and _holds(one, words)]


def _holds(one: Fold, words: Sequence[str]) -> bool:
    kind = one.node.op if one.node is not None else one.name
    known = f"{one.path} {kind} {kind.replace('_', ' ')}".lower()
    return all(word in known for word in words)


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
