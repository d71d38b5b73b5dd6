"""Style transfer: the content of one picture in the manner of others.

After Gatys, Ecker and Bethge, "Image Style Transfer Using Convolutional Neural Networks" (2016),
with their later controls of scale, colour and region ("Controlling Perceptual Factors", 2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques import _style_ask as ask
from cnnviz_app.techniques._style import finish, paint
from cnnviz_app.techniques._style_params import (
    ClimbParams,
    ContentLayerParams,
    LossParams,
    MaskParams,
    PlaceParams,
    StyleLayerParams,
    StylePictureParams,
)


@dataclass(frozen=True)
class BalanceParams:
    """How content and style weigh against each other."""

    alpha: float = param(
        1.0, "Weight of the content (α).", title="Content (α)", low=0.0, high=1e9, log=True,
        slider=(1e-3, 1e3),
    )  # fmt: skip
    beta: float = param(
        20.0, "Weight of the style (β).", title="Style (β)", low=0.0, high=1e9, log=True,
        slider=(1e-2, 1e4),
    )  # fmt: skip
    colours: str = param(
        "style", "The style's colours, or the photograph's: by painting only its luminance, or by "
        "matching the style's colours to it first.",
        choices=("style", "luminance", "histogram"),
    )  # fmt: skip
    start: str = param(
        "content", "Where to start: the photograph, noise, or the first style picture.",
        choices=("content", "noise", "style"),
    )  # fmt: skip


@dataclass(frozen=True)
class StyleParams(
    MaskParams, LossParams, StyleLayerParams, ContentLayerParams, ClimbParams, PlaceParams,
    BalanceParams, StylePictureParams,
):  # fmt: skip
    """Everything above, in the order of the form."""


@technique(
    "style",
    "Style transfer",
    "Style",
    StyleParams,
    summary="Paints the picture anew in the style of another: Gatys' losses on content and Gram "
    "matrices.",
    whole_picture=True,
)
def style(
    ctx: Context, net: Any, image01: Tensor, params: StyleParams, seed: int
) -> TechniqueResult:
    job, settled = ask.transfer(ctx, net, image01, params)
    return finish(job, paint(ctx, job, params, seed), params, settled)
