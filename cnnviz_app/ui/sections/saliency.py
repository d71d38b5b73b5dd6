"""Which pixels of this picture the unit uses, by three methods, small and at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from cnnviz_app.core import colormaps
from cnnviz_app.core.events import Failed
from cnnviz_app.lab.edit_requests import Edits
from cnnviz_app.lab.requests import Looked, ModelFacts, Outcome, RunTechnique
from cnnviz_app.sources.picture import Picture
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.engine_client import Ticket
from cnnviz_app.ui.fields_of_view import field_of_view, strongest_cell
from cnnviz_app.ui.section import Section, section
from cnnviz_app.ui.sections._saliency_tiles import PictureRow
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.colour_bar import ColourBar
from cnnviz_app.ui.widgets.labels import Label

Pixels = npt.NDArray[np.uint8]
Values = npt.NDArray[np.float32]
Box = tuple[int, int, int, int]
TILES = (
    ("Patch", "What the unit sees of the picture from this place"),
    ("Gradient", "Pixels that would change the unit most if they changed a little"),
    ("Guided", "Guided backpropagation: only what raises the unit is passed back"),
    ("Grad-CAM", "Where the layer before speaks for this unit"),
)


@dataclass(frozen=True)
class Asked:
    """One cell of one unit on one picture; the unit's own change is no part of the question."""

    model: str
    picture: str
    layer: str
    unit: int
    cell: tuple[int, int] | None
    edits: Edits = ()

    @property
    def address(self) -> str:
        where = f"@{self.cell[0]},{self.cell[1]}" if self.cell else ""
        return f"{self.layer}:{self.unit}{where}"


