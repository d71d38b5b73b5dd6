"""Does a map depend on what the network has learned? Weights are lost from the top layer down.

After Adebayo and others, "Sanity checks for saliency maps" (2018).
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from cnnviz_app.core import registry
from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.params import build
from cnnviz_app.core.registry import TechniqueResult
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.looking import seen_by, to_image01
from cnnviz_app.lab.relay import relayed
from cnnviz_app.lab.requests import Values
from cnnviz_app.lab.sanity_requests import CheckSanity, Sanity, SanityStep
from cnnviz_app.nets.forgetting import Forgettable, Forgetting
from cnnviz_app.techniques._attribution import GROUP
from cnnviz_app.techniques._ranks import spearman


@answers(CheckSanity)
def check_sanity(lab: Lab, ctx: Context, request: CheckSanity) -> Sanity:
    began = time.perf_counter()
    net = lab.network(request.model, edits=request.edits)
    technique = registry.find(request.technique)
    if technique.group != GROUP:
        raise UserError(f"{technique.title} makes no map of values.", "Choose an attribution.")
    image01 = to_image01(net, seen_by(net, request.picture.pixels))
    params: Mapping[str, Any] = {**request.params, "faithfulness": False}
    if any(spec.name == "relu" for spec in technique.specs):
        # What speaks against the answer counts too: else many maps of random weights are empty.
        params = {**params, "relu": False}

    def make(of: Any, params: Mapping[str, Any], step: int) -> TechniqueResult:
        inner = relayed(ctx, f"map {step}")
        built = build(technique.params, params)
        return technique.run(inner, of, image01, built, request.seed)

    first = make(net, params, 0)
    assert first.values is not None
    # The same class, cell and layer for every map, whatever the damaged network says.
    params = {**params, **first.settled}
    steps = [_step((), first.values, first)]
    _tell(ctx, steps)
    forgetting = Forgetting(net, request.seed)
    parts = list(_grouped(forgetting.layers, request.most))
    for number, part in enumerate(parts, start=1):
        ctx.progress(number, len(parts) + 1, part[-1].name)
        ctx.checkpoint()
        forgetting.forget(part)
        result = make(forgetting.net, params, number)
        steps.append(_step(tuple(layer.name for layer in part), first.values, result))
        _tell(ctx, steps)
    ctx.progress(1, 1)
    return Sanity(technique.name, tuple(steps), time.perf_counter() - began)


def _grouped(layers: Sequence[Forgettable], most: int) -> Iterator[Sequence[Forgettable]]:
    """As many stretches of layers as are wanted, equally long but for one layer."""
    count = max(1, min(most, len(layers)))
    ends = [round(len(layers) * k / count) for k in range(count + 1)]
    for begin, end in itertools.pairwise(ends):
        yield layers[begin:end]


def _step(layers: tuple[str, ...], first: Values, result: TechniqueResult) -> SanityStep:
    values = result.values
    assert values is not None
    return SanityStep(
        layers[-1] if layers else "", layers, values, result.scale,
        spearman(first, values), spearman(np.abs(first), np.abs(values)),
    )  # fmt: skip


def _tell(ctx: Context, steps: Sequence[SanityStep]) -> None:
    """One more map and its correlations, while the rest is computed."""
    step, number = steps[-1], len(steps) - 1
    if step.values.ndim == 2:
        ctx.frame(f"map {number}", step.values, step=number, scale=step.scale, force=True)
    ctx.metrics(number, signed=step.signed, absolute=step.absolute)
    if step.layer:
        ctx.stage(step.layer, number)
