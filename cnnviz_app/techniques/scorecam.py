"""Score-CAM and Ablation-CAM: weigh every map by what the answer does with it, or without it.

After Wang and others (2020), and Desai and Ramaswamy (2020).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques._attribution import GROUP, Answer, Question, begin, conclude, show
from cnnviz_app.techniques._cam import (
    CamParams,
    Layer,
    cam_shown,
    glance,
    layer_and_question,
    weigh,
)
from cnnviz_app.techniques._perturb import BACKDROPS, answers, at_once, backdrop
from cnnviz_app.techniques.class_activation import of_layer


@dataclass(frozen=True)
class EachMapParams(CamParams):
    """Whose map, from which layer, and from how many of its channels."""

    channels: int = param(
        0, "Only so many of the strongest maps; 0 takes all.", low=0, high=100_000,
        slider=(0, 512),
    )  # fmt: skip


@dataclass(frozen=True)
class ScoreCamParams(EachMapParams):
    """The same, and what is seen outside a map."""

    baseline: str = param(
        "mean", "What is seen of the picture where a map is dark.", choices=BACKDROPS
    )


@technique(
    "scorecam",
    "Score-CAM",
    GROUP,
    ScoreCamParams,
    summary="Shows the network the picture through each map and weighs the map by the answer.",
)
def scorecam(
    ctx: Context, net: Any, image01: Tensor, params: ScoreCamParams, seed: int
) -> TechniqueResult:
    layer, question = layer_and_question(net, params)
    answer, maps, chosen = _start(ctx, net, image01, layer, question, params.channels)
    cover = backdrop(net, image01, params.baseline)
    scores = torch.full((len(maps),), -torch.inf, device=maps.device)
    for part in _parts(ctx, chosen, at_once(net, image01)):
        masks = F.interpolate(_stretched(maps[part])[:, None], image01.shape[2:], mode="bilinear")
        scores[part] = answers(net, answer.objective, torch.lerp(cover, image01, masks))
        _refine(ctx, maps, scores.softmax(0), image01, params.relu, part, chosen)
    shown = cam_shown(weigh(maps, scores.softmax(0)), image01, params.relu)
    work = of_layer(layer, len(chosen), maps=len(chosen))
    return conclude(ctx, net, image01, answer, params, shown, work)


@technique(
    "ablationcam",
    "Ablation-CAM",
    GROUP,
    EachMapParams,
    summary="Switches each map off and weighs it by what the answer loses.",
)
def ablationcam(
    ctx: Context, net: Any, image01: Tensor, params: EachMapParams, seed: int
) -> TechniqueResult:
    layer, question = layer_and_question(net, params)
    answer, maps, chosen = _start(ctx, net, image01, layer, question, params.channels)
    weights = torch.zeros(len(maps), device=maps.device)
    alone = is_only_way(net, layer.node, answer.nodes)
    size = 64 if alone else at_once(net, image01)
    for part in _parts(ctx, chosen, size):
        # Where everything passes through the layer, what lies before it is computed once.
        batch = image01 if alone else image01.expand(len(part), -1, -1, -1)
        left = _without(net, answer, batch, layer.node, part)
        weights[part] = (answer.value - left) / (answer.value or 1.0)
        _refine(ctx, maps, weights, image01, params.relu, part, chosen)
    shown = cam_shown(weigh(maps, weights), image01, params.relu)
    work = of_layer(layer, len(chosen), maps=len(chosen))
    return conclude(ctx, net, image01, answer, params, shown, work)


def _start(
    ctx: Context, net: Any, image01: Tensor, layer: Layer, question: Question, wanted: int
) -> tuple[Answer, Tensor, Tensor]:
    """The answer, the maps, and the numbers of those to try, the strongest first."""
    begin(ctx)
    answer, maps = glance(net, image01, layer, question)
    order = maps.flatten(1).mean(1).argsort(descending=True, stable=True)
    return answer, maps, order[:wanted] if wanted else order


def _parts(ctx: Context, chosen: Tensor, size: int) -> Iterator[Tensor]:
    done = 0
    while done < len(chosen):
        ctx.checkpoint()
        yield chosen[done : done + size]
        done = min(done + size, len(chosen))
        ctx.progress(done, len(chosen))


def _refine(
    ctx: Context, maps: Tensor, weights: Tensor, image01: Tensor, relu: bool, part: Tensor,
    chosen: Tensor,
) -> None:  # fmt: skip
    step = int((chosen == part[-1]).nonzero()[0, 0]) + 1 if ctx.watched else 0
    show(ctx, step, lambda: cam_shown(weigh(maps, weights), image01, relu))


def _stretched(maps: Tensor) -> Tensor:
    """Every map from 0 to 1; a flat one becomes dark."""
    low, high = maps.amin((1, 2), keepdim=True), maps.amax((1, 2), keepdim=True)
    return (maps - low) / (high - low + 1e-8)


@torch.no_grad()
def _without(net: Any, answer: Answer, batch: Tensor, node: str, channels: Tensor) -> Tensor:
    """The answers with one channel of the layer at zero each."""
    here = torch.arange(len(channels), device=channels.device)

    def ablate(activation: Tensor) -> Tensor:
        many = activation.expand(len(channels), *activation.shape[1:]).clone()
        planes = net.maps(node, many)
        if planes.untyped_storage().data_ptr() != many.untyped_storage().data_ptr():
            raise UserError(
                f"The channels of “{node}” cannot be switched off one by one.",
                "Choose another layer.",
            )
        planes[here, channels] = 0.0
        return many

    acts = net.run(batch, answer.nodes, edit={node: ablate})
    return answer.of(acts).float()


def is_only_way(net: Any, node: str, ends: tuple[str, ...]) -> bool:
    """Whether nothing reaches the ends from the picture but through this node."""
    if node in ends:
        return False
    pending, seen = list(ends), set(ends)
    while pending:
        for source in net.node(pending.pop()).inputs:
            if source == "input":
                return False
            if source != node and source not in seen:
                seen.add(source)
                pending.append(source)
    return True
