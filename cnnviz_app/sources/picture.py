"""One picture as every panel knows it: frozen pixels with a name and an origin."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cnnviz_app.core import images


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture somebody can look at.

    Attributes:
        name: what the window calls it.
        pixels: uint8 H×W×3, read-only whatever was handed in.
        origin: where it came from: a path, `builtin:chelsea`, `clipboard`, `drawing`, `recipe`.
        notes: what was done to it on the way in, one sentence each.
    """

    name: str
    pixels: npt.NDArray[np.uint8]
    origin: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.pixels.dtype != np.uint8 or self.pixels.ndim != 3 or self.pixels.shape[2] != 3:
            raise ValueError(f"not uint8 H×W×3: {self.pixels.dtype} {self.pixels.shape}")
        object.__setattr__(self, "pixels", images.read_only(self.pixels))

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @cached_property
    def content_id(self) -> str:
        """SHA-256 of shape and bytes: equal exactly when the pixels are."""
        return images.content_id(self.pixels)


def open_picture(path: str | os.PathLike[str]) -> Picture:
    """The picture in a file; UserError says why there is none."""
    loaded = images.load(path)
    return Picture(loaded.name, loaded.pixels, os.path.abspath(path), loaded.notes)


def picture_from_bytes(data: bytes, name: str, origin: str) -> Picture:
    """A picture that came as an encoded file: from the clipboard, from a recipe."""
    loaded = images.load(data, name)
    return Picture(name, loaded.pixels, origin, loaded.notes)
