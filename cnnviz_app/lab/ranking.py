"""Which units of a layer matter: each is taken away in turn."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.edit_requests import RankByAblation, UnitRanking
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.looking import seen_by, to_image01
from cnnviz_app.nets.edits import channel_shape
from cnnviz_app.nets.network import Network

# One step of the ranking: short enough that looking never waits for it.
STEP_SECONDS = 0.03
MOST = 64


@answers(RankByAblation)
def rank_by_ablation(lab: Lab, ctx: Context, request: RankByAblation) -> UnitRanking:
    net = lab.network(request.model, edits=request.edits)
    image01 = to_image01(net, seen_by(net, request.picture.pixels))
    node = net.resolve(request.layer)
    with torch.no_grad():
        found = net.run(image01, [node, net.output])
        logits = found[net.output].reshape(-1).float()
        label = request.label if request.label >= 0 else int(logits.argmax())
        if label >= len(logits):
            raise UserError(f"There is no class {label}.", f"Classes are 0 to {len(logits) - 1}.")
        run = _runner(net, image01, node, found[node])
        each = _one_by_one(ctx, run, net.map_shape(node)[0])
    without = torch.softmax(each, 1)[:, label]
    return UnitRanking(
        request.model,
        request.picture.content_id,
        request.layer,
        label,
        (logits[label] - each[:, label]).cpu().numpy().astype(np.float32),
        without.cpu().numpy().astype(np.float32),
        float(logits[label]),
        float(torch.softmax(logits, 0)[label]),
    )


def _runner(
    net: Network, image01: Tensor, node: str, value: Tensor
) -> Callable[[range], Tensor]:
    """Logits without each of these units: only what lies behind the layer runs many times."""
    where = channel_shape(value, net.layout(node))
    whole = False

    def masked(units: range) -> Tensor:
        keep = torch.ones((len(units), int(np.prod(where[1:]))), device=value.device)
        keep[torch.arange(len(units)), torch.tensor(list(units))] = 0
        return value * keep.to(value).reshape(len(units), *where[1:])

    def run(units: range) -> Tensor:
        nonlocal whole
        edit = {node: lambda _: masked(units)}
        if not whole:
            try:
                logits = net.run(image01, [net.output], edit=edit)[net.output]
                if len(logits) == len(units):
                    return logits.flatten(1).float()
            except RuntimeError:
                pass
            # A branch past the layer wants a whole batch of its own to be joined with.
            whole = True
        batch = image01.expand(len(units), -1, -1, -1)
        return net.run(batch, [net.output], edit=edit)[net.output].flatten(1).float()

    return run


def _one_by_one(ctx: Context, run: Callable[[range], Tensor], count: int) -> Tensor:
    """All rows of logits, in batches of about the time one step may take."""
    rows: list[Tensor] = []
    at, size = 0, 1
    while at < count:
        ctx.checkpoint()
        units = range(at, min(at + size, count))
        began = time.perf_counter()
        rows.append(run(units))
        took = time.perf_counter() - began
        at = units.stop
        ctx.progress(at, count, f"unit {at} of {count}")
        fits = max(1, int(size * STEP_SECONDS / max(took, 1e-6)))
        size = min(MOST, fits, 2 * size)
    return torch.cat(rows)
