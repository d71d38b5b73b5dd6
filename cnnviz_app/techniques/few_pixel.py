"""A handful of pixels, found by differential evolution.

After Su, Vargas and Sakurai (2019); with one fixed colour as Tramèr's red and green lights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques._attacks import (
    GROUP,
    Goal,
    GoalParams,
    Victim,
    conclude,
    show,
    tell,
)
from cnnviz_app.techniques._budget import CHOICES, Budget
from cnnviz_app.techniques._perturb import at_once

# Children descend from the best of so many, and each pixel of theirs is a new one so often.
_BEST_OF, _NEW = 8, 0.2
# The plain network must agree by so many logits.
_SURE = 0.02


@dataclass(frozen=True)
class FewPixelParams(GoalParams):
    """How many pixels, and how long evolution may look for them."""

    pixels: int = param(9, "How many pixels may change.", low=1, high=500, slider=(1, 20))
    colour: str = param(
        "", "One colour for all of them, as #ff0000; empty lets evolution choose.", kind="text"
    )
    population: int = param(48, "How many candidates live at once.", low=5, high=2000,
                            slider=(10, 200))  # fmt: skip
    generations: int = param(100, "For how many generations.", low=1, high=10_000,
                             slider=(10, 300))  # fmt: skip
    mutation: float = param(0.5, "How far a child departs from its parents.", low=0.05, high=2.0)
    budget: str = param(
        "full", "All generations, or as many as fit into this time on this computer.",
        choices=CHOICES, title="Time",
    )  # fmt: skip


@technique(
    "few-pixel", "A few pixels", GROUP, FewPixelParams,
    summary="Turns the answer by changing a handful of pixels, found by evolution.",
)  # fmt: skip
def few_pixel(
    ctx: Context, net: Any, image01: Tensor, params: FewPixelParams, seed: int
) -> TechniqueResult:
    victim = Victim(net, image01)
    goal = victim.goal(params.target)
    swarm = _Swarm(victim, goal, params, seed)
    budget = Budget(ctx, params.budget)
    generation = 0
    while True:
        swarm.measure(ctx)
        found = swarm.best()
        show(ctx, victim, found / 255, generation)
        tell(ctx, generation, goal, swarm.best_logits)
        ctx.progress(generation + 1, params.generations)
        won = swarm.best_margin > 0 and float(goal.margin(victim.judged(found))[0]) > _SURE
        if won or generation >= params.generations or budget.left() <= 0:
            break
        swarm.breed()
        generation += 1
    settled = {"generations": max(generation, 1), "budget": "full"}
    return conclude(net, victim, found, goal, generation, {"pixels": params.pixels}, settled)


class _Swarm:
    """Candidates as rows of (row, column, colour …) per pixel, all in [0, 1]."""

    def __init__(self, victim: Victim, goal: Goal, params: FewPixelParams, seed: int) -> None:
        self.victim, self.goal, self.params = victim, goal, params
        channels = victim.clean.shape[1]
        self.fixed = _colour(params.colour, channels)
        width = 2 + (0 if self.fixed is not None else channels)
        self.generator = torch.Generator().manual_seed(seed)
        self.living = self._draw(params.population, params.pixels, width)
        # The strongest colours are those of the corners; evolution mixes others from them.
        self.living[:, :, 2:] = self.living[:, :, 2:].round()
        self.children: Tensor = self.living
        self.margins = torch.full((params.population,), -torch.inf)
        self.best_margin = -torch.inf
        self.best_logits = victim.answer

    def _draw(self, *shape: int) -> Tensor:
        return torch.rand(shape, generator=self.generator)

    def painted(self, rows: Tensor) -> Tensor:
        """The clean picture with each candidate's pixels in it, as whole levels."""
        channels, height, width = self.victim.levels.shape[1:]
        levels = self.victim.levels.expand(len(rows), -1, -1, -1).clone()
        y = (rows[:, :, 0] * height).long().clamp(0, height - 1)
        x = (rows[:, :, 1] * width).long().clamp(0, width - 1)
        if self.fixed is not None:
            colours = self.fixed.expand(len(rows), rows.shape[1], channels)
        else:
            colours = (rows[:, :, 2:] * 255).round().clamp(0, 255)
        number = torch.arange(len(rows))[:, None].expand_as(y)
        levels[number, :, y, x] = colours.to(levels)
        return levels

    @torch.no_grad()
    def measure(self, ctx: Context) -> None:
        """Let the children answer; each takes its parent's place where it does better."""
        size = at_once(self.victim.net, self.victim.clean)
        for start in range(0, len(self.children), size):
            ctx.checkpoint()
            part = slice(start, min(start + size, len(self.children)))
            rows = self.children[part]
            logits = self.victim.quick(self.painted(rows) / 255)
            margins = _for(self.goal, len(rows)).margin(logits).cpu()
            better = margins > self.margins[part]
            self.living[part] = torch.where(better[:, None, None], rows, self.living[part])
            self.margins[part] = torch.maximum(margins, self.margins[part])
            top = int(margins.argmax())
            if float(margins[top]) > self.best_margin:
                self.best_margin = float(margins[top])
                self.best_logits = logits[top : top + 1]

    def best(self) -> Tensor:
        """The levels of the candidate that comes nearest to the goal."""
        top = int(self.margins.argmax())
        return self.painted(self.living[top : top + 1])

    def breed(self) -> None:
        """Differential evolution around the best: some pixels of each candidate move there."""
        count, draw = len(self.living), self.generator
        top = self.margins.topk(max(1, count // _BEST_OF)).indices
        one = self.living[top[torch.randint(len(top), (count,), generator=draw)]]
        picked = torch.stack([torch.randperm(count, generator=draw)[:2] for _ in range(count)])
        two, three = self.living[picked[:, 0]], self.living[picked[:, 1]]
        child = one + self.params.mutation * (two - three)
        outside = (child < 0) | (child > 1)
        outside[:, :, 2:] = False  # a colour beyond the edge is the edge; a place is drawn anew
        child = torch.where(outside, self._draw(*child.shape), child).clamp(0, 1)
        new = self._draw(count, self.params.pixels, 1) < _NEW
        new[torch.arange(count), torch.randint(self.params.pixels, (count,), generator=draw)] = True
        self.children = torch.where(new, child, self.living)


def _for(goal: Goal, count: int) -> Goal:
    target = None if goal.target is None else goal.target.expand(count)
    return Goal(goal.label.expand(count), target)


def _colour(text: str, channels: int) -> Tensor | None:
    wanted = text.strip().lstrip("#")
    if not wanted:
        return None
    try:
        if len(wanted) != 6:
            raise ValueError(wanted)
        red, green, blue = (int(wanted[at : at + 2], 16) for at in (0, 2, 4))
    except ValueError:
        raise UserError(f"“{text}” is not a colour.", "Write #ff0000 for red.") from None
    if channels == 1:
        return torch.tensor([round(0.299 * red + 0.587 * green + 0.114 * blue)])
    return torch.tensor([red, green, blue])
