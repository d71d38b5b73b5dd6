"""Several pictures of one size as one, side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_GAP = 2
_PAPER = 1.0


def sheet(pictures: Sequence[npt.NDArray[np.float32]], columns: int = 0) -> npt.NDArray[np.float32]:
    """H×W×3 pictures with thin white lines between them, nearly square unless told otherwise."""
    if len(pictures) == 1:
        return pictures[0]
    columns = columns or math.ceil(math.sqrt(len(pictures)))
    rows = math.ceil(len(pictures) / columns)
    height, width = pictures[0].shape[:2]
    shape = (rows * (height + _GAP) - _GAP, columns * (width + _GAP) - _GAP, 3)
    paper = np.full(shape, _PAPER, dtype=np.float32)
    for index, picture in enumerate(pictures):
        y = index // columns * (height + _GAP)
        x = index % columns * (width + _GAP)
        paper[y : y + height, x : x + width] = picture
    return paper
