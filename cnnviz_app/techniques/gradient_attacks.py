"""FGSM, its iterated form and PGD: small steps up the loss inside a ball.

After Goodfellow, Shlens and Szegedy (2015), Kurakin and others (2017), Madry and others (2018).
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
    Goal,
    GoalParams,
    Victim,
    conclude,
    rounded,
    show,
    tell,
)
from cnnviz_app.techniques._pgd import Steps, climb

_BALL = "The largest change, in 8-bit levels: of a channel, or of the whole as a length (l2)."


@dataclass(frozen=True)
class FgsmParams(GoalParams):
    """One step as long as the ball is wide."""

    epsilon: float = param(
        8.0, "The largest change of a channel, in 8-bit levels.", low=0.0, high=255.0,
        slider=(0, 32), unit="/255",
    )  # fmt: skip


@dataclass(frozen=True)
class WalkParams(GoalParams):
    """Many steps inside a ball."""

    norm: str = param("linf", "What the ball limits.", choices=("linf", "l2"))
    epsilon: float = param(8.0, _BALL, low=0.0, high=100_000.0, slider=(0, 64), unit="/255")
    alpha: float = param(
        2.0, "Length of a step, in levels; for l2, 0 takes what reaches the edge and back.",
        low=0.0, high=100_000.0, slider=(0, 16), unit="/255",
    )  # fmt: skip
    steps: int = param(10, "How many steps.", low=1, high=10_000, slider=(1, 100))
    momentum: float = param(
        0.0, "How much of the past gradients goes on: helps against other networks.",
        low=0.0, high=2.0, group="Transfer",
    )  # fmt: skip
    diverse: float = param(
        0.0, "Chance that a step looks at a smaller, shifted copy.", low=0.0, high=1.0,
        group="Transfer",
    )  # fmt: skip
    smooth: int = param(
        0, "Width in pixels over which the gradient is smoothed; 0 is off.", low=0, high=61,
        group="Transfer", unit="px",
    )  # fmt: skip


@dataclass(frozen=True)
class PgdParams(WalkParams):
    """Steps from random starts."""

    restarts: int = param(
        1, "From how many random starts at most; it ends with the first that wins.",
        low=1, high=1000, slider=(1, 20),
    )  # fmt: skip


@technique(
    "fgsm", "FGSM", GROUP, FgsmParams,
    summary="Adds the sign of the gradient: the panda that becomes a gibbon.",
)  # fmt: skip
def fgsm(ctx: Context, net: Any, image01: Tensor, params: FgsmParams, seed: int) -> TechniqueResult:
    victim = Victim(net, image01, slopes=True)
    goal = victim.goal(params.target)
    _watch(ctx, victim, goal, 0, 2, victim.clean, victim.answer)
    moved = victim.clean + params.epsilon / 255 * victim.slope(goal).sign()
    levels = rounded(victim, moved, "linf", params.epsilon)
    _watch(ctx, victim, goal, 1, 2, levels / 255, victim.judged(levels))
    return conclude(net, victim, levels, goal, 2, {"norm": "linf"})


@technique(
    "bim", "Iterated FGSM", GROUP, WalkParams,
    summary="Small steps along the sign of the gradient, from the picture itself.",
)  # fmt: skip
def bim(ctx: Context, net: Any, image01: Tensor, params: WalkParams, seed: int) -> TechniqueResult:
    return _attack(ctx, net, image01, params.target, _steps(params), params.epsilon, seed)


@technique(
    "pgd", "PGD", GROUP, PgdParams,
    summary="Small steps inside a ball from a random start: the usual measure of robustness.",
)  # fmt: skip
def pgd(ctx: Context, net: Any, image01: Tensor, params: PgdParams, seed: int) -> TechniqueResult:
    how = _steps(params, random_start=True)
    return _attack(
        ctx, net, image01, params.target, how, params.epsilon, seed, restarts=params.restarts
    )


def _steps(params: WalkParams, *, random_start: bool = False) -> Steps:
    alpha = params.alpha
    if params.norm == "l2" and not alpha:
        alpha = 2.5 * params.epsilon / params.steps
    return Steps(
        params.norm, params.epsilon / 255, alpha / 255, params.steps, random_start,
        params.momentum, params.diverse, params.smooth,
    )  # fmt: skip


def _attack(
    ctx: Context, net: Any, image01: Tensor, target: str, how: Steps, epsilon: float, seed: int,
    *, restarts: int = 1,
) -> TechniqueResult:  # fmt: skip
    victim = Victim(net, image01)
    goal = victim.goal(target)
    generator = torch.Generator().manual_seed(seed)
    total = restarts * (how.steps + 1)
    best, best_margin, done = victim.levels, -torch.inf, 0

    def watch(step: int, moved: Tensor, logits: Tensor) -> None:
        _watch(ctx, victim, goal, done + step, total, moved, logits)

    for _ in range(restarts):
        went = climb(victim, goal, how, generator, watch)
        levels = rounded(victim, went.end, how.norm, epsilon)
        answer = victim.judged(levels)
        margin = float(goal.margin(answer)[0])
        watch(how.steps, levels / 255, answer)
        if margin > best_margin:
            best, best_margin = levels, margin
        if margin <= 0 and float(went.margin[0]) > margin:
            # The end is no win, but something on the way may have been one.
            levels = rounded(victim, went.best, how.norm, epsilon)
            margin = float(goal.margin(victim.judged(levels))[0])
            if margin > best_margin:
                best, best_margin = levels, margin
        done += how.steps + 1
        if best_margin > 0:
            break
    return conclude(net, victim, best, goal, done, {"norm": how.norm})


def _watch(
    ctx: Context, victim: Victim, goal: Goal, step: int, total: int, found: Tensor, logits: Tensor
) -> None:
    ctx.checkpoint()
    show(ctx, victim, found, step)
    tell(ctx, step, goal, logits)
    ctx.progress(step + 1, total)
