"""Gradients of pictures too large for one run: computed tile by tile, exactly.

What is climbed here is a sum over the cells of feature maps, so it can be taken in parts. Every
cell belongs to one tile; a tile's crop of the picture holds all that its cells can see, and
starts where the network's grid of cells does. The gradients of the crops, added up where they
overlap, are then those of the whole picture, up to rounding: there is no seam to hide. What
looks at the whole picture on the way (a squeeze-excite gate) sees its tile only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

# Name of the one activation a tiled run gives: the sum itself.
TOTAL = "total"
Total = Callable[[Mapping[str, Tensor]], Tensor]
# Bytes of activations a tile may take; their gradients and the kernels' own memory come on top.
_MEMORY = 450e6
_SMALLEST = 128


@dataclass(frozen=True)
class Cells:
    """Where one layer's cells lie: cell i sees `size` pixels from start + i·stride on."""

    size: tuple[int, int]
    stride: tuple[int, int]
    start: tuple[int, int]


@dataclass(frozen=True)
class Part:
    """In one direction: the pixels of a tile's crop, and for each layer the cells it owns."""

    low: int
    high: int
    cells: Mapping[str, tuple[int, int | None]]


def parts_of(length: int, tile: int, cells: Mapping[str, Cells], axis: int) -> list[Part]:
    """Cut one direction into tiles; `tile` is a multiple of every stride."""
    step = math.lcm(*(each.stride[axis] for each in cells.values()))
    tile = max(step, tile // step * step)
    count = max(1, math.ceil(length / tile))
    found = []
    for number in range(count):
        low, high = 0, length
        first = {name: number * tile // each.stride[axis] for name, each in cells.items()}
        beyond = {name: (number + 1) * tile // each.stride[axis] for name, each in cells.items()}
        if number > 0:
            seen = min(e.start[axis] + first[n] * e.stride[axis] for n, e in cells.items())
            low = max(0, seen // step * step)
        if number < count - 1:
            seen = max(e.start[axis] + (beyond[n] - 1) * e.stride[axis] + e.size[axis]
                       for n, e in cells.items())  # fmt: skip
            # The same size for every inner tile: kernels are prepared only once.
            high = min(length, math.ceil(seen / step) * step)
        owned = {}
        for name, each in cells.items():
            skipped = low // each.stride[axis]
            last = number == count - 1
            owned[name] = (first[name] - skipped, None if last else beyond[name] - skipped)
        found.append(Part(low, high, owned))
    return found


def cells_of(net: Any, nodes: Sequence[str]) -> dict[str, Cells] | None:
    """Where the layers' cells lie; None when one of them cannot be computed in tiles."""
    found = {}
    for name in nodes:
        field, layout = net.node(name).receptive_field, net.layout(name)
        if field is None or layout is None or len(layout.axes) != 2 or max(layout.grid) == 1:
            return None
        if any("adaptive" in node.op and min(node.shape[1:] or (0,)) > 1
               for node in _before(net, name)):  # fmt: skip
            return None
        found[name] = Cells(field.size, field.stride, field.start)
    return found


def _before(net: Any, name: str) -> Iterator[Any]:
    known, pending = {name}, [name]
    while pending:
        node = net.node(pending.pop())
        yield node
        pending += [source for source in node.inputs if source not in known]
        known.update(node.inputs)


def bytes_per_pixel(net: Any, nodes: Sequence[str]) -> float:
    """Activations kept for the way back, for each pixel of the picture."""
    ahead = {node.name: node for name in nodes for node in _before(net, name)}
    numbers: int = sum(math.prod(node.shape) for node in ahead.values())
    pixels: int = net.spec.height * net.spec.width
    return 4.0 * numbers / pixels


def fitting_tile(net: Any, nodes: Sequence[str], cells: Mapping[str, Cells]) -> int:
    """The side of a tile whose crop stays within the memory meant for it."""
    side = int(math.sqrt(_MEMORY / bytes_per_pixel(net, nodes)))
    halo = max(each.size[axis] for each in cells.values() for axis in (0, 1))
    return max(_SMALLEST, halo // 2, side - halo)


class TiledRunner:
    """Stands in for a network in the ascent: its one activation is the sum over all cells.

    `total` takes maps by layer and gives one number; it must be a sum over cells.
    """

    def __init__(
        self,
        net: Any,
        nodes: Sequence[str],
        total: Total,
        tile: int,
        checkpoint: Callable[[], None],
    ) -> None:
        self._net, self._nodes, self._total = net, tuple(nodes), total
        self._checkpoint = checkpoint
        cells = cells_of(net, nodes)
        self._cells = cells or {}
        self._tile = 0 if cells is None else tile or fitting_tile(net, nodes, cells)

    def tiles(self, height: int, width: int) -> list[tuple[Part, Part]]:
        """What a picture of this size is cut into; nothing when it is taken whole."""
        if not self._tile or max(height, width) <= self._tile:
            return []
        rows = parts_of(height, self._tile, self._cells, 0)
        columns = parts_of(width, self._tile, self._cells, 1)
        return [(row, column) for row in rows for column in columns]

    def run(self, image01: Tensor, upto: Sequence[str]) -> dict[str, Tensor]:
        tiles = self.tiles(*image01.shape[-2:])
        if len(tiles) < 2:
            return {TOTAL: self._whole(image01)}
        total: Tensor = _InTiles.apply(image01, self, tiles)
        return {TOTAL: total}

    def _whole(self, image01: Tensor) -> Tensor:
        acts = self._net.run(image01, self._nodes)
        return self._total({name: self._net.maps(name, acts[name]) for name in self._nodes})

    def one(self, crop: Tensor, row: Part, column: Part) -> Tensor:
        """The sum over the cells one tile owns."""
        self._checkpoint()
        acts = self._net.run(crop, self._nodes)
        owned = {}
        for name in self._nodes:
            (top, bottom), (left, right) = row.cells[name], column.cells[name]
            owned[name] = self._net.maps(name, acts[name])[:, :, top:bottom, left:right]
        return self._total(owned)


class _InTiles(torch.autograd.Function):
    """The sum and its gradient, found together tile by tile: no tile's graph outlives it."""

    @staticmethod
    def forward(
        ctx: Any, image01: Tensor, runner: TiledRunner, tiles: list[tuple[Part, Part]]
    ) -> Tensor:
        wanted = ctx.needs_input_grad[0]
        gradient = torch.zeros_like(image01) if wanted else None
        total = image01.new_zeros(1)
        for row, column in tiles:
            window = (..., slice(row.low, row.high), slice(column.low, column.high))
            crop = image01[window].detach().clone().requires_grad_(wanted)
            with torch.enable_grad() if wanted else torch.no_grad():
                value = runner.one(crop, row, column).sum()
            total = total + value.detach()
            if gradient is not None and value.requires_grad:
                gradient[window] += torch.autograd.grad(value, crop)[0]
        ctx.gradient = gradient
        return total

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> tuple[Tensor, None, None]:
        return ctx.gradient * grads[0], None, None
