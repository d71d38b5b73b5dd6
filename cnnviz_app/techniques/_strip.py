"""Pictures that follow one another, numbered, in rows, each with its words below."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Picture = npt.NDArray[np.float32]
Levels = npt.NDArray[np.uint8]
_INK, _ARROW, _FAINT, _TO_COME, _PAPER = 30, 110, 150, 236, 255
_LEAST_WIDTH = 192
# As shares of a picture's width: readable from the last row when four are side by side.
_TYPE, _GAP = 1 / 7, 1 / 7
_LINE = 1.3
# Long words shrink by this much before they are cut.
_SMALLEST_TYPE = 0.72
# What the sheet is mostly looked at in: a stage, a slide.
_SHAPE = 4 / 3
# Drawn so much larger and shrunk: Pillow's shapes have no soft edges.
_FINE = 4


class Strip:
    """White paper with a place for each picture; arrows lead from each to the next.

    All places are there from the start, those to come in grey, so that every frame of a film has
    the same size and shows how far it still is.
    """

    def __init__(self, headings: Sequence[str], height: int, width: int, lines: int = 1) -> None:
        self._headings, self._lines = list(headings), lines
        # By whole factors, so that pixels stay pixels.
        self._factor = math.ceil(_LEAST_WIDTH / width)
        self._height, self._width = height * self._factor, width * self._factor
        self._type = round(self._width * _TYPE)
        self._line = round(self._type * _LINE)
        self._gap = round(self._width * _GAP)
        self._below = (1 + lines) * self._line + self._line // 4
        across, down = self._width + self._gap, self._height + self._below + self._gap // 2
        self._columns = columns_for(len(self._headings), across, down)
        rows = math.ceil(len(self._headings) / self._columns)
        shape = (rows * down + self._gap // 2, self._columns * across + self._gap, 3)
        self._sheet: Picture = np.ones(shape, np.float32)
        self._levels: Levels = np.full(shape, _PAPER, np.uint8)
        for place in range(len(self._headings)):
            self._put_arrow(place)
            self._fill(*self._corner(place), np.full(
                (self._height, self._width, 3), _TO_COME / 255, np.float32))  # fmt: skip
            self.put_words(place, ink=_FAINT)

    def put(self, place: int, picture: Picture) -> None:
        """H×W×3 in [0, 1], of the size that was said."""
        large = picture.repeat(self._factor, axis=0).repeat(self._factor, axis=1)
        self._fill(*self._corner(place), large)

    def put_words(self, place: int, words: Sequence[str] = (), ink: int = _INK) -> None:
        """What is said below a picture, its heading with its number first."""
        paper = Image.new("L", (self._width, self._below), _PAPER)
        pen = ImageDraw.Draw(paper)
        left = self._put_number(paper, place, ink) if place else 0
        room = self._width - left
        font, said = self._fitted(pen, self._headings[place], room, front=True)
        pen.text((left, self._line * 0.72), said, ink, font, anchor="lm")
        for number, text in enumerate(words[: self._lines], start=1):
            font, said = self._fitted(pen, text, self._width, front=False)
            pen.text((0, self._line * (number + 0.72)), said, ink, font, anchor="lm")
        top, edge = self._corner(place)
        self._fill(top + self._height, edge, _as_picture(paper))

    def pixels(self) -> Picture:
        """A copy of the sheet as it is now."""
        return self._sheet.copy()

    def levels(self) -> Levels:
        """The same in 8 bits."""
        return self._levels.copy()

    # ---- inside

    def _corner(self, place: int) -> tuple[int, int]:
        row, column = divmod(place, self._columns)
        return (self._gap // 2 + row * (self._height + self._below + self._gap // 2),
                self._gap + column * (self._width + self._gap))  # fmt: skip

    def _fill(self, top: int, left: int, part: Picture) -> None:
        there = np.s_[top : top + part.shape[0], left : left + part.shape[1]]
        self._sheet[there] = part
        self._levels[there] = np.clip(part * 255.0 + 0.5, 0, 255).astype(np.uint8)

    def _put_number(self, paper: Image.Image, place: int, ink: int) -> int:
        """Its place in the order, white on a disc; gives where the words may begin."""
        tall = round(self._line * 0.96)
        font = _font(round(self._type * 0.85 * _FINE))
        pen = ImageDraw.Draw(Image.new("L", (1, 1)))
        wide = max(tall, round(pen.textlength(str(place), font) / _FINE + tall * 0.5))
        large = Image.new("L", (wide * _FINE, tall * _FINE), _PAPER)
        pen = ImageDraw.Draw(large)
        pen.rounded_rectangle(
            (0, 0, large.width - 1, large.height - 1), large.height / 2, fill=ink
        )  # fmt: skip
        pen.text((large.width / 2, large.height / 2), str(place), _PAPER, font, anchor="mm")
        badge = large.resize((wide, tall), Image.Resampling.BOX)
        paper.paste(badge, (0, round(self._line * 0.72 - tall / 2)))
        return round(wide + self._type * 0.3)

    def _put_arrow(self, place: int) -> None:
        """From the one before, in the gap to the left."""
        if not place:
            return
        side = self._gap
        large = Image.new("L", (side * _FINE, side * _FINE), _PAPER)
        middle, reach = large.width / 2, large.width * 0.24
        corners = [(middle - reach, middle - 1.4 * reach), (middle + reach, middle),
                   (middle - reach, middle + 1.4 * reach)]  # fmt: skip
        ImageDraw.Draw(large).polygon(corners, fill=_ARROW)
        small = large.resize((side, side), Image.Resampling.BOX)
        top, left = self._corner(place)
        self._fill(top + (self._height - side) // 2, left - side, _as_picture(small))

    def _fitted(
        self, pen: ImageDraw.ImageDraw, text: str, room: float, *, front: bool
    ) -> tuple[ImageFont.FreeTypeFont | ImageFont.ImageFont, str]:
        """Type and text that fit: smaller, then cut; ends of layers' names tell them apart."""
        size = self._type
        while size > self._type * _SMALLEST_TYPE and pen.textlength(text, _font(size)) > room:
            size -= 1
        font = _font(size)
        if pen.textlength(text, font) <= room:
            return font, text
        while len(text) > 1 and pen.textlength(f"{text}…", font) > room:
            text = text[1:] if front else text[:-1]
        return font, f"…{text}" if front else f"{text.rstrip()}…"


def columns_for(count: int, across: int, down: int) -> int:
    """As many as make the places largest on a stage; of equals, the most even rows."""

    def worth(columns: int) -> tuple[float, int]:
        rows = math.ceil(count / columns)
        size = min(_SHAPE / (columns * across), 1.0 / (rows * down))
        return size, -(columns * rows - count)

    return max(range(1, count + 1), key=worth)


def _as_picture(paper: Image.Image) -> Picture:
    grey = np.asarray(paper, np.float32) / np.float32(255)
    return np.repeat(grey[:, :, None], 3, axis=2)


@functools.cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
