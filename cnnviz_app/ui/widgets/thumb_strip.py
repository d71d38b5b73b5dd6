"""A row of small pictures to choose from, scrolled sideways by wheel and keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from cnnviz_app.ui.theme import color, px

from .base import (
    PaintedWidget,
    Pixels,
    fitted,
    focus_ring,
    outline,
    painter_for,
    round_pixmap,
    to_qimage,
)

Maker = Callable[[int], Pixels]
Entry = tuple[str, str, Maker]


class ThumbStrip(PaintedWidget):
    """Thumbs are made when they come into sight.

    Signals:
        chosen: the key of a picture.
    """

    chosen = Signal(str)

    def __init__(self, side: int = 56, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side, self._entries = side, list[Entry]()
        self._current = ""
        self._hover = -1
        self._scroll = 0
        self._cache: dict[tuple[str, int, float], QPixmap] = {}
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("ownArrows", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Pictures to choose from")
        self.restyle()

    def set_pictures(self, entries: Sequence[Entry]) -> None:
        """(key, title, function from a size to pixels) for each."""
        self._entries = list(entries)
        self._cache.clear()
        self.update()

    def set_current(self, key: str) -> None:
        if key != self._current:
            self._current = key
            self._reveal()
            self.update()

    def restyle(self) -> None:
        self.setFixedHeight(px(self._side))
        self._cache.clear()

    def minimumSizeHint(self) -> QSize:
        return QSize(px(120), px(self._side))

    @property
    def _pitch(self) -> int:
        return px(self._side) + px(6)

    def _rect(self, index: int) -> QRectF:
        return QRectF(index * self._pitch - self._scroll, 0, px(self._side), px(self._side))

    def _index_at(self, x: float) -> int:
        index = int((x + self._scroll) // self._pitch)
        inside = 0 <= index < len(self._entries) and self._rect(index).right() >= x
        return index if inside else -1

    def _reveal(self) -> None:
        keys = [key for key, _, _ in self._entries]
        if self._current in keys:
            left = keys.index(self._current) * self._pitch
            if left < self._scroll or left + self._pitch > self._scroll + self.width():
                self._scroll_to(left - self.width() // 2)

    def _scroll_to(self, place: int) -> None:
        most = max(0, len(self._entries) * self._pitch - px(6) - self.width())
        self._scroll = max(0, min(place, most))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        ratio = self.devicePixelRatioF()
        for index, (key, _, make) in enumerate(self._entries):
            rect = self._rect(index)
            if rect.right() < 0 or rect.left() > self.width():
                continue
            round_pixmap(painter, rect, self._thumb(key, make, ratio), px(5))
            if key == self._current:
                outline(painter, rect, px(5), color("accent"), px(2))
            elif index == self._hover:
                outline(painter, rect, px(5), color("t1"), 1.5)
        if self.shows_focus():
            focus_ring(painter, QRectF(self.rect()), px(5))

    def _thumb(self, key: str, make: Maker, ratio: float) -> QPixmap:
        side = px(self._side)
        wanted = (key, side, ratio)
        if wanted not in self._cache:
            image = to_qimage(make(round(2 * side * ratio)))
            self._cache[wanted] = fitted(image, side, side, ratio)
        return self._cache[wanted]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._index_at(event.position().x())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position().x())
        if index >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self._entries[index][0])

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        self._scroll_to(self._scroll - (delta.x() or delta.y()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        keys = [key for key, _, _ in self._entries]
        if event.key() in moves and keys:
            here = keys.index(self._current) if self._current in keys else 0
            self.chosen.emit(keys[(here + moves[Qt.Key(event.key())]) % len(keys)])
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self._index_at(event.pos().x())
            words = self._entries[index][1] if index >= 0 else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)
