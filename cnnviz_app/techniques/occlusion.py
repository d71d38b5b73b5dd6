"""Occlusion: cover a square of the picture and see what the answer loses.

After Zeiler and Fergus (2014).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques._attribution import (
    GROUP,
    AskParams,
    Question,
    Work,
    begin,
    conclude,
    plain,
    show,
)
from cnnviz_app.techniques._perturb import BACKDROPS, answers, at_once, backdrop
from cnnviz_app.techniques.integrated_gradients import coarse_first


@dataclass(frozen=True)
class CoverParams:
    """The square, its way over the picture, and what it is filled with."""

    window: int = param(
        0, "Side of the square; 0 is a seventh of the picture.", low=0, high=4096, unit="px",
        slider=(0, 128),
    )  # fmt: skip
    stride: int = param(
        0, "How far it moves each time; 0 is a quarter of the square.", low=0, high=4096,
        unit="px", slider=(0, 64),
    )  # fmt: skip
    baseline: str = param("grey", "What the square is filled with.", choices=BACKDROPS)
    score: str = param(
        "logit", "What is watched of a class: before or after the softmax.",
        choices=("logit", "probability"),
    )  # fmt: skip


@dataclass(frozen=True)
class OcclusionParams(CoverParams, AskParams):
    """Whose answer, and what is covered how."""


@technique(
    "occlusion",
    "Occlusion",
    GROUP,
    OcclusionParams,
    summary="Moves a square over the picture and shows where covering it costs the answer most.",
)
def occlusion(
    ctx: Context, net: Any, image01: Tensor, params: OcclusionParams, seed: int
) -> TechniqueResult:
    question = Question(net, params)
    window, stride = _sizes(image01, params)
    corners = places(image01.shape[2], image01.shape[3], window, stride)
    begin(ctx, len(corners))
    with torch.no_grad():
        answer = question.settle(net.run(image01, question.nodes)).seen_as(params.score, net)
    whole = float(answers(net, answer.objective, image01)[0])
    cover = backdrop(net, image01, params.baseline)
    drops = torch.zeros(image01.shape[2:], dtype=torch.float64)
    counts = torch.zeros_like(drops)
    order, size, done = coarse_first(len(corners)), at_once(net, image01), 0
    while done < len(corners):
        ctx.checkpoint()
        part = corners[order[done : done + size]]
        batch = image01.repeat(len(part), 1, 1, 1)
        for one, (y, x) in zip(batch, part, strict=True):
            one[:, y : y + window, x : x + window] = cover[0, :, y : y + window, x : x + window]
        for value, (y, x) in zip(answers(net, answer.objective, batch).tolist(), part, strict=True):
            drops[y : y + window, x : x + window] += whole - value
            counts[y : y + window, x : x + window] += 1
        done += len(part)
        show(ctx, done, lambda: plain(drops / counts.clamp_min(1), "signed"))
        ctx.progress(done, len(corners))
    shown = plain(drops / counts.clamp_min(1), "signed")
    figures = {"window": window, "stride": stride, "squares": len(corners)}
    work = Work(len(corners), figures, {"window": window, "stride": stride})
    return conclude(ctx, net, image01, answer, params, shown, work)


def _sizes(image01: Tensor, params: CoverParams) -> tuple[int, int]:
    height, width = image01.shape[2:]
    window = params.window or max(1, round(min(height, width) / 7))
    if window > min(height, width):
        raise UserError(
            f"A square of {window} px covers the whole picture.",
            f"Choose one smaller than {min(height, width)} px.",
        )
    return window, params.stride or max(1, round(window / 4))


def places(height: int, width: int, window: int, stride: int) -> np.ndarray[Any, Any]:
    """Upper left corners; the last square of a row or column may reach over the edge."""
    rows, columns = (-(-max(side - window, 0) // stride) + 1 for side in (height, width))
    return np.array([(y * stride, x * stride) for y in range(rows) for x in range(columns)])
