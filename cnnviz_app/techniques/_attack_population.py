"""Pictures for attacks on all pictures at once: crops of photographs, and drawn things."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from cnnviz_app.sources.worlds import photos, things
from cnnviz_app.sources.worlds.noise import Picture

# Photographs that nothing is learned from: another corner of a known one would be no test.
_HELD = frozenset(photo.id for photo in photos.PHOTOS[::4])


def crops(net: Any, count: int, seed: int, *, held: bool = False) -> Tensor:
    """`count` seeded pictures as the network takes them, N×C×H×W in [0, 1].

    Half of them are drawn: what is learned from a dozen photographs alone turns fewer of other
    people's. With `held`, the photographs are those kept for the test.
    """
    side = max(net.spec.height, net.spec.width)
    drawn = count // 2
    pictures = _photographs(count - drawn, seed, side, held=held)
    pictures += [thing.image for thing in things.things(drawn, seed, side)]
    stacked = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 255
    stacked = stacked[:, :, : net.spec.height, : net.spec.width]
    if net.spec.channels == 1:
        weights = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
        stacked = (stacked * weights).sum(1, keepdim=True)
    return stacked.to(net.device)


def _photographs(count: int, seed: int, side: int, *, held: bool) -> list[Picture]:
    found: list[Picture] = []
    number = 0
    while len(found) < count:
        name, picture = photos.crop(seed, number, side)
        if (name in _HELD) is held:
            found.append(picture)
        number += 1
    return found
