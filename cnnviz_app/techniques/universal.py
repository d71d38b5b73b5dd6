"""One change for all pictures: found on some, tried on others.

After Moosavi-Dezfooli and others (2017), by gradient steps as Shafahi and others (2020).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques._attack_population import crops
from cnnviz_app.techniques._attacks import (
    GROUP,
    Goal,
    GoalParams,
    Victim,
    conclude,
    rounded,
    show,
)

_BATCH = 8
# A picture may be lost by far: what turns only those that are nearly lost turns no others.
_ENOUGH = 100.0


@dataclass(frozen=True)
class UniversalParams(GoalParams):
    """The ball, and how many pictures it is learned from."""

    epsilon: float = param(
        10.0, "The largest change of a channel, in 8-bit levels.", low=0.0, high=255.0,
        slider=(0, 32), unit="/255",
    )  # fmt: skip
    pictures: int = param(
        64, "From how many built-in photographs and drawings it is learned; as many others try it.",
        low=2, high=10_000, slider=(16, 500),
    )  # fmt: skip
    steps: int = param(100, "How many steps, each with a handful of pictures.", low=1, high=10_000,
                       slider=(10, 300))  # fmt: skip


@technique(
    "universal", "Universal change", GROUP, UniversalParams,
    summary="One change that turns the answers to many pictures it has never seen.",
)  # fmt: skip
def universal(
    ctx: Context, net: Any, image01: Tensor, params: UniversalParams, seed: int
) -> TechniqueResult:
    victim = Victim(net, image01)
    goal = victim.goal(params.target)
    known = crops(net, params.pictures, seed)
    size = params.epsilon / 255
    generator = torch.Generator().manual_seed(seed)
    start = torch.rand(victim.clean.shape, generator=generator).to(victim.clean)
    delta = ((2 * start - 1) * size).detach()
    labels = _labels(ctx, victim, known)
    past = torch.zeros_like(delta)
    for step in range(params.steps):
        ctx.checkpoint()
        chosen = torch.randint(len(known), (min(_BATCH, len(known)),), generator=generator)
        chosen = chosen.to(known.device)
        free = delta.clone().requires_grad_(True)
        logits = victim.quick((known[chosen] + free).clamp(0, 1))
        loss = _loss(goal, logits, labels[chosen])
        (slope,) = torch.autograd.grad(loss, free)
        past = 0.9 * past + slope / slope.abs().mean().clamp_min(1e-12)
        # From a quarter of the ball down to nearly nothing.
        pace = size * (0.02 + 0.25 * (1 - step / params.steps))
        delta = (delta + pace * past.sign()).clamp(-size, size)
        ctx.metrics(step, objective=float(loss.detach()))
        show(ctx, victim, (victim.clean + delta).clamp(0, 1), step)
        ctx.progress(step + 1, params.steps)
    unseen = crops(net, params.pictures, seed + 1, held=True)
    figures = {
        "fooled_known": _fooled(ctx, victim, known, delta, goal, params.epsilon),
        "fooled_unseen": _fooled(ctx, victim, unseen, delta, goal, params.epsilon),
        "pictures": params.pictures, "norm": "linf",
    }  # fmt: skip
    levels = rounded(victim, victim.clean + delta, "linf", params.epsilon)
    return conclude(net, victim, levels, goal, params.steps, figures)


def _loss(goal: Goal, logits: Tensor, label: Tensor) -> Tensor:
    if goal.target is not None:
        return -F.cross_entropy(logits, goal.target.expand(len(logits)))
    return F.cross_entropy(logits, label, reduction="none").clamp_max(_ENOUGH).mean()


@torch.no_grad()
def _labels(ctx: Context, victim: Victim, pictures: Tensor) -> Tensor:
    """What the network says of the pictures it is to be led away from."""
    found = []
    for batch in pictures.split(_BATCH):
        ctx.checkpoint()
        found.append(victim.quick(batch).argmax(1))
    return torch.cat(found)


@torch.no_grad()
def _fooled(
    ctx: Context, victim: Victim, pictures: Tensor, delta: Tensor, goal: Goal, epsilon: float
) -> float:
    """The share of pictures whose answer turns, each judged in whole levels."""
    limit = int(epsilon + 1e-6)
    change = (delta * 255).round().clamp(-limit, limit)
    turned = 0
    for batch in pictures.split(_BATCH):
        ctx.checkpoint()
        levels = (batch * 255).round()
        before = victim.judged(levels).argmax(1)
        after = victim.judged((levels + change).clamp(0, 255)).argmax(1)
        hit = after == goal.target[0] if goal.target is not None else after != before
        turned += int(hit.sum())
    return turned / len(pictures)
