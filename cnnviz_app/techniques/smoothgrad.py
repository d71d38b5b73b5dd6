"""SmoothGrad: the gradient averaged over noisy copies of the picture.

After Smilkov and others (2017); squared after Hooker and others (2019), variance after Adebayo and
others (2018).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques._attribution import (
    GROUP,
    AskParams,
    ColourParams,
    Question,
    Shown,
    Work,
    begin,
    conclude,
    in_one,
    show,
    slope,
)
from cnnviz_app.techniques._budget import SECONDS
from cnnviz_app.techniques._perturb import at_once


@dataclass(frozen=True)
class NoiseParams:
    """How much noise, how often, and what is made of the gradients."""

    kind: str = param(
        "plain", "The mean of the gradients, of their squares, or their variance.",
        choices=("plain", "squared", "variance"),
    )  # fmt: skip
    samples: int = param(50, "How many noisy copies.", low=1, high=5000, slider=(5, 200))
    sigma: float = param(
        0.15, "Standard deviation of the noise, as a share of the picture's range.",
        low=0.0, high=2.0, slider=(0.0, 0.5),
    )  # fmt: skip
    budget: str = param(
        "full", "Take all copies, or as many as fit into this time on this computer.",
        choices=("5 s", "15 s", "full"), title="Time",
    )  # fmt: skip


@dataclass(frozen=True)
class SmoothGradParams(ColourParams, NoiseParams, AskParams):
    """Whose gradient, how much noise, and how colours are put together."""


@dataclass
class _Moments:
    """Running sums of gradients and of their squares."""

    first: Tensor
    second: Tensor
    count: int = 0

    def add(self, gradients: Tensor) -> None:
        self.first += gradients.sum(0, keepdim=True)
        self.second += (gradients * gradients).sum(0, keepdim=True)
        self.count += len(gradients)

    def shown(self, kind: str, colour: str) -> Shown:
        mean = self.first / self.count
        if kind == "plain":
            return in_one(mean, colour)
        squares = self.second / self.count
        if kind == "variance":
            squares = (squares - mean * mean).clamp_min(0.0)
        return in_one(squares, colour, signed=False)


@technique(
    "smoothgrad",
    "SmoothGrad",
    GROUP,
    SmoothGradParams,
    summary="Averages the gradient over noisy copies of the picture, which takes its speckle away.",
)
def smoothgrad(
    ctx: Context, net: Any, image01: Tensor, params: SmoothGradParams, seed: int
) -> TechniqueResult:
    question = Question(net, params)
    begin(ctx, params.samples)
    with torch.no_grad():
        answer = question.settle(net.run(image01, question.nodes))
    generator = torch.Generator().manual_seed(seed)
    spread = params.sigma * float(image01.max() - image01.min())
    moments = _Moments(torch.zeros_like(image01), torch.zeros_like(image01))
    began, seconds = time.perf_counter(), SECONDS.get(params.budget)
    size = at_once(net, image01)
    while moments.count < params.samples:
        ctx.checkpoint()
        noise = _noise(min(size, params.samples - moments.count), image01, generator)
        batch = (image01 + spread * noise).requires_grad_()
        moments.add(slope(answer, net.run(batch, answer.nodes), batch))
        show(ctx, moments.count, lambda: moments.shown(params.kind, params.colour))
        ctx.progress(moments.count, params.samples)
        if seconds is not None and time.perf_counter() - began > seconds:
            break
    work = Work(
        moments.count, {"samples": moments.count}, {"samples": moments.count, "budget": "full"}
    )
    shown = moments.shown(params.kind, params.colour)
    return conclude(ctx, net, image01, answer, params, shown, work)


def _noise(count: int, like: Tensor, generator: torch.Generator) -> Tensor:
    # One draw per copy: however many go together, the same seed gives the same copies.
    draws = [torch.randn(like.shape[1:], generator=generator) for _ in range(count)]
    return torch.stack(draws).to(like)
