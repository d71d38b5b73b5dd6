"""Spearman's rank correlation: do two maps put the pixels in the same order?"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]


def ranks(values: Floats) -> npt.NDArray[np.float64]:
    """The place of each value in the order, from 1; equal values share the mean of their places."""
    _, which, counts = np.unique(values.reshape(-1), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    found: npt.NDArray[np.float64] = (last - (counts - 1) / 2)[which.reshape(-1)]
    return found


def spearman(one: Floats, other: Floats) -> float:
    """−1 … 1; not a number where one of them is the same everywhere."""
    a, b = ranks(one), ranks(other)
    a, b = a - a.mean(), b - b.mean()
    size = math.sqrt(float(a @ a) * float(b @ b))
    return float(a @ b) / size if size > 0 else math.nan
