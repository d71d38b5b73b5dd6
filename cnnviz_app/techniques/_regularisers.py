"""What keeps a picture plausible: penalties on it, and repairs made to it between steps.

Penalties (L1, L2, total variation) are subtracted from the objective. Repairs follow Yosinski
and others (2015): decay, blur, and setting pixels to grey that are faint or contribute little.
Both work on the picture, whatever space it is optimised in; grey is their zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

GREY = 0.5
Penalty = Callable[[Tensor], Tensor]


def l1(picture: Tensor) -> Tensor:
    """Mean distance from grey."""
    return (picture - GREY).abs().mean((1, 2, 3))


def l2(picture: Tensor) -> Tensor:
    """Root of the mean squared distance from grey."""
    return ((picture - GREY).square().mean((1, 2, 3)) + 1e-12).sqrt()


def total_variation(picture: Tensor) -> Tensor:
    """Mean step between neighbouring pixels."""
    down = (picture[:, :, 1:] - picture[:, :, :-1]).abs().mean((1, 2, 3))
    across = (picture[..., 1:] - picture[..., :-1]).abs().mean((1, 2, 3))
    return down + across


PENALTIES: dict[str, Penalty] = {"l1": l1, "l2": l2, "tv": total_variation}


@dataclass(frozen=True)
class Repair:
    """Something done to the picture after a step.

    Attributes:
        apply: (picture, gradient of the objective with respect to it) → repaired picture.
        every: after how many steps.
        needs_gradient: whether it looks at the gradient at all.
    """

    apply: Callable[[Tensor, Tensor | None], Tensor]
    every: int = 1
    needs_gradient: bool = False


def decay(rate: float) -> Repair:
    """Fade everything towards grey by this share."""
    return Repair(lambda picture, _: GREY + (picture - GREY) * (1.0 - rate))


def blur(sigma: float, every: int) -> Repair:
    """A Gaussian blur: fine detail has to be earned again and again."""
    radius = max(1, int(3.0 * sigma + 0.5))
    at = torch.arange(-radius, radius + 1, dtype=torch.float32)
    weights = torch.exp(-0.5 * (at / sigma).square())
    weights = weights / weights.sum()

    def apply(picture: Tensor, _: Tensor | None) -> Tensor:
        n, c, h, w = picture.shape
        side = min(radius, h - 1, w - 1)
        kernel = weights[radius - side : radius + side + 1].to(picture)
        kernel = kernel / kernel.sum()
        flat = F.pad(picture.reshape(n * c, 1, h, w), (side,) * 4, mode="reflect")
        flat = F.conv2d(F.conv2d(flat, kernel.view(1, 1, -1, 1)), kernel.view(1, 1, 1, -1))
        return flat.view(n, c, h, w)

    return Repair(apply, every)


def _grey_below(picture: Tensor, strength: Tensor, percent: float) -> Tensor:
    flat = strength.flatten(1)
    rank = max(1, min(flat.shape[1], round(flat.shape[1] * percent / 100)))
    limit = flat.kthvalue(rank, dim=1).values.view(-1, 1, 1, 1)
    return torch.where(strength <= limit, torch.full_like(picture, GREY), picture)


def small_norm(percent: float) -> Repair:
    """The faintest pixels become grey, so that only the main object stays."""

    def apply(picture: Tensor, _: Tensor | None) -> Tensor:
        strength = torch.linalg.vector_norm(picture - GREY, dim=1, keepdim=True)
        return _grey_below(picture, strength, percent)

    return Repair(apply)


def small_contribution(percent: float) -> Repair:
    """The pixels that help the objective least become grey; how much a pixel helps is estimated
    to first order from the gradient."""

    def apply(picture: Tensor, gradient: Tensor | None) -> Tensor:
        if gradient is None:
            return picture
        helps = ((picture - GREY) * gradient).sum(1, keepdim=True).abs()
        return _grey_below(picture, helps, percent)

    return Repair(apply, needs_gradient=True)
