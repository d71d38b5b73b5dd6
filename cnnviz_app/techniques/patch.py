"""A sticker that wins wherever it lies: placed and turned at random while it is learned.

After Brown and others (2017).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques._addresses import class_title
from cnnviz_app.techniques._attack_population import crops
from cnnviz_app.techniques._attacks import (
    GROUP,
    Goal,
    GoalParams,
    Victim,
    conclude,
    pixels_of,
    show,
)

_BATCH = 6
# So many steps away from every answer show which class a sticker comes to by itself.
_TRIAL = 12


@dataclass(frozen=True)
class PatchParams(GoalParams):
    """What the sticker should be taken for, how large it is, and where it may lie."""

    share: float = param(
        0.1, "Which share of the picture it covers.", low=0.005, high=0.8, slider=(0.02, 0.4)
    )
    turn: float = param(20.0, "How far it may be turned.", low=0.0, high=180.0, unit="°")
    steps: int = param(150, "How many steps.", low=1, high=10_000, slider=(20, 500))
    learning_rate: float = param(0.05, "Length of Adam's steps.", low=1e-4, high=1.0, log=True)
    pictures: int = param(
        48, "On how many built-in photographs and drawings it is learned.", low=1, high=10_000,
        slider=(8, 200),
    )  # fmt: skip
    alone: bool = param(False, "Show the sticker alone, to print it, not on the picture.")


@technique(
    "patch", "Sticker", GROUP, PatchParams,
    summary="Learns a round sticker that turns the answer wherever it lies in a picture.",
)  # fmt: skip
def patch(
    ctx: Context, net: Any, image01: Tensor, params: PatchParams, seed: int
) -> TechniqueResult:
    victim = Victim(net, image01)
    asked = victim.goal(params.target)
    generator = torch.Generator().manual_seed(seed)
    known = torch.cat([victim.clean, crops(net, params.pictures, seed)])
    sticker = _Sticker(victim.clean, params)
    free = (0.5 + 0.05 * torch.randn(sticker.shape, generator=generator)).to(victim.clean)
    free.requires_grad_(True)
    goal = asked if asked.target is not None else _easiest(ctx, victim, sticker, free, known, seed)
    assert goal.target is not None
    adam = torch.optim.Adam([free], lr=params.learning_rate)
    for step in range(params.steps):
        ctx.checkpoint()
        placed = sticker.on(_some(known, generator), free.clamp(0, 1), generator)
        logits = victim.quick(placed)
        loss = F.cross_entropy(logits, goal.target.expand(len(logits)))
        _descend(adam, loss, free)
        wins = float((logits.argmax(1) == goal.target[0]).float().mean())
        ctx.metrics(step, objective=-float(loss.detach()), wins=wins)
        show(ctx, victim, placed[:1], step)
        ctx.progress(step + 1, params.steps)
    final = (free.detach() * 255).round() / 255
    figures: dict[str, Any] = {
        "target": int(goal.target[0]), "class": class_title(net.labels, int(goal.target[0])),
        "wins_unseen": _wins(ctx, victim, sticker, final, goal, params, seed),
    }  # fmt: skip
    levels = (sticker.on(victim.clean, final, None) * 255).round().clamp(0, 255)
    settled = {"target": str(int(goal.target[0]))}
    result = conclude(net, victim, levels, asked, params.steps, figures, settled)
    if params.alone:
        alone = pixels_of((sticker.cut(final) * 255).round()).astype(np.float32)
        return replace(result, picture=alone / np.float32(255))
    return result


def _some(known: Tensor, generator: torch.Generator) -> Tensor:
    """The picture on the screen, which is the first, with a few others."""
    others = torch.randint(len(known), (min(_BATCH, len(known)) - 1,), generator=generator)
    return known[torch.cat([torch.zeros(1, dtype=torch.long), others]).to(known.device)]


def _descend(adam: torch.optim.Optimizer, loss: Tensor, free: Tensor) -> None:
    adam.zero_grad(set_to_none=True)
    loss.backward(inputs=[free])
    adam.step()
    with torch.no_grad():
        free.clamp_(0, 1)


def _easiest(
    ctx: Context, victim: Victim, sticker: _Sticker, start: Tensor, known: Tensor, seed: int
) -> Goal:
    """The class that a sticker against every answer comes to look like.

    Nobody asked for a class; the runner-up would be nearly there without a sticker, and the
    least likely may be one that no small thing can be taken for.
    """
    generator = torch.Generator().manual_seed(seed)
    free = start.detach().clone().requires_grad_(True)
    adam = torch.optim.Adam([free], lr=0.1)
    votes = torch.zeros_like(victim.answer[0])
    for step in range(_TRIAL):
        ctx.checkpoint()
        pictures = _some(known, generator)
        with torch.no_grad():
            before = victim.quick(pictures).argmax(1)
        logits = victim.quick(sticker.on(pictures, free.clamp(0, 1), generator))
        _descend(adam, -F.cross_entropy(logits, before).clamp_max(30.0), free)
        if step >= _TRIAL // 2:
            chances = logits.detach().softmax(1)
            votes += chances.scatter(1, before[:, None], 0.0).sum(0)
    votes[victim.label] = -1.0
    return Goal(victim.label, votes.argmax().expand(1))


class _Sticker:
    """A disc that covers a share of the picture."""

    def __init__(self, clean: Tensor, params: PatchParams) -> None:
        height, width = clean.shape[2:]
        wide = 2 * math.sqrt(params.share * height * width / math.pi)
        self.side = max(4, min(height, width, round(wide)))
        self.shape = (1, clean.shape[1], self.side, self.side)
        self._turn = math.radians(params.turn)
        at = torch.linspace(-1, 1, self.side, device=clean.device)
        self._disc = (at[:, None] ** 2 + at[None] ** 2 <= 1.0).to(clean)[None, None]

    def cut(self, sticker: Tensor) -> Tensor:
        """The disc on white, as one would print it."""
        return sticker * self._disc + (1 - self._disc)

    def on(self, pictures: Tensor, sticker: Tensor, generator: torch.Generator | None) -> Tensor:
        """Laid somewhere on each picture; without a generator upright in the lower right."""
        count, _, height, width = pictures.shape
        draw = torch.rand(count, 4, generator=generator) if generator else torch.tensor(
            [[0.5, 0.92, 0.92, 0.6]]
        ).expand(count, 4)
        angle = (2 * draw[:, 0] - 1) * self._turn
        size = 0.85 + 0.25 * draw[:, 3]
        reach_y, reach_x = self.side * size / height, self.side * size / width
        y = (2 * draw[:, 1] - 1) * (1 - reach_y).clamp_min(0)
        x = (2 * draw[:, 2] - 1) * (1 - reach_x).clamp_min(0)
        turn = torch.stack([torch.cos(angle), -torch.sin(angle), torch.sin(angle),
                            torch.cos(angle)], 1).view(-1, 2, 2)  # fmt: skip
        scale = torch.stack([1 / reach_x, 1 / reach_y], 1)
        ratio = height / width
        stretch = torch.tensor([[1.0, ratio], [1 / ratio, 1.0]])
        linear = turn * scale[:, :, None].where(torch.eye(2).bool(), scale[:, :, None]) * stretch
        shift = -(linear @ torch.stack([x, y], 1)[:, :, None])
        theta = torch.cat([linear, shift], 2).to(pictures)
        grid = F.affine_grid(theta, [count, 1, height, width], align_corners=False)
        layer = torch.cat([sticker * self._disc, self._disc], 1).expand(count, -1, -1, -1)
        laid = F.grid_sample(layer, grid, align_corners=False)
        cover = laid[:, -1:]
        return pictures * (1 - cover) + laid[:, :-1]


@torch.no_grad()
def _wins(
    ctx: Context, victim: Victim, sticker: _Sticker, final: Tensor, goal: Goal,
    params: PatchParams, seed: int,
) -> float:  # fmt: skip
    """On which share of pictures it has never lain on it is taken for its class."""
    assert goal.target is not None
    generator = torch.Generator().manual_seed(seed + 1)
    unseen = crops(victim.net, params.pictures, seed + 1, held=True)
    hits = 0
    for batch in unseen.split(_BATCH):
        ctx.checkpoint()
        levels = (sticker.on(batch, final, generator) * 255).round()
        hits += int((victim.judged(levels).argmax(1) == goal.target[0]).sum())
    return hits / len(unseen)
