"""The scale of a difference: black takes levels away, grey is none, white adds them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from cnnviz_app.ui.panels._attack_words import GREY
from cnnviz_app.ui.theme import color, px
from cnnviz_app.ui.widgets.base import MINUS, PaintedWidget, number, outline, painter_for, text


class LevelBar(PaintedWidget):
    """Numbers in levels of 255, per channel; grey stays in the middle in every theme."""

    def __init__(self) -> None:
        super().__init__()
        self._reach = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_gain(1.0)
        self.restyle()

    def set_gain(self, gain: float) -> None:
        self._reach = (GREY - 1) / max(gain, 1e-6)
        reach = number(self._reach, 2, plain=True)
        self.setAccessibleName(f"Colour bar, {MINUS}{reach} to +{reach} levels")
        self.update()

    def restyle(self) -> None:
        self.setFixedHeight(px(8 + 2 + 14))

    def sizeHint(self) -> QSize:
        return QSize(px(180), px(24))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(96), px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        bar = QRectF(0, 0, self.width(), px(8))
        ramp = QLinearGradient(bar.topLeft(), bar.topRight())
        for place, level in ((0.0, 0), (0.5, GREY), (1.0, 255)):
            ramp.setColorAt(place, QColor(level, level, level))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ramp)
        painter.drawRoundedRect(bar, 2, 2)
        outline(painter, bar, 2, color("line2"))
        line = QRectF(0, px(10), self.width(), px(14))
        reach = number(self._reach, 2, plain=True)
        text(painter, line, MINUS + reach, "micro", "t2")
        words = " levels" if self.width() > px(150) else ""
        text(painter, line, f"+{reach}{words}", "micro", "t2", Qt.AlignmentFlag.AlignRight)
        text(painter, line, "0", "micro", "t2", Qt.AlignmentFlag.AlignHCenter)
