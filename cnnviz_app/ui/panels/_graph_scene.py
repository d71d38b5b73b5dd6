"""The graph on the stage: which network, which blocks are open, what is selected and found."""

from __future__ import annotations

from collections.abc import Mapping

from cnnviz_app.lab.requests import ModelFacts
from cnnviz_app.lab.timing_requests import NodeTimes
from cnnviz_app.nets.graph import Node
from cnnviz_app.nets.graph_drawing import Drawing
from cnnviz_app.nets.graph_folds import UNIT, Fold, fold, leaf_folds
from cnnviz_app.nets.graph_layout import lay_out
from cnnviz_app.nets.graph_showing import Index, at_first, every_block, reveal, stands_for
from cnnviz_app.ui.panels import _graph_words as words

COLOURS = (("plain", "No colour"), ("macs", "Operations"), ("params", "Parameters"),
           ("time", "Measured time"))  # fmt: skip


class GraphScene:
    """Everything about the drawing that is not pixels; the view and the exports read it.

    Attributes:
        drawing: laid out for what is open now.
        known: every operator by name.
        vertical: tensors flow down, else to the right.
        colour: what the boxes are coloured by, a key of `COLOURS`.
        selected, hovered: a box's id, or "".
        hits: what the search found, in the order it runs; `hit` is the one being shown.
    """

    def __init__(self) -> None:
        self.facts: ModelFacts | None = None
        self.root = Fold("/", "", "")
        self.index = Index(self.root)
        self.known: Mapping[str, Node] = {}
        self.opened: set[str] = set()
        self.vertical = True
        self.colour = "plain"
        self.times: NodeTimes | None = None
        self.drawing = Drawing(True)
        self.selected, self.hovered = "", ""
        self.hits: list[Fold] = []
        self.hit = -1
        self._layer = ""
        self._layer_of: dict[str, str] = {}
        self._readers: dict[str, list[str]] = {}

    # ---- what is drawn

    def set_model(self, facts: ModelFacts | None) -> None:
        nodes = facts.nodes if facts is not None else ()
        self.facts = facts
        self.times = None
        self.root = fold(nodes)
        self.index = Index(self.root)
        self.known = {node.name: node for node in nodes}
        self.opened = at_first(self.root)
        self.hits, self.hit, self.hovered = [], -1, ""
        self._layer_of = {} if facts is None else {
            facts.aliases.get(layer, layer): layer for layer in facts.layers
        }  # fmt: skip
        self._readers = {}
        for node in nodes:
            for source in node.inputs:
                self._readers.setdefault(source, []).append(node.name)
        self.lay()

    def lay(self) -> None:
        """Lay out again: other blocks are open, other fonts, another direction."""
        self.drawing = lay_out(
            self.root, self.opened, words.measures(self.known, self.vertical), self.vertical
        )
        self._mark()

    def set_vertical(self, vertical: bool) -> None:
        self.vertical = vertical
        self.lay()

    def toggle(self, block: str) -> None:
        """Open a folded block, or fold an open one with all that is open in it."""
        found = self.index.by_id.get(block)
        if found is None or not found.is_block or found is self.root:
            return
        if block in self.opened:
            self.opened -= {inner.id for inner in found.blocks()}
        else:
            self.opened.add(block)
        self.lay()

    def open_all(self) -> None:
        self.opened = every_block(self.root)
        self.lay()

    def fold_all(self) -> None:
        self.opened = at_first(self.root)
        self.lay()

    # ---- the selection

    def layer_for(self, one: Fold) -> str:
        """What to select for a box: its maps, or "" when it has none of its own."""
        if self.facts is None:
            return ""
        if one.id.endswith(UNIT):
            return self._last_layer(one)
        if one.is_block:
            if one.path in self.facts.map_shapes and one.id.endswith(f"{one.path}/"):
                return one.path
            last = self.facts.aliases.get(one.path)
            return self._layer_of.get(last, "") if last else self._last_layer(one)
        return self._layer_of.get(one.id, "")

    def output(self, one: Fold) -> Node | None:
        """The operator whose tensor leaves a box."""
        if one.node is not None or self.facts is None:
            return one.node
        last = "" if one.id.endswith(UNIT) else self.facts.aliases.get(one.path, "")
        return self.known.get(last) or list(one.leaves())[-1]

    def next_layer(self, one: Fold) -> str:
        """For an operator without maps of its own: the next one on its wire that has some."""
        name = one.id
        for _ in range(6):
            readers = self._readers.get(name, ())
            if len(readers) != 1:
                return ""
            name = readers[0]
            if name in self._layer_of:
                return self._layer_of[name]
        return ""

    def _last_layer(self, block: Fold) -> str:
        names = [node.name for node in block.leaves()]
        return next((self._layer_of[n] for n in reversed(names) if n in self._layer_of), "")

    def select(self, layer: str) -> None:
        self._layer = layer
        self._mark()

    def _mark(self) -> None:
        one = self.selected_fold()
        self.selected = stands_for(one, self.opened | {self.root.id}).id if one else ""

    def selected_fold(self) -> Fold | None:
        if self.facts is None or not self._layer:
            return None
        output = self.facts.aliases.get(self._layer, self._layer)
        return self.index.of_layer(self._layer, output)

    # ---- finding

    def find(self, wanted: str) -> None:
        self.hits, self.hit = self.index.matching(wanted), -1

    def show_hit(self, by: int) -> Fold | None:
        """The next or previous find; blocks around it open."""
        if not self.hits:
            return None
        self.hit = (self.hit + by) % len(self.hits) if self.hit >= 0 else (0 if by > 0 else -1)
        self.hit %= len(self.hits)
        one = self.hits[self.hit]
        if not reveal([one]) - {self.root.id} <= self.opened:
            self.opened |= reveal([one])
            self.lay()
        return one

    def shown_hit(self) -> str:
        """The box that the find being shown is in."""
        if not 0 <= self.hit < len(self.hits):
            return ""
        return stands_for(self.hits[self.hit], self.opened | {self.root.id}).id

    # ---- colours

    def value(self, one: Fold) -> float:
        if self.colour == "macs":
            return float(one.macs)
        if self.colour == "params":
            return float(one.params)
        if self.colour == "time" and self.times is not None:
            seconds = self.times.seconds
            return sum(seconds.get(leaf.id, 0.0) for leaf in leaf_folds(one))
        return 0.0

    def highest(self) -> float:
        """The largest value among the boxes drawn: the end of the colour bar."""
        return max((self.value(box.fold) for box in self.drawing.boxes), default=0.0)

    @property
    def coloured(self) -> bool:
        return self.colour != "plain" and (self.colour != "time" or self.times is not None)
