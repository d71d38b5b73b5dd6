"""Style transfer: the content of one picture in the manner of others.

After Gatys, Ecker and Bethge, "Image Style Transfer Using Convolutional Neural Networks" (2016),
with their later controls of scale, colour and region ("Controlling Perceptual Factors", 2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

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
class PresetParams:
    """A manner by name."""

    preset: str = param(
        "painting", "A known manner; what you set yourself goes before it.",
        choices=(
            "painting", "gentle", "bold", "fine strokes", "broad strokes", "own colours",
            "as published",
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class BalanceParams:
    """How content and style weigh against each other."""

    alpha: float = param(
        1.0, "Weight of the content (α).", title="Content (α)", low=0.0, high=1e9, log=True,
        slider=(1e-3, 1e3),
    )  # fmt: skip
    beta: float = param(
        50.0, "Weight of the style (β).", title="Style (β)", low=0.0, high=1e9, log=True,
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
    BalanceParams, StylePictureParams, PresetParams,
):  # fmt: skip
    """Everything above, in the order of the form."""

    PRESETS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "painting": {},
        "gentle": {"beta": 10.0},
        "bold": {"beta": 200.0},
        "fine strokes": {"beta": 100.0, "style_scale": 0.5},
        "broad strokes": {"beta": 100.0, "style_scale": 2.0},
        "own colours": {"beta": 150.0, "colours": "luminance"},
        # From noise, at one size, with mean pools and without smoothing, as the paper has it.
        "as published": {
            "normalise": "lecture", "start": "noise", "ladder": False, "pooling": "average",
            "tv": 0.0, "steps": 500,
        },
    }  # fmt: skip


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
