"""The weights behind the selected layer as pictures: in colour, by input channel, or by norm."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from cnnviz_app.lab.requests import Kernels, ReadKernels
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels._kernel_pictures import (
    ONE_UNIT,
    KernelView,
    Weights,
    counts_for,
    kernel_pictures,
    modes_for,
    order_of,
    orders_for,
)
from cnnviz_app.ui.panels._kernel_words import card_words, value_words
from cnnviz_app.ui.panels._weight_histogram import WeightHistogram
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.base import number
from cnnviz_app.ui.widgets.colour_bar import ColourBar
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.order_button import OrderButton
from cnnviz_app.ui.widgets.tile_grid import TileGrid


@panel("kernels", "Filter grid", "table", tab="Kernel")
class KernelsPanel(Panel):
    """The numbers this layer multiplies with: one kernel per tile, signed, zero is the paper.
    Hover to read weights; the first layer is shown in colour. Sort them by size, by the
    direction of their stripes, or so that alike ones stand together."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._kernels: Kernels | None = None
        self._view: KernelView | None = None
        self._shown: tuple[object, ...] = ()
        self._build_controls()
        self._grid = TileGrid(noun="kernel", hard=True)
        self._grid.smallest = 14  # a kernel has few cells: all of them at once says more
        self._grid.chosen.connect(self._on_chosen)
        self._grid.cell_hovered.connect(self._on_cell)
        self._grid.hovered.connect(lambda tile: self._say() if tile < 0 else None)
        self._grid.set_card_words(self._card_words)
        self._grid.resized.connect(self._fit)
        self._histogram = WeightHistogram()
        self._histogram.fold.toggled.connect(lambda _open: self._make_room())
        self._empty = EmptyState(
            "table", "No weights here", "This layer only adds, pools or joins."
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._grid)
        column = QVBoxLayout(self)
        column.addLayout(self._controls)
        column.addWidget(self._stack, 1)
        column.addLayout(self._foot)
        column.addWidget(self._histogram)
        self._column = column
        desk.state.layer_changed.connect(self._ask)
        desk.state.unit_changed.connect(lambda _unit: self._refresh())
        theme().changed.connect(self._restyle)
        self._restyle()
        self._refresh()
        self._ask()

    def _build_controls(self) -> None:
        self._mode = ComboBox((), name="How kernels are shown")
        self._mode.chosen.connect(lambda _key: self._refresh())
        self._order = OrderButton("Order of the kernels, and how many")
        self._order.chosen.connect(self._refresh)
        self._controls = QHBoxLayout()
        self._controls.addWidget(self._mode, 1)
        self._controls.addWidget(self._order)
        self._facts = Label("", "caption", "t3", elide=True)
        self._bar = ColourBar("poles", -1, 1)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._facts, 1)
        self._foot.addWidget(self._bar)

    # ---- following the selection

    def _ask(self, *_: object) -> None:
        state = self.desk.state
        if state.model is None or not state.layer:
            return
        request = ReadKernels(state.model.name, state.layer)
        ticket = self.desk.engine.ask(request, slot="kernels", urgent=True, title="Kernels")
        ticket.finished.connect(self._on_kernels)

    def _on_kernels(self, kernels: Kernels) -> None:
        before = self._kernels
        self._kernels = kernels
        self._shown = ()
        if kernels.weights is not None:
            modes = modes_for(kernels.weights)
            earlier = before.weights if before is not None else None
            if earlier is None or modes_for(earlier) != modes:
                self._mode.set_choices(modes, modes[0][0])
        self._refresh()

    def _refresh(self) -> None:
        weights = self._weights
        self._stack.setCurrentIndex(0 if weights is None else 1)
        for widget in (self._mode, self._order, self._bar, self._histogram):
            widget.setVisible(weights is not None)
        self._facts.setVisible(weights is not None)
        if weights is None:
            known = self._kernels is not None
            title = "No weights here" if known else "No weights yet"
            why = "This layer only adds, pools or joins." if known else "Open a network."
            self._empty.set_content("table", title, why)
            self._view = None
            self.note_changed.emit("")
            return
        unit = min(self.desk.state.unit, len(weights) - 1)
        self._make_tiles(weights, unit)
        # In the one-unit view the tiles are input channels: none of them is the selection.
        self._grid.set_selected(-1 if self._mode.key == ONE_UNIT else unit)
        self._histogram.show_weights(weights, unit)
        self._say()
        self._make_room()

    def _make_tiles(self, weights: Weights, unit: int) -> None:
        """Draw the tiles anew, but only when they are others than before."""
        mode = self._mode.key
        key = (mode, unit if mode == ONE_UNIT else -1)
        if self._shown[:2] != key:
            self._view = view = kernel_pictures(weights, mode, unit)
            self._order.set_choices(orders_for(view), counts_for(view.count))
            if view.pictures is not None:
                self._grid.set_pictures(view.pictures)
            elif view.values is not None:
                self._grid.set_maps(view.values, signed=view.signed)
            captions = [f"in {i}" for i in range(view.count)] if mode == ONE_UNIT else None
            self._grid.set_captions(captions)
            if view.signed:
                self._bar.set_scale("poles", -view.limit, view.limit)
            else:
                self._bar.set_scale(self.desk.settings.values.sequential_map, 0.0, view.limit)
        order = (self._order.order, self._order.count)
        if (*key, *order) != self._shown:
            self._shown = (*key, *order)
            assert self._view is not None
            self._grid.set_order(order_of(self._view, order[0], int(order[1])))
            self._fit()

    # ---- words

    def _say(self) -> None:
        """The facts of the layer, and in the title what is shown."""
        weights, view = self._weights, self._view
        if weights is None or view is None:
            return
        unit = min(self.desk.state.unit, len(weights) - 1)
        outs, ins, height, width = weights.shape
        norm = number(float((weights[unit] ** 2).sum() ** 0.5))
        self._facts.setText(f"{outs} × {ins} × {height} × {width}, norm {norm}")
        shown = self._grid.values.shown
        cut = self._order.count == "0" and shown < view.count
        words = (
            f"unit {unit}" if self._mode.key == ONE_UNIT else view.note,
            self._order.words,
            f"{shown} of {view.count}" if cut else "",
        )
        self.note_changed.emit(", ".join(word for word in words if word))
        self._show_bar()

    def _show_bar(self, reading: bool = False) -> None:
        """In a narrow panel the scale gives way to the number being read."""
        shown = self._view is not None and self._view.pictures is None
        narrow = self.width() < px(300)
        self._bar.setVisible(shown and not (narrow and reading))
        self._facts.setVisible(self._view is not None and (not narrow or reading or not shown))

    def _on_cell(self, tile: int, y: int, x: int) -> None:
        weights, view = self._weights, self._view
        if weights is not None and view is not None:
            unit = min(self.desk.state.unit, len(weights) - 1)
            own = unit if self._mode.key == ONE_UNIT else tile
            self._facts.setText(value_words(view, own, tile, y, x))
            self._show_bar(reading=True)

    def _card_words(self, tile: int) -> tuple[str, str, str]:
        if self._view is None:
            return "", "", ""
        return card_words(self._view, tile, one_unit=self._mode.key == ONE_UNIT)

    @property
    def _weights(self) -> Weights | None:
        return self._kernels.weights if self._kernels is not None else None

    # ---- hands and sizes

    def _on_chosen(self, tile: int) -> None:
        if self._mode.key != ONE_UNIT:
            self.desk.state.set_unit(tile)

    def _fit(self) -> None:
        viewport = self._grid.viewport()
        if viewport is not None and self._grid.values.count:
            self._grid.set_tile_size(self._grid.fit_tile(viewport.width(), viewport.height()))

    def _make_room(self) -> None:
        """Where both do not fit, the unfolded distribution stands in place of the tiles."""
        both = self.height() >= px(330)
        self._stack.setVisible(both or self._view is None or not self._histogram.fold.is_open)
        self._column.setStretch(self._column.indexOf(self._histogram), 0 if both else 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._show_bar()
        self._make_room()

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(12), px(2), px(12), px(10))
        self._column.setSpacing(px(6))
        self._controls.setSpacing(px(6))
        self._foot.setSpacing(px(8))
