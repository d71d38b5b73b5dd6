"""The attack of Carlini and Wagner (2017): the smallest L2 change, traded against the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques._attacks import (
    GROUP,
    MARGIN,
    Goal,
    GoalParams,
    Victim,
    conclude,
    least,
    show,
    tell,
)


@dataclass(frozen=True)
class CwParams(GoalParams):
    """How the trade between size and answer is searched."""

    steps: int = param(100, "Steps for each trade.", low=1, high=10_000, slider=(10, 1000))
    searches: int = param(
        5, "How many trades are tried, halving between the last that won and the last that lost.",
        low=1, high=20,
    )  # fmt: skip
    constant: float = param(
        1.0, "The first trade: how much the answer counts against the size.",
        low=1e-4, high=1e6, log=True,
    )  # fmt: skip
    learning_rate: float = param(0.01, "Length of Adam's steps.", low=1e-5, high=1.0, log=True)
    confidence: float = param(
        0.0, "By how many logits it should win.", low=0.0, high=100.0, slider=(0, 20)
    )


@technique(
    "cw", "Carlini and Wagner", GROUP, CwParams,
    summary="Finds the smallest change that wins, by trading its size against the answer.",
)  # fmt: skip
def cw(ctx: Context, net: Any, image01: Tensor, params: CwParams, seed: int) -> TechniqueResult:
    victim = Victim(net, image01)
    goal = victim.goal(params.target)

    def watch(step: int, found: Tensor, logits: Tensor) -> None:
        ctx.checkpoint()
        show(ctx, victim, found, step)
        tell(ctx, step, goal, logits)
        ctx.progress(step + 1, params.searches * params.steps)

    found = search(victim, goal, params, watch)
    levels = least(
        victim, found - victim.clean, goal, ctx.checkpoint, max(params.confidence, MARGIN)
    )
    return conclude(net, victim, levels, goal, params.searches * params.steps, {"norm": "l2"})


def search(
    victim: Victim, goal: Goal, params: CwParams, watch: Callable[[int, Tensor, Tensor], None]
) -> Tensor:
    """The smallest winning pictures of the batch; the last ones where nothing won."""
    clean = victim.clean
    count = len(clean)
    start = torch.atanh((2 * clean - 1) * (1 - 1e-6))
    low = torch.zeros(count, device=clean.device)
    high = torch.full_like(low, torch.inf)
    constant = torch.full_like(low, params.constant)
    best, best_size = clean.clone(), torch.full_like(low, torch.inf)
    for number in range(params.searches):
        free = start.clone().requires_grad_(True)
        adam = torch.optim.Adam([free], lr=params.learning_rate)
        won = torch.zeros(count, dtype=torch.bool, device=clean.device)
        reached = torch.inf
        for step in range(params.steps):
            moved = (torch.tanh(free) + 1) / 2
            logits = victim.logits(moved)
            size = (moved - clean).flatten(1).square().sum(1)
            margin = goal.margin(logits)
            loss = size + constant * (params.confidence - margin).clamp_min(0)
            adam.zero_grad(set_to_none=True)
            loss.sum().backward(inputs=[free])
            adam.step()
            now, there = size.detach(), margin.detach() > params.confidence
            better = there & (now < best_size)
            best = torch.where(better.view(-1, 1, 1, 1), moved.detach(), best)
            best_size = torch.where(better, now, best_size)
            won |= there
            watch(number * params.steps + step, moved.detach(), logits.detach())
            if step % max(1, params.steps // 10) == 0:
                total = float(loss.detach().sum())
                if total > 0.9999 * reached:
                    break  # this trade has given what it can
                reached = total
        high = torch.where(won, torch.minimum(high, constant), high)
        low = torch.where(won, low, torch.maximum(low, constant))
        constant = torch.where(high.isfinite(), (low + high) / 2, constant * 10)
    lost = best_size.isinf().view(-1, 1, 1, 1)
    return torch.where(lost, moved.detach(), best)
