"""Pictures side by side, each with its words below: what a row of results is shown as."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Picture = npt.NDArray[np.float32]
_INK = (32, 32, 36)
_GAP = 10
_LEAST_WIDTH = 192
_PER_ROW = 8


@dataclass(frozen=True)
class Labelled:
    """One picture of the strip, a heading and what is said about it."""

    picture: Picture
    heading: str
    words: Sequence[str] = ()


def strip(items: Sequence[Labelled], lines: int = 1, per_row: int = _PER_ROW) -> Picture:
    """The pictures in rows on white, all of one size, with a heading and `lines` lines each."""
    cells = [_cell(item, lines) for item in items]
    height, width = cells[0].shape[:2]
    columns = min(per_row, len(cells))
    # Rows of nearly equal length look meant.
    rows = math.ceil(len(cells) / columns)
    columns = math.ceil(len(cells) / rows)
    shape = (rows * (height + _GAP) + _GAP, columns * (width + _GAP) + _GAP, 3)
    paper = np.ones(shape, dtype=np.float32)
    for number, cell in enumerate(cells):
        y = _GAP + number // columns * (height + _GAP)
        x = _GAP + number % columns * (width + _GAP)
        paper[y : y + height, x : x + width] = cell
    return paper


def _cell(item: Labelled, lines: int) -> Picture:
    picture = _enlarged(item.picture)
    width = picture.shape[1]
    size = max(13, width // 14)
    line = round(size * 1.35)
    image = Image.new("RGB", (width, (1 + lines) * line + 4), "white")
    draw = ImageDraw.Draw(image)
    for number, text in enumerate([item.heading, *item.words][: 1 + lines]):
        shown = _fitted(draw, text, size, width)
        draw.text((0, 4 + number * line), shown, fill=_INK, font=_font(size))
    below = np.asarray(image, dtype=np.float32) / np.float32(255)
    return np.concatenate([picture, below])


def _fitted(draw: ImageDraw.ImageDraw, text: str, size: int, width: int) -> str:
    """The text, its beginning left out if it is too long: ends of layer names tell them apart."""
    if draw.textlength(text, font=_font(size)) <= width:
        return text
    while len(text) > 1 and draw.textlength(f"…{text}", font=_font(size)) > width:
        text = text[1:]
    return f"…{text}"


def _enlarged(picture: Picture) -> Picture:
    """Small pictures by whole factors, so that their pixels stay pixels."""
    factor = math.ceil(_LEAST_WIDTH / picture.shape[1])
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)


@functools.cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
