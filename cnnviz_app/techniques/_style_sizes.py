"""The rungs of the ladder: how large, and how many steps on each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from cnnviz_app.core.errors import UserError
from cnnviz_app.techniques._budget import Budget
from cnnviz_app.techniques._optimise import Limit
from cnnviz_app.techniques._sizes import SMALLEST_SIDE
from cnnviz_app.techniques._style_pictures import side_for

Stage = tuple[int, int]


@dataclass(frozen=True)
class Plan:
    """The rungs, and when each of them has to end.

    Attributes:
        budget: with seconds, rungs end by the clock, each at its share of the work.
        after: seconds that the end of the run takes.
    """

    stages: tuple[Stage, ...]
    budget: Budget | None = None
    after: float = 0.0

    def limit(self, number: int) -> Limit:
        """For the rung that is about to begin."""
        count = self.stages[number][1]
        if self.budget is None or self.budget.seconds is None:
            return Limit(count)
        rest = [steps * max(1, side) ** 2 for side, steps in self.stages[number:]]
        before = self.budget.spent()
        left = max(0.0, self.budget.seconds - self.after - before)
        return Limit(count, before + left * rest[0] / sum(rest), before, self.budget.seconds)

    def of_next(self, pictures: int) -> Plan:
        """For the next of so many pictures: all that are left get the same of the time."""
        if self.budget is None or self.budget.seconds is None:
            return self
        left = self.budget.left()
        return replace(self, after=self.after + left - left / pictures)


_SMALLEST_RUNG = 128
_ROOT = 2**0.5
_STAGE = re.compile(r"\s*(\d+)\s*:\s*(\d+)\s*")
_FEWEST_STEPS = 80


@torch.no_grad()
def accepts(net: Any, nodes: Sequence[str], size: tuple[int, int]) -> bool:
    """Whether the network's layers can be computed at this size; tried on a small strip."""
    spec = net.spec
    if size == (spec.height, spec.width):
        return True
    # Convolutions take any size, so a narrow picture of odd sides stands for a large one.
    trial = tuple(min(side, max(64, own) + side % 32) for side, own in
                  zip(size, (spec.height, spec.width), strict=True))  # fmt: skip
    blank = torch.full((1, spec.channels, *trial), 0.5, device=net.device)
    try:
        found = net.run(blank, nodes)
        return all(min(net.maps(name, found[name]).shape[2:]) >= 1 for name in nodes)
    except (RuntimeError, ValueError, AssertionError, IndexError, UserError):
        return False


def longest_side(net: Any, nodes: Sequence[str], shape: tuple[int, int], wanted: int) -> int:
    """The long side of the result, 0 where the network only takes its own size."""
    if 0 < wanted < SMALLEST_SIDE:
        raise UserError(
            f"A picture of {wanted} pixels is too small.",
            f"Choose {SMALLEST_SIDE} or more, or 0 for the picture's own size.",
        )
    longest = wanted or max(shape)
    if accepts(net, nodes, side_for(shape, longest)):
        return longest
    own = f"{net.spec.width}×{net.spec.height}"
    if wanted:
        raise UserError(
            f"This network cannot look at pictures of {wanted} pixels.",
            f"Its size is {own}: set size to 0.",
        )
    return 0


def rungs(longest: int, steps: int, *, ladder: bool) -> tuple[Stage, ...]:
    """Long sides growing by √2, with the steps shared evenly."""
    sides = [longest]
    while ladder and round(longest / _ROOT ** len(sides)) >= _SMALLEST_RUNG:
        sides.insert(0, round(longest / _ROOT ** len(sides)))
    sides = sides[-steps:]
    counts = [steps // len(sides)] * len(sides)
    counts[0] += steps - sum(counts)
    return tuple(zip(sides, counts, strict=True))


def parse_stages(text: str) -> tuple[Stage, ...]:
    """`128:100, 256:50`."""
    found = []
    for part in text.split(","):
        match = _STAGE.fullmatch(part)
        if match is None:
            raise UserError(f"“{part.strip()}” is no rung of a ladder.", "Write 128:100, 256:50.")
        side, steps = int(match[1]), int(match[2])
        if not (side == 0 or SMALLEST_SIDE <= side <= 8192) or not 1 <= steps <= 20000:
            raise UserError(
                f"A rung of {side} pixels and {steps} steps is not possible.",
                f"Sides go from {SMALLEST_SIDE} to 8192, steps from 1 to 20000.",
            )
        found.append((side, steps))
    return tuple(found)


def written(stages: Sequence[Stage]) -> str:
    return ", ".join(f"{side}:{steps}" for side, steps in stages)


def affordable(
    longest: int, steps: int, seconds: float, seconds_per_pixel: float, shape: tuple[int, int],
    *, ladder: bool,
) -> tuple[Stage, ...]:  # fmt: skip
    """The largest ladder that can settle in the time."""
    side = longest
    while True:
        height, width = side_for(shape, side)
        fits = seconds / (height * width * seconds_per_pixel)
        stages = rungs(side, steps, ladder=ladder)
        # Steps on the lower rungs cost less: count them in steps of the full size.
        cost = sum(count * (rung / side) ** 2 for rung, count in stages) / steps
        possible = int(fits / cost)
        if possible >= min(steps, _FEWEST_STEPS) or side <= 96:
            return rungs(side, max(2, min(steps, possible)), ladder=ladder)
        side = max(96, round(side / _ROOT))
