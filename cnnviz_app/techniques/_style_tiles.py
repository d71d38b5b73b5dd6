"""Cutting a picture so that a network can look at it piece by piece and see exactly the same.

A tile has a core, which it answers for, and a halo as wide as the field of view of the deepest
layer needs. Cores begin at multiples of all strides, so that every cell of every layer belongs
to one core, and is computed from the same pixels as in the whole picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

# A picture's activations, kept for the gradient, and what convolutions need beside them.
_BYTES_PER_VALUE = 4
_WORKSPACE = 1.6
DEFAULT_BUDGET = 1.2e9


@dataclass(frozen=True)
class Span:
    """Along one side: the core [start, stop), and [first, last) with the halo."""

    start: int
    stop: int
    first: int
    last: int


@dataclass(frozen=True)
class Tile:
    """Rows and columns of one piece; the whole picture is a tile without halo."""

    rows: Span
    columns: Span
    ends: tuple[bool, bool]

    def cut(self, picture: Tensor) -> Tensor:
        y, x = self.rows, self.columns
        return picture[..., y.first : y.last, x.first : x.last]

    def core(self, features: Tensor, stride: tuple[int, int]) -> Tensor:
        """The cells of a layer that belong to this tile, from those computed with the halo."""
        y = _cells(self.rows, stride[0], self.ends[0])
        x = _cells(self.columns, stride[1], self.ends[1])
        return features[:, :, y, x]

    def of_grid(self, grid: Tensor, stride: tuple[int, int], height: int, width: int) -> Tensor:
        """The same cells of a map of the whole picture."""
        y, x = self.rows.start // stride[0], self.columns.start // stride[1]
        return grid[:, :, y : y + height, x : x + width]


def _cells(span: Span, stride: int, ends: bool) -> slice:
    begin = span.start // stride - span.first // stride
    return slice(begin, None if ends else begin + (span.stop - span.start) // stride)


def whole(height: int, width: int) -> tuple[Tile, ...]:
    return (Tile(Span(0, height, 0, height), Span(0, width, 0, width), (True, True)),)


def bytes_needed(net: Any, nodes: Sequence[str], height: int, width: int) -> float:
    """What a gradient through the network as far as `nodes` keeps in memory."""
    pending, needed = list(nodes), set[str]()
    while pending:
        name = pending.pop()
        if name not in needed:
            needed.add(name)
            pending += net.node(name).inputs
    # An activation may overwrite the values it is computed from; counting both is on the safe side.
    values: int = sum(math.prod(net.node(name).shape) for name in needed)
    scale: float = height * width / (net.spec.height * net.spec.width)
    return values * scale * _BYTES_PER_VALUE * _WORKSPACE


def tiles_for(
    net: Any, nodes: Sequence[str], height: int, width: int, side: int = 0,
    budget: float = DEFAULT_BUDGET,
) -> tuple[Tile, ...]:  # fmt: skip
    """Tiles with cores of about `side` pixels; 0 takes the largest the budget of bytes allows,
    and the whole picture where that fits, or where a layer sees everything at once."""
    fields = [net.node(name).receptive_field for name in nodes]
    if not side and bytes_needed(net, nodes, height, width) <= budget:
        return whole(height, width)
    if any(field is None or not _local(field, height, width) for field in fields):
        return whole(height, width)
    pitch = math.lcm(*(stride for field in fields for stride in field.stride))
    halo = _halo(fields, pitch)
    if not side:
        per_pixel = bytes_needed(net, nodes, 1, 1)
        side = int((budget / per_pixel) ** 0.5) - 2 * halo
    side = max(pitch, side // pitch * pitch)
    rows, columns = _spans(height, side, halo, pitch), _spans(width, side, halo, pitch)
    if len(rows) * len(columns) == 1:
        return whole(height, width)
    return tuple(
        Tile(y, x, (y.stop == height, x.stop == width)) for y in rows for x in columns
    )


def _local(field: Any, height: int, width: int) -> bool:
    size, stride = max(field.size), max(field.stride)
    return bool(size < 4 * max(height, width) and stride <= 256)


def _halo(fields: Sequence[Any], pitch: int) -> int:
    """Enough for every field of view to both sides of a core, and again a multiple."""
    reach: int = max(
        max(-start, start - stride + size)
        for field in fields
        for start, stride, size in zip(field.start, field.stride, field.size, strict=True)
    )
    return -(-max(0, reach) // pitch) * pitch


def _spans(length: int, side: int, halo: int, pitch: int) -> list[Span]:
    """Cores of the same length, at most `side`; the last one takes the rest."""
    count = math.ceil(length / side)
    even = math.ceil(length / count / pitch) * pitch
    starts = list(range(0, length, even))
    # A strip narrower than a cell of the deepest layer has nothing to answer for.
    if len(starts) > 1 and length - starts[-1] < pitch:
        starts.pop()
    stops = [*starts[1:], length]
    return [
        Span(start, stop, max(0, start - halo), min(length, stop + halo))
        for start, stop in zip(starts, stops, strict=True)
    ]
