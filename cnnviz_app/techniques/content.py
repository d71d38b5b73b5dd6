"""Content reconstruction: the picture a layer still knows.

The content half of Gatys, Ecker and Bethge (2016): from noise until the layer responds as it did
to the photograph. What the layer has forgotten stays noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques import _style_ask as ask
from cnnviz_app.techniques._style import finish, paint
from cnnviz_app.techniques._style_params import (
    ClimbParams,
    ContentLayerParams,
    LossParams,
    PlaceParams,
)


@dataclass(frozen=True)
class ContentParams(LossParams, ClimbParams, PlaceParams, ContentLayerParams):
    """The layer, and how to find a picture for it."""


@technique(
    "content",
    "Content reconstruction",
    "Style",
    ContentParams,
    summary="Finds a picture that a layer cannot tell from yours: what it knows, and what it has "
    "forgotten.",
    whole_picture=True,
)
def content(
    ctx: Context, net: Any, image01: Tensor, params: ContentParams, seed: int
) -> TechniqueResult:
    job, settled = ask.reconstruction(net, image01, params)
    return finish(job, paint(ctx, job, params, seed), params, settled)
