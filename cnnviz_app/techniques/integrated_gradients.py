"""Integrated gradients: gradients gathered on the straight way from a baseline to the picture.

After Sundararajan, Taly and Yan (2017). What all pixels get adds up to what the answer changed.
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
from cnnviz_app.techniques._attribution import (
    GROUP,
    Answer,
    AskParams,
    Question,
    Shown,
    SignedColourParams,
    Work,
    begin,
    conclude,
    in_one,
    show,
    slope,
)
from cnnviz_app.techniques._perturb import BACKDROPS, answers, at_once, backdrop


@dataclass(frozen=True)
class WayParams:
    """Where the way begins and where on it one looks."""

    steps: int = param(50, "How many gradients on the way.", low=1, high=1000, slider=(5, 200))
    method: str = param(
        "gausslegendre", "Where on the way the gradients are taken and how they are weighed.",
        choices=("gausslegendre", "middle", "left", "right", "trapezoid"),
    )  # fmt: skip
    baseline: str = param(
        "black", "The picture of nothing, where the way begins.", choices=BACKDROPS
    )


@dataclass(frozen=True)
class IntegratedParams(SignedColourParams, WayParams, AskParams):
    """Whose answer, which way, and how colours are put together."""


@technique(
    "integrated-gradients",
    "Integrated gradients",
    GROUP,
    IntegratedParams,
    summary="Shares the answer out among the pixels, so that the shares add up to it.",
)
def integrated_gradients(
    ctx: Context, net: Any, image01: Tensor, params: IntegratedParams, seed: int
) -> TechniqueResult:
    question = Question(net, params)
    begin(ctx, params.steps)
    start = backdrop(net, image01, params.baseline)
    answer = _settle(net, question, image01)
    way = image01 - start
    places, weights = points(params.method, params.steps)
    total, weighed, done = torch.zeros_like(image01), 0.0, 0

    def so_far() -> Shown:
        return in_one(total * way / (weighed or 1.0), params.colour)

    order = coarse_first(params.steps)
    size = at_once(net, image01)
    for part in (order[i : i + size] for i in range(0, len(order), size)):
        ctx.checkpoint()
        share = torch.tensor(weights[part], dtype=image01.dtype, device=image01.device)
        at = torch.tensor(places[part], dtype=image01.dtype, device=image01.device)
        total += _gradients(net, answer, start + at.view(-1, 1, 1, 1) * way, share)
        weighed, done = weighed + float(weights[part].sum()), done + len(part)
        show(ctx, done, so_far)
        ctx.progress(done, params.steps)
    shares = total * way
    lost = answer.value - float(answers(net, answer.objective, start)[0])
    figures = {"completeness_gap": float(shares.double().sum()) - lost, "difference": lost}
    shown = in_one(shares, params.colour)
    return conclude(ctx, net, image01, answer, params, shown, Work(params.steps, figures))


@torch.no_grad()
def _settle(net: Any, question: Question, image01: Tensor) -> Answer:
    return question.settle(net.run(image01, question.nodes))


def _gradients(net: Any, answer: Answer, batch: Tensor, weights: Tensor) -> Tensor:
    """The weighted sum of the gradients of a batch."""
    batch = batch.detach().requires_grad_()
    found = slope(answer, net.run(batch, answer.nodes), batch)
    return (found * weights.view(-1, 1, 1, 1)).sum(0, keepdim=True)


def points(method: str, count: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Places in 0 … 1 and their weights, which add up to one."""
    if method == "gausslegendre":
        at, weights = np.polynomial.legendre.leggauss(count)
        return (1 + at) / 2, weights / 2
    weights = np.full(count, 1 / count)
    if method == "trapezoid" and count > 1:
        weights = np.full(count, 1 / (count - 1))
        weights[[0, -1]] /= 2
        return np.linspace(0, 1, count), weights
    offset = {"left": 0.0, "right": 1.0}.get(method, 0.5)
    return (np.arange(count) + offset) / count, weights


def coarse_first(count: int) -> np.ndarray[Any, Any]:
    """All indices, spread ones first, so that what is there early resembles the whole."""
    bits = max(1, (count - 1).bit_length())
    turned = [int(f"{i:0{bits}b}"[::-1], 2) for i in range(1 << bits)]
    return np.array([i for i in turned if i < count])
