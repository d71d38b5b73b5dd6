"""Chips: a layer or a class in a small box, the selected unit in amber, a key cap."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz_app.ui.theme import color, px, theme

from .base import (
    PaintedWidget,
    fill_round,
    focus_ring,
    icon_at,
    outline,
    painter_for,
    text,
    text_width,
)

Kind = Literal["plain", "unit", "key"]


class Chip(PaintedWidget):
    """A word in a box; `unit` is amber and reserved for the selected unit."""

    clicked = Signal()

    def __init__(
        self,
        words: str,
        kind: Kind = "plain",
        icon: str = "",
        *,
        clickable: bool = False,
        tip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words, self._kind, self._icon = words, kind, icon
        self._clickable, self._hovered = clickable, False
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)
        if tip:
            self.setToolTip(tip)
        if clickable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.restyle()

    def text(self) -> str:
        return self._words

    def set_text(self, words: str) -> None:
        self._words = words
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def restyle(self) -> None:
        self.setFixedHeight(px(20 if self._kind == "key" else 21))

    def _role(self) -> str:
        return "caption" if self._kind == "key" else "medium"

    def sizeHint(self) -> QSize:
        wide = text_width(self._words, self._role()) + 2 * px(8)
        if self._icon:
            wide += px(13) + (px(5) if self._words else 0)
        return QSize(wide, px(21))

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), px(60)), px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        rect = QRectF(self.rect())
        radius = px(5)
        ground = {"plain": "bg3", "unit": "sel_bg", "key": "bg3"}[self._kind]
        ink = {"plain": "t1", "unit": "sel_t", "key": "t2"}[self._kind]
        if self._hovered and self._clickable and self._kind != "unit":
            ground = "bg4"
        if self._kind == "key" and not theme().is_dark:
            fill_round(painter, rect, radius, color("line2"))
            face = rect.adjusted(0, 0, 0, -1)
            fill_round(painter, face, radius, color(ground))
            outline(painter, face, radius, color("edge"))
        else:
            fill_round(painter, rect, radius, color(ground))
        left = px(8)
        if self._icon:
            at = QPointF(left + px(13) / 2, rect.center().y())
            icon_at(painter, self._icon, at, 13, "t2" if self._kind == "plain" else ink)
            left += px(13) + px(5)
        room = QRectF(left, 0, rect.width() - left - px(8) + 2, rect.height())
        text(painter, room, self._words, self._role(), ink)
        if self.shows_focus():
            focus_ring(painter, rect, radius)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._clickable and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._clickable and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)


class KeyCap(Chip):
    """A key, as printed on the keyboard."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(words, "key", parent=parent)
