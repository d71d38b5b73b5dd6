"""Strokes of the drawing pad as pictures, digits centred and scaled the way MNIST has them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cnnviz_app.sources.picture import Picture

ORIGIN = "drawing"  # of every picture that somebody draws

Points = npt.NDArray[np.float64]
Strokes = Sequence[npt.ArrayLike]
MNIST_SIDE = 28
_BOX = 20.0  # MNIST scales each digit into a 20×20 box …
_PEN = 1.15  # … where its lines are about this wide, measured from their middle, in pixels.
_DOT = 0.04  # smaller than this part of the pad is a dot, which is not blown up


def mnist_digit(strokes: Strokes) -> npt.NDArray[np.uint8]:
    """28×28 levels, ink 255 on 0: scaled into a 20×20 box, centre of mass in the middle.

    Strokes are lists of (x, y) with x to the right, y down, in parts of the pad (0 to 1).
    """
    lines = _cleaned(strokes)
    if not lines:
        return np.zeros((MNIST_SIDE, MNIST_SIDE), np.uint8)
    every = np.concatenate(lines)
    low, extent = every.min(0), float(np.ptp(every, axis=0).max())
    scale = (_BOX - 2 * _PEN) / extent if extent > _DOT else MNIST_SIDE
    middle = MNIST_SIDE / 2
    placed = [(line - low - np.ptp(every, axis=0) / 2) * scale + middle for line in lines]
    ink = _raster(placed, MNIST_SIDE, _PEN)
    mass = ink.sum()
    centres = np.arange(MNIST_SIDE) + 0.5
    offset = np.array([(ink.sum(0) * centres).sum(), (ink.sum(1) * centres).sum()]) / mass - middle
    ink = _raster([line - offset for line in placed], MNIST_SIDE, _PEN)
    return np.asarray(np.floor(ink * 255 + 0.5), dtype=np.uint8)


def drawn(strokes: Strokes, side: int, pen: float = 0.03) -> npt.NDArray[np.uint8]:
    """side×side levels, ink 255 on 0, exactly where it was drawn; `pen` is half the line's width.

    For bars, edges and anything whose place matters.
    """
    ink = _raster([line * side for line in _cleaned(strokes)], side, max(pen * side, 0.5))
    return np.asarray(np.floor(ink * 255 + 0.5), dtype=np.uint8)


def as_picture(levels: npt.NDArray[np.uint8], name: str = "Drawing") -> Picture:
    """Grey levels as a picture."""
    return Picture(name, np.repeat(levels[..., None], 3, axis=2), ORIGIN)


def _cleaned(strokes: Strokes) -> list[Points]:
    """Strokes as N×2 arrays without the points that are not numbers."""
    lines = []
    for stroke in strokes:
        points = np.asarray(stroke, dtype=np.float64).reshape(-1, 2)
        points = points[np.isfinite(points).all(axis=1)]
        if len(points):
            lines.append(points)
    return lines


def _raster(lines: Sequence[Points], side: int, radius: float) -> npt.NDArray[np.float64]:
    """How much ink covers each pixel, 0 to 1, edges one pixel soft."""
    ink = np.zeros((side, side))
    reach = radius + 1
    for line in lines:
        thin = _thinned(line)
        for start, end in zip(thin, thin[1:] if len(thin) > 1 else thin, strict=False):
            left, top = np.maximum(np.floor(np.minimum(start, end) - reach), 0).astype(int)
            right, bottom = np.minimum(np.ceil(np.maximum(start, end) + reach), side).astype(int)
            if right > left and bottom > top:
                x, y = np.arange(left, right) + 0.5, np.arange(top, bottom)[:, None] + 0.5
                cover = np.clip(radius + 0.5 - _distance(x, y, start, end), 0, 1)
                window = ink[top:bottom, left:right]
                np.maximum(window, cover, out=window)
    return ink


def _thinned(line: Points, apart: float = 0.35) -> Points:
    """The line without the points a fast mouse puts closer together than a pixel can show."""
    kept = [line[0]]
    for point in line[1:-1]:
        if np.abs(point - kept[-1]).max() >= apart:
            kept.append(point)
    return np.array([*kept, line[-1]]) if len(line) > 1 else line


def _distance(x: Points, y: Points, start: Points, end: Points) -> Points:
    """From each point to the stretch between `start` and `end`."""
    along = end - start
    length = float(along @ along)
    part = ((x - start[0]) * along[0] + (y - start[1]) * along[1]) / length if length else 0.0
    part = np.clip(part, 0, 1)
    distance: Points = np.hypot(x - start[0] - part * along[0], y - start[1] - part * along[1])
    return distance
