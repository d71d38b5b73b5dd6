"""L-BFGS for pixels that stay between black and white.

Gatys and others used L-BFGS with bounds. This one looks along its direction with every trial cut
to the bounds, and mostly accepts the first, so a step costs little more than one evaluation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

Evaluate = Callable[[], tuple[float, list[Tensor]]]
_TRIALS = 12
_ENOUGH = 1e-4
_FIRST_CHANGE = 0.02


class BoundedLBFGS:
    """Moves one variable downhill inside [low, high]; one accepted picture per step.

    A step interrupted inside its search puts the accepted picture back.

    Attributes:
        trials: evaluations along the direction of the last step; many of them tell that the
            function is not as smooth as its slope says.
    """

    evaluates_often = True
    view_lasts = 1

    def __init__(
        self, variable: Tensor, low: float = 0.0, high: float = 1.0, history: int = 12
    ) -> None:
        self._x = variable
        self._low, self._high = low, high
        self._most = history
        self.trials = 0
        self.forget()

    def forget(self) -> None:
        self._pairs: list[tuple[Tensor, Tensor, float]] = []
        self._known: tuple[float, Tensor] | None = None

    def learned(self) -> object:
        return list(self._pairs), self._known

    def recall(self, learned: Any) -> None:
        pairs, self._known = learned
        self._pairs = list(pairs)

    @torch.no_grad()
    def step(self, evaluate: Evaluate) -> None:
        start = self._x.clone()
        try:
            self._move(start, evaluate)
        except BaseException:
            self._x.copy_(start)
            raise

    def _move(self, start: Tensor, evaluate: Evaluate) -> None:
        loss, slope = self._known if self._known is not None else _ask(evaluate)
        self._known = (loss, slope)
        direction = self._direction(start, slope)
        length = 1.0
        if not self._pairs:
            length = _FIRST_CHANGE / max(float(direction.abs().mean()), 1e-30)
        for self.trials in range(1, _TRIALS + 1):
            torch.add(start, direction, alpha=length, out=self._x).clamp_(self._low, self._high)
            moved = self._x - start
            promised = _dot(slope, moved)
            new_loss, new_slope = _ask(evaluate)
            if new_loss <= loss + _ENOUGH * promised:
                self._remember(moved, new_slope - slope)
                self._known = (new_loss, new_slope)
                return
            # The minimum of the parabola through what is known, if it is a parabola.
            bend = new_loss - loss - promised
            length *= min(0.5, max(0.1, -0.5 * promised / bend if bend > 0 else 0.1))
        # No way down here: what was learned about the shape is wrong.
        self._x.copy_(start)
        self._pairs.clear()

    def _direction(self, at: Tensor, slope: Tensor) -> Tensor:
        """Downhill by what was learned, leaving pixels alone that press against a bound."""
        blocked = ((at <= self._low) & (slope > 0)) | ((at >= self._high) & (slope < 0))
        free = slope.masked_fill(blocked, 0.0)
        found = self._two_loops(free).masked_fill_(blocked, 0.0)
        if _dot(found, free) >= 0.0:
            self._pairs.clear()
            return -free
        return found

    def _two_loops(self, slope: Tensor) -> Tensor:
        """The two-loop recursion of Nocedal (1980): minus the inverse curvature times the slope."""
        q = slope.neg()
        factors = []
        for s, y, rho in reversed(self._pairs):
            factor = rho * _dot(s, q)
            factors.append(factor)
            q.add_(y, alpha=-factor)
        if self._pairs:
            _, y, rho = self._pairs[-1]
            q.mul_(1.0 / (rho * _dot(y, y)))
        for (s, y, rho), factor in zip(self._pairs, reversed(factors), strict=True):
            q.add_(s, alpha=factor - rho * _dot(y, q))
        return q

    def _remember(self, s: Tensor, y: Tensor) -> None:
        curvature = _dot(s, y)
        if curvature > 1e-10 * _dot(y, y):
            self._pairs.append((s, y, 1.0 / curvature))
            del self._pairs[: -self._most]


def _ask(evaluate: Evaluate) -> tuple[float, Tensor]:
    with torch.enable_grad():
        loss, slopes = evaluate()
    return loss, slopes[0]


def _dot(a: Tensor, b: Tensor) -> float:
    return float(torch.dot(a.reshape(-1), b.reshape(-1)))
