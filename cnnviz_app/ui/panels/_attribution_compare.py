"""Several methods side by side, with their curves in one plot each."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.core.events import Frame, Metrics, Scale
from cnnviz_app.lab.attribution_requests import COMPARED, Compared, MethodMap
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels._attribution_maps import OVERLAY, Floats, Pixels, ShownMap, drawn
from cnnviz_app.ui.panels._attribution_plots import MethodPlots
from cnnviz_app.ui.panels._attribution_tiles import MapTiles, Tile
from cnnviz_app.ui.theme import theme
from cnnviz_app.ui.widgets.colour_bar import ColourBar
from cnnviz_app.ui.widgets.labels import Label

_WAITING = "computing …"
_SHORT = {"guided-backprop": "Guided", "integrated-gradients": "Integrated",
          "edge-detector": "Edges", "random-cam": "Random"}  # fmt: skip


class ComparePage(QWidget):
    """The maps; their curves, `plots`, find their place beside them.

    Signals:
        opened: the method of a tile that was double-clicked.
    """

    opened = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._maps: dict[str, ShownMap] = {}
        self._captions: dict[str, str] = {}
        self._titles: dict[str, str] = {}
        self._trouble: set[str] = set()
        self._pixels: dict[str, Pixels] = {}
        self._look, self._strength = OVERLAY, 0.6
        self.tiles = MapTiles("Maps by method")
        self.plots = MethodPlots()
        self._current = "gradcam"
        self.tiles.chosen.connect(self._on_chosen)
        self.tiles.opened.connect(self.opened)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.tiles, 1)
        self._column.addLayout(self._build_foot())
        theme().changed.connect(self._restyle)
        self._restyle()

    def _build_foot(self) -> QHBoxLayout:
        """One bar for all: every map has colours from nothing to its own strongest."""
        sequential = self._desk.settings.values.sequential_map
        self._bar = ColourBar(sequential, low_words="0", high_words="strongest")
        self._foot = QHBoxLayout()
        key = Label("↑ insertion: high is good\n↓ deletion: low is good", "caption", "t3")
        key.setToolTip(
            "Areas under the curves while pixels are given back or taken away, those the map "
            "calls important first. Each map has its own colour scale."
        )
        self._foot.addWidget(key, 1)
        self._foot.addWidget(self._bar)
        return self._foot

    def begin(self, titles: dict[str, str]) -> None:
        """The old maps stay until the new ones come."""
        self._titles = titles
        self._captions = dict.fromkeys(COMPARED, _WAITING)
        self._trouble = set()
        self.plots.begin(COMPARED, self._current)
        self._on_chosen(self._current)
        self._refresh()

    def set_look(self, look: str, strength: float) -> None:
        self._look, self._strength = look, strength
        self._pixels.clear()
        self._refresh()

    def add_frame(self, frame: Frame) -> None:
        self._keep(frame.name, frame.data, frame.scale)
        self._refresh()

    def add_point(self, metrics: Metrics) -> None:
        self.plots.add_point(metrics.values)

    def show_answer(self, answer: Compared) -> None:
        for one in answer.maps:
            self._finish(one)
        self._refresh()

    def _finish(self, one: MethodMap) -> None:
        self._titles[one.method] = one.title
        if one.values is None or one.curves is None:
            self._trouble.add(one.method)
            self._maps.pop(one.method, None)
            self._pixels.pop(one.method, None)
            self._captions[one.method] = one.trouble
            return
        self._keep(one.method, one.values, one.scale)
        areas = one.curves
        self._captions[one.method] = f"↑ {areas.insertion_auc:.2f}  ↓ {areas.deletion_auc:.2f}"

    def _keep(self, method: str, values: Floats, scale: Scale) -> None:
        if scale == "picture" and values.dtype.kind == "u":
            self._pixels[method] = values.astype("uint8")
            return
        sequential = self._desk.settings.values.sequential_map
        self._maps[method] = ShownMap.of(values, scale, sequential)
        self._pixels.pop(method, None)

    def _refresh(self) -> None:
        looked = self._desk.state.looked
        seen = None if looked is None else looked.seen
        tiles = []
        for method in COMPARED:
            shown = self._maps.get(method)
            if method not in self._pixels and shown is not None:
                self._pixels[method] = drawn(seen, shown, self._look, self._strength)
            tiles.append(Tile(
                method, self._titles.get(method, method), self._captions.get(method, ""),
                self._pixels.get(method), method in self._trouble,
                _SHORT.get(method, ""),
            ))  # fmt: skip
        self.tiles.set_tiles(tiles)
        self._bar.set_on_picture(self._look == OVERLAY)

    def _on_chosen(self, method: str) -> None:
        self._current = method
        self.tiles.set_current(method)
        self.plots.set_current(method)

    def _restyle(self) -> None:
        self._pixels.clear()
        self._refresh()
