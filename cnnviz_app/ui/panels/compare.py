"""Two pictures, or two networks, side by side: maps of A, maps of B, and what is left of them."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from cnnviz_app.core.ordering import strongest_first
from cnnviz_app.lab.compare_requests import Compared, CompareLayers, CompareSides, LayerDistance
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels._compare_column import (
    CompareColumn,
    bars_of,
    class_bars,
    shared_tops,
    summary,
)
from cnnviz_app.ui.panels._compare_heading import CompareHeading
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.base import percent
from cnnviz_app.ui.widgets.colour_bar import ColourBar
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.layer_bars import LayerBars

READABLE_TILE = 60
QUICK_MACS = 1_000_000_000


@panel("compare", "Compare", "columns", stage=True)
class ComparePanel(Panel):
    """Hold what you see as A; what you choose next is B: another picture, or another network.
    A and B share one scale; A − B is warm where A is stronger, cool where B is, and paper where
    they agree. Below: both answers, and how far apart each layer is."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.comparison = desk.state.comparison
        self._compared: Compared | None = None
        self._asked: tuple[object, ...] = ()
        self._asked_layers: tuple[object, ...] = ()
        self._shape: object = None
        self._offered: bool | None = None
        self._heading = CompareHeading(self.comparison)
        self._heading.which.chosen.connect(lambda _key: self._show_columns())
        self._heading.order.chosen.connect(lambda _key: self._apply_order())
        self._build_columns()
        self._empty = EmptyState("columns", "Nothing held yet", "")
        self._empty.action.connect(lambda _key: self.comparison.hold())
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._body)
        column = QVBoxLayout(self)
        column.addWidget(self._heading)
        column.addWidget(self._stack, 1)
        column.addLayout(self._foot)
        self._column = column
        self._connect()
        theme().changed.connect(self._restyle)
        self._restyle()
        self._show_page()

    def _connect(self) -> None:
        desk = self.desk
        self.comparison.changed.connect(self._follow)
        for signal in (desk.state.model_changed, desk.state.picture_changed):
            signal.connect(lambda _new: self._show_page())
        desk.state.unit_changed.connect(self._on_unit)
        desk.state.layer_changed.connect(self._bars.set_current)
        desk.view.changed.connect(lambda _view: self._apply_view())
        desk.settings.changed.connect(lambda _name: self._apply_view())

    def _build_columns(self) -> None:
        self._bars = LayerBars()
        self._bars.chosen.connect(self.desk.state.set_layer)
        self._classes = (class_bars(), class_bars())
        self._columns = {
            "a": CompareColumn("A", self._classes[0]),
            "b": CompareColumn("B", self._classes[1]),
            "d": CompareColumn("A − B", self._bars),
        }
        self._columns["d"].view.hide()
        self._body = QWidget()
        self._row = QHBoxLayout(self._body)
        self._row.setContentsMargins(0, 0, 0, 0)
        for own in self._columns.values():
            self._row.addWidget(own, 1)
            own.grid.chosen.connect(self.desk.state.set_unit)
            own.grid.hovered.connect(self._on_hovered)
            own.grid.resized.connect(self._fit)
            own.grid.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self._note = Label("", "caption", "t3", elide=True)
        self._maps_bar, self._difference_bar = ColourBar(), ColourBar("poles", -1, 1)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._note, 1)
        self._foot.addWidget(self._maps_bar)
        self._foot.addWidget(self._difference_bar)

    # ---- asking, only while somebody looks

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    def _follow(self) -> None:
        a, b = self.comparison.a, self.comparison.b
        self._show_page()
        if a is None or b is None or not self.isVisible():
            return
        wanted = (a.key, b.key)
        if wanted != self._asked:
            self._asked = wanted
            ask = self.desk.engine.ask
            ticket = ask(CompareSides(a, b), slot="compare", urgent=True, title="Compare")
            ticket.finished.connect(self._on_compared)
        pictures = (a.key[:3], b.key[:3])
        if pictures != self._asked_layers and self.comparison.differ:
            self._asked_layers = pictures
            ticket = self.desk.engine.ask(
                CompareLayers(a, b), slot="compare-layers", title="Difference by layer",
                urgent=self._is_quick, background=not self._is_quick,
            )  # fmt: skip
            ticket.finished.connect(self._on_layers)
            # Stopped for something else that was asked for: the next look asks again.
            ticket.stopped.connect(lambda _event: setattr(self, "_asked_layers", ()))

    @property
    def _is_quick(self) -> bool:
        """Two whole passes are a moment only for a small network; else looking goes first."""
        model = self.desk.state.model
        return model is not None and model.macs < QUICK_MACS

    def _on_compared(self, found: Compared) -> None:
        self._compared = found
        self._show_page()
        labels = {"a": self.comparison.facts, "b": self.desk.state.model}
        firsts = {int(found.a.logits.argmax()), int(found.b.logits.argmax())}
        for key, looked, bars in zip("ab", (found.a, found.b), self._classes, strict=True):
            facts = labels[key]
            title = facts.title if facts is not None else looked.model
            self._columns[key].view.set_picture(looked.seen)
            title = f"{title}, changed" if looked.edits else title
            self._columns[key].set_words(looked.picture.name, f"{title}   {looked.layer}")
            bars.set_bars(bars_of(looked, facts.labels if facts is not None else (), firsts))
        apart = "" if found.distance is None else f"{percent(found.distance)} of A"
        same = found.difference is not None and not found.difference.any()
        self._columns["d"].set_words("no difference" if same else apart or "no pairs", found.note)
        self._heading.facts.setText(summary(found))
        self._note.setText("choose another picture, network or layer for B" if same else "")
        self._draw()

    def _on_layers(self, layers: tuple[LayerDistance, ...]) -> None:
        self._bars.set_bars([(found.layer, found.distance) for found in layers])
        self._bars.set_current(self.desk.state.layer)

    # ---- showing

    def _draw(self) -> None:
        found = self._compared
        if found is None:
            return
        a, b = found.a.maps, found.b.maps
        pairs = found.difference is not None
        signed = bool((a < 0).any() or (b < 0).any())
        tops = shared_tops(a, b) if pairs else None
        self._columns["a"].set_maps(a, signed=signed, tops=tops)
        self._columns["b"].set_maps(b, signed=signed, tops=tops)
        if found.difference is not None:
            self._columns["d"].set_maps(found.difference, signed=True, tops=tops)
        self._columns["d"].grid.setVisible(pairs)
        self._apply_view()
        self._apply_order()
        if (a.shape, b.shape) != self._shape:
            self._shape = (a.shape, b.shape)
            self._fit()

    def _apply_view(self) -> None:
        """Gamma, scale and colour map are those of the activation viewer."""
        view, name = self.desk.view.view, self.desk.settings.values.sequential_map
        for column in self._columns.values():
            column.grid.set_gamma(view.gamma)
            column.grid.set_scale_mode(view.per_unit)
            column.grid.set_map_name(name)
        if self._compared is None:
            return
        signed = self._columns["a"].grid.values.signed
        low, least = ("−max", -1.0) if signed else ("0", 0.0)
        self._maps_bar.set_scale(
            "poles" if signed else name, least, 1.0, low_words=low, high_words="max of both"
        )
        self._difference_bar.set_scale("poles", -1, 1, low_words="B", high_words="A")
        self._apply_order()

    def _apply_order(self) -> None:
        found = self._compared
        if found is None:
            return
        key, one = self._heading.order.key, self.desk.view.view.one
        source = found.difference if key == "changed" else found.a.maps if key == "a" else None
        order = None
        if source is not None:
            sizes = np.linalg.norm(source.reshape(len(source), -1), axis=1)
            order = strongest_first(sizes)
        for column in self._columns.values():
            grid = column.grid
            if one:
                grid.set_order([min(self.desk.state.unit, max(0, grid.values.count - 1))])
            else:
                fits = order is not None and len(order) == grid.values.count
                grid.set_order(order if fits else None)
            grid.set_selected(self.desk.state.unit)
        self._fit()

    def _on_unit(self, unit: int) -> None:
        if self.desk.view.view.one:
            self._apply_order()
        for column in self._columns.values():
            column.grid.set_selected(unit)

    def _on_hovered(self, unit: int) -> None:
        for column in self._columns.values():
            if column.grid is not self.sender():
                column.grid.show_hover(unit)

    def _on_scrolled(self, value: int) -> None:
        for column in self._columns.values():
            column.grid.verticalScrollBar().setValue(value)

    def _show_page(self) -> None:
        held = self.comparison.a is not None and self._compared is not None
        self._stack.setCurrentWidget(self._body if held else self._empty)
        self._heading.arrange(held=held, compact=self._compact)
        for widget in (self._maps_bar, self._difference_bar, self._note):
            widget.setVisible(held)
        if not held:
            self._offer(self.comparison.b is not None)
        self._show_columns()

    def _offer(self, some: bool) -> None:
        """What to do while nothing is held; with a live source this is asked many times."""
        if some == self._offered:
            return
        self._offered = some
        why = "Hold what you see now as A, then choose another picture or network for B."
        why = why if some else "Open a network and a picture."
        self._empty.set_content("columns", "Two side by side", why)
        self._empty.set_actions((("hold", "Hold this as A"),) if some else ())

    # ---- sizes

    @property
    def _compact(self) -> bool:
        return self.width() < px(640)

    def _show_columns(self) -> None:
        """In a small window one grid at a time, chosen at the top."""
        held = self._stack.currentWidget() is self._body
        for key, column in self._columns.items():
            column.setVisible(not self._compact or key == self._heading.which.key)
        if self._compact:
            self._note.hide()
            self._maps_bar.setVisible(held and self._heading.which.key != "d")
            self._difference_bar.setVisible(held and self._heading.which.key == "d")
        self._fit()

    def _fit(self) -> None:
        """Equal tiles in all grids, so that what corresponds stands in the same place."""
        shown = [
            c.grid for c in self._columns.values() if c.grid.isVisible() and c.grid.values.shown
        ]
        if not shown:
            return
        sizes = [g.fit_tile(g.viewport().width(), g.viewport().height()) for g in shown]
        least = READABLE_TILE if self._compact else 0
        for grid in shown:
            grid.set_tile_size(max(min(sizes), least))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._show_page()

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(14), px(10), px(14), px(10))
        self._column.setSpacing(px(10))
        self._row.setSpacing(px(16))
        self._foot.setSpacing(px(16))
        for bar in (self._maps_bar, self._difference_bar):
            bar.setFixedWidth(px(150))
        self._draw()
