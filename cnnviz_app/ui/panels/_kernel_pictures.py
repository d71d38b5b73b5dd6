"""Weights turned into tiles: the ways lectures show kernels, and the orders they read well in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnviz_app.core import ordering

Weights = npt.NDArray[np.float32]
Order = npt.NDArray[np.int64]
Choices = tuple[tuple[str, str], ...]
COLOUR, ALL_UNITS, ONE_UNIT, NORM = "colour", "all", "one", "norm"
BY_NUMBER, BY_NORM, ALIKE, DIRECTION = "number", "norm", "alike", "direction"
# Beyond this many tiles nobody reads a kernel; so many are shown, and the title says so.
MOST_TILES = 1024
# The first so many, as lectures show them; "all" is 0.
COUNTS = (8, 16, 20, 32, 64, 128)
_SAMPLED = 500_000
BINS = 48


@dataclass(frozen=True)
class KernelView:
    """Tiles to show.

    Attributes:
        pictures: uint8 colour tiles, or None.
        values: float N×h×w signed tiles, or None.
        cells: N×c×h×w weights behind the tiles, for orders and for reading numbers.
        inputs: for each tile the input channel its weights belong to, or None: all of them.
        limit: the value at the ends of the colour bar.
        note: a few words for the title bar.
        signed: norms have no negative half.
    """

    pictures: list[npt.NDArray[np.uint8]] | None
    values: Weights | None
    cells: Weights
    inputs: Order | None
    limit: float
    note: str
    signed: bool = True

    @property
    def count(self) -> int:
        return len(self.cells)

    @property
    def folded(self) -> bool:
        """Rows of weights folded into tiles: their cells are inputs, not places."""
        return self.values is not None and self.cells.shape[2:] == (1, 1)


def modes_for(weights: Weights) -> Choices:
    """The ways that make sense for these weights, the best first."""
    ins, height, width = weights.shape[1:]
    if ins == 3 and height > 1:
        return ((COLOUR, "In colour"), (ONE_UNIT, "Selected unit, by input"))
    if height * width == 1:
        return ((NORM, "All units, as rows"), (ONE_UNIT, "Selected unit, by input"))
    if ins == 1:
        return ((ALL_UNITS, "All units"),)
    return (
        (ONE_UNIT, "Selected unit, by input"),
        (ALL_UNITS, "All, strongest connection"),
        (NORM, "All, norm over inputs"),
    )


def orders_for(view: KernelView) -> Choices:
    """By number always; by direction only where a tile has more than one cell."""
    both: Choices = ((BY_NUMBER, "By number"), (BY_NORM, "Largest first"))
    if view.count < 3:
        return both[: max(1, view.count)]
    both = (*both, (ALIKE, "Alike together"))
    spread = min(view.cells.shape[2:]) > 1
    return (*both, (DIRECTION, "By orientation")) if spread else both


def counts_for(count: int) -> Choices:
    """All, or the first so many."""
    return (("0", "All"), *((str(n), f"First {n}") for n in COUNTS if n < count))


def order_of(view: KernelView, key: str, first: int) -> Order:
    """Which tiles are shown, in which order; `first` so many by number, 0 for all."""
    shown = np.arange(min(first or view.count, view.count), dtype=np.int64)
    cells = view.cells[shown]
    if key == BY_NUMBER or len(shown) < 2:
        return shown[:MOST_TILES]
    squares = (cells.reshape(len(cells), -1) ** 2).sum(axis=1)
    by_norm = ordering.strongest_first(squares)[:MOST_TILES]
    if key == BY_NORM:
        return shown[by_norm]
    kept = np.sort(by_norm)
    if key == DIRECTION:
        return shown[kept[ordering.by_direction(cells[kept])]]
    # A kernel's most telling inputs are enough to see whether two are alike.
    flat = cells[kept].reshape(len(kept), -1)
    if flat.shape[1] > 4096:
        flat = flat[:, np.sort(flat.var(axis=0).argsort()[-4096:])]
    return shown[kept[ordering.alike_together(flat)]]


def scale_of(weights: Weights) -> float:
    """The size below which 99.5 % of the weights lie, from a sample of the largest layers."""
    flat = weights.reshape(-1)
    step = max(1, flat.size // _SAMPLED)
    return float(np.percentile(np.abs(flat[::step]), 99.5)) or 1.0


def histogram_of(weights: Weights) -> tuple[npt.NDArray[np.float64], float]:
    """Counts over equal bins from −limit to +limit; the few beyond are in the last bins."""
    flat = weights.reshape(-1)
    flat = flat[:: max(1, flat.size // _SAMPLED)]
    limit = float(np.percentile(np.abs(flat), 99.8)) or 1.0
    counts, _ = np.histogram(np.clip(flat, -limit, limit), BINS, (-limit, limit))
    return counts.astype(np.float64), limit


def kernel_pictures(weights: Weights, mode: str, unit: int) -> KernelView:
    """The tiles of one way to show a layer's weights."""
    if mode == COLOUR:
        tiles = [_colour(kernel) for kernel in weights]
        return KernelView(tiles, None, weights, None, scale_of(weights), f"{len(weights)} kernels")
    if mode == ONE_UNIT:
        return _one_unit(weights[unit])
    if mode == NORM and weights.shape[2] * weights.shape[3] > 1:
        values = np.sqrt((weights**2).sum(axis=1))
        cells = values[:, None]
        return KernelView(None, values, cells, None, float(values.max()) or 1.0, "norm", False)
    if mode == NORM:
        cells = weights[:MOST_TILES]  # a classifier of VGG's size as tiles would fill the memory
        note = "one row of weights a tile"
        return KernelView(None, _rows(cells), cells, None, scale_of(weights), note)
    strongest = (weights**2).sum(axis=(2, 3)).argmax(axis=1)
    values = weights[np.arange(len(weights)), strongest]
    note = "strongest input of each" if weights.shape[1] > 1 else f"{len(weights)} kernels"
    return KernelView(None, values, values[:, None], strongest, scale_of(weights), note)


def _one_unit(kernel: Weights) -> KernelView:
    limit = scale_of(kernel)
    if kernel.shape[1] * kernel.shape[2] == 1:
        row = kernel[None]
        return KernelView(None, _rows(row), row, None, limit, "")
    inputs = np.arange(len(kernel), dtype=np.int64)
    return KernelView(None, kernel, kernel[:, None], inputs, limit, "")


def _colour(kernel: Weights) -> npt.NDArray[np.uint8]:
    """3×h×w weights as a colour picture: zero is mid grey, one common gain for the three."""
    high = float(np.abs(kernel).max()) or 1.0
    picture: npt.NDArray[np.uint8] = np.rint(127.5 + 127.5 * kernel / high).astype(np.uint8)
    return picture.transpose(1, 2, 0)


def _rows(weights: Weights) -> Weights:
    """out×in×1×1 weights folded into nearly square tiles, padded with zero."""
    flat = weights.reshape(len(weights), -1)
    width = int(np.ceil(np.sqrt(flat.shape[1])))
    height = int(np.ceil(flat.shape[1] / width))
    tiles = np.zeros((len(flat), height * width), np.float32)
    tiles[:, : flat.shape[1]] = flat
    return tiles.reshape(len(flat), height, width)
