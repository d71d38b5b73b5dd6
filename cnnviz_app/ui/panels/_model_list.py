"""The list of the model browser: painted rows that scroll smoothly, with a mouse and without."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from cnnviz_app.nets.entry import Entry
from cnnviz_app.ui.model_choice import Download, ModelChoice
from cnnviz_app.ui.panels import _words as words
from cnnviz_app.ui.panels._model_rows import NOTES, Index, ModelRows
from cnnviz_app.ui.panels._paint import KeyFocus, ring, row_ground
from cnnviz_app.ui.theme import color, px
from cnnviz_app.ui.widgets.base import fill_round, follow_theme, icon_at, text, text_width

_RIGHT = Qt.AlignmentFlag.AlignRight


class ModelDelegate(QStyledItemDelegate):
    """Paints headings and entries."""

    def __init__(self, choice: ModelChoice, parent: ModelList) -> None:
        super().__init__(parent)
        self._choice = choice
        self._view = parent

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        model = index.model()
        tall = 48 if isinstance(model, ModelRows) and model.entry(index) is not None else 32
        return QSize(px(100), px(tall))

    def icon_rect(self, rect: QRect) -> QRect:
        """Where the state icon can be clicked: it downloads, or pauses what downloads."""
        return QRect(rect.left() + px(4), rect.top(), px(34), rect.height())

    def cancel_rect(self, rect: QRect) -> QRect:
        return QRect(rect.right() - px(40), rect.top(), px(34), rect.height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, ModelRows)
        row = model.row(index)
        if row is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRect(option.rect)
        if row.entry is None:
            self._paint_heading(painter, rect, row.source)
        else:
            current = self._view.currentIndex() == index
            inner = QRectF(rect).adjusted(px(4), 1, -px(4), -1)
            row_ground(painter, option, inner, current=current, keys=self._view.keys.shown)
            self._paint_entry(painter, rect, row.entry)
        painter.restore()

    def _paint_heading(self, painter: QPainter, rect: QRect, source: str) -> None:
        line = rect.adjusted(px(12), px(8), -px(12), -px(2))
        title = words.SOURCES[source]
        text(painter, line, title, "section", "t2")
        taken = text_width(title, "section") + px(8)
        note = "top-1, file" if source != "yours" else "file"
        right = text_width(note, "caption") + px(4)
        text(painter, line, note, "caption", "t3", _RIGHT)
        text(painter, line.adjusted(taken, 0, -right - px(6), 0), NOTES[source], "caption", "t3")

    def _paint_entry(self, painter: QPainter, rect: QRect, entry: Entry) -> None:
        download = self._choice.download(entry.name)
        middle = rect.center().y() + 0.5
        at = QPointF(rect.left() + px(21), middle)
        self._paint_state(painter, at, entry, download)
        left = rect.left() + px(40)
        right = rect.right() - px(12)
        wide = px(40) if download is not None else self._paint_figures(painter, rect, entry)
        if download is not None:
            centre = QPointF(self.cancel_rect(rect).center())
            icon_at(painter, "close", centre, 14, "t2")
        room = right - left - wide - px(10)
        top = QRect(left, rect.top() + px(6), room, px(19))
        below = QRect(left, rect.top() + px(25), room, px(16))
        self._paint_title(painter, top, entry)
        line, token = self._line(entry, download)
        if token == "t3" and text_width(line, "caption") > room:
            line = words.summary(entry, short=True)
        text(painter, below, line, "caption", token)

    def _paint_state(
        self, painter: QPainter, at: QPointF, entry: Entry, download: Download | None
    ) -> None:
        if download is not None:
            ring(painter, at, px(18), download.share, paused=download.paused)
            icon_at(painter, "play" if download.paused else "pause", at, 9, "t1")
        elif self._choice.opening == entry.name:
            ring(painter, at, px(14), None)
        elif self._choice.failure(entry.name) is not None:
            icon_at(painter, "err", at, 16, "err")
        elif entry.available:
            icon_at(painter, "ok", at, 16, "ok")
        elif entry.source == "yours":
            icon_at(painter, "wrong", at, 16, "warn")
        else:
            icon_at(painter, "download", at, 16, "t3")

    def _paint_title(self, painter: QPainter, rect: QRect, entry: Entry) -> None:
        is_open = self._choice.is_open(entry.name)
        tag = text_width("open", "caption") + 2 * px(6) if is_open else 0
        room = rect.adjusted(0, 0, -(tag + px(6)) if tag else 0, 0)
        strong = 600 if is_open else 500
        ink = "t1" if entry.available or is_open else "t2"
        text(painter, room, entry.title, "medium", ink, weight=strong)
        if is_open:
            wide = min(text_width(entry.title, "medium", strong), room.width())
            box = QRectF(rect.left() + wide + px(7), rect.center().y() - px(8) + 1, tag, px(17))
            fill_round(painter, box, px(4), color("bg3"))
            text(painter, box, "open", "caption", "t1", Qt.AlignmentFlag.AlignHCenter)

    def _paint_figures(self, painter: QPainter, rect: QRect, entry: Entry) -> int:
        wide = text_width("999 MB", "medium") + px(4)
        box = QRect(rect.right() - px(12) - wide, rect.top() + px(6), wide, px(19))
        if entry.top1 is not None:
            ink = "t1" if entry.available else "t2"
            text(painter, box, words.accuracy(entry.top1), "medium", ink, _RIGHT)
        if entry.size_bytes:
            below = QRect(box.left(), rect.top() + px(25), wide, px(16))
            text(painter, below, words.size(entry.size_bytes), "caption", "t3", _RIGHT)
        return wide

    def _line(self, entry: Entry, download: Download | None) -> tuple[str, str]:
        if download is not None:
            got = words.received(download.progress, entry.size_bytes)
            more = "paused" if download.paused else words.left(download.progress)
            return (f"{got} · {more}" if more else got), "t2"
        failure = self._choice.failure(entry.name)
        if failure is not None:
            return failure.sentence, "err"
        if self._choice.opening == entry.name:
            return "opening …", "t2"
        if entry.source == "yours" and not entry.available:
            return "its file is gone", "warn"
        return words.summary(entry), "t3"


class ModelList(QListView):
    """Signals: `opened` for Enter and double click, `icon_clicked` and `cancelled` with a name."""

    opened = Signal(str)
    icon_clicked = Signal(str)
    cancelled = Signal(str)
    picked = Signal(str)

    def __init__(self, rows: ModelRows, choice: ModelChoice, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = rows
        self.keys = KeyFocus(self)
        self.delegate = ModelDelegate(choice, self)
        self.setModel(rows)
        self.setItemDelegate(self.delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Models")
        follow_theme(self._restyle)

    def _restyle(self) -> None:
        self.verticalScrollBar().setSingleStep(px(24))
        self.scheduleDelayedItemsLayout()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def choose(self, index: QModelIndex) -> None:
        """Make a row current without telling anybody."""
        blocked = self.blockSignals(True)
        self.setCurrentIndex(index)
        self.blockSignals(blocked)
        self.viewport().update()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        entry = self._rows.entry(current)
        if entry is not None and not self.signalsBlocked():
            self.picked.emit(entry.name)
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        entry = self._rows.entry(index)
        if entry is None or event.button() != Qt.MouseButton.LeftButton:
            return
        rect = self.visualRect(index)
        if self.delegate.icon_rect(rect).contains(event.position().toPoint()):
            self.icon_clicked.emit(entry.name)
        elif self.delegate.cancel_rect(rect).contains(event.position().toPoint()):
            self.cancelled.emit(entry.name)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        entry = self._rows.entry(index)
        on_icon = self.delegate.icon_rect(self.visualRect(index))
        if entry is not None and not on_icon.contains(event.position().toPoint()):
            self.opened.emit(entry.name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        entry = self._rows.entry(self.currentIndex())
        if entry is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(entry.name)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and not self.currentIndex().isValid():
            self.choose(self._rows.first())
        return super().event(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(px(160), px(60))
