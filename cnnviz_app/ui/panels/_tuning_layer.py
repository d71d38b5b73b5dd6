"""Every unit of the layer as the grating it prefers: sorted by angle, sharpness or fineness."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from cnnviz_app.lab.tuning_requests import LayerTuning
from cnnviz_app.sources.worlds import stimuli
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import THIN, follow_theme, number
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.tile_grid import TileGrid

ORDERS = (
    ("angle", "By angle"), ("selectivity", "Most selective first"),
    ("stripes", "Finest stripes first"), ("phase", "Simple first, then complex"),
    ("strength", "Strongest first"), ("index", "By number"),
)  # fmt: skip
TILE = 64


class TuningLayer(QWidget):
    """Click a tile to select its unit; flat grey tiles answer to no grating."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._found: LayerTuning | None = None
        self._order = ComboBox(ORDERS, name="Order of the units")
        self._order.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._order.chosen.connect(lambda _key: self._sort())
        self._words = Label("", "caption", "t2", elide=True)
        self._grid = TileGrid(tile=56)
        self._grid.chosen.connect(desk.state.set_unit)
        self._grid.set_card_words(self._card)
        self._head = QHBoxLayout()
        self._head.addWidget(self._order)
        self._head.addWidget(self._words, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._head)
        self._column.addWidget(self._grid, 1)
        desk.state.unit_changed.connect(self._grid.set_selected)
        follow_theme(self._restyle)

    def set_layer(self, found: LayerTuning | None) -> None:
        self._found = found
        self._words.setText("")
        if found is None:
            self._grid.set_pictures([], [])
            return
        pictures = [_tile(found, unit) for unit in range(len(found.angle))]
        self._grid.set_pictures(pictures, [f"{angle:.0f}°" for angle in found.angle])
        self._words.setText(_summary(found))
        self._sort()
        self._grid.set_selected(self._desk.state.unit)
        self._fit()

    def _sort(self) -> None:
        found = self._found
        if found is None:
            return
        silent = _silent(found)
        keys: dict[str, npt.NDArray[np.floating]] = {
            "angle": np.where(found.selectivity > 0.1, found.angle, 200 + found.angle),
            "selectivity": -found.selectivity,
            "stripes": -found.cycles,
            "phase": -found.modulation,
            "strength": -(found.peak - found.rest),
            "index": np.arange(len(silent), dtype=float),
        }
        key = keys[self._order.key]
        # Units that answer to nothing have no place among the others.
        last = silent & (self._order.key != "index")
        self._grid.set_order(np.lexsort((key, last)))

    def _card(self, unit: int) -> tuple[str, str, str]:
        found = self._found
        if found is None or unit >= len(found.angle):
            return f"unit {unit}", "", ""
        if _silent(found)[unit]:
            return f"unit {unit}", "–", "answers to no grating"
        width = found.bandwidth[unit]
        broad = "" if math.isnan(width) else f" ± {width / 2:.0f}°"
        kind = "simple" if found.modulation[unit] > 1 else "complex"
        stripes = number(found.stage.side / float(found.cycles[unit]))
        note = f"selectivity {found.selectivity[unit]:.2f}, {stripes}{THIN}px a stripe, {kind}"
        return f"unit {unit}", f"{found.angle[unit]:.0f}°{broad}", note

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        viewport = self._grid.viewport()
        if viewport is not None and self._grid.values.count:
            self._grid.set_tile_size(self._grid.fit_tile(viewport.width(), viewport.height()))

    def _restyle(self) -> None:
        self._column.setSpacing(px(8))
        self._head.setSpacing(px(10))


def _silent(found: LayerTuning) -> npt.NDArray[np.bool_]:
    silent: npt.NDArray[np.bool_] = found.peak <= found.rest + 1e-6 * np.maximum(
        1.0, np.abs(found.rest)
    )
    return silent


def _tile(found: LayerTuning, unit: int) -> npt.NDArray[np.uint8]:
    """The preferred grating; the less it prefers one, the greyer."""
    if _silent(found)[unit]:
        return np.full((TILE, TILE, 3), 128, np.uint8)
    stage, factor = found.stage.close_up(TILE)
    cycles = float(found.cycles[unit]) * TILE / (found.stage.side * factor)
    shown = stimuli.grating(stage, float(found.angle[unit]), cycles, float(found.phase[unit]))
    contrast = 0.15 + 0.85 * min(1.0, float(found.selectivity[unit]) / 0.5)
    faded: npt.NDArray[np.uint8] = np.rint(127.5 + (shown - 127.5) * contrast).astype(np.uint8)
    return faded


def _summary(found: LayerTuning) -> str:
    count = len(found.angle)
    alive = ~_silent(found)
    picky = int((alive & (found.selectivity > 0.35)).sum())
    simple = int((alive & (found.modulation > 1)).sum())
    words = f"{picky} of {count} prefer a direction, {simple} mind where the stripes lie"
    silent = count - int(alive.sum())
    return words + (f", {silent} answer to no grating" if silent else "")