@section("saliency", "Pixels it uses", 15)
class SaliencySection(Section):
    """For the cell under the pointer, else the strongest; cut out around what it can see."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._asked: Asked | None = None
        self._picture: Picture | None = None
        self._shown: list[Values | None] = [None] * len(TILES)
        self._ticket: Ticket | None = None
        self._again = False
        self._row = PictureRow(TILES)
        self._bar = ColourBar()
        self._words = Label("each 0 … its own maximum", "caption", "t3", elide=True)
        foot = QHBoxLayout()
        foot.addWidget(self._words, 1)
        foot.addWidget(self._bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._row)
        column.addLayout(foot)
        self._column = column
        desk.pace.calm.connect(self._on_pace)
        desk.pace.rested.connect(self._on_pace)
        desk.engine.busy_changed.connect(self._on_busy)
        follow_theme(self._restyle)

    def follow(self) -> None:
        if self.wanted:
            self._begin()
        else:
            self._again = False
            self._stop()

    def _on_pace(self) -> None:
        if self.wanted:
            self._begin()

    def _on_busy(self, jobs: int) -> None:
        """It gave way to something that was asked for; now it goes on."""
        if jobs == 0 and self._again and self.wanted and self._ticket is None:
            self._begin()

    def _stop(self) -> None:
        if self._ticket is not None:
            self._ticket.blockSignals(True)
            self._ticket.cancel()
            self._ticket = None
            self._asked = None

    # ---- one method after the other

    def _begin(self) -> None:
        asked = self._question()
        if asked is None or asked == self._asked:
            return
        if self._ticket is not None:
            self._again = True
            return
        self._again = False
        self._asked = asked
        self._picture = self.desk.state.picture
        place = f"at y {asked.cell[0]}, x {asked.cell[1]}" if asked.cell else ""
        self.note_changed.emit(place)
        self._show_patch()
        self._ask(1)

    def _question(self) -> Asked | None:
        state = self.desk.state
        looked, model = state.looked, state.model
        if looked is None or model is None or state.unit >= len(looked.maps):
            return None
        cell: tuple[int, int] | None = None
        height, width = looked.maps.shape[1:]
        if height * width > 1:
            cell = state.position or self._strongest(looked, state.unit)
            if cell[0] >= height or cell[1] >= width:
                return None
        picture = looked.picture.content_id
        return Asked(
            model.name, picture, state.layer, state.unit, cell, state.edits_elsewhere
        )

    def _strongest(self, looked: Looked, unit: int) -> tuple[int, int]:
        """Where the unit is strongest; a unit that was changed stays where it was asked about."""
        asked, edits = self._asked, self.desk.edits
        if asked is not None and asked.cell and edits.of(looked.layer, unit) is not None:
            same = (asked.model, asked.picture, asked.layer, asked.unit) == (
                looked.model, looked.picture.content_id, looked.layer, unit
            )  # fmt: skip
            if same:
                return asked.cell
        return strongest_cell(looked, unit)

    def _ask(self, tile: int) -> None:
        state = self.desk.state
        if self._asked is None or state.model is None:
            return
        technique, params = _method(tile, state.model, self._asked)
        title = self._row.captions[tile]
        title.setText("× input" if technique == "gradient-x-input" else TILES[tile][0])
        request = RunTechnique(
            technique, self._asked.model, params, self._picture, edits=self._asked.edits
        )
        self._ticket = self.desk.engine.ask(
            request, slot="unit-saliency", urgent=True, background=True,
            title=f"Pixels {self._asked.address} uses",
        )  # fmt: skip
        self._ticket.finished.connect(partial(self._on_finished, tile))
        self._ticket.failed.connect(partial(self._on_failed, tile))
        self._ticket.stopped.connect(self._on_stopped)

    def _on_finished(self, tile: int, outcome: Outcome) -> None:
        self._shown[tile] = outcome.result.values
        self._show(tile)
        self._next(tile)

    def _on_failed(self, tile: int, failed: Failed) -> None:
        self._shown[tile] = None
        self._row.pictures[tile].set_picture(None)
        self._row.pictures[tile].set_placeholder("none")
        self._row.pictures[tile].setToolTip(f"{failed.sentence} {failed.hint}".strip())
        self._next(tile)

    def _next(self, tile: int) -> None:
        self._ticket = None
        fresh = self._question() if self._again else None
        # A stream would never get past the first method: its round is finished, a cell's is not.
        streaming = (
            fresh is not None and self._asked is not None and (fresh.picture != self._asked.picture)
        )
        if tile + 1 < len(TILES) and (fresh is None or streaming):
            self._ask(tile + 1)
        elif self._again and not self.desk.pace.moving:
            self._begin()  # of what moves, the pace says when

    def _on_stopped(self, _: object) -> None:
        self._ticket, self._asked, self._again = None, None, True

    # ---- showing

    def _show_patch(self) -> None:
        looked = self.desk.state.looked
        if looked is not None:
            self._row.pictures[0].set_picture(_cut(looked.seen, self._box()))

    def _show(self, tile: int) -> None:
        values = self._shown[tile]
        if values is None or values.ndim != 2:
            return
        values = np.abs(_cut(values, self._box()))
        name = self.desk.settings.values.sequential_map
        high = float(values.max()) or 1.0
        self._row.pictures[tile].set_picture(
            colormaps.apply(values, name, 0.0, high, theme().is_dark)
        )

    def _box(self) -> Box | None:
        """Around the receptive field, where that is much smaller than the picture."""
        state = self.desk.state
        looked = state.looked
        view = field_of_view(state, self._asked.cell if self._asked is not None else None)
        if view is None or view.field is None or looked is None:
            return None
        height, width = looked.seen.shape[:2]
        x0, y0, x1, y1 = view.field
        if (x1 - x0) * (y1 - y0) > 0.5 * height * width:
            return None
        side = min(height, width, max(8, math.ceil(1.2 * max(x1 - x0, y1 - y0))))
        left = min(max(0, round((x0 + x1 - side) / 2)), width - side)
        top = min(max(0, round((y0 + y1 - side) / 2)), height - side)
        return left, top, left + side, top + side

    def _restyle(self) -> None:
        self._column.setSpacing(px(5))
        self._bar.setFixedWidth(px(110))
        name = self.desk.settings.values.sequential_map
        self._bar.set_scale(name, 0.0, 1.0, low_words="0", high_words="max")
        for tile in range(1, len(TILES)):
            self._show(tile)


def _method(tile: int, model: ModelFacts, asked: Asked) -> tuple[str, dict[str, Any]]:
    """The technique behind a tile, and its parameters."""
    ask = {"unit": asked.address}
    if tile == 1:
        return "gradient", ask
    if tile == 2:
        return "guided-backprop", ask
    before = _map_layer_before(model, asked.layer)
    return ("gradcam", {**ask, "layer": before}) if before else ("gradient-x-input", ask)


def _map_layer_before(model: ModelFacts, layer: str) -> str:
    """The nearest layer before this one that still has places; "" at the picture itself.

    Layers only look onto those before them by way of an operator that has weights, so a ReLU and
    its own convolution are skipped: between them nothing would be seen.
    """
    place = model.layers.index(layer) if layer in model.layers else 0
    order: Callable[[str], int] = [node.name for node in model.nodes].index
    own = order(model.node(layer).name)
    weighted = [order(n.name) for n in model.nodes if n.params and order(n.name) <= own]
    limit = weighted[-1] if weighted else 0
    for name in reversed(model.layers[:place]):
        _, rows, columns = model.map_shapes[name]
        if rows * columns > 1 and order(model.node(name).name) < limit:
            return name
    return ""


def _cut(values: npt.NDArray[Any], box: Box | None) -> npt.NDArray[Any]:
    if box is None:
        return values
    left, top, right, bottom = box
    return np.ascontiguousarray(values[top:bottom, left:right])
