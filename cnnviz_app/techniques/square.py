"""Square attack: a black box that is only asked for its answers.

After Andriushchenko and others (2020), for the largest change of a channel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques._attacks import (
    GROUP,
    GoalParams,
    Victim,
    conclude,
    rounded,
    show,
    tell,
)

# After which shares of the questions the squares shrink to half.
_SHRINK = (0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8)


@dataclass(frozen=True)
class SquareParams(GoalParams):
    """The ball, and how often the network may be asked."""

    epsilon: float = param(
        8.0, "The largest change of a channel, in 8-bit levels.", low=0.0, high=255.0,
        slider=(0, 32), unit="/255",
    )  # fmt: skip
    steps: int = param(1000, "How many questions at most.", low=1, high=100_000,
                       slider=(100, 5000), title="Queries")  # fmt: skip
    share: float = param(
        0.8, "Which share of the picture the first squares cover.", low=0.001, high=1.0
    )


@technique(
    "square", "Square attack", GROUP, SquareParams,
    summary="Asks only for answers and keeps every square that makes them worse.",
)  # fmt: skip
def square(
    ctx: Context, net: Any, image01: Tensor, params: SquareParams, seed: int
) -> TechniqueResult:
    victim = Victim(net, image01)
    goal = victim.goal(params.target)
    generator = torch.Generator().manual_seed(seed)
    size = params.epsilon / 255
    channels, height, width = victim.clean.shape[1:]

    def chance(*shape: int) -> Tensor:
        return torch.rand(shape, generator=generator)

    def signs(*shape: int) -> Tensor:
        return torch.where(chance(*shape) < 0.5, -size, size).to(victim.clean)

    stripes = signs(1, channels, 1, width).expand_as(victim.clean)
    best = (victim.clean + stripes).clamp(0, 1)
    with torch.no_grad():
        logits = victim.logits(best)
        margin = float(goal.margin(logits)[0])
        for step in range(1, params.steps):
            ctx.checkpoint()
            show(ctx, victim, best, step)
            tell(ctx, step, goal, logits)
            ctx.progress(step + 1, params.steps)
            if margin > 0.05 and _stands(victim, best, goal, params.epsilon):
                break
            side = _side(params.share, step / params.steps, height, width)
            top = int(chance(1) * (height - side + 1))
            left = int(chance(1) * (width - side + 1))
            trial = best.clone()
            where = (slice(None), slice(None), slice(top, top + side), slice(left, left + side))
            trial[where] = (victim.clean[where] + signs(1, channels, 1, 1)).clamp(0, 1)
            answer = victim.logits(trial)
            now = float(goal.margin(answer)[0])
            if now > margin:
                best, margin, logits = trial, now, answer
    levels = rounded(victim, best, "linf", params.epsilon)
    return conclude(net, victim, levels, goal, victim.queries, {"norm": "linf"})


def _stands(victim: Victim, found: Tensor, goal: Any, epsilon: float) -> bool:
    levels = rounded(victim, found, "linf", epsilon)
    return bool(goal.margin(victim.judged(levels))[0] > 0)


def _side(share: float, done: float, height: int, width: int) -> int:
    halvings = sum(done > at for at in _SHRINK)
    side = round(float(share / 2**halvings * height * width) ** 0.5)
    return int(max(1, min(side, height, width)))
