"""Class activation maps that need one pass: CAM, Grad-CAM and its relatives, Eigen-CAM.

After Zhou and others (2016), Selvaraju and others (2017), Chattopadhay and others (2018), Draelos
and Carin (2020), Jiang and others (2021), Fu and others (2020), Muhammad and Yeasin (2020).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques._attribution import GROUP, AskParams, Question, Work, begin, conclude
from cnnviz_app.techniques._cam import (
    CamParams,
    Layer,
    LayerParams,
    cam_shown,
    find_map_layer,
    glance,
    layer_and_question,
    look,
    weigh,
)
from cnnviz_app.techniques._head import back_through, find_head

# Maps and slopes, C×h×w each, and a guard against division by nothing → one map h×w.
Weighing = Callable[[Tensor, Tensor, float], Tensor]


def gradcam(maps: Tensor, slopes: Tensor, guard: float = 0.0) -> Tensor:
    """Every map by its mean slope."""
    return weigh(maps, slopes.mean((1, 2)))


def hirescam(maps: Tensor, slopes: Tensor, guard: float = 0.0) -> Tensor:
    """Every place by its own slope."""
    return (maps * slopes).sum(0)


def layercam(maps: Tensor, slopes: Tensor, guard: float = 0.0) -> Tensor:
    """Every place by its own slope, where that is positive."""
    return (maps * slopes.clamp_min(0.0)).sum(0)


def gradcam_plus_plus(maps: Tensor, slopes: Tensor, guard: float) -> Tensor:
    """Every map by its positive slopes, weak evidence in many places counting as much as strong."""
    square, cube = slopes**2, slopes**3
    below = 2 * square + maps.sum((1, 2), keepdim=True) * cube + guard
    share = torch.where((slopes != 0) & (below != 0), square / below, 0.0)
    return weigh(maps, (share * slopes.clamp_min(0.0)).sum((1, 2)))


def xgradcam(maps: Tensor, slopes: Tensor, guard: float) -> Tensor:
    """Every map by its slopes, averaged where the map is strong."""
    total = maps.sum((1, 2))
    weights = (maps * slopes).sum((1, 2)) / (total + guard)
    return weigh(maps, torch.where(total + guard == 0, 0.0, weights))


@dataclass(frozen=True)
class GuardParams:
    """For formulas that divide by slopes or maps."""

    guard: float = param(
        1e-6, "Added to what is divided by, as other programs do; 0 is the paper's formula.",
        low=0.0, high=1.0, log=True, slider=(1e-9, 1e-3),
    )  # fmt: skip


@dataclass(frozen=True)
class GuardedCamParams(GuardParams, CamParams):
    """Whose map, from which layer, and the guard."""


@dataclass(frozen=True)
class SignedCamParams(LayerParams, AskParams):
    """As `CamParams`, for a method that keeps what speaks against the answer."""

    relu: bool = param(False, "Keep only what speaks for the answer.")


def _declare(name: str, title: str, combine: Weighing, params: type[Any], summary: str) -> None:
    """Register one way of weighing maps by slopes."""

    @technique(name, title, GROUP, params, summary=summary)
    def run(
        ctx: Context, net: Any, image01: Tensor, params: CamParams, seed: int
    ) -> TechniqueResult:
        layer, question = layer_and_question(net, params)
        begin(ctx)
        seen = look(net, image01, layer, question)
        plane = combine(seen.maps, seen.slopes, getattr(params, "guard", 0.0))
        shown = cam_shown(plane, image01, params.relu)
        return conclude(ctx, net, image01, seen.answer, params, shown, of_layer(layer))


def of_layer(layer: Layer, steps: int = 1, **figures: Any) -> Work:
    """The account of a map made from this layer."""
    return Work(steps, {**layer.figures, **figures}, {"layer": layer.shown})


for declared in (
    ("gradcam", "Grad-CAM", gradcam, CamParams,
     "Weighs the last maps by how much the answer rises with each."),
    ("hirescam", "HiResCAM", hirescam, CamParams,
     "Weighs every place of the last maps by its own gradient, and shows only what was used."),
    ("layercam", "LayerCAM", layercam, CamParams,
     "Weighs every place of a layer's maps by its positive gradient; good for early layers."),
    ("gradcam++", "Grad-CAM++", gradcam_plus_plus, GuardedCamParams,
     "Grad-CAM that lets several copies of an object count alike."),
    ("xgradcam", "XGrad-CAM", xgradcam, GuardedCamParams,
     "Grad-CAM whose weights come from the places where a map is strong."),
):  # fmt: skip
    _declare(*declared)


@technique(
    "cam",
    "CAM",
    GROUP,
    SignedCamParams,
    summary="Reads the class's own weights of the last maps, where the network ends in their mean.",
)
def cam(
    ctx: Context, net: Any, image01: Tensor, params: SignedCamParams, seed: int
) -> TechniqueResult:
    question = Question(net, params)
    asked = net.resolve(params.layer.strip()) if params.layer.strip() else ""
    if params.unit.strip():
        raise UserError(
            "CAM reads the weights of a class; a unit has none.", "Grad-CAM (gradcam) takes units."
        )
    head = find_head(net)
    if head is None:
        return _instead_of_cam(ctx, net, image01, params, question)
    if asked and back_through(net, asked).name != head.node:
        raise UserError(
            f"CAM reads the last maps, “{head.node}”, not “{params.layer}”.",
            "Leave the layer empty, or take Grad-CAM (gradcam).",
        )
    begin(ctx)
    usual = net.default_layer("cam")
    same = back_through(net, usual).name == head.node
    layer = Layer(usual if same else head.node, head.node)
    answer, maps = glance(net, image01, layer, question)
    assert answer.target is not None
    plane = (maps * head.weights[answer.target].to(maps)).sum(0)
    shown = cam_shown(plane, image01, params.relu)
    return conclude(ctx, net, image01, answer, params, shown, of_layer(layer))


def _instead_of_cam(
    ctx: Context, net: Any, image01: Tensor, params: SignedCamParams, question: Question
) -> TechniqueResult:
    """Grad-CAM gives CAM's map wherever there is one, so it stands in where there is none."""
    ctx.note(
        f"{net.title or 'This network'} does not end in a mean over its maps, which CAM reads.",
        "This is Grad-CAM instead, which gives the same map wherever both exist.",
    )
    layer = find_map_layer(net, params.layer)
    begin(ctx)
    seen = look(net, image01, layer, question)
    shown = cam_shown(gradcam(seen.maps, seen.slopes), image01, params.relu)
    work = of_layer(layer, computed_as="gradcam")
    return conclude(ctx, net, image01, seen.answer, params, shown, work)


@technique(
    "eigencam",
    "Eigen-CAM",
    GROUP,
    CamParams,
    summary="Shows what most of a layer's maps have in common, whatever the class.",
)
def eigencam(
    ctx: Context, net: Any, image01: Tensor, params: CamParams, seed: int
) -> TechniqueResult:
    layer, question = layer_and_question(net, params)
    begin(ctx)
    answer, maps = glance(net, image01, layer, question)
    shown = cam_shown(principal(maps), image01, params.relu)
    return conclude(ctx, net, image01, answer, params, shown, of_layer(layer))


def principal(maps: Tensor) -> Tensor:
    """The places' coordinates along their first principal direction, positive where more is active.

    A principal direction has no sign of its own. It is turned to where the mean activation points,
    as the first direction of maps that are not centred does by itself (those of the paper): the
    larger end would be the ground wherever a thing fills most of the picture.
    """
    places = maps.flatten(1).T
    usual = places.mean(0)
    places = places - usual
    direction: Tensor = torch.linalg.svd(places, full_matrices=False).Vh[0]
    plane: Tensor = (places @ direction).view(maps.shape[1:])
    return -plane if direction @ usual < 0 else plane
