"""The part of each style picture that is taken: masks as the style's parameter has them."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from cnnviz_app.core import png, references
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.images import content_id
from cnnviz_app.sources import brought, builtin
from cnnviz_app.sources.picture import open_picture

# Every style has a mask when one has: this one takes the whole picture.
WHOLE = "whole.png"
PART = "part.png"
Pixels = npt.NDArray[np.uint8]


def part_of(masks: str, number: int) -> str:
    """The mask of one style; nothing for a style that is taken whole."""
    names = references.split(masks)
    if number >= len(names):
        return ""
    file = re.split(r"[\\/]", names[number])[-1]
    return "" if file == WHOLE else names[number]


def with_part(styles: str, masks: str, number: int, part: str) -> str:
    """The masks of all styles after one got another; nothing when all are taken whole."""
    parts = [part_of(masks, n) for n in range(len(references.split(styles)))]
    parts[number] = part
    return _joined(parts)


def moved(before: str, masks: str, after: str) -> str:
    """The masks after styles came or went: each stays with its own picture."""
    was = references.split(before)
    parts = {name: part_of(masks, number) for number, name in enumerate(was)}
    return _joined([parts.get(name, "") for name in references.split(after)])


def keep(mask: Pixels, name: str = PART) -> str:
    """A mask as a file of our own: white is taken, black is left out."""
    return str(brought.keep(png.encode8(mask), content_id(mask), name))


def opened(reference: str) -> Pixels | None:
    """The pixels of a style picture, if it can be read."""
    try:
        builtin_one = references.is_builtin(reference)
        return (builtin.load(reference) if builtin_one else open_picture(reference)).pixels
    except UserError:
        return None


def _joined(parts: list[str]) -> str:
    if not any(parts):
        return ""
    return references.join(part or keep(np.full((8, 8), 255, np.uint8), WHOLE) for part in parts)
