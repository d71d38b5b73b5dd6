"""Text that knows its type role and colour and follows the theme."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from cnnviz_app.ui.theme import color, font, px, theme

from .base import follow_theme


class Label(QLabel):
    """A line (or, with `wrap`, a paragraph) of text; `elide` shortens it instead of widening."""

    def __init__(
        self,
        words: str = "",
        role: str = "body",
        token: str = "t1",
        *,
        wrap: bool = False,
        elide: bool = False,
        weight: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(words, parent)
        self._role, self._token, self._weight, self._elide = role, token, weight, elide
        self.setWordWrap(wrap)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if elide:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        follow_theme(self._restyle)

    def set_token(self, token: str) -> None:
        if token != self._token:
            self._token = token
            self._restyle()

    def set_role(self, role: str, weight: int | None = None) -> None:
        self._role, self._weight = role, weight
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(font(self._role, self._weight))
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, color(self._token))
        palette.setColor(QPalette.ColorRole.Link, color("accent"))
        self.setPalette(palette)
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        if self._elide:
            return QSize(px(24), hint.height())
        return hint

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._elide:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(color(self._token))
        box = self.contentsRect()
        shown = QFontMetrics(self.font()).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, box.width() + 1
        )
        painter.drawText(box, int(self.alignment() | Qt.TextFlag.TextSingleLine), shown)


class SectionLabel(Label):
    """The small heading above a picture or a group."""

    def __init__(self, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(words, "section", "t2", elide=True, parent=parent)


class Hairline(QFrame):
    """A horizontal line one device pixel thick."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(1)
        theme().changed.connect(self._on_theme)

    def _on_theme(self) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), color("line"))
