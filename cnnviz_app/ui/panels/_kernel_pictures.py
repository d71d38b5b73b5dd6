"""Weights turned into tiles: the three ways lectures show kernels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Weights = npt.NDArray[np.float32]
COLOUR, ALL_UNITS, ONE_UNIT, NORM = "colour", "all", "one", "norm"
# Beyond this many tiles nobody reads a kernel; the strongest inputs are shown and it says so.
MOST_TILES = 1024


@dataclass(frozen=True)
class KernelView:
    """Tiles to show.

    Attributes:
        pictures: uint8 colour tiles, or None.
        values: float N×h×w signed tiles, or None.
        limit: the value at the ends of the colour bar.
        note: a few words for the title bar.
    """

    pictures: list[npt.NDArray[np.uint8]] | None
    values: Weights | None
    captions: list[str] | None
    limit: float
    norm: float
    note: str


def modes_for(weights: Weights) -> tuple[tuple[str, str], ...]:
    """The ways that make sense for these weights, the best first."""
    ins, height, width = weights.shape[1:]
    if ins == 3 and height > 1:
        return ((COLOUR, "In colour"), (ONE_UNIT, "Selected unit, by input channel"))
    if height * width == 1:
        return ((NORM, "All units, as rows of weights"), (ONE_UNIT, "Selected unit, by input"))
    if ins == 1:
        return ((ALL_UNITS, "All units"),)
    return (
        (ONE_UNIT, "Selected unit, by input channel"),
        (ALL_UNITS, "All units, strongest input"),
        (NORM, "All units, norm over inputs"),
    )


def kernel_pictures(weights: Weights, mode: str, unit: int) -> KernelView:
    limit = float(np.percentile(np.abs(weights), 99.5)) or 1.0
    norm = float(np.linalg.norm(weights[unit]))
    if mode == COLOUR:
        tiles = [_colour(kernel) for kernel in weights[:MOST_TILES]]
        return KernelView(tiles, None, None, limit, norm, f"{len(weights)} kernels")
    if mode == ONE_UNIT:
        return _one_unit(weights[unit], norm)
    if mode == NORM and weights.shape[2] * weights.shape[3] > 1:
        values = np.sqrt((weights**2).sum(axis=1))
        return KernelView(None, values[:MOST_TILES], None, float(values.max()), norm, "norm")
    if mode == NORM:
        return KernelView(None, _rows(weights), None, limit, norm, "one row of weights a tile")
    strongest = (weights**2).sum(axis=(2, 3)).argmax(axis=1)
    values = weights[np.arange(len(weights)), strongest]
    return KernelView(None, values[:MOST_TILES], None, limit, norm, "strongest input of each")


def _one_unit(kernel: Weights, norm: float) -> KernelView:
    limit = float(np.percentile(np.abs(kernel), 99.5)) or 1.0
    if kernel.shape[1] * kernel.shape[2] == 1:
        return KernelView(None, _rows(kernel[None]), None, limit, norm, "")
    values = kernel[:MOST_TILES]
    captions = [f"in {i}" for i in range(len(values))]
    return KernelView(None, values, captions, limit, norm, "")


def _colour(kernel: Weights) -> npt.NDArray[np.uint8]:
    """3×h×w weights as a colour picture: zero is mid grey, one common gain for the three."""
    high = float(np.abs(kernel).max()) or 1.0
    picture: npt.NDArray[np.uint8] = np.rint(127.5 + 127.5 * kernel / high).astype(np.uint8)
    return picture.transpose(1, 2, 0)


def _rows(weights: Weights) -> Weights:
    """out×in×1×1 weights folded into nearly square tiles, padded with zero."""
    flat = weights.reshape(len(weights), -1)[:MOST_TILES]
    width = int(np.ceil(np.sqrt(flat.shape[1])))
    height = int(np.ceil(flat.shape[1] / width))
    tiles = np.zeros((len(flat), height * width), np.float32)
    tiles[:, : flat.shape[1]] = flat
    return tiles.reshape(len(flat), height, width)
