"""Every unit of the selected layer on the current picture, as one grid or one map large."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout

from cnnviz_app.lab.requests import Looked
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels._calm_order import CalmOrder
from cnnviz_app.ui.panels._map_large import MapLarge
from cnnviz_app.ui.panels._stage_heading import StageHeading
from cnnviz_app.ui.panels._unit_filter import ORDERS, SYNTAX, Found, find, shown
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.view_options import View
from cnnviz_app.ui.widgets.buttons import Button, IconButton
from cnnviz_app.ui.widgets.colour_bar import ColourBar
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.fields import TextField
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.slider import Slider
from cnnviz_app.ui.widgets.tile_grid import TileGrid

READABLE_TILE = 78
SCALES = (("unit", "Scale: per unit"), ("layer", "Scale: whole layer"))


@panel("activations", "Activation viewer", "grid", stage=True, short="Maps")
class ActivationsPanel(Panel):
    """All units of the layer at once. Click a tile to select it, Z shows one map large,
    Ctrl and the wheel change the size of the tiles, arrows walk. Find takes numbers, ranges
    (10-20), strengths (>0.5), "silent", and words of labels."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._fitted_shape: tuple[int, ...] = ()
        self._fitted_count = -1
        self._headed = ("", "")
        self._found = Found()
        self._calm = CalmOrder(self._apply_order, self)
        self._heading = StageHeading(desk)
        self._grid = TileGrid()
        self._grid.largest = 360  # on a very large screen better large maps than bare ground
        self._grid.chosen.connect(desk.state.set_unit)
        self._grid.activated_tile.connect(lambda _unit: desk.view.update(one=True))
        self._grid.cell_hovered.connect(lambda _unit, y, x: desk.state.set_position((y, x)))
        self._grid.tile_size_changed.connect(lambda _size: self._count_columns())
        self._large = MapLarge(desk)
        self._empty = EmptyState("grid", "No feature maps yet", "Open a network and a picture.")
        self._stack = QStackedWidget()
        for page in (self._empty, self._grid, self._large):
            self._stack.addWidget(page)
        self._build_controls()
        self._build_foot()
        column = QVBoxLayout(self)
        column.addWidget(self._heading)
        column.addWidget(self._stack, 1)
        column.addLayout(self._foot)
        self._column = column
        desk.state.looked_changed.connect(self._on_looked)
        desk.state.layer_changed.connect(self._refresh_heading)
        desk.pace.easy.connect(self._refresh_foot)
        desk.state.unit_changed.connect(self._on_unit)
        desk.view.changed.connect(self._on_view)
        desk.settings.changed.connect(self._on_setting)
        desk.annotations.changed.connect(self._refresh_labels)
        theme().changed.connect(self._restyle)
        self._restyle()
        self._on_view(desk.view.view)
        if desk.state.looked is not None:
            self._on_looked(desk.state.looked)

    def _build_controls(self) -> None:
        view = self.desk.view
        self._order = ComboBox(ORDERS, name="Order of the units")
        self._order.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._order.chosen.connect(lambda key: view.update(order=key))
        self._scale = ComboBox(SCALES, name="Scale of the maps")
        self._scale.chosen.connect(lambda key: view.update(per_unit=key == "unit"))
        self._gamma_label = Label("γ", "body", "t2")
        self._gamma = Slider(0.2, 1.0, view.view.gamma, step=0.05, name="Gamma")
        self._gamma.moved.connect(lambda value: view.update(gamma=round(value, 2)))
        self._gamma_text = Label("", "body", "t1")
        self._one = IconButton("one", "One map large, or all  (Z)", checkable=True)
        self._one.clicked.connect(lambda on: view.update(one=bool(on)))
        for widget in (self._order, self._scale, self._gamma_label, self._gamma, self._gamma_text,
                       self._one):  # fmt: skip
            self._heading.add(widget)

    def _build_foot(self) -> None:
        self._find = TextField("Find units", "search", name="Find units")
        self._find.setToolTip(SYNTAX)
        self._find.setClearButtonEnabled(True)
        self._find.textChanged.connect(self._on_find)
        self._find.returnPressed.connect(self._jump)
        self._count = Label("", "caption", "t3", elide=True)
        self._silent = Button("", "ghost", tip="Show only the silent units, or all again")
        self._silent.clicked.connect(self._toggle_silent)
        self._scale_words = Label("", "caption", "t3")
        self._bar = ColourBar()
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._find)
        self._foot.addWidget(self._count)
        self._foot.addWidget(self._silent)
        self._foot.addStretch(1)
        self._foot.addWidget(self._scale_words)
        self._foot.addWidget(self._bar)

    # ---- following the selection

    def _on_looked(self, looked: Looked) -> None:
        maps = looked.maps
        signed = bool((maps < 0).any())
        self._grid.set_maps(maps, signed=signed)
        self._apply_order()
        self._large.show_looked(looked, signed)
        if (looked.model, looked.layer) != self._headed:
            self._headed = looked.model, looked.layer
            self._refresh_heading()
            self._refresh_labels()
            self._refresh_foot()
        self._show_page()
        if maps.shape != self._fitted_shape:
            self._fitted_shape = maps.shape
            self._fit_tiles()

    def _on_unit(self, unit: int) -> None:
        self._grid.set_selected(unit)
        self._large.show_unit(unit)

    def _on_view(self, view: View) -> None:
        self._grid.set_gamma(view.gamma)
        self._grid.set_scale_mode(view.per_unit)
        self._gamma.set_value(view.gamma)
        self._gamma_text.setText(f"{view.gamma:.2f}")
        self._order.set_key(view.order)
        self._scale.set_key("unit" if view.per_unit else "layer")
        self._one.setChecked(view.one)
        self._large.set_gamma(view.gamma)
        self._apply_order()
        self._refresh_foot()
        self._show_page()

    def _on_setting(self, name: str) -> None:
        if name == "sequential_map":
            self._grid.set_map_name(self.desk.settings.values.sequential_map)
            self._large.set_map_name(self.desk.settings.values.sequential_map)

    def _apply_order(self) -> None:
        """The units that were asked for, in the order that was asked for."""
        looked = self.desk.state.looked
        if looked is None:
            self._grid.set_order(None)
            return
        self._found = find(self._find.text(), looked.maps, self._labels())
        order = self._calm.order(self.desk.view.view.order, looked.maps)
        self._grid.set_order(shown(order, self._found.units))
        self._grid.set_selected(self.desk.state.unit)
        self._say_count()
        kept = self._grid.values.shown
        if kept != self._fitted_count:
            self._fitted_count = kept
            self._fit_tiles()

    def _on_find(self, _words: str) -> None:
        self._apply_order()
        if self._found.jump is not None:
            self.desk.state.set_unit(self._found.jump)

    def _say_count(self) -> None:
        values, trouble = self._grid.values, self._found.trouble
        some = f"{values.shown} of {values.count}"
        self._count.setText(trouble or (some if self._compact else f"{some} shown"))
        self._count.set_token("t1" if trouble else "t3")
        self._count.setToolTip(trouble)
        # In a small window the sentence needs the room of the scale.
        self._bar.setVisible(not self.desk.view.view.one and not (trouble and self._compact))

    def _jump(self) -> None:
        """Return goes to the first unit that is shown, and the arrows are the grid's again."""
        order = self._grid.values.order
        if self._found.units is not None and len(order):
            self.desk.state.set_unit(int(order[0]))
        if not self._found.trouble:
            self._grid.setFocus()

    def _toggle_silent(self) -> None:
        self._find.setText("" if self._find.text() == "silent" else "silent")

    def _labels(self) -> Mapping[int, str]:
        return self.desk.annotations.of_layer(self.desk.state.layer)

    def _show_page(self) -> None:
        if self.desk.state.looked is None and self._grid.values.count == 0:
            self._stack.setCurrentWidget(self._empty)
        else:
            one = self.desk.view.view.one
            self._stack.setCurrentWidget(self._large if one else self._grid)
            # One map has its own colour bar, with its own numbers.
            self._bar.setVisible(not one)
            self._scale_words.setVisible(not one and not self._compact)
        self._count_columns()

    # ---- words and sizes

    def _refresh_heading(self, *_: object) -> None:
        self._heading.show_selection()

    def _refresh_labels(self) -> None:
        """Units that somebody labelled say so below their tile and on its card."""
        labels = self._labels()
        self._grid.set_captions({unit: f"{unit} {label}" for unit, label in labels.items()})

    def _refresh_foot(self) -> None:
        looked = self.desk.state.looked
        if looked is None or self._grid.values.count != len(looked.maps):
            return
        maps, signed = looked.maps, self._grid.values.signed
        silent = self._grid.values.silent_count()
        self._silent.setText(f"{silent} silent" if self._compact else f"{silent} silent here")
        self._silent.setVisible(silent > 0)
        # In a small window the number of silent units takes the place of the count.
        self._count.setVisible(not (self._compact and silent) or bool(self._found.trouble))
        name = "poles" if signed else self.desk.settings.values.sequential_map
        if self.desk.view.view.per_unit:
            words = "each tile − its own maximum … +" if signed else "each tile 0 … its own maximum"
            self._scale_words.setText(words)
            self._bar.set_scale(name, -1.0 if signed else 0.0, 1.0,
                                low_words="−max" if signed else "0",
                                high_words="+max" if signed else "max")  # fmt: skip
        else:
            high = float(np.percentile(np.abs(maps), 99.5)) if signed else float(maps.max())
            self._scale_words.setText("one scale for the layer")
            self._bar.set_scale(name, -high if signed else 0.0, high)

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(14), px(10), px(14), px(10))
        self._column.setSpacing(px(10))
        self._foot.setSpacing(px(16))
        self._find.setFixedWidth(px(150))
        self._gamma.setFixedWidth(px(70))
        self._gamma_text.setFixedWidth(px(34))
        self._bar.setFixedWidth(px(150))
        self._gamma_text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._fit_tiles()

    def _fit_tiles(self) -> None:
        """Tiles as large as fit without scrolling, within what is comfortable."""
        viewport = self._grid.viewport()
        if viewport is not None and self._grid.values.count:
            fitting = self._grid.fit_tile(viewport.width(), viewport.height())
            # From the last row a small tile says nothing: a small window scrolls instead.
            least = READABLE_TILE if self._compact else 0
            self._grid.set_tile_size(max(fitting, least))
        self._count_columns()

    @property
    def _compact(self) -> bool:
        return self.width() < px(640)

    def _count_columns(self) -> None:
        columns = self._grid.layout_now().columns
        self.desk.view.columns = 1 if self.desk.view.view.one else max(1, columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        for widget in (self._scale, self._gamma, self._gamma_label, self._gamma_text):
            widget.setVisible(not self._compact)
        self._scale_words.setVisible(not self._compact)
        self._say_count()
        self._fit_tiles()
