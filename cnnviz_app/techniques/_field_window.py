"""The frame in which the fields of many cells are laid over one another, and its measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets.graph import ReceptiveField

Map = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Cell = tuple[int, int]
Box = tuple[int, int, int, int]  # top, left, height, width


@dataclass(frozen=True)
class Window:
    """Where on the picture the cells of a layer look.

    Attributes:
        size: rows and columns that can matter; a field larger than twice the picture is cut.
        origin: the corner of the window of cell (0, 0) on the picture; may lie outside.
        stride: how far the window moves with one cell.
        theoretical: the receptive field in full, in pixels (down, right).
        grid: rows and columns of the layer's map.
        picture: rows and columns of the picture.
    """

    size: tuple[int, int]
    origin: tuple[int, int]
    stride: tuple[int, int]
    theoretical: tuple[int, int]
    grid: tuple[int, int]
    picture: tuple[int, int]

    def corner(self, cell: Cell) -> tuple[int, int]:
        """Top and left of a cell's window on the picture."""
        return (
            self.origin[0] + cell[0] * self.stride[0],
            self.origin[1] + cell[1] * self.stride[1],
        )

    def cut(self, on_picture: Map, cell: Cell) -> tuple[Map, Mask]:
        """The part of a map of the picture that a cell's window covers, and where there is any."""
        top, left = self.corner(cell)
        values = np.zeros(self.size, np.float32)
        inside = np.zeros(self.size, bool)
        rows = slice(max(0, top), min(self.picture[0], top + self.size[0]))
        columns = slice(max(0, left), min(self.picture[1], left + self.size[1]))
        if rows.start >= rows.stop or columns.start >= columns.stop:
            return values, inside
        place = (
            slice(rows.start - top, rows.stop - top),
            slice(columns.start - left, columns.stop - left),
        )
        values[place] = on_picture[rows, columns]
        inside[place] = True
        return values, inside


def window_of(net: Any, layer: str) -> Window:
    """The window of a layer; UserError where its units have no receptive field."""
    field = net.node(layer).receptive_field
    if field is None:
        raise UserError(
            f"The units of “{layer}” have no receptive field: every place is mixed with every "
            "other, as attention does.",
            hint="Choose a layer of a convolutional network, or an earlier one.",
        )
    picture = (net.spec.height, net.spec.width)
    return window_from(field, net.map_shape(layer)[1:], picture)


def window_from(
    field: ReceptiveField, grid: tuple[int, int], picture: tuple[int, int]
) -> Window:
    """The window of a layer with this field and so many rows and columns."""
    size, origin = [], []
    for axis, cells in enumerate(grid):
        full, start, side = field.size[axis], field.start[axis], picture[axis]
        if cells == 1:
            low, high = max(0, start), min(side, start + full)
            size.append(max(1, high - low))
            origin.append(low)
        else:
            shown = min(full, 2 * side - 1)
            size.append(shown)
            origin.append(start + (full - shown) // 2)
    return Window(
        (size[0], size[1]), (origin[0], origin[1]), field.stride, field.size, grid, picture
    )


class Aligned:
    """The mean of maps laid over one another, each counted only where its picture had pixels."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self._sum = np.zeros(window.size, np.float64)
        self._covered = np.zeros(window.size, np.int64)
        self.count = 0

    def add(self, on_picture: Map, cell: Cell) -> None:
        values, inside = self.window.cut(on_picture, cell)
        self._sum += values
        self._covered += inside
        self.count += 1

    def mean(self) -> Map:
        """Places that hardly any picture covered say nothing: they are 0."""
        enough = self._covered >= max(1, self.count // 8)
        mean = np.where(enough, self._sum / np.maximum(self._covered, 1), 0.0)
        return mean.astype(np.float32)


def square_side(mass: Map, share: float) -> float:
    """Side of the square around the centre of mass that holds this share of the mass; 0 if none."""
    total = float(mass.sum(dtype=np.float64))
    if total <= 0:
        return 0.0
    y, x = np.indices(mass.shape)
    weight = mass.astype(np.float64) / total
    middle = float((weight * y).sum()), float((weight * x).sum())
    reach = np.maximum(np.abs(y - middle[0]), np.abs(x - middle[1])).round(6)
    rings, ring = np.unique(reach.ravel(), return_inverse=True)
    held = np.cumsum(np.bincount(ring, weight.ravel(), len(rings)))
    # A ring that is only needed in part counts in part.
    side = float(np.interp(share, [0.0, *held], [0.0, *(2 * rings + 1)]))
    return min(side, float(max(mass.shape)))


def centre_of(mass: Map) -> tuple[float, float]:
    """Row and column of the centre of mass; the middle where there is none."""
    total = float(mass.sum(dtype=np.float64))
    if total <= 0:
        return (mass.shape[0] - 1) / 2, (mass.shape[1] - 1) / 2
    y, x = np.indices(mass.shape)
    return float((mass * y).sum() / total), float((mass * x).sum() / total)


def support_box(on_picture: Map) -> Box | None:
    """The smallest box around everything that is not zero, rounding errors left out."""
    most = float(np.abs(on_picture).max()) if on_picture.size else 0.0
    if most <= 0:
        return None
    alive = np.abs(on_picture) > 1e-6 * most
    rows, columns = np.flatnonzero(alive.any(1)), np.flatnonzero(alive.any(0))
    top, left = int(rows[0]), int(columns[0])
    return top, left, int(rows[-1]) - top + 1, int(columns[-1]) - left + 1


def region_of(drops: Map, level: float = 0.5) -> Mask:
    """Where the mean drop is at least this share of the largest one."""
    most = float(drops.max()) if drops.size else 0.0
    return drops >= level * most if most > 0 else np.zeros(drops.shape, bool)
