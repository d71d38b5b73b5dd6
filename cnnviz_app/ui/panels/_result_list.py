"""The gallery: thumbs in columns with two lines each, loaded as they come into view."""

from __future__ import annotations

import time
from collections import OrderedDict

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    QUrl,
    Signal,
)
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from cnnviz_app.ui.panels._paint import KeyFocus
from cnnviz_app.ui.result_store import Result
from cnnviz_app.ui.theme import color, px
from cnnviz_app.ui.widgets.base import (
    fill_round,
    fitted,
    focus_ring,
    follow_theme,
    outline,
    round_pixmap,
    text,
    text_width,
)

Index = QModelIndex | QPersistentModelIndex
KEPT_THUMBS = 240
_GAP, _WORDS = 8, 38


class ResultRows(QAbstractListModel):
    """The kept results, newest first; can be dragged out as files."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._results: list[Result] = []

    def set_results(self, results: list[Result]) -> None:
        self.beginResetModel()
        self._results = list(results)
        self.endResetModel()

    def result(self, index: Index) -> Result | None:
        return self._results[index.row()] if index.isValid() else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._results)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flag = Qt.ItemFlag
        return flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: object) -> QMimeData:
        data = QMimeData()
        found = [self.result(i) for i in indexes] if isinstance(indexes, list) else []
        data.setUrls([QUrl.fromLocalFile(str(r.path)) for r in found if r is not None])
        return data

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        result = self.result(index)
        if result is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return result.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{result.title}\n{result.caption}\n{result.model}, {when(result.made)}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{result.title}, {result.caption}, {when(result.made)}"
        return None


def when(made: float) -> str:
    """`today 14:02`, or the day."""
    then, now = time.localtime(made), time.localtime()
    clock = time.strftime("%H:%M", then)
    if then[:3] == now[:3]:
        return f"today {clock}"
    return f"{time.strftime('%d %b', then).lstrip('0')} {clock}"


class Thumbs(QObject):
    """Loads small pictures one at a time between events, and keeps the latest."""

    loaded = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._images: OrderedDict[str, QImage] = OrderedDict()
        self._wanted: OrderedDict[str, Result] = OrderedDict()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._load_one)

    def image(self, result: Result) -> QImage | None:
        found = self._images.get(result.file)
        if found is None:
            self._wanted[result.file] = result
            if not self._timer.isActive():
                self._timer.start(0)
        return found

    def _load_one(self) -> None:
        if not self._wanted:
            return
        _, result = self._wanted.popitem(last=False)
        image = QImage(str(result.thumb)) if result.thumb.is_file() else QImage()
        self._images[result.file] = image
        while len(self._images) > KEPT_THUMBS:
            self._images.popitem(last=False)
        self.loaded.emit()
        if self._wanted:
            self._timer.start(0)


class ResultDelegate(QStyledItemDelegate):
    """A thumb, what made it, and of what."""

    def __init__(self, view: ResultList) -> None:
        super().__init__(view)
        self._view = view
        self._cache: OrderedDict[tuple[str, int, float], QPixmap] = OrderedDict()

    def forget(self) -> None:
        self._cache.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self._view.gridSize()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        result = self._view.rows.result(index)
        if result is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRect(option.rect)
        state = option.state
        side = rect.width() - px(_GAP)
        box = QRectF(rect.left() + px(_GAP) / 2, rect.top() + px(3), side, side * 0.75)
        self._paint_thumb(painter, box, result)
        current = self._view.currentIndex() == index
        chosen = self._view.chosen() if state & QStyle.StateFlag.State_Selected else []
        if len(chosen) > 1:
            outline(painter, box.adjusted(-1, -1, 1, 1), px(7), color("accent"), 2.5)
            self._paint_number(painter, box, chosen.index(result) + 1)
        elif current and self._view.keys.shown:
            focus_ring(painter, box.adjusted(-2, -2, 2, 2), px(7))
        elif current or state & QStyle.StateFlag.State_MouseOver:
            outline(painter, box.adjusted(-1, -1, 1, 1), px(7), color("t1"), 1.5)
        line = QRectF(box.left(), box.bottom() + px(3), side, px(17))
        # Whole words in smaller type before cut ones in larger.
        role = "caption" if text_width(result.title, "caption") <= line.width() else "micro"
        text(painter, line, result.title, role, "t1")
        text(painter, line.translated(0, px(16)), result.caption, "micro", "t3")
        painter.restore()

    def _paint_number(self, painter: QPainter, box: QRectF, number: int) -> None:
        """Left and right of a wipe are the first and the second."""
        disc = QRectF(box.left() + px(5), box.top() + px(5), px(20), px(20))
        fill_round(painter, disc, px(10), color("accent"))
        text(painter, disc, str(number), "micro", "on_accent", Qt.AlignmentFlag.AlignHCenter, 600)

    def _paint_thumb(self, painter: QPainter, box: QRectF, result: Result) -> None:
        image = self._view.thumbs.image(result)
        if image is None or image.isNull():
            fill_round(painter, box, px(6), color("mat"))
            return
        ratio = painter.device().devicePixelRatioF()
        key = (result.file, round(box.width()), ratio)
        pixmap = self._cache.get(key)
        if pixmap is None:
            small = max(image.width(), image.height()) < 64
            pixmap = fitted(image, round(box.width()), round(box.height()), ratio, smooth=not small)
            self._cache[key] = pixmap
            while len(self._cache) > KEPT_THUMBS:
                self._cache.popitem(last=False)
        round_pixmap(painter, box, pixmap, px(6))


class ResultList(QListView):
    """Three columns where there is room. Signals carry a `Result`."""

    opened = Signal(object)
    removed = Signal(object)
    chosen_changed = Signal()

    def __init__(self, rows: ResultRows, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows = rows
        self.thumbs = Thumbs(self)
        self.keys = KeyFocus(self)
        self.thumbs.loaded.connect(self.viewport().update)
        self._painter = ResultDelegate(self)
        self.setModel(rows)
        self.setItemDelegate(self._painter)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        # Always there, so that the columns do not jump, and seen when it has something to do.
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(lambda low, high: bar.setEnabled(high > low))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName("Results")
        self.doubleClicked.connect(self._on_opened)
        follow_theme(self._restyle)

    def current(self) -> Result | None:
        return self.rows.result(self.currentIndex())

    def chosen(self) -> list[Result]:
        """Those that are selected, the oldest first."""
        places = sorted((index.row() for index in self.selectedIndexes()), reverse=True)
        found = (self.rows.result(self.rows.index(place, 0)) for place in places)
        return [result for result in found if result is not None]

    def selectionChanged(self, now: QItemSelection, before: QItemSelection) -> None:
        super().selectionChanged(now, before)
        self.viewport().update()
        self.chosen_changed.emit()

    def _restyle(self) -> None:
        self._painter.forget()
        self.verticalScrollBar().setSingleStep(px(40))
        self._fit()

    def _fit(self) -> None:
        """One width for every column, whole pixels, the rest stays at the right."""
        room = max(px(60), self.viewport().width() - 1)
        columns = max(2, min(6, room // px(112)))
        wide = room // columns
        tall = round((wide - px(_GAP)) * 0.75) + px(_WORDS) + px(6)
        self.setGridSize(QSize(wide, tall))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _on_opened(self, index: QModelIndex) -> None:
        result = self.rows.result(index)
        if result is not None:
            self.opened.emit(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        result = self.current()
        if result is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(result)
        elif result is not None and event.key() == Qt.Key.Key_Delete:
            self.removed.emit(result)
        else:
            super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(px(120), px(60))
