"""Requests about maps of attribution: their deletion and insertion curves, several side by side."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from cnnviz_app.core import registry
from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.params import build
from cnnviz_app.core.registry import TechniqueResult
from cnnviz_app.lab.attribution_requests import (
    Compared,
    CompareMethods,
    Curves,
    MethodMap,
    PlayCurves,
)
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.looking import seen_by, to_image01
from cnnviz_app.lab.relay import relayed
from cnnviz_app.lab.requests import Values
from cnnviz_app.nets.network import Network
from cnnviz_app.techniques._attribution import Answer, AskParams, Question, importance
from cnnviz_app.techniques._faithfulness import curves


@answers(PlayCurves)
def play_curves(lab: Lab, ctx: Context, request: PlayCurves) -> Curves:
    net = lab.network(request.model, edits=request.edits)
    image01 = to_image01(net, seen_by(net, request.picture.pixels))
    if request.values.shape[:2] != tuple(image01.shape[2:]):
        raise UserError("This map is of a picture in another size.", "Make the map again.")
    answer = _settled(net, image01, request.target, request.unit)
    return _played(ctx, net, image01, answer, request.values)


def _settled(net: Network, image01: torch.Tensor, target: str, unit: str) -> Answer:
    question = Question(net, AskParams(target=target, unit=unit))
    with torch.no_grad():
        return question.settle(net.run(image01, question.nodes))


def _played(
    ctx: Context, net: Network, image01: torch.Tensor, answer: Answer, values: Values
) -> Curves:
    asked = answer.seen_as("probability", net)
    ranked = importance(np.asarray(values, np.float32))
    points, areas = curves(ctx, net, asked, image01, ranked)
    return Curves(
        tuple(points["deletion"]), tuple(points["insertion"]),
        areas["deletion_auc"], areas["insertion_auc"],
    )  # fmt: skip


@answers(CompareMethods)
def compare_methods(lab: Lab, ctx: Context, request: CompareMethods) -> Compared:
    net = lab.network(request.model, edits=request.edits)
    image01 = to_image01(net, seen_by(net, request.picture.pixels))
    # Decided once: the same class, or the same cell of the unit, for all.
    answer = _settled(net, image01, request.target, request.unit)
    shared = {"target": request.target, "unit": request.unit, **answer.settled}
    maps: list[MethodMap] = []
    for number, method in enumerate(request.methods):
        title = registry.find(method).title
        ctx.progress(number, len(request.methods), title)
        ctx.checkpoint()
        params = {**shared, **request.own.get(method, {}), "faithfulness": False}
        maps.append(_map(ctx, net, image01, answer, method, params, request.seed))
    ctx.progress(1, 1)
    return Compared(tuple(maps), dict(answer.figures))


def _map(
    ctx: Context, net: Network, image01: torch.Tensor, answer: Answer, method: str,
    params: Mapping[str, Any], seed: int,
) -> MethodMap:  # fmt: skip
    """One map with its curves; what a method cannot do is told in its place, not to all."""
    technique = registry.find(method)
    began = time.perf_counter()
    inner = relayed(ctx, method)
    try:
        built = build(technique.params, params)
        result: TechniqueResult = technique.run(inner, net, image01, built, seed)
    except UserError as error:
        return MethodMap(method, technique.title, None, "sequential", None, 0.0, error.sentence)
    seconds = time.perf_counter() - began
    assert result.values is not None
    played = _played(inner, net, image01, answer, result.values)
    return MethodMap(method, technique.title, result.values, result.scale, played, seconds)
