"""Where the opinions on a clean and an attacked picture part: by layers, and by reasons."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from cnnviz_app.core import registry
from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.params import build
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.looking import to_image01
from cnnviz_app.lab.parting_requests import Apart, Parting, Reason, SeeParting
from cnnviz_app.lab.relay import relayed
from cnnviz_app.lab.requests import Pixels, Values
from cnnviz_app.nets.network import Network

METHODS = ("gradcam", "smoothgrad")
_NOTHING = 1e-12


@answers(SeeParting)
def see_parting(lab: Lab, ctx: Context, request: SeeParting) -> Parting:
    net = lab.network(request.model, edits=request.edits)
    clean, attacked = request.clean, request.attacked
    layers = _apart(ctx, net, clean, attacked)
    reasons = []
    for method in METHODS:
        ctx.checkpoint()
        reasons.append(_reason(ctx, net, method, request))
    return Parting(tuple(reasons), layers)


def _apart(ctx: Context, net: Network, clean: Pixels, attacked: Pixels) -> tuple[Apart, ...]:
    first = _activations(net, clean)
    ctx.checkpoint()
    found = _activations(net, attacked)
    ctx.checkpoint()
    noise = _activations(net, shuffled(clean, attacked))
    return tuple(
        Apart(layer, _share(first[layer], found[layer]), _share(first[layer], noise[layer]))
        for layer in net.layers
    )


def shuffled(clean: Pixels, attacked: Pixels, seed: int = 0) -> Pixels:
    """The same changes at other places and with other signs, as far as the range allows."""
    change = attacked.astype(np.int16) - clean
    random = np.random.default_rng(seed)
    flat = random.permutation(change.reshape(-1, change.shape[2]))
    flat = flat * random.choice(np.array([-1, 1], np.int16), (len(flat), 1))
    moved = clean.astype(np.int16) + flat.reshape(change.shape)
    pixels: Pixels = np.clip(moved, 0, 255).astype(np.uint8)
    return pixels


def _activations(net: Network, pixels: Pixels) -> dict[str, Tensor]:
    with torch.no_grad():
        found = net.run(to_image01(net, pixels), upto=net.layers)
        return {layer: found[layer].float() for layer in net.layers}


def _share(clean: Tensor, other: Tensor) -> float:
    size = torch.linalg.vector_norm(clean).clamp_min(_NOTHING)
    return float(torch.linalg.vector_norm(other - clean) / size)


def _reason(ctx: Context, net: Network, method: str, request: SeeParting) -> Reason:
    title = registry.find(method).title
    try:
        maps = [
            _map(ctx, net, method, pixels, label)
            for pixels, label in ((request.clean, request.before),
                                  (request.attacked, request.after))
        ]  # fmt: skip
    except UserError as error:
        return Reason(method, title, None, None, error.sentence)
    return Reason(method, title, maps[0], maps[1])


def _map(ctx: Context, net: Network, method: str, pixels: Pixels, label: int) -> Values:
    technique = registry.find(method)
    params = build(technique.params, {"target": str(label), "faithfulness": False})
    result = technique.run(relayed(ctx, method), net, to_image01(net, pixels), params, 0)
    assert result.values is not None
    values = np.asarray(result.values, np.float32)
    return values if values.ndim == 2 else np.abs(values).max(axis=2)
