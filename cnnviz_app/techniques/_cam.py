"""What the class activation maps share: a pass that stops at a layer, its maps drawn large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz_app.core.errors import UserError
from cnnviz_app.core.events import Scale
from cnnviz_app.core.params import param
from cnnviz_app.techniques._attribution import (
    Answer,
    AskParams,
    Question,
    Shown,
    plain,
    slope,
)


@dataclass(frozen=True)
class LayerParams:
    """Which maps are put together."""

    layer: str = param(
        "", "The layer whose maps are put together; empty takes the last one before the classes.",
        kind="layer", follows=False,
    )  # fmt: skip


@dataclass(frozen=True)
class CamParams(LayerParams, AskParams):
    """Whose map, from which layer."""

    relu: bool = param(True, "Keep only what speaks for the answer.")


@dataclass(frozen=True)
class Layer:
    """A layer by the name it was asked for, and by its node."""

    shown: str
    node: str

    @property
    def figures(self) -> dict[str, str]:
        return {"layer": self.shown}


@dataclass(frozen=True)
class Seen:
    """A layer's maps for one picture, C×h×w, and the slopes of the answer on them."""

    answer: Answer
    maps: Tensor
    slopes: Tensor


def find_map_layer(net: Any, text: str) -> Layer:
    """The layer a name stands for; nothing means the network's usual one."""
    shown = text.strip() or net.default_layer("cam")
    node = net.resolve(shown)
    _, rows, columns = net.map_shape(node)
    if rows * columns == 1 and text.strip():
        raise UserError(
            f"“{shown}” has no map: it is one number per channel.",
            f"Choose a layer before the picture is pooled, such as {net.default_layer('cam')}.",
        )
    return Layer(shown, node)


def layer_and_question(net: Any, params: Any) -> tuple[Layer, Question]:
    """The layer and the question; for a unit, the usual layer is the last one before it."""
    question, text = Question(net, params), params.layer
    if not text.strip() and question.nodes != (net.output,):
        text = _before(net, question.nodes)
    return find_map_layer(net, text), question


def _before(net: Any, nodes: Sequence[str]) -> str:
    """The last layer with maps that comes before all of these nodes, or the picture."""
    order = [node.name for node in net.nodes]
    first = min(order.index(net.resolve(node)) for node in nodes)
    usual: str = net.default_layer("cam")
    if order.index(net.resolve(usual)) < first:
        return usual
    found = ""
    for name in net.layers:
        _, rows, columns = net.map_shape(name)
        if rows * columns > 1 and order.index(net.resolve(name)) < first:
            found = name
    return found or "input"


def look(net: Any, image01: Tensor, layer: Layer, question: Question) -> Seen:
    """One pass; gradients only live behind the layer, where they are wanted."""
    leaves: list[Tensor] = []

    def hold(activation: Tensor) -> Tensor:
        leaves.append(activation.detach().requires_grad_())
        return leaves[-1]

    acts = net.run(image01, [layer.node, *question.nodes], edit={layer.node: hold})
    answer = question.settle(acts)
    slopes = slope(answer, acts, leaves[0])
    if not slopes.any() and not answer.of(acts).requires_grad:
        raise UserError(
            f"What is explained does not depend on “{layer.shown}”.",
            "Choose a layer that lies before it.",
        )
    maps = net.maps(layer.node, leaves[0].detach())[0]
    return Seen(answer, maps, net.maps(layer.node, slopes)[0])


@torch.no_grad()
def glance(net: Any, image01: Tensor, layer: Layer, question: Question) -> tuple[Answer, Tensor]:
    """The same without slopes."""
    acts = net.run(image01, [layer.node, *question.nodes])
    return question.settle(acts), net.maps(layer.node, acts[layer.node])[0]


def weigh(maps: Tensor, weights: Tensor) -> Tensor:
    """The sum of the maps, each with its weight."""
    return torch.einsum("chw,c->hw", maps, weights)


def enlarge(plane: Tensor, like: Tensor) -> Tensor:
    """A small map in the size of the picture."""
    size = (like.shape[2], like.shape[3])
    drawn = F.interpolate(plane[None, None], size, mode="bilinear", align_corners=False)
    return drawn[0, 0]


def cam_shown(plane: Tensor, image01: Tensor, relu: bool) -> Shown:
    """The map as it is handed back: cut off at zero where that is wanted, then drawn large."""
    scale: Scale = "sequential" if relu else "signed"
    return plain(enlarge(plane.clamp_min(0.0) if relu else plane, image01), scale)
