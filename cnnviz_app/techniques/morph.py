"""Morph: a photo turns into something else, as little as it must.

The class after the softmax is climbed, in the manner of feature visualization, while what has
changed about the photo is held against it; the chances of both classes are told in every step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques import _objectives as objectives
from cnnviz_app.techniques._addresses import class_title, find_class, unit_count
from cnnviz_app.techniques._budget import CHOICES, HELP, Budget
from cnnviz_app.techniques._image_spaces import Size, build_space
from cnnviz_app.techniques._inversion import psnr
from cnnviz_app.techniques._optimise import Ascent, Limit, climb, to_float_rgb
from cnnviz_app.techniques._regularisers import Penalty, total_variation
from cnnviz_app.techniques._synthesis import seed_of
from cnnviz_app.techniques._transforms import Robustness

_CLIMB, _NEAR = "Optimiser", "Nearness"
_USUAL_SIDE = 224


@dataclass(frozen=True)
class MorphParams:
    """Where to go, how fast, and what must stay."""

    target: str = param(
        "next", "The class it turns into: its number, its name, or next for the one that the "
        "network sees in it second most.",
        kind="target", group="Target",
    )  # fmt: skip
    steps: int = param(
        128, "How many steps to make.", low=1, high=20000, group=_CLIMB, slider=(1, 1024)
    )
    budget: str = param("full", HELP, choices=CHOICES, title="Time", group=_CLIMB)
    optimizer: str = param(
        "adam", "Adam; L-BFGS, which looks along a line in every step; or the plain gradient.",
        choices=("adam", "lbfgs", "ascent"), group=_CLIMB,
    )  # fmt: skip
    learning_rate: float = param(
        0.02, "Length of a step; for the plain gradient, the mean change of a value.",
        low=1e-6, high=100.0, group=_CLIMB, log=True, slider=(1e-3, 0.2),
        when=("optimizer", ("adam", "ascent")),
    )  # fmt: skip
    space: str = param(
        "fft", "What the optimiser moves: frequencies, single pixels, or a pyramid of details.",
        choices=("fft", "pixels", "laplacian"), group=_CLIMB,
    )  # fmt: skip
    transforms: bool = param(
        True, "Look at the picture slightly differently in every step.", group=_CLIMB
    )
    distance: float = param(
        30.0, "How much every change of the photo counts against it.", low=0.0, high=1e6,
        group=_NEAR, slider=(0.0, 200.0), title="Weight of the distance",
    )  # fmt: skip
    tv: float = param(
        0.0, "Penalty on steps between neighbouring pixels.", title="Total variation",
        low=0.0, high=1e6, group=_NEAR, slider=(0.0, 20.0),
    )  # fmt: skip


@technique(
    "morph",
    "Class morph",
    "Synthesis",
    MorphParams,
    summary="Turns a photo into something of another class, changing as little as it can.",
)
def morph(
    ctx: Context, net: Any, image01: Tensor, params: MorphParams, seed: int
) -> TechniqueResult:
    budget = Budget(ctx, params.budget)
    start = _chances(net, image01)
    ranked = start.argsort(descending=True).tolist()
    source = int(ranked[0])
    target = _target(net, params.target, image01, ranked)
    ascent = _ascent(net, image01, params, seed, source, target)
    steps = climb(ctx, ascent, Limit(params.steps, budget.seconds, budget.spent()))
    picture = ascent.space.finished()
    end = _chances(net, picture)
    labels = net.labels
    return TechniqueResult(
        picture=to_float_rgb(picture),
        steps=steps,
        figures={
            "target": target, "class": class_title(labels, target),
            "class_start": class_title(labels, source),
            "class_end": class_title(labels, int(end.argmax())),
            "probability_start": float(start[target]), "probability": float(end[target]),
            "psnr": psnr(image01, picture), "objective": ascent.objective.text,
            "objective_start": _log(start[target]), "objective_end": _log(end[target]),
        },
        settled={"target": str(target), "steps": steps, "budget": "full"},
    )  # fmt: skip


def _log(chance: Tensor) -> float:
    return float(chance.clamp_min(1e-30).log())


@torch.no_grad()
def _chances(net: Any, picture: Tensor) -> Tensor:
    found: Tensor = net.logits(picture).flatten(1).softmax(1)[0]
    return found


def _target(net: Any, text: str, image01: Tensor, ranked: list[int]) -> int:
    if text.strip().lower() in ("next", "top") and len(ranked) > 1:
        return int(ranked[1])
    if unit_count(net, net.output) < 2:
        raise UserError("This network knows one class only.", "Choose one that names things.")
    return find_class(net, text, image01)


def _ascent(
    net: Any, image01: Tensor, params: MorphParams, seed: int, source: int, target: int
) -> Ascent:
    n, c, height, width = image01.shape
    space = build_space(
        params.space, Size(n, c, height, width, net.device), "decorrelated", "sigmoid"
    )
    space.assign(image01)
    further: dict[str, Penalty] = {}
    if params.distance:
        further["distance"] = lambda picture: (
            params.distance * (picture - image01).square().mean((1, 2, 3))
        )
    if params.tv:
        further["tv"] = lambda picture: params.tv * total_variation(picture)
    return Ascent(
        net, space, objectives.log_probability(net, target),
        torch.Generator().manual_seed(seed_of(seed)),
        transform=_views(min(height, width)) if params.transforms else None,
        further=further, watch=_watch(net, source, target), optimizer=params.optimizer,
        learning_rate=params.learning_rate, redirect_steps=0,
    )  # fmt: skip


def _views(side: int) -> Any:
    share = min(1.0, side / _USUAL_SIDE)
    moves = Robustness(pad=0, jitter=round(16 * share), scale=8.0, rotate=6.0, last_jitter=0)
    return moves.transform(0)


def _watch(net: Any, source: int, target: int) -> Any:
    def watch(acts: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        chances = acts[net.output].detach().flatten(1).softmax(1)[0]
        return {"probability": chances[target], "probability_before": chances[source]}

    return watch
