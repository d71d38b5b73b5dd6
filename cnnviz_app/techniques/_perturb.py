"""Answers for many altered copies of one picture, and what takes the place of its pixels."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz_app.techniques._objectives import Objective

BACKDROPS = ("black", "grey", "white", "mean", "blur")
# Pixels in one batch: enough to keep two cores busy, few enough to stop soon.
_PIXELS_AT_ONCE = 200_000
_MOST = 32


def at_once(net: Any, image01: Tensor) -> int:
    """How many pictures of this size go through the network together."""
    height, width = image01.shape[2:]
    more = 1 if net.device.type == "cpu" else 16
    return max(1, min(_MOST * more, more * _PIXELS_AT_ONCE // (height * width)))


def backdrop(net: Any, image01: Tensor, name: str) -> Tensor:
    """The picture that pixels are replaced from, in the size of `image01`."""
    if name == "blur":
        return blurred(image01)
    if name == "mean":
        mean = torch.tensor(net.spec.mean, dtype=image01.dtype, device=image01.device)
        return mean.reshape(1, -1, 1, 1).expand_as(image01)
    level = {"black": 0.0, "grey": 0.5, "white": 1.0}[name]
    return torch.full_like(image01, level)


def blurred(image01: Tensor, share: float = 0.05) -> Tensor:
    """A Gaussian blur whose width is a share of the short side."""
    sigma = max(0.5, share * min(image01.shape[2:]))
    reach = min(math.ceil(2.5 * sigma), min(image01.shape[2:]) - 1)
    at = torch.arange(-reach, reach + 1, dtype=image01.dtype, device=image01.device)
    bell = torch.exp(-0.5 * (at / sigma) ** 2)
    bell = bell / bell.sum()
    planes = image01.flatten(0, 1).unsqueeze(1)
    planes = F.pad(planes, (reach, reach, reach, reach), mode="reflect")
    planes = F.conv2d(planes, bell.view(1, 1, -1, 1))
    planes = F.conv2d(planes, bell.view(1, 1, 1, -1))
    return planes.squeeze(1).view_as(image01).clamp(0, 1)


@torch.no_grad()
def answers(net: Any, objective: Objective, batch: Tensor) -> Tensor:
    """The objective of every picture of a batch."""
    return objective.of(net.run(batch, objective.nodes)).float()
