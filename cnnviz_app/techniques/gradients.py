"""The gradient of a class or unit with respect to the pixels, and gradient times input.

After Simonyan, Vedaldi and Zisserman (2013), and Shrikumar and others (2016).
"""

from __future__ import annotations

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
    SignedColourParams,
    begin,
    conclude,
    differentiate,
    in_one,
)


@dataclass(frozen=True)
class GradientParams(ColourParams, AskParams):
    """Whose gradient, and how colours are put together."""


@dataclass(frozen=True)
class GradientInputParams(SignedColourParams, AskParams):
    """Whose gradient, and how colours are put together."""


@technique(
    "gradient",
    "Gradient",
    GROUP,
    GradientParams,
    summary="Shows which pixels would change the answer most if they changed a little.",
)
def gradient(
    ctx: Context, net: Any, image01: Tensor, params: GradientParams, seed: int
) -> TechniqueResult:
    question = Question(net, params)
    begin(ctx)
    answer, slopes = differentiate(net, image01, question)
    return conclude(ctx, net, image01, answer, params, in_one(slopes, params.colour))


@technique(
    "gradient-x-input",
    "Gradient × input",
    GROUP,
    GradientInputParams,
    summary="Shows how much each pixel, as bright as it is, speaks for or against the answer.",
)
def gradient_x_input(
    ctx: Context, net: Any, image01: Tensor, params: GradientInputParams, seed: int
) -> TechniqueResult:
    question = Question(net, params)
    begin(ctx)
    answer, slopes = differentiate(net, image01, question)
    product = slopes * image01.to(slopes)
    return conclude(ctx, net, image01, answer, params, in_one(product, params.colour))
