"""Interpolation: from what one unit looks for to what another looks for, in a strip.

After Olah, Mordvintsev and Schubert, "Feature Visualization" (2017): the pictures between the two
climb a weighted sum of both, and neighbours are asked to look alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques import _objectives as objectives
from cnnviz_app.techniques._addresses import UnitTerm, find_layer, find_units
from cnnviz_app.techniques._objectives import Activations, Objective
from cnnviz_app.techniques._synthesis import Aim, synthesise
from cnnviz_app.techniques._synthesis_params import SynthesisParams


@dataclass(frozen=True)
class _BetweenAims:
    layer: str = param(
        "", "The layer; empty takes one in the network's middle.", kind="layer", group="Target"
    )
    unit: str = param("0", "The unit at one end: 12, or layer:12.", kind="unit", group="Target")
    other: str = param(
        "1", "The unit at the other end.", kind="unit", group="Target", follows=False
    )
    count: int = param(5, "How many pictures, both ends included.", low=2, high=16, group="Target")
    alike: float = param(
        2.0, "How much neighbours are asked to look alike.", low=0.0, high=1e6, group="Target",
        slider=(0.0, 20.0),
    )  # fmt: skip


@dataclass(frozen=True)
class _BetweenDefaults(SynthesisParams):
    """Fewer steps: there are several pictures."""

    steps: int = param(
        256, "How many steps to make.", low=1, high=20000, group="Optimiser", slider=(1, 2048)
    )


@dataclass(frozen=True)
class BetweenParams(_BetweenDefaults, _BetweenAims):
    """Between which units, and the axes of how."""


@technique(
    "feature-interpolation",
    "Between two units",
    "Synthesis",
    BetweenParams,
    summary="Paints the way from what one unit looks for to what another looks for.",
    needs_picture=False,
    may_use_picture=lambda params: params.start == "picture",
)
def feature_interpolation(
    ctx: Context, net: Any, image01: Tensor | None, params: BetweenParams, seed: int
) -> TechniqueResult:
    node = find_layer(net, params.layer, "feature-vis")
    (one, *_), (other, *_) = find_units(net, params.unit, node), find_units(net, params.other, node)
    plain = between(_channel(net, one), _channel(net, other), params.count)
    objective = plain + params.alike * likeness_of_neighbours(net, one.node, params.count)
    aim = Aim(
        objective, plain, image01, variants=params.count, in_a_row=True,
        figures={"layer": one.node, "unit": f"{one.text} to {other.text}"},
        settled={"layer": node},
    )  # fmt: skip
    return synthesise(ctx, net, aim, params, seed)


def _channel(net: Any, term: UnitTerm) -> Objective:
    return objectives.channel(net, term.node, term.channel)


def between(one: Objective, other: Objective, count: int) -> Objective:
    """Picture i of `count` climbs both, the second with weight i / (count − 1)."""

    def of(acts: Activations) -> Tensor:
        first, second = one.of(acts), other.of(acts)
        place = torch.arange(len(first), device=first.device) % count / (count - 1)
        return first * (1 - place) + second * place

    return Objective(
        tuple(dict.fromkeys(one.nodes + other.nodes)), of, f"{one.text} to {other.text}"
    )


def likeness_of_neighbours(net: Any, node: str, count: int) -> Objective:
    """The mean cosine between the layer's maps of neighbouring pictures."""

    def of(acts: Activations) -> Tensor:
        flat = torch.nn.functional.normalize(net.maps(node, acts[node]).flatten(1), dim=1)
        rounds = flat.view(-1, count, flat.shape[1])
        alike = (rounds[:, 1:] * rounds[:, :-1]).sum(2).mean(1)
        return alike.repeat_interleave(count)

    return Objective((node,), of, f"likeness of neighbours in {node}")
