"""Changing single units of a layer, whatever form its tensor has."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from cnnviz_app.nets.plan import Edit
from cnnviz_app.nets.receptive import Layout


@dataclass(frozen=True)
class Change:
    """Units multiplied by `value`, or set to it when `clamp`."""

    units: tuple[int, ...]
    clamp: bool
    value: float


def channel_shape(tensor: Tensor, layout: Layout | None) -> tuple[int, ...]:
    """A shape that one number for every unit broadcasts from, the batch first.

    The units are counted as `views.to_maps` counts them.
    """
    if layout is not None and max(layout.axes) < tensor.ndim:
        places = set(layout.axes)
    elif tensor.ndim == 3:
        places = {1}
    else:
        places = set(range(2, tensor.ndim)) if tensor.ndim >= 4 else set()
    kept = (1 if axis in places else tensor.shape[axis] for axis in range(1, tensor.ndim))
    return (1, *kept)


def change_of(layout: Layout | None, changes: Sequence[Change]) -> Edit:
    """One function of a layer's value for all changes in it; the later ones win."""

    def change(tensor: Tensor) -> Tensor:
        shape = channel_shape(tensor, layout)
        factor = torch.ones(math.prod(shape), device=tensor.device, dtype=tensor.dtype)
        fixed = torch.full_like(factor, math.nan)
        for one in changes:
            units = torch.tensor(one.units, device=tensor.device, dtype=torch.long)
            factor[units] = 1.0 if one.clamp else one.value
            fixed[units] = one.value if one.clamp else math.nan
        value = tensor * factor.reshape(shape)
        if any(one.clamp for one in changes):
            held = fixed.reshape(shape)
            value = torch.where(held.isnan(), value, held)
        return value

    return change
