"""Guided backpropagation, the deconvolutional network and guided Grad-CAM.

After Springenberg and others (2014), Zeiler and Fergus (2014), Selvaraju and others (2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques._attribution import (
    GROUP,
    AskParams,
    ColourParams,
    Question,
    Work,
    begin,
    conclude,
    differentiate,
    in_one,
)
from cnnviz_app.techniques._cam import LayerParams, enlarge, layer_and_question, look
from cnnviz_app.techniques._rules import DECONVOLVED, GUIDED, rectifiers
from cnnviz_app.techniques.class_activation import gradcam


@dataclass(frozen=True)
class GuidedParams(ColourParams, AskParams):
    """Whose answer, and how colours are put together."""


@dataclass(frozen=True)
class GuidedCamParams(ColourParams, LayerParams, AskParams):
    """Whose answer, which layer's Grad-CAM, and how colours are put together."""


def _ruled(
    ctx: Context, net: Any, image01: Tensor, params: GuidedParams, swap: Mapping[str, Any]
) -> TechniqueResult:
    question = Question(net, params)
    begin(ctx)
    figures = {"rectifiers": rectifiers(ctx, net, question.nodes)}
    answer, slopes = differentiate(net, image01, question, swap)
    shown = in_one(slopes, params.colour)
    return conclude(ctx, net, image01, answer, params, shown, Work(1, figures))


@technique(
    "guided-backprop",
    "Guided backpropagation",
    GROUP,
    GuidedParams,
    summary="Follows back only what excites: fine outlines, though hardly of the class alone.",
)
def guided_backprop(
    ctx: Context, net: Any, image01: Tensor, params: GuidedParams, seed: int
) -> TechniqueResult:
    return _ruled(ctx, net, image01, params, GUIDED)


@technique(
    "deconvnet",
    "Deconvolutional network",
    GROUP,
    GuidedParams,
    summary="Runs the network backwards through its pools and filters, as Zeiler and Fergus did.",
)
def deconvnet(
    ctx: Context, net: Any, image01: Tensor, params: GuidedParams, seed: int
) -> TechniqueResult:
    return _ruled(ctx, net, image01, params, DECONVOLVED)


@technique(
    "guided-gradcam",
    "Guided Grad-CAM",
    GROUP,
    GuidedCamParams,
    summary="The outlines of guided backpropagation, where Grad-CAM sees the class.",
)
def guided_gradcam(
    ctx: Context, net: Any, image01: Tensor, params: GuidedCamParams, seed: int
) -> TechniqueResult:
    layer, question = layer_and_question(net, params)
    begin(ctx, 2)
    seen = look(net, image01, layer, question)
    ctx.checkpoint()
    figures = {**layer.figures, "rectifiers": rectifiers(ctx, net, question.nodes)}
    _, slopes = differentiate(net, image01, question, GUIDED)
    where = enlarge(gradcam(seen.maps, seen.slopes).clamp_min(0.0), image01)
    shown = in_one(slopes * where, params.colour)
    work = Work(2, figures, {"layer": layer.shown})
    return conclude(ctx, net, image01, seen.answer, params, shown, work)
