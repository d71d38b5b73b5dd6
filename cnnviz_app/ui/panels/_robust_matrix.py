"""The transfer matrix: made on the row, shown to the column."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from cnnviz_app.core import colormaps
from cnnviz_app.ui.theme import color, font, px, theme
from cnnviz_app.ui.widgets.base import PaintedWidget, fill_round, number, painter_for, percent, text

Shares = npt.NDArray[np.float32]


class TransferMatrix(PaintedWidget):
    """Cells fill while they are computed; the number says what the colour means."""

    def __init__(self) -> None:
        super().__init__()
        self._titles: tuple[str, ...] = ()
        self._success: Shares = np.zeros((0, 0), np.float32)
        self._confidence: Shares = self._success
        self._rows: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Transfer matrix")

    def begin(self, titles: tuple[str, ...]) -> None:
        """Empty cells for these models."""
        self._titles = titles
        self._success = np.full((len(titles), len(titles)), np.nan, np.float32)
        self._confidence = self._success.copy()
        self._rows = ()
        self.update()

    def set_cell(self, row: int, column: int, success: float, confidence: float) -> None:
        self._success[row, column] = success
        self._confidence[row, column] = confidence
        said = f"{self._titles[row]} to {self._titles[column]}: {percent(success)}"
        self.setAccessibleDescription(said)
        self.update()

    def set_rows(self, l2: tuple[float, ...], linf: tuple[int, ...]) -> None:
        """How large the changes made on each row are."""
        self._rows = tuple(
            f"L2 {number(length)}, L∞ {most}" for length, most in zip(l2, linf, strict=True)
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(480), px(320))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(120))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        count = len(self._titles)
        if not count:
            words = "Attacks made on the rows, shown to the columns."
            text(painter, QRectF(0, 0, self.width(), px(20)), words, "body", "t3")
            return
        left, top, gap = min(px(150), self.width() * 0.28), px(44), px(4)
        wide = min((self.width() - left) / count, px(560))
        tall = min((self.height() - top) / count, px(360))
        text(painter, QRectF(0, 0, left, px(18)), "made on ↓", "caption", "t3")
        text(painter, QRectF(left, 0, wide * count, px(18)), "shown to →", "caption", "t3")
        for i, title in enumerate(self._titles):
            head = QRectF(left + i * wide, px(20), wide - gap, px(20))
            text(painter, head, title, "caption", "t1", Qt.AlignmentFlag.AlignHCenter, 600)
            side = QRectF(0, top + i * tall, left - px(8), tall - gap)
            middle = side.center().y()
            upper = QRectF(0, middle - px(18), side.width(), px(18))
            text(painter, upper, title, "caption", "t1", weight=600)
            if i < len(self._rows):
                lower = QRectF(0, middle, side.width(), px(18))
                text(painter, lower, self._rows[i], "caption", "t2")
            for j in range(count):
                cell = QRectF(left + j * wide, top + i * tall, wide - gap, tall - gap)
                self._paint_cell(painter, cell, i, j)

    def _paint_cell(self, painter: QPainter, cell: QRectF, row: int, column: int) -> None:
        success = float(self._success[row, column])
        if np.isnan(success):
            fill_round(painter, cell, px(3), color("mat"))
            return
        dark = theme().is_dark
        ground = QColor(*colormaps.colour_at("tide", success, dark))
        fill_round(painter, cell, px(3), ground)
        ink = QColor("#000000") if ground.lightnessF() > 0.5 else QColor("#FFFFFF")
        middle = cell.center().y()
        painter.setPen(ink)
        centre = Qt.AlignmentFlag.AlignHCenter
        room = min(cell.height() / px(80), cell.width() / px(130))
        role = "display" if room > 2 else "title" if room > 1 else "strong"
        high = px(28 if room > 2 else 18)
        first = QRectF(cell.left(), middle - high, cell.width(), high)
        words(painter, first, percent(success), ink, role, centre)
        sure = float(self._confidence[row, column])
        if not np.isnan(sure):
            second = QRectF(cell.left(), middle, cell.width(), px(18))
            said = "body" if room > 2 else "caption"
            words(painter, second, f"sure {percent(sure)}", ink, said, centre)


def words(
    painter: QPainter, rect: QRectF, said: str, ink: QColor, role: str, align: Qt.AlignmentFlag
) -> None:
    """Text in a colour that is chosen by its ground, not by the theme."""
    painter.setFont(font(role))
    painter.setPen(ink)
    painter.drawText(rect, int(align | Qt.AlignmentFlag.AlignVCenter), said)
