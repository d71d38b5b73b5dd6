"""Lays pictures out as the sheets of the README: dark ground, one size of type, even gutters."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from cnnviz_app import paths
from cnnviz_app.core.atomic import write_bytes

WIDTH, GAP, TYPE = 1600, 16, 24
MOST_BYTES = 390_000
INK, QUIET, GROUND = (236, 238, 242), (160, 165, 175), (16, 17, 20)
_LINE = round(TYPE * 1.35)
_FAINT = (44, 46, 52)
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Tile:
    """A picture, what it is called, and what is said about it in a quieter line.

    Attributes:
        source: it is what others were made from, and wears a frame.
    """

    pixels: Pixels | None
    title: str = ""
    note: str = ""
    source: bool = False


@dataclass(frozen=True)
class Row:
    """Tiles of one height that share the width of the sheet, with a heading above.

    Attributes:
        aspect: width over height of each tile.
        columns: how many tiles would fill the width, where the row has fewer.
        crisp: whether pixels stay pixels.
    """

    tiles: Sequence[Tile]
    heading: str = ""
    aspect: float = 1.0
    columns: int = 0
    crisp: bool = False


def lay_out(rows: Sequence[Row], width: int = WIDTH) -> Image.Image:
    """All rows below each other."""
    tall = GAP + sum(_height(row, width) for row in rows)
    page = Image.new("RGB", (width, tall), GROUND)
    pen = ImageDraw.Draw(page)
    y = GAP
    for row in rows:
        _draw(page, pen, row, width, y)
        y += _height(row, width)
    return page


def save(page: Image.Image, name: str) -> None:
    """As a JPEG in resources/help, as good as the size allows."""
    for quality in range(92, 40, -2):
        buffer = io.BytesIO()
        page.save(buffer, "JPEG", quality=quality, optimize=True, subsampling="4:2:0")
        if buffer.tell() < MOST_BYTES:
            break
    write_bytes(paths.resource("help") / name, buffer.getvalue())
    print(f"{name}: {page.width}×{page.height}, {buffer.tell() // 1024} kB at quality {quality}")


def _sides(row: Row, width: int) -> list[tuple[int, int]]:
    """Left and right of every tile, so that the last one ends exactly at the gutter."""
    count = max(row.columns, len(row.tiles))
    step = (width - GAP) / count
    edges = [round(GAP + number * step) for number in range(count + 1)]
    return [(edges[i], edges[i + 1] - GAP) for i in range(len(row.tiles))]


def _side(row: Row, width: int) -> tuple[int, int]:
    left, right = _sides(row, width)[0]
    return right - left, round((right - left) / row.aspect)


def _height(row: Row, width: int) -> int:
    lines = (any(tile.title for tile in row.tiles) + any(tile.note for tile in row.tiles)
             + bool(row.heading))  # fmt: skip
    return _side(row, width)[1] + lines * _LINE + (lines > bool(row.heading)) * 6 + GAP


def _draw(
    page: Image.Image, pen: ImageDraw.ImageDraw, row: Row, width: int, y: int
) -> None:  # fmt: skip
    if row.heading:
        pen.text((GAP, y - 4), row.heading, INK, _font("SemiBold"))
        y += _LINE
    tall = _side(row, width)[1]
    for tile, (left, right) in zip(row.tiles, _sides(row, width), strict=True):
        if tile.pixels is not None:
            page.paste(_cut(tile.pixels, (right - left, tall), row.crisp), (left, y))
        if tile.source:
            pen.rectangle((left, y, right - 1, y + tall - 1), outline=_FAINT, width=2)
        words = [(tile.title, INK), (tile.note, QUIET)]
        below = y + tall + 4
        for text, colour in words:
            if text:
                pen.text((left, below), _fitted(pen, text, right - left), colour, _font("Medium"))
                below += _LINE


def _cut(pixels: Pixels, size: tuple[int, int], crisp: bool) -> Image.Image:
    """The middle of the picture in the tile's shape."""
    picture = Image.fromarray(pixels)
    wide = min(picture.width, round(picture.height * size[0] / size[1]))
    tall = min(picture.height, round(picture.width * size[1] / size[0]))
    left, top = (picture.width - wide) // 2, (picture.height - tall) // 2
    cut = picture.crop((left, top, left + wide, top + tall))
    return cut.resize(size, Image.Resampling.NEAREST if crisp else Image.Resampling.LANCZOS)


def _fitted(pen: ImageDraw.ImageDraw, text: str, width: int) -> str:
    """The text, its end left out where it is wider than its picture."""
    if pen.textlength(text, _font("Medium")) <= width:
        return text
    while text and pen.textlength(f"{text}…", _font("Medium")) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _font(weight: str) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The window's type where it is installed, else Pillow's own."""
    try:
        return ImageFont.truetype(f"Inter-{weight}.otf", TYPE)
    except OSError:
        return ImageFont.load_default(TYPE)
