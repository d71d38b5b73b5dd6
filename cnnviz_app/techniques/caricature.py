"""Caricature: what a layer notices about a photo, exaggerated.

After Olah and others' lucid library: at every place the activations should point where those of
the photo point, and be as large as they can.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques._addresses import find_layer
from cnnviz_app.techniques._inversion import class_of
from cnnviz_app.techniques._objectives import Objective
from cnnviz_app.techniques._synthesis import Aim, synthesise
from cnnviz_app.techniques._synthesis_params import SynthesisParams

_LARGEST_SIDE = 224


@dataclass(frozen=True)
class _CaricatureAims:
    layer: str = param(
        "", "The layer; empty takes one in the network's middle.", kind="layer", group="Target"
    )
    cosine: float = param(
        1.0, "How much pointing the same way counts against being large.", low=0.0, high=8.0,
        group="Target", slider=(0.0, 4.0), title="Power of the cosine",
    )  # fmt: skip


@dataclass(frozen=True)
class _CaricatureDefaults(SynthesisParams):
    """Views that move little: the photo's features keep their places."""

    start: str = param(
        "picture", "Where to start: faint noise on grey, any value for every pixel, plain grey, "
        "or the present picture.",
        choices=("noise", "uniform", "grey", "picture"), group="Picture",
    )  # fmt: skip
    steps: int = param(
        128, "How many steps to make.", low=1, high=20000, group="Optimiser", slider=(1, 2048)
    )
    pad: int = param(
        0, "Grey border around the picture.", low=0, high=128, unit="px", group="Robustness",
        slider=(0, 32), when=("transforms", (True,)),
    )  # fmt: skip
    scale: float = param(
        4.0, "Random change of size, larger or smaller.", low=0.0, high=90.0, unit="%",
        group="Robustness", slider=(0.0, 30.0), when=("transforms", (True,)),
    )  # fmt: skip
    rotate: float = param(
        3.0, "Random turn, to either side.", low=0.0, high=180.0, unit="°",
        group="Robustness", slider=(0.0, 45.0), when=("transforms", (True,)),
    )  # fmt: skip


@dataclass(frozen=True)
class CaricatureParams(_CaricatureDefaults, _CaricatureAims):
    """What to exaggerate, and the axes of how."""


@technique(
    "caricature",
    "Caricature",
    "Synthesis",
    CaricatureParams,
    summary="Exaggerates what a layer notices about a photo.",
)
def caricature(
    ctx: Context, net: Any, image01: Tensor, params: CaricatureParams, seed: int
) -> TechniqueResult:
    node = find_layer(net, params.layer, "dream")
    with torch.no_grad():
        wanted = net.maps(node, net.run(image01, [node])[node]).detach()
    objective = exaggeration(net, node, wanted, params.cosine)
    before, _ = class_of(net, image01)
    aim = Aim(
        objective, picture=image01, usual_side=_LARGEST_SIDE,
        figures={"layer": node, "class_start": before},
        settled={"layer": node}, tell=lambda picture: _end(net, picture, image01),
    )  # fmt: skip
    return synthesise(ctx, net, aim, params, seed)


def _end(net: Any, picture: Tensor, image01: Tensor) -> Mapping[str, Any]:
    own = F.interpolate(picture, size=image01.shape[-2:], mode="bilinear", align_corners=False)
    title, chance = class_of(net, own)
    return {"class_end": title, "probability_end": chance}


def exaggeration(net: Any, node: str, wanted: Tensor, power: float) -> Objective:
    """At every place the activations along those wanted, times the cosine between them."""
    size = wanted.square().sum(1).mean().clamp_min(1e-12)

    def of(acts: Mapping[str, Tensor]) -> Tensor:
        maps = net.maps(node, acts[node])
        along = wanted
        if maps.shape[-2:] != wanted.shape[-2:]:
            along = F.interpolate(
                wanted, size=maps.shape[-2:], mode="bilinear", align_corners=False
            )
        dot = (maps * along).sum(1)
        if power:
            cosine = F.cosine_similarity(maps, along, dim=1).clamp_min(0.1)
            dot = dot * cosine.pow(power)
        strength: Tensor = dot.mean((1, 2)) / size
        return strength

    return Objective((node,), of, f"caricature in {node}")
