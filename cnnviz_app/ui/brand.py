"""The mark: nine cells of a feature map, one of them found."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap

from cnnviz_app.ui.theme import color, px, theme
from cnnviz_app.ui.widgets.base import PaintedWidget, painter_for

# How strongly each of the nine cells shines; the one above 1 is the selected unit.
_CELLS = ((0.35, 0.55, 0.2), (0.75, 2.0, 0.55), (0.3, 0.9, 0.45))


def paint_mark(painter: QPainter, side: float, cell: QColor, found: QColor) -> None:
    gap = side * 0.09
    size = (side - 2 * gap) / 3
    for y, row in enumerate(_CELLS):
        for x, strength in enumerate(row):
            colour = QColor(found if strength > 1 else cell)
            colour.setAlphaF(min(1.0, strength))
            rect = QRectF(x * (size + gap), y * (size + gap), size, size)
            painter.fillRect(rect, colour)


def app_icon() -> QIcon:
    """The window's icon, drawn at the sizes systems ask for."""
    icon = QIcon()
    for side in (16, 32, 48, 64, 128, 256):
        pixmap = QPixmap(side, side)
        pixmap.fill(QColor("#16171A"))
        painter = QPainter(pixmap)
        margin = side * 0.14
        painter.translate(margin, margin)
        paint_mark(painter, side - 2 * margin, QColor("#ECEDEF"), QColor("#FFC53D"))
        painter.end()
        icon.addPixmap(pixmap)
    return icon


class Mark(PaintedWidget):
    """The mark beside the name in the header."""

    def sizeHint(self) -> QSize:
        return QSize(px(18), px(18))

    def restyle(self) -> None:
        self.setFixedSize(self.sizeHint())

    def paintEvent(self, event: QPaintEvent) -> None:
        self.setFixedSize(self.sizeHint())
        painter = painter_for(self)
        paint_mark(painter, px(18), color("t1"), theme().color("sel"))
