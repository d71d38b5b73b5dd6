"""Texture synthesis: style without content.

After Gatys, Ecker and Bethge, "Texture Synthesis Using Convolutional Neural Networks" (2015).
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
    LossParams,
    PlaceParams,
    StyleLayerParams,
    StylePictureParams,
)


@dataclass(frozen=True)
class TextureParams(
    LossParams, StyleLayerParams, ClimbParams, PlaceParams, StylePictureParams
):
    """The texture, and how to paint more of it."""

    size: int = param(
        256, "Side of the result.", low=16, high=8192, unit="px", group="Picture",
        slider=(64, 1024),
    )  # fmt: skip
    start: str = param(
        "noise", "Where to start: noise, or the style picture itself.",
        choices=("noise", "style"), group="Picture",
    )  # fmt: skip


@technique(
    "texture",
    "Texture",
    "Style",
    TextureParams,
    summary="Paints an endless variation of a style picture: its Gram matrices, and nothing of "
    "where things are.",
    needs_picture=False,
)
def texture(
    ctx: Context, net: Any, image01: Tensor | None, params: TextureParams, seed: int
) -> TechniqueResult:
    job, settled = ask.texture(ctx, net, params)
    return finish(job, paint(ctx, job, params, seed), params, settled)
