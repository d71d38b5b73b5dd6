"""The card beside the box under the pointer: what it is, gives, costs and sees."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import text, text_width
from cnnviz_app.ui.widgets.floating import FloatingCard

LINE = 17


class GraphCard(FloatingCard):
    """A title, lines of name and value, and a hint what a click does."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.title, self.hint = "", ""
        self.lines: list[tuple[str, str]] = []

    def show_facts(
        self, title: str, lines: list[tuple[str, str]], hint: str, anchor: QRect
    ) -> None:
        self.title, self.lines, self.hint = title, lines, hint
        wide = max(
            text_width(title, "strong"),
            text_width(hint, "caption"),
            *(text_width(name + value, "caption") + px(24) for name, value in lines),
        )
        rows = len(lines) + (1 if hint else 0)
        self.set_body_size(wide + 2 * px(10), px(20) + rows * px(LINE) + 2 * px(9))
        self.show_near(anchor)

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        line = QRect(body.left() + px(10), body.top() + px(9), body.width() - 2 * px(10), px(18))
        text(painter, line, self.title, "strong")
        line.setHeight(px(LINE))
        line.translate(0, px(2))
        for name, value in self.lines:
            line.translate(0, px(LINE))
            if name:
                text(painter, line, name, "caption", "t2")
                text(painter, line, value, "caption", "t1", Qt.AlignmentFlag.AlignRight)
            else:
                text(painter, line, value, "caption", "t2")
        if self.hint:
            line.translate(0, px(LINE))
            text(painter, line, self.hint, "caption", "t3")
