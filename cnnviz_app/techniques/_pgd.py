"""Steps along the gradient inside a ball, for a batch of pictures at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz_app.techniques._attacks import Goal, Victim, lengths, projected

Watch = Callable[[int, Tensor, Tensor], None]


@dataclass(frozen=True)
class Steps:
    """How to walk; lengths in [0, 1] units.

    Attributes:
        momentum: how much of the past gradients goes on (Dong and others, 2018); 0 is none.
        diverse: chance that a step looks at a smaller, shifted copy (Xie and others, 2019).
        smooth: width in pixels of the bell the gradient is smoothed with (Dong and others, 2019).
    """

    norm: str
    epsilon: float
    alpha: float
    steps: int
    random_start: bool = False
    momentum: float = 0.0
    diverse: float = 0.0
    smooth: int = 0


@dataclass(frozen=True)
class Walked:
    """Where a walk has come: its end, and the most wrong picture before it with its margin."""

    end: Tensor
    best: Tensor
    margin: Tensor


def walk(
    victim: Victim, goal: Goal, how: Steps, generator: torch.Generator, watch: Watch
) -> Tensor:
    """The changed pictures whose answers were the most wrong on the way, not yet rounded."""
    went = climb(victim, goal, how, generator, watch)
    with torch.no_grad():
        logits = victim.quick(went.end)
    watch(how.steps, went.end, logits)
    better = goal.margin(logits) > went.margin
    return torch.where(better.view(-1, 1, 1, 1), went.end, went.best)


def climb(
    victim: Victim, goal: Goal, how: Steps, generator: torch.Generator, watch: Watch
) -> Walked:
    """All steps; what the network says of the end is not asked."""
    clean = victim.clean
    delta = torch.zeros_like(clean)
    if how.random_start:
        delta = projected(_random(clean, how, generator), clean, how.norm, how.epsilon)
    best, best_margin = clean + delta, torch.full((len(clean),), -torch.inf, device=clean.device)
    past = torch.zeros_like(clean)
    # A single step should be exact; many forgive each other's last digits.
    ask = victim.quick if how.steps > 1 else victim.logits
    for step in range(how.steps):
        moved = (clean + delta).requires_grad_(True)
        seen = _varied(moved, how.diverse, generator)
        logits = ask(seen)
        if seen is moved:
            margin = goal.margin(logits.detach())
            better = margin > best_margin
            best = torch.where(better.view(-1, 1, 1, 1), moved.detach(), best)
            best_margin = torch.maximum(margin, best_margin)
        watch(step, moved.detach(), logits.detach())
        (slope,) = torch.autograd.grad(goal.loss(logits).sum(), moved)
        push = _push(slope, past, how)
        past = push if how.momentum else past
        direction = push.sign() if how.norm == "linf" else push / lengths(push)
        delta = projected(delta + how.alpha * direction, clean, how.norm, how.epsilon)
    return Walked(clean + delta, best, best_margin)


def _random(clean: Tensor, how: Steps, generator: torch.Generator) -> Tensor:
    if how.norm == "linf":
        uniform = torch.rand(clean.shape, generator=generator).to(clean)
        return (2 * uniform - 1) * how.epsilon
    noise = torch.randn(clean.shape, generator=generator).to(clean)
    radius = torch.rand(len(clean), 1, 1, 1, generator=generator).to(clean)
    return noise * (radius * how.epsilon / lengths(noise))


def _push(slope: Tensor, past: Tensor, how: Steps) -> Tensor:
    if how.smooth > 1:
        slope = _smoothed(slope, how.smooth)
    if how.momentum:
        mean = slope.abs().flatten(1).mean(1).clamp_min(1e-12).view(-1, 1, 1, 1)
        slope = how.momentum * past + slope / mean
    return slope


def _smoothed(slope: Tensor, width: int) -> Tensor:
    """A bell whose reach is three of its widths, on every channel by itself."""
    width += 1 - width % 2
    at = torch.arange(width, dtype=slope.dtype, device=slope.device) - width // 2
    bell = torch.exp(-0.5 * (at / (width / 6)) ** 2)
    bell = bell / bell.sum()
    planes = slope.flatten(0, 1).unsqueeze(1)
    planes = F.conv2d(planes, bell.view(1, 1, -1, 1), padding=(width // 2, 0))
    planes = F.conv2d(planes, bell.view(1, 1, 1, -1), padding=(0, width // 2))
    return planes.squeeze(1).view_as(slope)


def _varied(x: Tensor, chance: float, generator: torch.Generator) -> Tensor:
    """Sometimes a copy up to a tenth smaller, somewhere on black."""
    if not chance or float(torch.rand((), generator=generator)) >= chance:
        return x
    height, width = x.shape[2:]
    draw = torch.rand(3, generator=generator).tolist()
    shrink = 0.9 + 0.1 * draw[0]
    rows, columns = max(1, round(height * shrink)), max(1, round(width * shrink))
    small = F.interpolate(x, size=(rows, columns), mode="bilinear", align_corners=False)
    top, left = round((height - rows) * draw[1]), round((width - columns) * draw[2])
    return F.pad(small, (left, width - columns - left, top, height - rows - top))
