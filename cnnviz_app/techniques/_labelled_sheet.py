"""Pictures in rows and columns, with words beside and above them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Pixels = npt.NDArray[np.float32]
_GAP = 4
_PAPER, _INK = 255, 30
_SHARE = 11  # of a picture's height that is one line of words


class LabelledSheet:
    """A white sheet that fills up; every place has the same size."""

    def __init__(
        self, rows: Sequence[str], columns: Sequence[str], height: int, width: int
    ) -> None:
        self._height, self._width = height, width
        self._size = max(9, min(28, min(height, width) // _SHARE))
        self._font = ImageFont.load_default(self._size)
        self._left = max(self._breadth(word) for word in rows) + 2 * self._size
        self._top = 2 * self._size
        across = self._left + len(columns) * (width + _GAP)
        down = self._top + len(rows) * (height + _GAP)
        paper = Image.new("L", (across, down), _PAPER)
        draw = ImageDraw.Draw(paper)
        for number, word in enumerate(columns):
            middle = self._left + number * (width + _GAP) + width / 2
            draw.text((middle, self._top / 2), word, fill=_INK, font=self._font, anchor="mm")
        for number, word in enumerate(rows):
            middle = self._top + number * (height + _GAP) + height / 2
            place = (self._left - self._size, middle)
            draw.text(place, word, fill=_INK, font=self._font, anchor="rm")
        grey = np.asarray(paper, np.float32) / np.float32(255)
        self._sheet: Pixels = np.repeat(grey[:, :, None], 3, axis=2)

    def put(self, row: int, column: int, picture: Pixels) -> None:
        """H×W×3 in [0, 1]; smaller ones are shown enlarged until the next comes."""
        if picture.shape[:2] != (self._height, self._width):
            y = np.arange(self._height) * picture.shape[0] // self._height
            x = np.arange(self._width) * picture.shape[1] // self._width
            picture = picture[y][:, x]
        top = self._top + row * (self._height + _GAP)
        left = self._left + column * (self._width + _GAP)
        self._sheet[top : top + self._height, left : left + self._width] = picture

    def pixels(self) -> Pixels:
        """A copy of the sheet as it is now."""
        return self._sheet.copy()

    def _breadth(self, word: str) -> int:
        return int(self._font.getlength(word))
