"""Tuning curves of units and the figures that are read off them (Hubel and Wiesel, 1959)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from cnnviz_app.core.context import Context
from cnnviz_app.sources.worlds.noise import Picture
from cnnviz_app.sources.worlds.stimuli import Stage
from cnnviz_app.techniques._fields import at_once

Values = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Maker = Callable[[], Picture]
Tell = Callable[[int], None]
Cell = tuple[int, int]
FINEST = 3.0  # pixels from one stripe to the next


def stage_of(net: Any, layer: str) -> tuple[Stage, Cell]:
    """Where the unit in the middle of the layer's map looks, and its cell.

    A unit without a receptive field (attention, a vector) looks at the whole picture.
    """
    height, width = net.spec.height, net.spec.width
    side = max(height, width)
    _units, rows, columns = net.map_shape(layer)
    cell = (rows // 2, columns // 2)
    known = net.node(layer).receptive_field
    # A picture that is not square shows the middle of a square one.
    top, left = (side - height) / 2, (side - width) / 2
    if known is None or rows * columns == 1:
        return Stage(side, side / 2, side / 2, float(min(height, width))), cell
    y = known.start[0] + cell[0] * known.stride[0] + known.size[0] / 2
    x = known.start[1] + cell[1] * known.stride[1] + known.size[1] / 2
    field = float(min(max(known.size), height, width))
    return Stage(side, left + x, top + y, field), cell


def answers(
    ctx: Context, net: Any, layer: str, cell: Cell, makers: Sequence[Maker],
    tell: Tell | None = None,
) -> Values:
    """What every unit of the layer answers in one cell: stimuli × units."""
    height, width = net.spec.height, net.spec.width
    found: list[Values] = []
    size = at_once(net, layer)
    for start in range(0, len(makers), size):
        ctx.checkpoint()
        pictures = np.stack([make() for make in makers[start : start + size]])
        top, left = (pictures.shape[1] - height) // 2, (pictures.shape[2] - width) // 2
        cut = pictures[:, top : top + height, left : left + width, : net.spec.channels]
        batch = torch.from_numpy(np.ascontiguousarray(cut)).to(net.device)
        with torch.no_grad():
            image01 = batch.permute(0, 3, 1, 2).float().div_(255)
            maps = net.maps(layer, net.run(image01, [layer])[layer])
            found.append(maps[:, :, cell[0], cell[1]].float().cpu().numpy())
        if tell is not None:
            tell(start + len(pictures))
    return np.concatenate(found)


def cycles_for(stage: Stage, count: int) -> Floats:
    """Frequencies (stripes across the picture) that a unit with this field can tell apart."""
    coarsest = max(4 * FINEST, min(2 * stage.field, float(stage.side)))
    return np.geomspace(stage.side / coarsest, stage.side / FINEST, count)


# ---- figures read off curves; the last axis of a curve is its own


def risen(curve: Values, rest: Values | float) -> Values:
    """How far the answers rise above what a plain grey picture gives; never below 0."""
    above: Values = np.maximum(curve - np.asarray(rest, np.float32), 0).astype(np.float32)
    return above


def selectivity(curve: Values) -> Values:
    """Orientation selectivity over 180°: 1 for one angle only, 0 for all alike, 0 when silent."""
    count = curve.shape[-1]
    turn = np.exp(2j * np.pi * np.arange(count) / count)
    total = curve.sum(-1)
    index = np.abs((curve * turn).sum(-1)) / np.where(total > 0, total, 1)
    result: Values = np.where(total > 0, index, 0).astype(np.float32)
    return result


def modulation(curve: Values) -> Values:
    """First harmonic over mean along one turn of phase: above 1 a simple unit, below a complex."""
    count = curve.shape[-1]
    turn = np.exp(2j * np.pi * np.arange(count) / count)
    mean = curve.mean(-1)
    first = 2 * np.abs((curve * turn).mean(-1))
    result: Values = np.where(mean > 0, first / np.where(mean > 0, mean, 1), 0).astype(np.float32)
    return result


def peak(x: Floats, y: Values, period: float = 0.0) -> float:
    """Where a curve is highest, between its points by a parabola through the three around it.

    Args:
        period: of x when the curve closes upon itself; x is then equally spaced.
    """
    top, count = int(np.argmax(y)), len(y)
    if count < 3 or (not period and top in (0, count - 1)):
        return float(x[top])
    before, here, after = (float(y[(top + step) % count]) for step in (-1, 0, 1))
    bend = before - 2 * here + after
    offset = 0.0 if bend >= 0 else 0.5 * (before - after) / bend
    step = period / count if period else float(x[top + 1] - x[top])
    place = float(x[top]) + offset * step
    return place % period if period else place


def half_width(x: Floats, y: Values, period: float = 0.0) -> float:
    """Full width at half height around the peak; NaN where the curve never falls so far."""
    top, count = int(np.argmax(y)), len(y)
    half = float(y[top]) / 2
    if half <= 0:
        return float("nan")
    reach = []
    for direction in (-1, 1):
        for step in range(1, count):
            place, last = top + direction * step, top + direction * (step - 1)
            if not period and not 0 <= place < count:
                return float("nan")
            high, low = float(y[last % count]), float(y[place % count])
            if low <= half:
                share = (high - half) / max(high - low, 1e-12)
                pitch = period / count if period else abs(float(x[place] - x[last]))
                reach.append((step - 1 + share) * pitch)
                break
        else:
            return float("nan")
    width = sum(reach)
    return width if not period or width < period else float("nan")
