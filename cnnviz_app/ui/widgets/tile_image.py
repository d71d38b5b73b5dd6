"""Hundreds of maps as one image of table positions: normalise, resample, lay out. No Qt."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Maps = npt.NDArray[np.float32]
Pixels = npt.NDArray[np.uint8]

LEVELS = 254  # table positions used by values; the two above are the page and the mat
PAGE, MAT = 254, 255


@lru_cache(maxsize=64)
def resample_matrix(n_in: int, n_out: int) -> Maps:
    """Weights (n_out × n_in) of linear interpolation upwards and area averaging downwards."""
    centres = (np.arange(n_out) + 0.5) * n_in / n_out - 0.5
    reach = max(1.0, n_in / n_out)
    distance = np.abs(np.arange(n_in)[None] - centres.clip(0, n_in - 1)[:, None])
    weights = np.clip(1 - distance / reach, 0, None)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)


def peaks_of(values: Maps, signed: bool) -> Maps:
    """The strongest value of every map (of its size when signed)."""
    flat = values.reshape(len(values), -1)
    high = flat.max(axis=1)
    peaks: Maps = np.maximum(high, -flat.min(axis=1)) if signed else high
    return peaks


def normalised(values: Maps, peaks: Maps, signed: bool, gamma: float) -> Maps:
    """Values as 0 … 1 for the colour table; zero is 0, or ½ when signed."""
    safe = np.where(peaks > 0, peaks, 1).astype(np.float32)[:, None, None]
    t = values / safe
    if signed:
        if gamma != 1.0:
            t = np.sign(t) * np.abs(t) ** np.float32(gamma)
        return np.asarray(np.clip(t * 0.5 + 0.5, 0, 1), np.float32)
    t = np.clip(t, 0, 1)
    return np.asarray(t if gamma == 1.0 else t ** np.float32(gamma), np.float32)


def resized(maps: Maps, height: int, width: int, smooth: bool) -> Maps:
    """Every map at height × width; hard pixels unless `smooth` or it has to shrink."""
    _, h, w = maps.shape
    if not smooth and h <= height and w <= width:
        rows = np.arange(height) * h // height
        columns = np.arange(width) * w // width
        return maps[:, rows][:, :, columns]
    across = maps.reshape(-1, w) @ resample_matrix(w, width).T
    across = across.reshape(len(maps), h, width)
    out: Maps = np.matmul(resample_matrix(h, height), across)
    return out


def laid_out(
    tiles: Maps, silent: npt.NDArray[np.bool_], columns: int, pitch: tuple[int, int]
) -> Pixels:
    """One image of table positions; `pitch` is (down, across) from tile to tile."""
    count, height, width = tiles.shape
    rows = -(-count // columns)
    levels = np.full((rows * columns, height, width), PAGE, np.uint8)
    # Adding a half and cutting is rounding, and much faster than np.rint.
    levels[:count] = tiles * np.float32(LEVELS - 1) + np.float32(0.5)
    levels[:count][silent] = MAT
    down, across = pitch
    canvas = np.full((rows, down, columns, across), PAGE, np.uint8)
    canvas[:, :height, :, :width] = levels.reshape(rows, columns, height, width).transpose(
        0, 2, 1, 3
    )
    return canvas.reshape(rows * down, columns * across)
