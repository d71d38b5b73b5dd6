"""Inversion: what is left of a photo in one layer.

After Mahendran and Vedaldi, "Understanding Deep Image Representations by Inverting Them" (2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques._addresses import find_layer
from cnnviz_app.techniques._budget import Budget
from cnnviz_app.techniques._inversion import InversionParams, class_of, invert
from cnnviz_app.techniques._optimise import Limit, to_float_rgb


@dataclass(frozen=True)
class _WhichLayerParams:
    layer: str = param(
        "", "The layer whose activations are kept; empty takes one in the middle.",
        kind="layer", group="Target",
    )  # fmt: skip


@dataclass(frozen=True)
class OneInversionParams(InversionParams, _WhichLayerParams):
    """Which layer, and how."""


@technique(
    "inversion",
    "Inversion",
    "Synthesis",
    OneInversionParams,
    summary="Rebuilds a photo from the activations of one layer alone.",
)
def inversion(
    ctx: Context, net: Any, image01: Tensor, params: OneInversionParams, seed: int
) -> TechniqueResult:
    node = find_layer(net, params.layer, "feature-vis")
    budget = Budget(ctx, params.budget)
    limit = Limit(params.steps, budget.seconds)
    found = invert(ctx, net, node, image01, params, seed, limit)
    before, _ = class_of(net, image01)
    after, probability = class_of(net, found.picture)
    return TechniqueResult(
        picture=to_float_rgb(found.picture),
        steps=found.steps,
        figures={
            "layer": node, "psnr": found.psnr, "feature_error": found.error,
            "class_start": before, "class_end": after, "probability_end": probability,
            "same_class": before == after, "objective": f"likeness in {node}",
            "objective_start": -(found.start_error**2), "objective_end": -(found.error**2),
        },
        settled={"layer": node, "steps": found.steps, "budget": "full"},
    )  # fmt: skip
