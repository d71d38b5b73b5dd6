"""The first attack: L-BFGS inside the box of pixels, with a search for the gentlest trade.

After Szegedy and others (2014): minimise c·|r|² + loss(x + r, target) for x + r in [0, 1], for
the largest c that still wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
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
    least,
    show,
    tell,
)

# A trade has settled when a step gains no more than this share of the loss, and the search when
# the gentlest winner and the strongest loser lie so near together.
_SETTLED, _NEAR = 1e-3, 1.25


@dataclass(frozen=True)
class LbfgsParams(GoalParams):
    """How long each minimisation runs and how finely the trade is searched."""

    steps: int = param(30, "Steps of L-BFGS for each trade.", low=1, high=1000, slider=(5, 200))
    searches: int = param(
        8, "How many trades are tried: doubling first, then halving the gap.", low=1, high=40
    )
    constant: float = param(
        0.1, "The first trade: how much the size counts against the answer.",
        low=1e-6, high=1e4, log=True,
    )  # fmt: skip


@technique(
    "lbfgs", "L-BFGS (Szegedy)", GROUP, LbfgsParams,
    summary="The attack that began it: the smallest change that L-BFGS finds inside the box.",
)  # fmt: skip
def lbfgs(
    ctx: Context, net: Any, image01: Tensor, params: LbfgsParams, seed: int
) -> TechniqueResult:
    victim = Victim(net, image01)
    goal = victim.goal(params.target)
    if goal.target is None:
        # The method needs a target: the runner-up is the nearest one.
        goal = Goal(victim.label, victim.answer.topk(min(2, victim.answer.shape[1])).indices[:, -1])
    search = _Search(ctx, victim, goal, params)
    found = search.run()
    asked = victim.goal(params.target)
    levels = least(victim, found - victim.clean, asked, ctx.checkpoint)
    return conclude(net, victim, levels, asked, search.step, {"norm": "l2"})


class _Search:
    """The line search over the trade, each point of it one minimisation."""

    def __init__(self, ctx: Context, victim: Victim, goal: Goal, params: LbfgsParams) -> None:
        self.ctx, self.victim, self.goal, self.params = ctx, victim, goal, params
        self.step = 0
        self.total = params.searches * params.steps

    def run(self) -> Tensor:
        """The winning picture nearest to the clean one, or the last one tried."""
        constant, won, lost = self.params.constant, 0.0, np.inf
        best, best_size, found = None, np.inf, self.victim.clean
        for number in range(self.params.searches):
            # A winner is a better start for its gentler neighbours than the picture itself.
            found, wins = self._minimise(constant, self.victim.clean if best is None else best)
            size = float((found - self.victim.clean).norm())
            if wins:
                won = constant
                if size < best_size:
                    best, best_size = found, size
            else:
                lost = constant
            constant = _next(won, lost, constant)
            self.ctx.progress((number + 1) * self.params.steps, self.total, f"trade {number + 1}")
            if won and lost / won < _NEAR:
                break
        return best if best is not None else found

    def _minimise(self, constant: float, start: Tensor) -> tuple[Tensor, bool]:
        # The box is what makes the method; torch's L-BFGS knows none.
        from scipy.optimize import Bounds, minimize

        clean = self.victim.clean
        last: dict[str, Tensor] = {}

        def value(flat: np.ndarray[Any, Any]) -> tuple[float, np.ndarray[Any, Any]]:
            moved = torch.from_numpy(flat).to(clean).view_as(clean).requires_grad_(True)
            logits = self.victim.logits(moved)
            loss = constant * (moved - clean).square().sum() - self.goal.loss(logits).sum()
            (slope,) = torch.autograd.grad(loss, moved)
            self.step += 1
            self.ctx.checkpoint()
            show(self.ctx, self.victim, moved, self.step)
            tell(self.ctx, self.step, self.goal, logits)
            last["logits"] = logits.detach()
            return float(loss.detach()), slope.flatten().cpu().double().numpy()

        found = minimize(
            value, start.flatten().cpu().double().numpy(), jac=True, method="L-BFGS-B",
            bounds=Bounds(0.0, 1.0),
            options={"maxiter": self.params.steps, "maxfun": 2 * self.params.steps,
                     "ftol": _SETTLED},
        )  # fmt: skip
        picture = torch.from_numpy(found.x).to(clean).view_as(clean).clamp(0, 1)
        with torch.no_grad():
            margin = self.goal.margin(self.victim.logits(picture))
        return picture, bool(margin[0] > 0)


def _next(won: float, lost: float, now: float) -> float:
    """Gentler after a win, stronger after a loss; between the two once both are known."""
    if won and np.isfinite(lost):
        return float(np.sqrt(won * lost))
    return now * 4 if won else now / 8
