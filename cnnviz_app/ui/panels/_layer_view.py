"""The tree view of the layers: painted cells, our own carets, columns that give way."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from cnnviz_app.ui.panels._layer_tree import (
    FIELD,
    MACS,
    NAME,
    PARAMS,
    SHAPE,
    TITLES,
    Index,
    LayerTree,
)
from cnnviz_app.ui.panels._paint import KeyFocus, row_ground
from cnnviz_app.ui.theme import color, font, px
from cnnviz_app.ui.widgets.base import fill_round, follow_theme, icon_at, text, text_width

# The last to go comes first.
_WANTED = (SHAPE, PARAMS, FIELD, MACS)


class LayerDelegate(QStyledItemDelegate):
    """Names strong where there are maps to see; the selected layer in amber."""

    def __init__(self, view: LayerView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(px(60), px(28))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = self._view.tree.item(index)
        if item is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRect(option.rect)
        words = self._view.tree.text(item, index.column())
        if index.column() == NAME:
            row = QRectF(px(4), rect.top(), self._view.viewport().width() - 2 * px(4),
                         rect.height())  # fmt: skip
            painter.setClipping(False)
            current = self._view.currentIndex().siblingAtColumn(NAME) == index
            row_ground(painter, option, row, current=current, keys=self._view.keys.shown)
            self._paint_name(painter, rect, words, bool(item.layer), index)
        else:
            shown = rect.adjusted(0, 0, -px(6), 0)
            right = Qt.AlignmentFlag.AlignRight
            ink = "t1" if item.layer and index.column() == SHAPE else "t2" if item.layer else "t3"
            text(painter, shown, words, "caption", ink, right)
        painter.restore()

    def _paint_name(
        self, painter: QPainter, rect: QRect, words: str, strong: bool, index: Index
    ) -> None:
        item = self._view.tree.item(index)
        left = rect.left() + px(18)
        if item is not None and item.children:
            name = "down" if self._view.isExpanded(index) else "right"
            icon_at(painter, name, QPointF(rect.left() + px(9), rect.center().y() + 1), 11, "t3")
        room = QRect(left, rect.top(), rect.right() - left, rect.height())
        selected = item is not None and self._view.is_marked(index)
        if selected:
            wide = min(text_width(words, "medium", 600) + px(24), room.width())
            chip = QRectF(left - px(3), rect.center().y() - px(10) + 0.5, wide, px(21))
            fill_round(painter, chip, px(5), color("sel_bg"))
            dot = QRectF(left + px(3), chip.center().y() - px(3.5), px(7), px(7))
            fill_round(painter, dot, px(2), color("sel"))
            inside = room.adjusted(px(15), 0, 0, 0)
            text(painter, inside, words, "medium", "sel_t", weight=600)
            return
        folder = item is not None and bool(item.children)
        ink = "t1" if strong or folder else "t3"
        text(painter, room, words, "medium", ink, weight=600 if folder else 500 if strong else 400)


class LayerView(QTreeView):
    """`chosen` carries the layer of the row a person went to."""

    chosen = Signal(str)

    def __init__(self, tree: LayerTree, parent: QWidget) -> None:
        super().__init__(parent)
        self.tree = tree
        self._marked = ""
        self._quiet = False
        self._widths: dict[int, int] = {}
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setModel(tree)
        self.setItemDelegate(LayerDelegate(self))
        self.setUniformRowHeights(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.keys = KeyFocus(self)
        self.setRootIsDecorated(False)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Layers")
        head = self.header()
        head.setStretchLastSection(False)
        head.setSectionsMovable(False)
        head.setSectionsClickable(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setMinimumSectionSize(px(20))
        follow_theme(self._restyle)

    def _restyle(self) -> None:
        self.setIndentation(px(14))
        self.header().setFont(font("caption", 600))
        self.verticalScrollBar().setSingleStep(px(28))
        self.fit_columns()
        self.scheduleDelayedItemsLayout()

    # ---- the selected layer

    def mark(self, layer: str) -> None:
        """Show which layer is selected, opening the modules around it."""
        self._marked = layer
        index = self.tree.index_of(layer)
        self._quiet = True
        if index.isValid():
            above = index.parent()
            while above.isValid():
                self.expand(above)
                above = above.parent()
            self.setCurrentIndex(index)
            self.scrollTo(index)
        self._quiet = False
        self.viewport().update()

    def is_marked(self, index: Index) -> bool:
        """One row only: the module where a module is the layer, else the operator."""
        item = self.tree.item(index)
        if item is None or not self._marked or item.layer != self._marked:
            return False
        mark = self.tree.index_of(self._marked)
        return self.tree.item(mark) is item

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        item = self.tree.item(current)
        if not self._quiet and item is not None and item.layer:
            self.chosen.emit(item.layer)
        self.viewport().update()

    # ---- hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        first = index.siblingAtColumn(NAME)
        item = self.tree.item(first)
        left = self.visualRect(first).left()
        on_caret = left - px(4) <= event.position().x() <= left + px(18)
        if item is not None and item.children and on_caret:
            self.setExpanded(first, not self.isExpanded(first))
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        first = self.indexAt(event.position().toPoint()).siblingAtColumn(NAME)
        item = self.tree.item(first)
        if item is not None and item.children:
            self.setExpanded(first, not self.isExpanded(first))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Page keys walk the layers everywhere; the window's own actions take them.
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        """The carets belong to the names, where they can be hit."""

    # ---- columns

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def fit_columns(self) -> None:
        """Measure the columns anew: the rows are of another network or filter."""
        self._widths = {}
        self._fit()

    def _wide(self, column: int) -> int:
        found = self._widths.get(column)
        if found is None:
            words = text_width(self.tree.longest(column), "caption")
            title = text_width(TITLES[column], "caption", 600) + px(4)
            found = self._widths[column] = max(words, title) + px(12)
        return found

    def _fit(self) -> None:
        """Show as many columns as leave the names enough room; whole numbers when wide."""
        room = self.viewport().width()
        exact = room >= px(600)
        if exact != self.tree.exact:
            self.tree.exact = exact
            self._widths = {}
        left = room - px(116)
        for column in _WANTED:
            visible = self._wide(column) <= left
            self.setColumnHidden(column, not visible)
            if not visible:
                left = 0
                continue
            left -= self._wide(column)
            self.setColumnWidth(column, self._wide(column))
            room -= self._wide(column)
        self.setColumnWidth(NAME, room)

    def minimumSizeHint(self) -> QSize:
        return QSize(px(160), px(60))
