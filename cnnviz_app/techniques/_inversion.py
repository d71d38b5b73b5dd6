"""Inverting one layer: a picture with the same activations, and as plain as can be.

After Mahendran and Vedaldi (2015): the squared distance of the activations, relative to their
size, plus an α-norm that keeps pixels in range and a total variation that keeps them smooth.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.params import param
from cnnviz_app.techniques._addresses import class_title
from cnnviz_app.techniques._budget import CHOICES, HELP
from cnnviz_app.techniques._image_spaces import Size, build_space
from cnnviz_app.techniques._objectives import Activations, Objective
from cnnviz_app.techniques._optimise import Ascent, Limit, climb
from cnnviz_app.techniques._regularisers import GREY, Penalty
from cnnviz_app.techniques._synthesis import seed_of
from cnnviz_app.techniques._transforms import Robustness

_CLIMB, _TAME = "Optimiser", "Regularisers"
# The published weights belong to pixels whose distance from grey is 80 of 255 at most, and to
# steps between neighbours a 6.5th of that.
_RANGE = 80.0 / 255
_STEP = _RANGE / 6.5
# Found by looking, on GoogLeNet: up to cells of 4 pixels the weight is as given, at 16 twenty
# times that, and forty times in the coarsest layers.
_FINE, _COARSEST, _STEEPNESS = 4, 22, 2.2


@dataclass(frozen=True)
class InversionParams:
    """How to climb and what to keep small; the layers are each technique's own."""

    steps: int = param(
        200, "How many steps to make.", low=1, high=20000, group=_CLIMB, slider=(1, 1000)
    )
    budget: str = param("full", HELP, choices=CHOICES, title="Time", group=_CLIMB)
    optimizer: str = param(
        "adam", "Adam; L-BFGS, which looks along a line in every step; or the plain gradient.",
        choices=("adam", "lbfgs", "ascent"), group=_CLIMB,
    )  # fmt: skip
    learning_rate: float = param(
        0.05, "Length of a step; for the plain gradient, the mean change of a value.",
        low=1e-6, high=100.0, group=_CLIMB, log=True, slider=(1e-3, 1.0),
        when=("optimizer", ("adam", "ascent")),
    )  # fmt: skip
    space: str = param(
        "fft", "What the optimiser moves: frequencies, single pixels, or a pyramid of details.",
        choices=("fft", "pixels", "laplacian"), group=_CLIMB,
    )  # fmt: skip
    jitter: int = param(
        0, "Random shift of every step.", low=0, high=64, unit="px", group=_CLIMB,
        slider=(0, 16),
    )  # fmt: skip
    by_depth: bool = param(
        True, "The deeper the layer, the more shift and total variation: what it leaves open "
        "would otherwise be filled with noise.", title="Calmer with depth", group=_TAME,
    )  # fmt: skip
    alpha: float = param(
        6.0, "Exponent of the norm that keeps pixels in range.", low=1.0, high=20.0,
        group=_TAME, title="α",
    )  # fmt: skip
    alpha_weight: float = param(
        0.001, "How much that norm counts.", low=0.0, high=1e6, group=_TAME,
        title="Weight of the α-norm", slider=(0.0, 0.1),
    )  # fmt: skip
    beta: float = param(
        2.0, "Exponent of the total variation: 1 keeps edges, 2 smooths them.", low=0.5, high=4.0,
        group=_TAME, title="β",
    )  # fmt: skip
    tv_weight: float = param(
        0.01, "How much total variation counts.", low=0.0, high=1e6, group=_TAME,
        title="Weight of total variation", slider=(0.0, 0.1),
    )  # fmt: skip


@dataclass(frozen=True)
class Inverted:
    """The picture found, and how near it came.

    Attributes:
        psnr: decibels between the photo and the picture.
        error: distance of the activations, relative to their size.
    """

    picture: Tensor
    steps: int
    psnr: float
    error: float
    start_error: float


def alpha_norm(alpha: float, weight: float) -> Penalty:
    def penalty(picture: Tensor) -> Tensor:
        return weight * ((picture - GREY).abs() / _RANGE).pow(alpha).mean((1, 2, 3))

    return penalty


