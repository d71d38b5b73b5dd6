"""The names of a plot's curves in rows above it, as many rows as their words need."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from cnnviz_app.ui.theme import px, theme

from .base import PaintedWidget, painter_for, text, text_width

_ROW, _SIGN, _GAP = 18, 15, 12


class PlotLegend(PaintedWidget):
    """Each name behind a piece of its line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: list[tuple[str, QColor, bool]] = []
        self.restyle()

    @property
    def names(self) -> list[str]:
        return [name for name, _, _ in self._entries]

    def set_entries(self, entries: list[tuple[str, QColor, bool]]) -> None:
        """Name, colour, and whether the line is dashed."""
        self._entries = entries
        self.restyle()
        self.update()

    def restyle(self) -> None:
        rows = 1 + max((row for _, row in self.places()), default=0)
        self.setFixedHeight(rows * px(_ROW))

    def places(self) -> list[tuple[float, int]]:
        """Left edge and row of each name."""
        found: list[tuple[float, int]] = []
        x, row = 0.0, 0
        for name in self.names:
            wide = px(_SIGN) + text_width(name, "micro") + 3
            if x > 0 and x + wide > self.width():
                x, row = 0.0, row + 1
            found.append((x, row))
            x += wide + px(_GAP)
        return found

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        for (name, paint, dashed), (x, row) in zip(self._entries, self.places(), strict=True):
            line = QRectF(x, row * px(_ROW), self.width() - x, px(_ROW))
            pen = QPen(paint, 2 * theme().tokens.ring)
            if dashed:
                pen.setStyle(Qt.PenStyle.DashLine)
                pen.setDashPattern([2, 1.2])
            painter.setPen(pen)
            y = round(line.center().y())
            painter.drawLine(int(x), y, int(x) + px(11), y)
            text(painter, line.adjusted(px(_SIGN), 0, 0, 0), name, "micro", "t1")
