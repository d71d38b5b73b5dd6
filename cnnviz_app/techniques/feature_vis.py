"""Feature visualization: the picture that excites a unit, a channel, a layer or a class most.

After Erhan and others (2009), Simonyan and others (2013), Yosinski and others (2015) and, for
the defaults, Olah, Mordvintsev and Schubert, "Feature Visualization" (2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques import _objectives as objectives
from cnnviz_app.techniques._addresses import (
    UnitTerm,
    class_title,
    find_class,
    find_layer,
    find_units,
    unit_count,
)
from cnnviz_app.techniques._objectives import Objective
from cnnviz_app.techniques._synthesis import Aim, synthesise
from cnnviz_app.techniques._synthesis_params import SynthesisParams

_WHAT = "Target"
_UNITS = ("channel", "unit", "channel-norm")
_DIRECTIONS = ("direction", "cosine")
_CLASSES = ("logit", "probability")

# Pixels moved by the bare gradient, as the papers before 2017 did it.
_PLAIN: dict[str, Any] = {
    "space": "pixels", "colour": "raw", "limits": "clip", "optimizer": "ascent",
    "transforms": False, "redirect": 0,
}  # fmt: skip
# Only phases, seen through many small windows.
_PHASES: dict[str, Any] = {
    "space": "phase", "size": 256, "steps": 256, "crops": 6, "window": 40.0, "learning_rate": 0.3,
}  # fmt: skip
_YOSINSKI: dict[str, Any] = {
    **_PLAIN, "noise": 0.04, "learning_rate": 0.02, "redirect": 16
}  # fmt: skip


@dataclass(frozen=True)
class WhatParams:
    """What to maximise."""

    preset: str = param(
        "lucid", "A known recipe; what you set yourself goes before it.",
        choices=(
            "lucid", "lecture slide", "simonyan", "yosinski l2-decay", "yosinski blur",
            "yosinski small-norm", "yosinski small-contribution", "maco", "horama", "accentuation",
        ),
    )  # fmt: skip
    objective: str = param(
        "channel", "What to make large: the mean of a channel, its middle cell, its L2 norm, the "
        "L2 norm of the whole layer, a direction among the units (the sum below says which) or how "
        "well it is pointed along, or a class before or after the softmax.",
        choices=(*_UNITS, *_DIRECTIONS, "layer", *_CLASSES), group=_WHAT,
    )  # fmt: skip
    layer: str = param(
        "", "The layer; empty takes one in the network's middle.", kind="layer", group=_WHAT,
        when=("objective", (*_UNITS, *_DIRECTIONS, "layer")),
    )  # fmt: skip
    unit: str = param(
        "0", "The unit: 12, 12@3,4, layer:12; or a sum such as 12 + 40 or 12 - 0.5*40.",
        kind="unit", group=_WHAT, when=("objective", (*_UNITS, *_DIRECTIONS)),
    )  # fmt: skip
    target: str = param(
        "top", "The class: its number, its name, or top for what the network sees now.",
        kind="target", group=_WHAT, when=("objective", _CLASSES),
    )  # fmt: skip
    negative: bool = param(False, "Look for what makes it small instead of large.", group=_WHAT)
    variants: int = param(
        1, "How many pictures at once, from different starts.", low=1, high=16, group=_WHAT,
    )  # fmt: skip
    diversity: float = param(
        0.0, "How strongly the pictures are told to differ from each other.", low=0.0,
        high=1e6, group=_WHAT, slider=(0.0, 20.0),
    )  # fmt: skip


@dataclass(frozen=True)
class FeatureVisParams(SynthesisParams, WhatParams):
    """What to maximise, and the three axes of how."""

    PRESETS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "lucid": {},
        "lecture slide": {
            **_PLAIN, "objective": "channel-norm", "start": "uniform", "learning_rate": 0.01,
            "steps": 200,
        },
        "simonyan": {
            **_PLAIN, "objective": "logit", "start": "grey", "learning_rate": 0.01, "l2": 10.0,
            "steps": 200,
        },
        "yosinski l2-decay": {
            **_YOSINSKI, "decay": 0.3, "small_norm": 20.0, "learning_rate": 0.1, "steps": 750,
        },
        "yosinski blur": {
            **_YOSINSKI, "decay": 0.0001, "blur": 1.0, "blur_every": 4, "steps": 1000,
        },
        "yosinski small-norm": {
            **_YOSINSKI, "blur": 0.5, "blur_every": 4, "small_norm": 50.0, "steps": 500,
        },
        "yosinski small-contribution": {
            **_YOSINSKI, "blur": 0.5, "blur_every": 4, "small_contribution": 90.0,
            "learning_rate": 0.1, "steps": 1000,
        },
        "maco": _PHASES,
        "horama": {**_PHASES, "space": "fft", "window": 25.0, "learning_rate": 0.1, "steps": 400},
        "accentuation": {
            "start": "picture", "steps": 96, "learning_rate": 0.02, "pad": 0, "scale": 4.0,
            "rotate": 3.0,
        },
    }  # fmt: skip


def _looks_at_picture(params: FeatureVisParams) -> bool:
    by_top_class = params.objective in _CLASSES and params.target == "top"
    return params.start == "picture" or by_top_class


@technique(
    "feature-vis",
    "Feature visualization",
    "Synthesis",
    FeatureVisParams,
    summary="Paints the picture that a unit, a channel, a layer or a class responds to most.",
    needs_picture=False,
    may_use_picture=_looks_at_picture,
)
def feature_vis(
    ctx: Context, net: Any, image01: Tensor | None, params: FeatureVisParams, seed: int
) -> TechniqueResult:
    node = find_layer(net, params.layer, "feature-vis")
    terms = find_units(net, params.unit, node)
    target = find_class(net, params.target, image01)
    plain = _objective(net, params, node, terms, target)
    if params.negative:
        plain = -plain
    objective = plain
    if params.variants > 1 and params.diversity:
        objective = plain + params.diversity * objectives.diversity(net, plain.nodes[0])
    aim = Aim(
        objective, plain, image01, variants=params.variants,
        figures=_figures(net, params, node, terms, target),
        settled={"layer": node, "target": str(target)},
    )  # fmt: skip
    return synthesise(ctx, net, aim, params, seed)


def _objective(
    net: Any, params: FeatureVisParams, node: str, terms: tuple[UnitTerm, ...], target: int
) -> Objective:
    if params.objective == "logit":
        return objectives.logit(net, target)
    if params.objective == "probability":
        return objectives.log_probability(net, target)
    if params.objective == "layer":
        return objectives.layer(net, node)
    if params.objective in _DIRECTIONS:
        along = _vector(net, terms)
        if params.objective == "cosine":
            return objectives.cosine(net, terms[0].node, along)
        return objectives.direction(net, terms[0].node, along)
    return reduce(add, (_weighted(_term(net, params.objective, term), term) for term in terms))


def _vector(net: Any, terms: tuple[UnitTerm, ...]) -> Tensor:
    """The weights of the sum as a vector of length one in the space of the layer's channels."""
    if len({term.node for term in terms}) > 1:
        raise UserError(
            "A direction lies within one layer.", "Name units of the same layer, such as 12 + 40."
        )
    vector = torch.zeros(unit_count(net, terms[0].node))
    for term in terms:
        vector[term.channel] += term.weight
    return F.normalize(vector, dim=0)


def _term(net: Any, kind: str, term: UnitTerm) -> Objective:
    if kind == "unit" or term.at is not None:
        return objectives.unit(net, term.node, term.channel, term.at)
    if kind == "channel-norm":
        return objectives.channel_norm(net, term.node, term.channel)
    return objectives.channel(net, term.node, term.channel)


def _weighted(objective: Objective, term: UnitTerm) -> Objective:
    return objective if term.weight == 1.0 else term.weight * objective


def _figures(
    net: Any, params: FeatureVisParams, node: str, terms: tuple[UnitTerm, ...], target: int
) -> dict[str, Any]:
    if params.objective in _CLASSES:
        return {"layer": net.output, "target": target, "class": class_title(net.labels, target)}
    if params.objective == "layer":
        return {"layer": node}
    return {"layer": terms[0].node, "unit": " + ".join(_signed(term) for term in terms)}


def _signed(term: UnitTerm) -> str:
    return term.text if term.weight == 1.0 else f"{term.weight:g}*{term.text}"
