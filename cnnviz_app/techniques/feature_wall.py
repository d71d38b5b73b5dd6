"""The wall: what every unit of a layer looks for, all at once as one batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques._addresses import find_layer, unit_count
from cnnviz_app.techniques._objectives import Activations, Objective
from cnnviz_app.techniques._synthesis import Aim, synthesise
from cnnviz_app.techniques._synthesis_params import SynthesisParams

_USUAL_SIDE = 96


@dataclass(frozen=True)
class _WallAims:
    layer: str = param(
        "", "The layer; empty takes one in the network's middle.", kind="layer", group="Target"
    )
    first: int = param(0, "The first unit of the wall.", low=0, high=100000, group="Target")
    count: int = param(
        16, "How many units, beginning there.", low=1, high=256, group="Target", slider=(1, 64)
    )


@dataclass(frozen=True)
class _WallDefaults(SynthesisParams):
    """Fewer steps: there are many pictures."""

    steps: int = param(
        128, "How many steps to make.", low=1, high=20000, group="Optimiser", slider=(1, 2048)
    )


@dataclass(frozen=True)
class WallParams(_WallDefaults, _WallAims):
    """Which units, and the axes of how."""


@technique(
    "feature-wall",
    "Wall of a layer",
    "Synthesis",
    WallParams,
    summary="Paints what many units of one layer respond to most, all at once.",
    needs_picture=False,
    may_use_picture=lambda params: params.start == "picture",
)
def feature_wall(
    ctx: Context, net: Any, image01: Tensor | None, params: WallParams, seed: int
) -> TechniqueResult:
    node = find_layer(net, params.layer, "feature-vis")
    units = unit_count(net, node)
    first = min(params.first, units - 1)
    count = min(params.count, units - first)
    if (first, count) != (params.first, params.count):
        ctx.note(f"The layer has {units} units: the wall shows {first} to {first + count - 1}.")
    aim = Aim(
        each_its_own(net, node, first, count), picture=image01, variants=count,
        usual_side=_USUAL_SIDE,
        figures={"layer": node, "unit": f"{first} to {first + count - 1}"},
        settled={"layer": node, "first": first, "count": count},
    )  # fmt: skip
    return synthesise(ctx, net, aim, params, seed)


def each_its_own(net: Any, node: str, first: int, count: int) -> Objective:
    """Picture i of the batch is climbed for unit `first` + i alone."""

    def of(acts: Activations) -> Tensor:
        means: Tensor = net.maps(node, acts[node])[:, first : first + count].mean((2, 3))
        # Several views of every picture come one round after the other.
        mine = torch.arange(len(means), device=means.device) % count
        return means.gather(1, mine[:, None])[:, 0]

    return Objective((node,), of, f"channels {node}:{first} to {first + count - 1}")
