"""What a unit really looks at, measured: by gradients and by covering parts of pictures.

The effective field is the mean |d unit / d pixel| over pictures, aligned (Luo et al., 2016); the
empirical one is where covering a patch lowers the unit's answer (Zhou et al., 2015).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.techniques._field_window import Aligned, Cell, Map, Window

Peaks = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]
# Multiply-adds between two looks at the world: some 30 ms on one core.
_WORK = 2.5e8
_MOST = 32
Tell = Callable[[int], None]


def _quiet(done: int) -> None:
    """Nobody wants to hear how far it is."""


def at_once(net: Any, layer: str, passes: float = 1.0) -> int:
    """How many pictures go through the network up to a layer between two checkpoints."""
    macs = 0
    for node in net.nodes:
        macs += node.macs
        if node.name == net.resolve(layer):
            break
    more = 1 if net.device.type == "cpu" else 16
    return max(1, min(_MOST * more, int(more * _WORK / max(1, macs * passes))))


def strongest(
    ctx: Context, net: Any, layer: str, pictures: Tensor, tell: Tell = _quiet
) -> tuple[Peaks, Places]:
    """The strongest value and its cell, of every unit on every picture, in one pass.

    Args:
        tell: hears how many pictures are done.
    """
    peaks, places = [], []
    size = at_once(net, layer)
    for start in range(0, len(pictures), size):
        ctx.checkpoint()
        batch = pictures[start : start + size].to(net.device)
        with torch.no_grad():
            maps = net.maps(layer, net.run(batch, [layer])[layer]).flatten(2).float()
        most, where = maps.max(dim=2)
        peaks.append(most.cpu().numpy())
        places.append(where.cpu().numpy())
        tell(start + len(batch))
    return np.concatenate(peaks), np.concatenate(places)


def gradients(
    net: Any, layer: str, batch: Tensor, units: Sequence[int], cells: Sequence[Cell]
) -> Map:
    """|d unit / d pixel| of one cell for each picture, colours added up: N×H×W."""
    batch = batch.detach().to(net.device).requires_grad_(True)
    with torch.enable_grad():
        maps = net.maps(layer, net.run(batch, [layer])[layer])
        rows = torch.arange(len(batch), device=maps.device)
        y, x = (torch.tensor([cell[axis] for cell in cells], device=maps.device) for axis in (0, 1))
        chosen = maps[rows, torch.tensor(list(units), device=maps.device), y, x]
        (slope,) = torch.autograd.grad(chosen.sum(), batch)
    found: Map = slope.abs().sum(1).float().cpu().numpy()
    return found


def effective(
    ctx: Context, net: Any, layer: str, window: Window, pictures: Tensor,
    units: Sequence[int], cells: Sequence[Cell], *, equal: bool = False,
) -> Iterator[Aligned]:
    """The aligned mean of |gradient| so far, after every batch.

    Args:
        equal: each picture counts the same, however steep its gradient (for mixed units).
    """
    mean = Aligned(window)
    size = at_once(net, layer, 3.0)
    for start in range(0, len(pictures), size):
        ctx.checkpoint()
        part = slice(start, start + size)
        slopes = gradients(net, layer, pictures[part], units[part], cells[part])
        for slope, cell in zip(slopes, cells[part], strict=True):
            total_slope = float(slope.sum())
            if total_slope > 0:
                mean.add(slope / total_slope if equal else slope, cell)
        yield mean


def patches(window: Window, cell: Cell, detail: int) -> tuple[list[tuple[int, int, int, int]], int]:
    """Covering patches (top, left, bottom, right on the picture) over a cell's window, and side.

    Neighbours overlap by half; `detail` of them lie across the part that is on the picture.
    """
    top, left = window.corner(cell)
    low = max(0, top), max(0, left)
    high = tuple(
        min(window.picture[axis], (top, left)[axis] + window.size[axis]) for axis in (0, 1)
    )
    span = max(high[axis] - low[axis] for axis in (0, 1))
    step = max(1, -(-span // detail))
    side = 2 * step
    boxes = []
    for y in range(low[0] - step, high[0], step):
        for x in range(low[1] - step, high[1], step):
            boxes.append((max(y, low[0]), max(x, low[1]), min(y + side, high[0]),
                          min(x + side, high[1])))  # fmt: skip
    return boxes, side


def drops(
    ctx: Context, net: Any, layer: str, picture: Tensor, unit: int, cell: Cell,
    window: Window, detail: int,
) -> tuple[Map, int]:
    """How much the unit loses when a patch is covered, at every pixel (mean over its patches).

    A share of the uncovered answer; what makes the answer stronger counts as 0. Patches take the
    picture's mean colour. Also the side of a patch.
    """
    boxes, side = patches(window, cell, detail)
    picture = picture.to(net.device)
    colour = picture.mean(dim=(1, 2), keepdim=True)
    values = []
    size = at_once(net, layer)
    whole = _answer(net, layer, picture[None], unit, cell)[0]
    for start in range(0, len(boxes), size):
        ctx.checkpoint()
        part = boxes[start : start + size]
        batch = picture[None].repeat(len(part), 1, 1, 1)
        for row, (top, left, bottom, right) in enumerate(part):
            batch[row, :, top:bottom, left:right] = colour
        values.append(_answer(net, layer, batch, unit, cell))
    lost = np.maximum(whole - np.concatenate(values), 0) / max(abs(float(whole)), 1e-12)
    total = np.zeros(window.picture, np.float32)
    covered = np.zeros(window.picture, np.float32)
    for loss, (top, left, bottom, right) in zip(lost, boxes, strict=True):
        total[top:bottom, left:right] += loss
        covered[top:bottom, left:right] += 1
    mean: npt.NDArray[np.float32] = (total / np.maximum(covered, 1)).astype(np.float32)
    return mean, side


@torch.no_grad()
def _answer(net: Any, layer: str, batch: Tensor, unit: int, cell: Cell) -> Map:
    maps = net.maps(layer, net.run(batch, [layer])[layer])
    found: Map = maps[:, unit, cell[0], cell[1]].float().cpu().numpy()
    return found


def responding(
    peaks: Peaks, places: Places, columns: int, seed: int
) -> tuple[list[int], list[int], list[Cell]]:
    """One unit that answers, drawn by lot for each picture: (pictures, units, cells)."""
    draw = np.random.default_rng(seed)
    pictures, units, cells = [], [], []
    for number, values in enumerate(peaks):
        alive = np.flatnonzero(values > 0)
        if len(alive):
            unit = int(draw.choice(alive))
            pictures.append(number)
            units.append(unit)
            y, x = divmod(int(places[number, unit]), columns)
            cells.append((y, x))
    return pictures, units, cells
