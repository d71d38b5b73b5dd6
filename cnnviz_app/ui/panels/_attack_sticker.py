"""A found sticker as something to lay on other pictures; arithmetic only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnviz_app.lab.requests import Pixels

# The last pixels of the rim are mixed with what lay below it.
RIM = 0.96


@dataclass(frozen=True)
class Sticker:
    """Square pixels of which the disc inside counts."""

    pixels: Pixels
    share: float

    def printed(self, side: int = 512) -> Pixels:
        """The disc on white, as it is shown to be filmed or printed."""
        found = _resized(self.pixels, side).astype(np.float32)
        cover = _disc(side)[..., None]
        laid: Pixels = np.rint(found * cover + 255 * (1 - cover)).astype(np.uint8)
        return laid


@dataclass(frozen=True)
class Place:
    """Where a sticker lies: its middle and width as shares of the square that the network sees."""

    x: float = 0.78
    y: float = 0.78
    width: float = 0.36


def cut_out(clean: Pixels, attacked: Pixels) -> Sticker | None:
    """The sticker that lies on an attacked picture: the square around all that changed."""
    changed = (clean != attacked).any(axis=2)
    rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
    if not len(rows):
        return None
    top, left = int(rows[0]), int(columns[0])
    side = max(int(rows[-1]) - top, int(columns[-1]) - left) + 1
    part = attacked[top : top + side, left : left + side]
    return Sticker(part.copy(), float(changed.mean())) if len(part) > 2 else None


def laid(frame: Pixels, sticker: Sticker, place: Place) -> Pixels:
    """The frame with the sticker on the middle square of it, as the network will see it."""
    height, width = frame.shape[:2]
    short = min(height, width)
    side = max(4, round(place.width * short))
    left = round((width - short) / 2 + place.x * short - side / 2)
    top = round((height - short) / 2 + place.y * short - side / 2)
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = min(height, top + side), min(width, left + side)
    if y1 <= y0 or x1 <= x0:
        return frame
    pixels = _resized(sticker.pixels, side)[y0 - top : y1 - top, x0 - left : x1 - left]
    cover = _disc(side)[y0 - top : y1 - top, x0 - left : x1 - left, None]
    made = frame.copy()
    below = made[y0:y1, x0:x1].astype(np.float32)
    made[y0:y1, x0:x1] = np.rint(pixels * cover + below * (1 - cover)).astype(np.uint8)
    return made


def _resized(pixels: Pixels, side: int) -> Pixels:
    image = Image.fromarray(pixels).resize((side, side), Image.Resampling.BILINEAR)
    return np.asarray(image)


def _disc(side: int) -> npt.NDArray[np.float32]:
    at = np.linspace(-1, 1, side, dtype=np.float32)
    distance = np.sqrt(at[:, None] ** 2 + at[None] ** 2)
    edge: npt.NDArray[np.float32] = np.clip((RIM - distance) * side / 2 + 0.5, 0, 1)
    return edge
