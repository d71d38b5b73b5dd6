"""The sizes of the receptive fields of all layers as a table, in pixels."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from cnnviz_app.lab.fields_requests import FieldSizes
from cnnviz_app.ui.theme import font, px
from cnnviz_app.ui.widgets.base import THIN, follow_theme
from cnnviz_app.ui.widgets.views import dress

COLUMNS = (
    ("Layer", "Click one to select it everywhere."),
    ("Theory", "Side of the receptive field, by arithmetic."),
    ("Gradient", "Side of the box that any gradient reaches."),
    (f"68{THIN}%", "Side of the square that holds 68 % of the mean gradient."),
    (f"95{THIN}%", "Side of the square that holds 95 % of the mean gradient."),
    ("Covering", "Root of the area where covering a patch costs half of the most it can cost."),
    ("Used", "Share of the theoretical area in which 68 % of the gradient lies."),
)


class FieldTable(QTableWidget):
    """Signals: layer_chosen by the person."""

    layer_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(0, len(COLUMNS))
        dress(self)
        self.setAccessibleName("Receptive fields by layer, in pixels")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for column, (title, why) in enumerate(COLUMNS):
            item = QTableWidgetItem(title)
            item.setToolTip(why)
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(column, item)
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(px(20))
        self._layers: tuple[str, ...] = ()
        self.cellClicked.connect(lambda row, _column: self.layer_chosen.emit(self._layers[row]))
        follow_theme(self._restyle)

    def set_rows(self, layers: Sequence[str], rows: dict[str, FieldSizes]) -> None:
        if tuple(layers) != self._layers:
            self._layers = tuple(layers)
            self.setRowCount(len(self._layers))
        for place, layer in enumerate(self._layers):
            for column, words in enumerate(_words(layer, rows.get(layer))):
                item = self.item(place, column) or QTableWidgetItem()
                item.setText(words)
                side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                if item.tableWidget() is None:
                    self.setItem(place, column, item)

    def set_selected(self, layer: str) -> None:
        if layer in self._layers:
            self.selectRow(self._layers.index(layer))
        else:
            self.clearSelection()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is no room for all columns the layer's name goes before two of them."""
        narrow = self.width() < px(470)
        for column in (2, 4):
            self.setColumnHidden(column, narrow)

    def sizeHint(self) -> QSize:
        return QSize(px(360), px(200))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(160), px(80))

    def _restyle(self) -> None:
        self.setFont(font("body"))
        header = self.horizontalHeader()
        for column in range(1, len(COLUMNS)):
            wide = px(70) if column in (2, 5) else px(56)
            header.resizeSection(column, wide)
        self._fit()


def _words(layer: str, row: FieldSizes | None) -> tuple[str, ...]:
    if row is None:
        return (layer, *[""] * (len(COLUMNS) - 1))
    sizes = (row.theoretical, row.support, row.effective68, row.effective95, row.empirical)
    shown = [f"{size:.0f}" if size else "–" for size in sizes]
    share = min(1.0, (row.effective68 / row.theoretical) ** 2) if row.theoretical else 0.0
    return (layer, *shown, f"{share * 100:.0f}{THIN}%" if row.effective68 else "–")
