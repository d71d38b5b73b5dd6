"""The built-in photo crops as one stack, cut to what a network takes and kept for the next use."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.lab.looking import seen_by
from cnnviz_app.lab.requests import Pixels
from cnnviz_app.nets.network import Network
from cnnviz_app.sources.worlds import photos

SEED = 0
_KEPT = 2
_MOST = 512
_stacks: OrderedDict[tuple[int, int, int], list[Pixels]] = OrderedDict()


def crops_for(ctx: Context, net: Network, count: int) -> list[Pixels]:
    """The first crops of the built-in series as the network sees them, uint8 H×W×3."""
    key = (net.spec.channels, net.spec.height, net.spec.width)
    stack = _stacks.setdefault(key, [])
    _stacks.move_to_end(key)
    while len(_stacks) > _KEPT:
        _stacks.popitem(last=False)
    side = max(net.spec.height, net.spec.width)
    count = min(count, _MOST)
    for number in range(len(stack), count):
        ctx.checkpoint()
        ctx.progress(number, count, "cutting photographs")
        # An urgent job that ran meanwhile may have cut some of them.
        if number == len(stack):
            stack.append(seen_by(net, photos.crop(SEED, number, side)[1]))
    return stack[:count]


def as_batch(net: Network, pictures: list[Pixels]) -> Tensor:
    """uint8 pictures as N×C×H×W in [0, 1], on the processor: batches travel to the device."""
    whole = torch.from_numpy(np.stack(pictures)[..., : net.spec.channels].copy())
    return whole.permute(0, 3, 1, 2).float().div_(255)
