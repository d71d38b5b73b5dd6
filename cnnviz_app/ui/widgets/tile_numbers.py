"""The values of a small map written into its cells, where they can be read."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from cnnviz_app.ui.theme import font, px

from .base import MINUS, text_width

# More columns than this leave no room for two digits and a sign.
MOST_COLUMNS = 5


def short(value: float) -> str:
    """Two digits at most, without the zero before the point: .12, −3.4, 17."""
    size = abs(value)
    if size < 0.0005:
        return "0"
    digits = 0 if size >= 9.95 else 1 if size >= 0.995 else 2 if size >= 0.005 else 3
    words = f"{size:.{digits}f}"
    return (MINUS if value < 0 else "") + words.removeprefix("0")


def write_numbers(picture: QPixmap, values: npt.NDArray[np.floating]) -> bool:
    """Write each value into its cell of the enlarged map; False where they would not fit."""
    rows, columns = values.shape
    ratio = picture.devicePixelRatio()
    wide, tall = picture.width() / ratio / columns, picture.height() / ratio / rows
    words = [[short(float(value)) for value in row] for row in values]
    longest = max((text_width(word, "micro") for row in words for word in row), default=0)
    if columns > MOST_COLUMNS or longest > wide - 2 or tall < px(13):
        return False
    grounds = picture.toImage()
    painter = QPainter(picture)
    painter.setFont(font("micro"))
    for y, row in enumerate(words):
        for x, word in enumerate(row):
            cell = QRectF(x * wide, y * tall, wide, tall)
            middle = cell.center() * ratio
            ground = grounds.pixelColor(int(middle.x()), int(middle.y()))
            light = ground.lightnessF() > 0.5
            painter.setPen(QColor("#000000" if light else "#FFFFFF"))
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, word)
    painter.end()
    return True
