"""A colour bar with numbers; signed ones mark zero in the middle."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz_app.core import colormaps
from cnnviz_app.ui.theme import color, px, theme

from .base import (
    PaintedWidget,
    number,
    outline,
    painter_for,
    ratio_of,
    round_pixmap,
    text,
    to_qimage,
)


class ColourBar(PaintedWidget):
    """The scale of a picture of values: map name, two ends, and words in place of the numbers."""

    def __init__(
        self,
        name: str = "tide",
        lo: float = 0.0,
        hi: float = 1.0,
        *,
        low_words: str = "",
        high_words: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._scale: tuple[object, ...] = ()
        self._on_picture = False
        self.set_scale(name, lo, hi, low_words=low_words, high_words=high_words)
        self.restyle()

    def set_scale(
        self, name: str, lo: float, hi: float, beyond: bool = False, *,
        low_words: str = "", high_words: str = "",
    ) -> None:  # fmt: skip
        """With `beyond`, a few values lie outside the ends and take their colours."""
        scale = (name, lo, hi, beyond, low_words, high_words)
        if scale == self._scale:
            return  # said again with every frame of a camera
        self._scale = scale
        self._name, self._lo, self._hi, self._beyond = name, lo, hi, beyond
        self._low_words, self._high_words = low_words, high_words
        low, high = self._ends()
        self.setAccessibleName(f"Colour bar, {low} to {high}")
        self.update()

    def set_on_picture(self, on: bool) -> None:
        """The colours of a map that lies on a photograph are the same in every theme."""
        if on != self._on_picture:
            self._on_picture = on
            self.update()

    def restyle(self) -> None:
        self.setFixedHeight(px(8 + 3 + 14))

    def sizeHint(self) -> QSize:
        return QSize(px(140), px(25))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(96), px(25))

    def _ends(self) -> tuple[str, str]:
        low, high = number(self._lo, plain=True), number(self._hi, plain=True)
        if colormaps.is_signed(self._name):
            high = "+" + high
        if self._beyond:
            low = "≤ " + low if colormaps.is_signed(self._name) else low
            high = "≥ " + high
        return self._low_words or low, self._high_words or high

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        table = colormaps.lut(self._name, theme().is_dark or self._on_picture)
        strip = to_qimage(np.ascontiguousarray(table[None]))
        bar = QRectF(0, 0, self.width(), px(8))
        ratio = ratio_of(painter)
        size = QSize(round(self.width() * ratio), round(px(8) * ratio))
        modes = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        pixmap = QPixmap.fromImage(strip.scaled(size, *modes))
        pixmap.setDevicePixelRatio(ratio)
        round_pixmap(painter, bar, pixmap, 2)
        if not theme().is_dark:
            outline(painter, bar, 2, color("line"))
        line = QRectF(0, px(10), self.width(), px(14))
        low, high = self._ends()
        text(painter, line, low, "micro", "t2")
        text(painter, line, high, "micro", "t2", Qt.AlignmentFlag.AlignRight)
        if colormaps.is_signed(self._name):
            text(painter, line, "0", "micro", "t2", Qt.AlignmentFlag.AlignHCenter)
