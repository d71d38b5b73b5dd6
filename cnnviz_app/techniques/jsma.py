"""The saliency-map attack: push those values up that help the target and hurt the others.

After Papernot and others (2016); on large pictures several values are pushed in one step.
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


@dataclass(frozen=True)
class JsmaParams(GoalParams):
    """How much may change, and by how much each value."""

    share: float = param(0.1, "Which share of all values may change.", low=1e-5, high=1.0, log=True)
    theta: float = param(
        1.0, "How much a value is pushed, as a share of the range; below 0 it is pushed down.",
        low=-1.0, high=1.0,
    )  # fmt: skip
    steps: int = param(
        200, "In how many steps at most; on large pictures each pushes more values.",
        low=1, high=10_000, slider=(20, 500),
    )  # fmt: skip


@technique(
    "jsma", "Saliency map attack", GROUP, JsmaParams,
    summary="Pushes the few values up that speak for the target and against all others.",
)  # fmt: skip
def jsma(ctx: Context, net: Any, image01: Tensor, params: JsmaParams, seed: int) -> TechniqueResult:
    victim = Victim(net, image01)
    asked = victim.goal(params.target)
    target = asked.target
    if target is None:
        # The saliency is that of one class; the runner-up is the nearest.
        target = victim.answer.topk(min(2, victim.answer.shape[1])).indices[:, -1]
    goal = Goal(victim.label, target)
    allowed = max(1, int(params.share * victim.clean.numel()))
    each = max(2, -(-allowed // params.steps))
    found = victim.clean.clone()
    free = torch.ones(found.shape, dtype=torch.bool, device=found.device)
    step = 0
    while True:
        ctx.checkpoint()
        moved = found.requires_grad_(True)
        logits = victim.logits(moved)
        show(ctx, victim, moved, step)
        tell(ctx, step, goal, logits)
        ctx.progress(step + 1, params.steps)
        changed = int((~free).sum())
        won = float(goal.margin(victim.judged(rounded(victim, found.detach())))[0]) > 0.05
        if won or step >= params.steps or changed >= allowed:
            break
        found = _pushed(moved, logits[0], int(target[0]), free, min(each, allowed - changed),
                        params.theta)  # fmt: skip
        step += 1
    levels = rounded(victim, found.detach())
    figures = {"values_changed": int((levels != victim.levels).sum())}
    return conclude(net, victim, levels, asked, step, figures)


def _pushed(
    moved: Tensor, logits: Tensor, target: int, free: Tensor, count: int, theta: float
) -> Tensor:
    (up,) = torch.autograd.grad(logits[target], moved, retain_graph=True)
    (everything,) = torch.autograd.grad(logits.sum(), moved)
    down = everything - up
    sign = 1.0 if theta >= 0 else -1.0
    room = free & ((moved < 1) if sign > 0 else (moved > 0))
    helps = (sign * up > 0) & (sign * down < 0) & room
    saliency = torch.where(helps, up.abs() * down.abs(), torch.zeros_like(up))
    if int(helps.sum()) < count:
        # Too few values do both: then those that help the target alone.
        saliency = saliency + torch.where(room, (sign * up).clamp_min(0) * 1e-9, 0.0)
    chosen = saliency.flatten().topk(count).indices
    flat = moved.detach().flatten().clone()
    flat[chosen] = (flat[chosen] + theta).clamp(0, 1)
    free.view(-1)[chosen] = False
    return flat.view_as(free)
