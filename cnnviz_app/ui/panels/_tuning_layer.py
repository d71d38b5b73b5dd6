"""Every unit of the layer as the stimulus it prefers, in grey or in colours, in some order."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from cnnviz_app.lab.tuning_requests import LayerColours, LayerTuning
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels._tuning_layer_views import Colours, LayerView, Lines
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.segmented import Segmented
from cnnviz_app.ui.widgets.tile_grid import TileGrid

LINES, COLOURS = "lines", "colours"


class TuningLayer(QWidget):
    """Click a tile to select its unit; flat grey tiles answer to nothing that was shown.

    Signals:
        colours_wanted: whether colours are to be shown, which costs a second search.
    """

    colours_wanted = Signal(bool)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._found: dict[str, LayerView] = {}
        self._what = Segmented([(LINES, "Lines"), (COLOURS, "Colours")], name="Shown to the layer")
        self._what.setToolTip("Grey stripes, or stripes between two colours and plain colours")
        self._what.chosen.connect(self._on_what)
        self._order = ComboBox(Lines.orders, name="Order of the units")
        self._order.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._order.chosen.connect(lambda _key: self._sort())
        self._words = Label("", "caption", "t2", wrap=True)
        self._grid = TileGrid(tile=56)
        self._grid.chosen.connect(desk.state.set_unit)
        self._grid.set_card_words(self._card)
        self._head = QHBoxLayout()
        self._head.addWidget(self._what)
        self._head.addWidget(self._order)
        self._head.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._head)
        self._column.addWidget(self._words)
        self._column.addWidget(self._grid, 1)
        desk.state.unit_changed.connect(self._grid.set_selected)
        desk.state.model_changed.connect(self._on_model)
        follow_theme(self._restyle)
        self._on_model()

    def set_layer(self, found: LayerTuning | None) -> None:
        self._hold(LINES, Lines(found) if found is not None else None)

    def set_colours(self, found: LayerColours | None) -> None:
        self._hold(COLOURS, Colours(found) if found is not None else None)

    def show_colours(self, on: bool) -> None:
        if not self._what.isHidden():
            self._what.set_key(COLOURS if on else LINES)
            self._on_what()

    @property
    def view(self) -> LayerView | None:
        """What is on the tiles: the lines until the colours are there."""
        return self._found.get(self._what.key) or self._found.get(LINES)

    def _hold(self, key: str, view: LayerView | None) -> None:
        if view is None:
            self._found.pop(key, None)
        else:
            self._found[key] = view
        self._show()

    def _on_model(self, *_: object) -> None:
        model = self._desk.state.model
        coloured = model is not None and model.input[0] == 3
        self._what.setVisible(coloured)
        if not coloured and self._what.key != LINES:
            self._what.set_key(LINES)
            self._on_what()

    def _on_what(self, *_: object) -> None:
        self.colours_wanted.emit(self._what.key == COLOURS)
        self._show()

    def _show(self) -> None:
        view = self.view
        if view is None:
            self._words.setText("")
            self._grid.set_pictures([], [])
            return
        units = range(view.count)
        self._grid.set_pictures([view.tile(u) for u in units], [view.label(u) for u in units])
        self._words.setText(view.summary())
        keys = [key for key, _words in view.orders]
        kept = self._order.key if self._order.key in keys else keys[0]
        self._order.set_choices(view.orders, kept)
        self._sort()
        self._grid.set_selected(self._desk.state.unit)
        self._fit()

    def _sort(self) -> None:
        view = self.view
        if view is not None:
            self._grid.set_order(view.order(self._order.key))

    def _card(self, unit: int) -> tuple[str, str, str]:
        view = self.view
        if view is None or unit >= view.count:
            return f"unit {unit}", "", ""
        return view.card(unit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        viewport = self._grid.viewport()
        if viewport is not None and self._grid.values.count:
            self._grid.set_tile_size(self._grid.fit_tile(viewport.width(), viewport.height()))

    def _restyle(self) -> None:
        self._column.setSpacing(px(8))
        self._head.setSpacing(px(10))
