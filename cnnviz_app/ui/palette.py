"""The command palette: one field that finds techniques, layers, units, classes, commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from cnnviz_app.ui.theme import color, font, px, theme
from cnnviz_app.ui.widgets.base import fill_round, icon_at, outline, painter_for, text

LIMIT = 40
_DIM = QColor(6, 7, 9, 150)


@dataclass(frozen=True)
class Hit:
    """One line of the palette.

    Attributes:
        prefix: the sign that restricts the search to its kind: `@` layers, `:` units, `>` commands.
    """

    title: str
    group: str
    run: Callable[[], None]
    icon: str = "arrow-right"
    detail: str = ""
    prefix: str = ""


def score(query: str, title: str) -> float:
    """How well a title answers: whole words first, then letters in order; 0 is not at all."""
    query, title = query.lower(), title.lower()
    if not query:
        return 1.0
    if title.startswith(query):
        return 4.0 + len(query) / max(len(title), 1)
    if any(word.startswith(query) for word in title.replace(".", " ").replace("/", " ").split()):
        return 3.0 + len(query) / max(len(title), 1)
    if query in title:
        return 2.0 + len(query) / max(len(title), 1)
    place = -1
    for letter in query.replace(" ", ""):
        place = title.find(letter, place + 1)
        if place < 0:
            return 0.0
    return 1.0 - place / (10 * max(len(title), 1))


def search(query: str, hits: Iterable[Hit], limit: int = LIMIT) -> list[Hit]:
    """The best answers, grouped in the order in which their best one came."""
    prefix = query[:1] if query[:1] in "@:>" and query else ""
    words = query[len(prefix) :].strip()
    scored = []
    for hit in hits:
        if prefix and hit.prefix != prefix:
            continue
        value = max(score(words, hit.title), 0.8 * score(words, hit.detail) if words else 0.0)
        if value > 0:
            scored.append((value, hit))
    scored.sort(key=lambda pair: -pair[0])
    best = scored[:limit]
    groups: dict[str, list[Hit]] = {}
    for _, hit in best:
        groups.setdefault(hit.group, []).append(hit)
    return [hit for group in groups.values() for hit in group]


class _Lines(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.hits: list[Hit] = []
        self.query = ""

    def show(self, hits: list[Hit], query: str) -> None:
        self.beginResetModel()
        self.hits, self.query = hits, query.lstrip("@:>").strip()
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return len(self.hits)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        return self.hits[index.row()].title if role == Qt.ItemDataRole.DisplayRole else None

    def starts_group(self, row: int) -> bool:
        return row == 0 or self.hits[row].group != self.hits[row - 1].group


class _Painter(QStyledItemDelegate):
    def __init__(self, lines: _Lines) -> None:
        super().__init__()
        self._lines = lines

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        heading = px(26) if self._lines.starts_group(index.row()) else 0
        return QSize(px(400), px(36) + heading)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hit = self._lines.hits[index.row()]
        box = QRect(option.rect)
        if self._lines.starts_group(index.row()):
            heading = QRect(box.left() + px(12), box.top(), box.width(), px(26))
            text(painter, heading, hit.group, "section", "t3")
            box.setTop(box.top() + px(26))
        view = self.parent()
        current = isinstance(view, QListView) and view.currentIndex().row() == index.row()
        if current:
            fill_round(painter, QRectF(box), px(6), color("bg4"))
        icon_at(painter, hit.icon, QRectF(box.left(), box.top(), px(40), box.height()).center())
        line = box.adjusted(px(40), 0, -px(12), 0)
        self._paint_title(painter, line, hit.title)
        if hit.detail:
            text(painter, line, hit.detail, "caption", "t3", Qt.AlignmentFlag.AlignRight)

    def _paint_title(self, painter: QPainter, line: QRect, title: str) -> None:
        """The title, with the matched letters in the accent colour."""
        face = font("body")
        painter.setFont(face)
        query = self._lines.query.lower()
        place = title.lower().find(query) if query else -1
        parts = [(title, "t1")]
        if place >= 0:
            end = place + len(query)
            parts = [(title[:place], "t1"), (title[place:end], "accent"), (title[end:], "t1")]
        x = line.left()
        for words, token in parts:
            painter.setPen(color(token))
            rect = QRect(x, line.top(), max(0, line.right() - x), line.height())
            painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter), words)
            x += painter.fontMetrics().horizontalAdvance(words)


class CommandPalette(QWidget):
    """A sheet over the whole window; Esc or a click beside it closes it.

    Signals:
        closed: it went away.
    """

    closed = Signal()

    def __init__(self, window: QWidget, hits: Callable[[], list[Hit]]) -> None:
        super().__init__(window)
        self._window = window
        self._hits = hits
        self._all: list[Hit] = []
        self._field = QLineEdit()
        self._field.setObjectName("bare")
        self._field.setPlaceholderText("Search or run a command    @ layers   : units   > commands")
        self._field.setAccessibleName("Command palette")
        self._field.textChanged.connect(self._search)
        self._field.installEventFilter(self)
        self._lines = _Lines()
        self._view = QListView()
        self._view.setModel(self._lines)
        self._view.setItemDelegate(_Painter(self._lines))
        self._view.itemDelegate().setParent(self._view)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._view.setUniformItemSizes(False)
        self._view.setMouseTracking(True)
        self._view.clicked.connect(lambda index: self._run(index.row()))
        self._view.entered.connect(self._view.setCurrentIndex)
        self._card = QWidget(self)
        layout = QVBoxLayout(self._card)
        layout.addWidget(self._field)
        layout.addWidget(self._view)
        self.hide()

    def open(self, query: str = "") -> None:
        self._all = self._hits()
        self.setGeometry(self._window.rect())
        self._place()
        self.show()
        self.raise_()
        self._field.setFont(font("display", 400))
        self._field.setText(query)
        self._search(query)
        self._field.setFocus()

    def close_sheet(self) -> None:
        self.hide()
        self.closed.emit()

    def _place(self) -> None:
        width = min(px(720), self.width() - px(24))
        top = min(px(140), self.height() // 8)
        height = min(px(560), self.height() - top - px(24))
        self._card.setGeometry((self.width() - width) // 2, top, width, height)
        layout = self._card.layout()
        assert layout is not None
        layout.setContentsMargins(px(12), px(12), px(12), px(12))
        layout.setSpacing(px(8))
        self._field.setMinimumHeight(px(40))

    def _search(self, query: str) -> None:
        self._lines.show(search(query, self._all), query)
        if self._lines.hits:
            self._view.setCurrentIndex(self._lines.index(0))
        self._view.scrollToTop()

    def _run(self, row: int) -> None:
        if 0 <= row < len(self._lines.hits):
            hit = self._lines.hits[row]
            self.close_sheet()
            hit.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # The window walks layers with the same keys: not behind an open palette.
            keeps = event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp, Qt.Key.Key_Escape)
            event.setAccepted(keeps)
            return keeps
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            row, last = self._view.currentIndex().row(), len(self._lines.hits) - 1
            moves = {
                Qt.Key.Key_Down: row + 1, Qt.Key.Key_Up: row - 1,
                Qt.Key.Key_PageDown: row + 8, Qt.Key.Key_PageUp: row - 8,
            }  # fmt: skip
            if event.key() in moves and last >= 0:
                row = max(0, min(last, moves[Qt.Key(event.key())]))
                self._view.setCurrentIndex(self._lines.index(row))
                self._view.scrollTo(self._view.currentIndex())
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run(row)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.close_sheet()
                return True
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._card.geometry().contains(event.position().toPoint()):
            self.close_sheet()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        painter.fillRect(self.rect(), _DIM)
        card = QRectF(self._card.geometry())
        fill_round(painter, card, px(12), color("bg2"))
        outline(painter, card, px(12), color("line2"))
        line = card.top() + px(12) + self._field.height() + px(3)
        painter.fillRect(QRectF(card.left(), line, card.width(), 1), theme().color("line"))
