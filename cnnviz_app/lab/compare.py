"""Requests about two at once: their maps, their difference, and how far apart each layer is."""

from __future__ import annotations

from collections import OrderedDict
from weakref import WeakKeyDictionary

import numpy as np
import torch

from cnnviz_app.core.context import Context
from cnnviz_app.lab.compare_requests import (
    Compared,
    CompareLayers,
    CompareSides,
    LayerDistance,
    Side,
    SideKey,
)
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.looking import look, seen_by, to_image01
from cnnviz_app.lab.requests import Look, Looked, Values
from cnnviz_app.nets.network import Network

# A stays while B changes, and with a live source it changes many times a second.
_KEPT = 2
_looked: WeakKeyDictionary[Network, OrderedDict[SideKey, Looked]]
_looked = WeakKeyDictionary()
_NOTHING = 1e-12
_NO_PAIRS = "Two networks number their units independently: equal numbers are no pair."
_NO_SHAPE = "The maps are {} and {}, so there is nothing to subtract."


@answers(CompareSides)
def compare_sides(lab: Lab, ctx: Context, request: CompareSides) -> Compared:
    first = _look_once(lab, ctx, request.a)
    ctx.checkpoint()
    second = _look(lab, ctx, request.b)
    if first.maps.shape != second.maps.shape:
        shapes = ("×".join(map(str, side.maps.shape)) for side in (first, second))
        return Compared(first, second, None, None, _NO_SHAPE.format(*shapes))
    note = ""
    if request.a.model != request.b.model:
        note = _NO_PAIRS
    difference = first.maps - second.maps
    return Compared(first, second, difference, _share(difference, first.maps), note)


@answers(CompareLayers)
def compare_layers(lab: Lab, ctx: Context, request: CompareLayers) -> tuple[LayerDistance, ...]:
    net, other = (lab.network(side.model, edits=side.edits) for side in (request.a, request.b))
    shared = [
        layer for layer in net.layers
        if layer in other.layers and net.node(layer).shape == other.node(layer).shape
    ]  # fmt: skip
    if not shared:
        return ()
    # One layer after the other would run the beginning again and again; both at once, in two.
    first = _activations(net, request.a, shared)
    ctx.checkpoint()
    second = _activations(other, request.b, shared)
    found = []
    for layer in shared:
        ctx.checkpoint()
        distance = torch.linalg.vector_norm(first[layer] - second[layer])
        size = torch.linalg.vector_norm(first[layer])
        found.append(LayerDistance(layer, float(distance / size.clamp_min(_NOTHING))))
    return tuple(found)


def _look(lab: Lab, ctx: Context, side: Side) -> Looked:
    looked = look(lab, ctx, Look(side.model, side.picture, side.layer, side.edits))
    assert isinstance(looked, Looked)
    return looked


def _look_once(lab: Lab, ctx: Context, side: Side) -> Looked:
    kept = _looked.setdefault(lab.network(side.model), OrderedDict())
    if side.key not in kept:
        kept[side.key] = _look(lab, ctx, side)
        while len(kept) > _KEPT:
            kept.popitem(last=False)
    kept.move_to_end(side.key)
    return kept[side.key]


def _activations(net: Network, side: Side, layers: list[str]) -> dict[str, torch.Tensor]:
    image01 = to_image01(net, seen_by(net, side.picture.pixels))
    with torch.no_grad():
        found = net.run(image01, upto=layers)
        return {k: v.float() for k, v in found.items()}


def _share(difference: Values, of: Values) -> float:
    size = float(np.linalg.norm(of))
    return float(np.linalg.norm(difference)) / max(size, _NOTHING)
