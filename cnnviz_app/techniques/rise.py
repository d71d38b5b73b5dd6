"""RISE: cover the picture with many random masks and keep those that leave the answer intact.

After Petsiuk, Das and Saenko (2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques._attribution import (
    GROUP,
    AskParams,
    Question,
    Shown,
    Work,
    begin,
    conclude,
    plain,
    show,
)
from cnnviz_app.techniques._budget import SECONDS
from cnnviz_app.techniques._perturb import BACKDROPS, answers, at_once, backdrop


@dataclass(frozen=True)
class MaskParams:
    """How many masks, how fine, and how much they leave."""

    masks: int = param(
        1000, "How many masks; the paper takes 4000 for a photograph.", low=1, high=100_000,
        slider=(100, 8000), log=True,
    )  # fmt: skip
    cells: int = param(7, "Cells of a mask along each side.", low=1, high=64, slider=(2, 32))
    share: float = param(0.5, "How many of its cells let the picture through.", low=0.05, high=0.95)
    baseline: str = param("black", "What is seen where they do not.", choices=BACKDROPS)
    score: str = param(
        "probability", "What is watched of a class: after or before the softmax.",
        choices=("probability", "logit"),
    )  # fmt: skip
    budget: str = param(
        "full", "Take all masks, or as many as fit into this time on this computer.",
        choices=("5 s", "15 s", "full"), title="Time",
    )  # fmt: skip


@dataclass(frozen=True)
class RiseParams(MaskParams, AskParams):
    """Whose answer, and which masks."""


@dataclass
class _Sums:
    """Masks added up, masks times the answers they left, and those answers."""

    seen: Tensor
    kept: Tensor
    total: float = 0.0
    count: int = 0

    def add(self, masks: Tensor, values: Tensor) -> None:
        self.kept += torch.einsum("nhw,n->hw", masks.double(), values.double())
        self.seen += masks.double().sum(0)
        self.total += float(values.double().sum())
        self.count += len(masks)

    def shown(self) -> Shown:
        """The mean answer of the masks that let a pixel through, beside the mean of all."""
        usual = self.total / self.count
        return plain(self.kept / self.seen.clamp_min(1e-9) - usual, "signed")


@technique(
    "rise",
    "RISE",
    GROUP,
    RiseParams,
    summary="Covers the picture with random masks and shows what the answer cannot do without.",
)
def rise(ctx: Context, net: Any, image01: Tensor, params: RiseParams, seed: int) -> TechniqueResult:
    question = Question(net, params)
    begin(ctx, params.masks)
    with torch.no_grad():
        answer = question.settle(net.run(image01, question.nodes)).seen_as(params.score, net)
    cover = backdrop(net, image01, params.baseline)
    generator = torch.Generator().manual_seed(seed)
    nothing = torch.zeros(image01.shape[2:], dtype=torch.float64)
    sums = _Sums(nothing, nothing.clone())
    began, seconds = ctx.working(), SECONDS.get(params.budget)
    size = at_once(net, image01)
    while sums.count < params.masks:
        ctx.checkpoint()
        masks = draw(min(size, params.masks - sums.count), image01, params, generator)
        batch = torch.lerp(cover, image01, masks[:, None].to(image01))
        sums.add(masks, answers(net, answer.objective, batch).cpu())
        show(ctx, sums.count, sums.shown)
        ctx.progress(sums.count, params.masks)
        if seconds is not None and ctx.working() - began > seconds:
            break
    work = Work(sums.count, {"masks": sums.count}, {"masks": sums.count, "budget": "full"})
    return conclude(ctx, net, image01, answer, params, sums.shown(), work)


def draw(count: int, like: Tensor, params: MaskParams, generator: torch.Generator) -> Tensor:
    """Random coarse grids, enlarged smoothly and shifted by less than a cell."""
    height, width = like.shape[2:]
    cells = min(params.cells, height, width)
    down, right = -(-height // cells), -(-width // cells)
    large = ((cells + 1) * down, (cells + 1) * right)
    masks = []
    for _ in range(count):
        # One draw per mask: however many go together, the same seed gives the same masks.
        grid = torch.rand(1, 1, cells + 1, cells + 1, generator=generator)
        y, x = (int(torch.randint(n, (1,), generator=generator)) for n in (down, right))
        drawn = F.interpolate((grid < params.share).float(), large, mode="bilinear")
        masks.append(drawn[0, 0, y : y + height, x : x + width])
    return torch.stack(masks)
