"""Two maps that know nothing of the class, to hold every other one against.

After Adebayo and others, "Sanity checks for saliency maps" (2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques._attribution import GROUP, AskParams, Question, begin, conclude, plain
from cnnviz_app.techniques._cam import CamParams, cam_shown, glance, layer_and_question, weigh
from cnnviz_app.techniques.class_activation import of_layer


@dataclass(frozen=True)
class EdgeParams(AskParams):
    """The class only decides what the map is measured against."""


@technique(
    "random-cam",
    "Random CAM",
    GROUP,
    CamParams,
    summary="The last maps with random weights: what a map looks like that means nothing.",
)
def random_cam(
    ctx: Context, net: Any, image01: Tensor, params: CamParams, seed: int
) -> TechniqueResult:
    layer, question = layer_and_question(net, params)
    begin(ctx)
    answer, maps = glance(net, image01, layer, question)
    weights = torch.rand(len(maps), generator=torch.Generator().manual_seed(seed)) * 2 - 1
    shown = cam_shown(weigh(maps, weights.to(maps)), image01, params.relu)
    return conclude(ctx, net, image01, answer, params, shown, of_layer(layer))


@technique(
    "edge-detector",
    "Edge detector",
    GROUP,
    EdgeParams,
    summary="The picture's edges, which no network was asked for: some maps are hardly better.",
)
def edge_detector(
    ctx: Context, net: Any, image01: Tensor, params: EdgeParams, seed: int
) -> TechniqueResult:
    question = Question(net, params)
    begin(ctx)
    with torch.no_grad():
        answer = question.settle(net.run(image01, question.nodes))
    return conclude(ctx, net, image01, answer, params, plain(edges(image01), "sequential"))


def edges(image01: Tensor) -> Tensor:
    """The length of the Sobel gradient of the brightness."""
    grey = image01.mean(1, keepdim=True)
    if image01.shape[1] == 3:
        luma = torch.tensor([0.299, 0.587, 0.114], dtype=image01.dtype, device=image01.device)
        grey = (image01 * luma.view(1, 3, 1, 1)).sum(1, keepdim=True)
    across = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]).to(grey)
    kernels = torch.stack([across, across.T])[:, None]
    slopes = F.conv2d(F.pad(grey, (1, 1, 1, 1), mode="replicate"), kernels)
    length: Tensor = torch.linalg.vector_norm(slopes[0], dim=0)
    return length
