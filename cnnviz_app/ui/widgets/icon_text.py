"""A small icon with a few words beside it; nothing at all while there are no words."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz_app.ui.theme import px

from .base import PaintedWidget, icon_at, painter_for, text, text_width


class IconText(PaintedWidget):
    """Used by the status bar."""

    def __init__(self, icon: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._words = words
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        if not words:
            self.hide()

    def set_text(self, words: str) -> None:
        if words != self._words:
            room = self.sizeHint()
            self._words = words
            self.setVisible(bool(words))
            self.setAccessibleName(words)
            if self.sizeHint() != room:
                self.updateGeometry()  # only then: it lays out the whole window
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(19) + text_width(self._words, "caption") + 2, px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        icon_at(painter, self._icon, QPointF(px(7), self.height() / 2), 13, "t3")
        rect = QRectF(px(19), 0, self.width() - px(19), self.height())
        text(painter, rect, self._words, "caption", "t2")