def total_variation(beta: float, weight: float) -> Penalty:
    """The mean of (right² + down²)^(β/2), steps measured in those of a natural picture."""

    def penalty(picture: Tensor) -> Tensor:
        right = picture[:, :, :-1, 1:] - picture[:, :, :-1, :-1]
        down = picture[:, :, 1:, :-1] - picture[:, :, :-1, :-1]
        # The root of exactly nothing has no slope.
        steps = (right.square() + down.square()) / _STEP**2 + 1e-8
        return weight * steps.pow(beta / 2).mean((1, 2, 3))

    return penalty


def _taming(net: Any, node: str, params: InversionParams) -> tuple[float, int]:
    """Weight of total variation and pixels of jitter, by how coarsely the layer looks."""
    if not params.by_depth:
        return params.tv_weight, params.jitter
    field = net.node(node).receptive_field
    side = min(net.spec.height, net.spec.width)
    stride = min(_COARSEST, max(field.stride) if field is not None else side)
    weight = params.tv_weight * max(1.0, stride / _FINE) ** _STEEPNESS
    jitter = min(stride, side // 14) // 2 if stride > _FINE else 0
    return weight, max(params.jitter, jitter)


def likeness(node: str, wanted: Tensor) -> Objective:
    """Minus the squared distance of a layer's activations, relative to their size."""
    size = wanted.square().sum().clamp_min(1e-12)

    def of(acts: Activations) -> Tensor:
        return -(acts[node] - wanted).square().flatten(1).sum(1) / size

    return Objective((node,), of, f"likeness in {node}")


def invert(
    ctx: Context, net: Any, node: str, image01: Tensor, params: InversionParams, seed: int,
    limit: Limit, *, made: int = 0, total: int = 0, show: Callable[[Tensor], Any] | None = None,
) -> Inverted:  # fmt: skip
    """A picture that this layer cannot tell from `image01`."""
    tv_weight, jitter = _taming(net, node, params)
    generator = torch.Generator().manual_seed(seed_of(seed))
    with torch.no_grad():
        wanted = net.run(image01, [node])[node].detach()
    objective = likeness(node, wanted)
    n, c, height, width = image01.shape
    space = build_space(params.space, Size(n, c, height, width, net.device), "decorrelated", "clip")
    space.start_from_noise(0.01, generator)
    shift = Robustness(pad=0, jitter=jitter, scale=0.0, rotate=0.0, last_jitter=0)
    further = {}
    if params.alpha_weight:
        further["alpha"] = alpha_norm(params.alpha, params.alpha_weight)
    if tv_weight:
        further["tv"] = total_variation(params.beta, tv_weight)
    ascent = Ascent(
        net, space, objective, generator, transform=shift.transform(0), further=further,
        optimizer=params.optimizer, learning_rate=params.learning_rate,
    )  # fmt: skip
    start = _error(net, objective, space.finished())
    steps = climb(ctx, ascent, limit, made=made, total=total, show=show)
    picture = space.finished()
    return Inverted(
        picture, steps, psnr(image01, picture), _error(net, objective, picture), start
    )  # fmt: skip


@torch.no_grad()
def _error(net: Any, objective: Objective, picture: Tensor) -> float:
    return math.sqrt(max(0.0, -float(objective.of(net.run(picture, objective.nodes))[0])))


def psnr(one: Tensor, other: Tensor) -> float:
    """Peak signal-to-noise ratio in decibels, for values in [0, 1]; 99 for equal pictures."""
    mean_square = float((one - other).square().mean())
    return min(99.0, -10.0 * math.log10(mean_square)) if mean_square > 0 else 99.0


@torch.no_grad()
def class_of(net: Any, picture: Tensor) -> tuple[str, float]:
    """What the network sees in a picture, and how surely."""
    chances = net.logits(picture).flatten(1).softmax(1)[0]
    top = int(chances.argmax())
    return class_title(net.labels, top), float(chances[top])
