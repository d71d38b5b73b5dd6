"""One pass of pictures through a network, read at every layer while it is still in the cache."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.population_tally import Entrants, Shapes, Tally
from cnnviz_app.nets.network import Network

# Positions of every map that are kept of every picture, for the quantiles over positions.
SAMPLED = 8
# Histograms are brought up to date after so many pictures.
TOGETHER = 128
# Between zero and this nothing is counted: the sum of a map cut at it tells how many are above.
_LEAST = 1e-30
SIGNED = frozenset({"conv1d", "conv2d", "conv3d", "conv_transpose2d", "linear"})
_MACS_AT_ONCE = 3e9
_VALUES_AT_ONCE = {"cpu": 3e7, "cuda": 5e8}
Values = npt.NDArray[np.float32]


@dataclass
class _Seen:
    """What is left of one layer after a batch."""

    highest: Values
    mean: Values
    active: Values
    sampled: Values  # N×positions×units
    rows: npt.NDArray[np.int64]
    units: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]


class _Split(Exception):
    """The network takes its batches in parts of its own size."""


class Pass:
    """Feeds batches to a network and their activations to a tally."""

    def __init__(self, net: Network, tally: Tally, seed: int = 0) -> None:
        self._net, self._tally = net, tally
        self._shapes = tally.shapes
        self._random = np.random.default_rng(seed)
        self._parts = {layer: self._shapes.part(layer) for layer in self._shapes.layers}
        self._last = _ends(net, self._shapes.layers)
        self._whole = True
        self._sampled: list[dict[str, Values]] = []
        self._highest: list[Values] = []
        self._waiting = 0
        self._room = torch.empty(0, device=net.device)

    def feed(
        self, ctx: Context, image01: Tensor, numbers: npt.NDArray[np.int64],
        labels: npt.NDArray[np.int64],
    ) -> None:  # fmt: skip
        """Show a batch and count it; nothing is counted when it is stopped in the middle."""
        state = self._random.bit_generator.state
        chance = self._random.random((len(numbers), SAMPLED))
        try:
            seen = self._look(ctx, image01, chance)
        except BaseException:
            self._random.bit_generator.state = state
            raise
        found = [seen[layer] for layer in self._shapes.layers]
        highest = np.concatenate([item.highest for item in found], 1)
        mean = np.concatenate([item.mean for item in found], 1)
        if not np.isfinite(mean).all() or not np.isfinite(highest).all():
            raise UserError(
                "The network gives no numbers for some of these pictures.",
                "Its weights are damaged or do not belong to it; open them again.",
            )
        active = np.concatenate([item.active for item in found], 1)
        self._tally.add(numbers, labels, highest, mean, active)
        starts = self._shapes.starts
        rows = np.concatenate([item.rows for item in found])
        units = np.concatenate([i.units + at for i, at in zip(found, starts, strict=False)])
        places = np.concatenate([item.places for item in found])
        self._tally.enter(numbers, Entrants(rows, units, highest[rows, units], places))
        self._highest.append(highest)
        self._sampled.append({layer: seen[layer].sampled for layer in self._shapes.layers})
        self._waiting += len(numbers)
        if self._waiting >= TOGETHER:
            self.settle()

    def settle(self) -> None:
        """Bring the histograms up to date."""
        if not self._highest:
            return
        self._tally.maxima.add(np.concatenate(self._highest))
        for layer, start in zip(self._shapes.layers, self._shapes.starts, strict=False):
            values = np.concatenate([sampled[layer] for sampled in self._sampled])
            self._tally.values.add(values.reshape(-1, values.shape[2]), start)
        self._highest, self._sampled, self._waiting = [], [], 0

    def _look(
        self, ctx: Context, image01: Tensor, chance: npt.NDArray[np.float64]
    ) -> dict[str, _Seen]:
        seen: dict[str, _Seen] = {}
        cells: dict[int, Tensor] = {}

        def watcher(layer: str) -> Callable[[Tensor], Tensor]:
            def watch(tensor: Tensor) -> Tensor:
                # Somebody else's question may be answered here, and it may need a gradient.
                with torch.enable_grad():
                    ctx.checkpoint()
                maps = self._net.maps(layer, tensor)
                if len(maps) != len(chance):
                    raise _Split
                grid = maps.shape[2] * maps.shape[3]
                if grid not in cells:
                    cells[grid] = torch.from_numpy(_cells(chance, grid)).to(maps.device)
                seen[layer] = self._read(layer, maps, cells[grid])
                return tensor

            return watch

        watchers = {layer: watcher(layer) for layer in self._shapes.layers}
        with torch.no_grad():
            if self._whole:
                try:
                    self._net.run(image01, self._last, edit=watchers)
                except _Split:
                    self._whole = False
            if not self._whole:
                found = self._net.run(image01, self._shapes.layers)
                for layer, watch in watchers.items():
                    watch(found[layer])
        return seen

    def _read(self, layer: str, maps: Tensor, cells: Tensor) -> _Seen:
        rows, columns = maps.shape[2:]
        highest = _numpy(maps.amax((2, 3)))
        row, unit = np.nonzero(highest > self._tally.top_value[self._parts[layer], -1])
        places = np.zeros(0, np.int64)
        if len(row):
            at = (torch.from_numpy(row).to(maps.device), torch.from_numpy(unit).to(maps.device))
            places = maps[at].flatten(1).argmax(1).cpu().numpy()
        sampled = _numpy(_picked(maps, cells))
        if self._net.node(layer).op in SIGNED:
            # How often a sum is above zero says little: the sample is good enough for it.
            active = (sampled > 0).mean(1, dtype=np.float32)
        else:
            active = _numpy(self._cut(maps).sum((2, 3))) / (_LEAST * rows * columns)
        return _Seen(highest, _numpy(maps.mean((2, 3))), active, sampled, row, unit, places)

    def _cut(self, maps: Tensor) -> Tensor:
        """The map cut at almost nothing, in memory that is used again: fresh memory is slow."""
        if not _dense(maps):
            return maps.clamp(0.0, _LEAST)
        if self._room.numel() < maps.numel() or self._room.dtype != maps.dtype:
            self._room = torch.empty(maps.numel(), dtype=maps.dtype, device=maps.device)
        room = self._room.as_strided(maps.shape, maps.stride())
        return torch.clamp(maps, 0.0, _LEAST, out=room)


def _picked(maps: Tensor, cells: Tensor) -> Tensor:
    """N×positions×units at these cells, counted through all pictures of the batch."""
    rows = maps.permute(0, 2, 3, 1).reshape(-1, maps.shape[1])
    return rows.index_select(0, cells).reshape(len(maps), -1, maps.shape[1])


def _dense(maps: Tensor) -> bool:
    reach = sum((size - 1) * step for size, step in zip(maps.shape, maps.stride(), strict=True))
    return reach + 1 == maps.numel()


def _numpy(tensor: Tensor) -> Values:
    return tensor.float().cpu().numpy()


def _cells(chance: npt.NDArray[np.float64], grid: int) -> npt.NDArray[np.int64]:
    """Cells by chance, one in each of equal parts of every map; all of them in a small one."""
    count, many = chance.shape
    first = np.arange(count)[:, None] * grid
    if grid <= many:
        every: npt.NDArray[np.int64] = (first + np.arange(grid)).ravel()
        return every
    at = ((np.arange(many) + chance) * (grid / many)).astype(np.int64)
    some: npt.NDArray[np.int64] = (first + np.minimum(at, grid - 1)).ravel()
    return some


def _ends(net: Network, layers: Sequence[str]) -> list[str]:
    """The layers that no other chosen layer comes after: running up to them runs them all."""
    sources = {node.name: node.inputs for node in net.nodes}
    names = {net.resolve(layer): layer for layer in layers}
    before: set[str] = set()
    pending = [source for name in names for source in sources[name]]
    while pending:
        name = pending.pop()
        if name not in before:
            before.add(name)
            pending += sources[name]
    return [layer for name, layer in names.items() if name not in before]


def shapes_of(net: Network, layers: Sequence[str] = ()) -> Shapes:
    """The chosen layers, in the order of the network, with the shapes of their maps."""
    wanted = {net.resolve(layer) for layer in layers}
    chosen = tuple(name for name in net.layers if not wanted or net.resolve(name) in wanted)
    if wanted and len(chosen) != len(wanted):
        chosen = tuple(dict.fromkeys(layers))
    return Shapes(chosen, tuple(net.map_shape(layer) for layer in chosen))


def batch_size(net: Network, shapes: Shapes) -> int:
    """So many pictures at once that somebody who clicks waits for a moment only."""
    values = sum(units * rows * columns for units, rows, columns in shapes.maps)
    most = _VALUES_AT_ONCE.get(net.device.type, 3e7) / max(1, values)
    if net.device.type == "cpu":
        most = min(most, _MACS_AT_ONCE / max(1, net.macs))
    return 1 << max(0, min(6, int(np.log2(max(1.0, most)))))
