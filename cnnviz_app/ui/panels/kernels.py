"""The weights behind the selected layer as pictures: in colour, by input channel, or by norm."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from cnnviz_app.lab.requests import Kernels, ReadKernels
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels._kernel_pictures import ONE_UNIT, kernel_pictures, modes_for
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.base import number
from cnnviz_app.ui.widgets.colour_bar import ColourBar
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.tile_grid import TileGrid


@panel("kernels", "Filter grid", "table", tab="Kernel")
class KernelsPanel(Panel):
    """The numbers this layer multiplies with: one kernel per tile, signed, zero is the paper.
    Hover to read weights; the first layer is shown in colour."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._kernels: Kernels | None = None
        self._mode = ComboBox((), name="How kernels are shown")
        self._mode.chosen.connect(lambda _key: self._refresh())
        self._facts = Label("", "caption", "t3", elide=True)
        self._grid = TileGrid(noun="kernel", hard=True)
        self._grid.smallest = 14  # a kernel has few cells: all of them at once says more
        self._grid.chosen.connect(self._on_chosen)
        self._bar = ColourBar("poles", -1, 1)
        self._empty = EmptyState(
            "table", "No weights here", "This layer only adds, pools or joins."
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._grid)
        foot = QHBoxLayout()
        foot.addWidget(self._facts, 1)
        foot.addWidget(self._bar)
        self._foot = foot
        column = QVBoxLayout(self)
        column.addWidget(self._mode)
        column.addWidget(self._stack, 1)
        column.addLayout(foot)
        self._column = column
        desk.state.layer_changed.connect(self._ask)
        desk.state.unit_changed.connect(lambda _unit: self._refresh())
        theme().changed.connect(self._restyle)
        self._restyle()
        self._refresh()
        self._ask()

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
        same_kind = (
            before is not None and before.weights is not None and kernels.weights is not None
            and modes_for(before.weights) == modes_for(kernels.weights)
        )  # fmt: skip
        if not same_kind and kernels.weights is not None:
            modes = modes_for(kernels.weights)
            self._mode.set_choices(modes, modes[0][0])
        self._refresh()

    def _refresh(self) -> None:
        weights = self._kernels.weights if self._kernels is not None else None
        shown = weights is not None
        self._stack.setCurrentIndex(1 if shown else 0)
        for widget in (self._mode, self._bar):
            widget.setVisible(shown)
        self._facts.setVisible(shown and self.width() >= px(300))
        if weights is None:
            known = self._kernels is not None
            title = "No weights here" if known else "No weights yet"
            why = "This layer only adds, pools or joins." if known else "Open a network."
            self._empty.set_content("table", title, why)
            self.note_changed.emit("")
            return
        unit = min(self.desk.state.unit, len(weights) - 1)
        view = kernel_pictures(weights, self._mode.key, unit)
        if view.pictures is not None:
            self._grid.set_pictures(view.pictures, view.captions)
        elif view.values is not None:
            self._grid.set_maps(view.values, signed=True)
            self._grid.set_captions(view.captions)
        # In the one-unit view the tiles are input channels: none of them is the selection.
        self._grid.set_selected(-1 if self._mode.key == ONE_UNIT else unit)
        self._bar.set_scale("poles", -view.limit, view.limit)
        self._bar.setVisible(view.pictures is None)
        outs, ins, height, width = weights.shape
        self._facts.setText(f"{outs} × {ins} × {height} × {width}, norm {number(view.norm)}")
        self.note_changed.emit(f"unit {unit}" if self._mode.key == ONE_UNIT else view.note)
        self._fit()

    def _on_chosen(self, tile: int) -> None:
        if self._mode.key != ONE_UNIT:
            self.desk.state.set_unit(tile)

    def _fit(self) -> None:
        viewport = self._grid.viewport()
        if viewport is not None and self._grid.values.count:
            self._grid.set_tile_size(self._grid.fit_tile(viewport.width(), viewport.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._facts.setVisible(self._has_weights and self.width() >= px(300))
        self._fit()

    @property
    def _has_weights(self) -> bool:
        return self._kernels is not None and self._kernels.weights is not None

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(12), px(2), px(12), px(10))
        self._column.setSpacing(px(6))
        self._foot.setSpacing(px(8))

