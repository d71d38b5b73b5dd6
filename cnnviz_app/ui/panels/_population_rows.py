"""The ranked units of the Population panel: painted rows, steered by mouse and keys."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from cnnviz_app.lab.population_requests import Order, RankedUnit, Ranking
from cnnviz_app.ui.panels._paint import KeyFocus, row_ground
from cnnviz_app.ui.theme import color, px
from cnnviz_app.ui.widgets.base import (
    PaintedWidget,
    fill_round,
    number,
    painter_for,
    percent,
    text,
    text_width,
)

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight
# What the columns say, by order: in the middle and on the right.
HEADS: dict[Order, tuple[str, str]] = {
    "specific": ("class", "correlation"),
    "silent": ("", "its largest"),
    "strong": ("class", "maximum"),
    "sparse": ("class", "places > 0"),
}


def cells(order: Order, row: RankedUnit) -> tuple[str, str]:
    """The middle and the right of a row."""
    if order == "specific":
        return row.label, number(row.specificity)
    if order == "sparse":
        return row.label, percent(row.active)
    return ("" if order == "silent" else row.label), number(row.strongest)


class RankRows(QAbstractListModel):
    """One ranking."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.ranking = Ranking("specific", 0)

    def show(self, ranking: Ranking) -> None:
        self.beginResetModel()
        self.ranking = ranking
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.ranking.rows)

    def row(self, index: Index) -> RankedUnit | None:
        return self.ranking.rows[index.row()] if index.isValid() else None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        row = self.row(index)
        if row is None or role not in (
            int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.AccessibleTextRole)
        ):  # fmt: skip
            return None
        return " ".join((f"{row.layer}:{row.unit}", *cells(self.ranking.order, row))).strip()

    def place(self, layer: str, unit: int) -> QModelIndex:
        for i, row in enumerate(self.ranking.rows):
            if (row.layer, row.unit) == (layer, unit):
                return self.index(i)
        return QModelIndex()


class _RankDelegate(QStyledItemDelegate):
    def __init__(self, view: RankList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(px(100), px(28))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rows = self._view.rows
        row = rows.row(index)
        if row is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(option.rect)
        current = self._view.currentIndex() == index
        ground = rect.adjusted(px(4), 1, -px(4), -1)
        row_ground(painter, option, ground, current=current, keys=self._view.keys.shown)
        middle, right = cells(rows.ranking.order, row)
        name, label, value = self._view.columns(rect)
        words = f"{row.layer}:{row.unit}"
        if (row.layer, row.unit) == self._view.marked:
            wide = min(text_width(words, "medium", 600) + px(24), round(name.width()))
            chip = QRectF(name.left() - px(4), rect.center().y() - px(10), wide, px(20))
            fill_round(painter, chip, px(5), color("sel_bg"))
            dot = QRectF(chip.left() + px(6), chip.center().y() - px(3.5), px(7), px(7))
            fill_round(painter, dot, px(2), color("sel"))
            text(painter, chip.adjusted(px(18), 0, 0, 0), words, "medium", "sel_t", weight=600,
                 elide=Qt.TextElideMode.ElideMiddle)  # fmt: skip
        else:
            text(painter, name, words, "medium", "t1", elide=Qt.TextElideMode.ElideMiddle)
        text(painter, label, middle, "body", "t2")
        text(painter, value, right, "medium", "t1", _RIGHT)
        painter.restore()


class RankList(QListView):
    """`chosen` carries layer and unit of the row a person went to."""

    chosen = QtSignal(str, int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows = RankRows(self)
        self.marked = ("", -1)
        self._quiet = False
        self.setModel(self.rows)
        self.setItemDelegate(_RankDelegate(self))
        self.keys = KeyFocus(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Units in order")

    def show_ranking(self, ranking: Ranking) -> None:
        """Another order; the selected unit stays marked where it is in it."""
        self._quiet = True
        at = self.verticalScrollBar().value()
        same = ranking.order == self.rows.ranking.order
        self.rows.show(ranking)
        self.verticalScrollBar().setValue(at if same else 0)
        self._quiet = False
        self.mark(*self.marked)

    def mark(self, layer: str, unit: int) -> None:
        self.marked = (layer, unit)
        self._quiet = True
        place = self.rows.place(layer, unit)
        self.setCurrentIndex(place)
        self._quiet = False
        self.viewport().update()

    def columns(self, rect: QRectF) -> tuple[QRectF, QRectF, QRectF]:
        """Name, middle and right of a row."""
        left, right = rect.left() + px(12), rect.right() - px(12)
        value = px(60)
        room = right - left - value
        name = QRectF(left, rect.top(), room * 0.54 - px(6), rect.height())
        label = QRectF(left + room * 0.54, rect.top(), room * 0.46 - px(4), rect.height())
        return name, label, QRectF(right - value, rect.top(), value, rect.height())

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self._go(current)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._go(self.indexAt(event.position().toPoint()))

    def _go(self, index: Index) -> None:
        row = self.rows.row(index)
        if row is not None and not self._quiet:
            self.chosen.emit(row.layer, row.unit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Page keys walk the layers everywhere; the window's own actions take them.
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(px(160), px(60))


class RankHeads(PaintedWidget):
    """The words above the columns."""

    def __init__(self, view: RankList) -> None:
        super().__init__()
        self._view = view
        self.restyle()

    def restyle(self) -> None:
        self.setFixedHeight(px(22))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        name, label, value = self._view.columns(
            QRectF(0, 0, self._view.viewport().width(), self.height())
        )
        middle, right = HEADS[self._view.rows.ranking.order]
        text(painter, name, "unit", "caption", "t3")
        text(painter, label, middle, "caption", "t3")
        value.setLeft(value.right() - text_width(right, "caption") - px(4))
        text(painter, value, right, "caption", "t3", Qt.AlignmentFlag.AlignRight)
