"""A picture that goes into a run: large enough to know it, clicked or dropped on to change it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QImage, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from cnnviz_app.ui.theme import color, px

from .base import (
    Pixels,
    fill_round,
    fitted,
    focus_ring,
    icon_at,
    outline,
    painter_for,
    round_pixmap,
    text,
    to_qimage,
)
from .drop_target import DropTarget


class InputTile(DropTarget):
    """Signals: `clicked`, and `dropped` with the paths."""

    clicked = Signal()

    def __init__(self, role: str, icon: str, words: str) -> None:
        super().__init__()
        self._role, self._icon, self._words = role, icon, words
        self._image: QImage | None = None
        self._name = ""
        self._hover = False
        self.setAcceptDrops(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(role)

    def set_picture(self, hwc8: Pixels | None, name: str = "") -> None:
        self._image = None if hwc8 is None else to_qimage(hwc8)
        self._name = name
        self.setAccessibleDescription(name)
        self.setToolTip(f"{self._role}: {name}" if name else self._words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(120), px(120))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(64), px(80))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        line = px(18)
        box = QRectF(0, 0, self.width(), max(1, self.height() - 2 * line))
        if self._image is None:
            fill_round(painter, box, px(6), color("mat"))
            icon_at(painter, self._icon, box.center(), 22, "t2")
        else:
            size = max(1, round(box.width())), max(1, round(box.height()))
            pixmap = fitted(self._image, *size, self.devicePixelRatioF())
            round_pixmap(painter, box, pixmap, px(6))
        if self.lit:
            outline(painter, box, px(6), color("accent"), 2)
        elif self.shows_focus():
            focus_ring(painter, box, px(6))
        elif self._hover:
            outline(painter, box, px(6), color("t1"), 1.5)
        words = QRectF(0, box.bottom() + px(2), self.width(), line)
        text(painter, words, self._role, "caption", "t2")
        text(painter, words.translated(0, line - px(2)), self._name or self._words, "caption",
             "t1" if self._name else "t3")  # fmt: skip

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hover = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = False
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)
