"""DeepFool: step over the nearest border, as if the borders were flat.

After Moosavi-Dezfooli, Fawzi and Frossard (2016).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques._attacks import GROUP, Goal, Victim, conclude, least, show, tell

# A difference this much steeper than all before it is not expected.
_STEEPER = 1.5


@dataclass(frozen=True)
class DeepFoolParams:
    """How many borders are looked at, and how far over the nearest one."""

    steps: int = param(50, "How many steps at most.", low=1, high=1000, slider=(1, 100))
    candidates: int = param(
        10, "Among how many of the likeliest classes the nearest border is sought.",
        low=2, high=1000, slider=(2, 50),
    )  # fmt: skip
    overshoot: float = param(
        0.02, "How much farther than the border, as a share.", low=0.0, high=1.0
    )


@technique(
    "deepfool", "DeepFool", GROUP, DeepFoolParams,
    summary="The shortest way over the nearest border between two answers.",
)  # fmt: skip
def deepfool(
    ctx: Context, net: Any, image01: Tensor, params: DeepFoolParams, seed: int
) -> TechniqueResult:
    victim = Victim(net, image01)
    goal = Goal(victim.label)

    def watch(step: int, found: Tensor, logits: Tensor) -> None:
        ctx.checkpoint()
        show(ctx, victim, found, step)
        tell(ctx, step, goal, logits)
        ctx.progress(step + 1, params.steps)

    delta, steps = cross(victim, params, watch)
    levels = least(victim, delta, goal, ctx.checkpoint)
    return conclude(net, victim, levels, goal, steps, {"norm": "l2"})


def cross(
    victim: Victim, params: DeepFoolParams, watch: Callable[[int, Tensor, Tensor], None]
) -> tuple[Tensor, int]:
    """The change of one picture, with its overshoot, and the steps it took."""
    clean, goal = victim.clean, Goal(victim.label)
    rivals = victim.answer[0].topk(min(params.candidates, victim.answer.shape[1])).indices
    rivals = rivals[rivals != victim.label[0]]
    total = torch.zeros_like(clean)
    borders = _Borders(rivals, victim.label[0])
    step = 0
    while True:
        moved = (clean + (1 + params.overshoot) * total).clamp(0, 1).requires_grad_(True)
        logits = victim.logits(moved)
        watch(step, moved.detach(), logits.detach())
        if step >= params.steps or bool(goal.margin(logits.detach())[0] > 0):
            return moved.detach() - clean, step
        total = total + borders.shortest(logits[0], moved)
        step += 1


class _Borders:
    """The borders to the rivals, and how steep the steepest difference has been."""

    def __init__(self, rivals: Tensor, label: Tensor) -> None:
        self._rivals, self._label = rivals, label
        self._steepest = 0.0

    def shortest(self, logits: Tensor, moved: Tensor) -> Tensor:
        """Over the border that lies nearest in the linear picture of the network.

        Rivals are asked in the order of their distance in logits; one so far behind that no
        slope near the steepest known could bring it nearest is not asked.
        """
        gaps = (logits[self._rivals] - logits[self._label]).detach().abs()
        best, nearest = torch.zeros_like(moved), torch.inf
        for number in gaps.argsort().tolist():
            distance = float(gaps[number]) + 1e-4
            if distance > _STEEPER * self._steepest * nearest:
                break
            gap = logits[self._rivals[number]] - logits[self._label]
            (slope,) = torch.autograd.grad(gap, moved, retain_graph=True)
            length = float(slope.norm().clamp_min(1e-12))
            self._steepest = max(self._steepest, length)
            if distance / length < nearest:
                nearest, best = distance / length, slope * (distance / length**2)
        return best
