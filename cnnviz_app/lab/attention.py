"""Requests about attention: which layers attend, and where their heads look."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from weakref import WeakKeyDictionary

import numpy as np
import torch

from cnnviz_app.core.context import Context
from cnnviz_app.lab.attention_requests import (
    Attended,
    AttentionLayer,
    ListAttention,
    ReadAttention,
)
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.looking import seen_by, to_image01
from cnnviz_app.lab.requests import Values
from cnnviz_app.nets import attention
from cnnviz_app.nets.graph import unknown
from cnnviz_app.nets.network import Network

_Kept = tuple[tuple[str, str], attention.Attention, Values | None]
# Another place of the same picture asks for no new forward pass.
_last: WeakKeyDictionary[Network, _Kept] = WeakKeyDictionary()
_sites: WeakKeyDictionary[Network, tuple[attention.Site, ...]] = WeakKeyDictionary()


@answers(ListAttention)
def list_attention(lab: Lab, ctx: Context, request: ListAttention) -> tuple[AttentionLayer, ...]:
    names = [site.name for site in _sites_of(lab.network(request.model))]
    return tuple(map(AttentionLayer, names, short_titles(names)))


@answers(ReadAttention)
def read_attention(lab: Lab, ctx: Context, request: ReadAttention) -> Attended:
    net = lab.network(request.model, edits=request.edits)
    seen = seen_by(net, request.picture.pixels)
    name = net.resolve(request.layer)
    key = (name, request.picture.content_id)
    kept = _last.get(net)
    if kept is None or kept[0] != key:
        kept = (key, *_computed(ctx, net, name, to_image01(net, seen)))
        _last[net] = kept
    layer, rolled = kept[1:]
    rows, columns = layer.grid
    cell = request.cell
    if cell is not None:
        cell = (min(max(cell[0], 0), rows - 1), min(max(cell[1], 0), columns - 1))
    return Attended(
        request=request,
        seen=seen,
        heads=_values(layer.seen_from(cell)),
        kept=_values(layer.kept(cell)),
        distances=_values(layer.distances()) * (seen.shape[0] / rows),
        rollout=rolled,
        class_token=layer.skip > 0,
    )


def _sites_of(net: Network) -> tuple[attention.Site, ...]:
    if net not in _sites:
        _sites[net] = attention.sites(net)
    return _sites[net]


def _computed(
    ctx: Context, net: Network, name: str, image01: torch.Tensor
) -> tuple[attention.Attention, Values | None]:
    """The attention of the layer, and the rollout of all layers up to it."""
    sites = _sites_of(net)
    names = [site.name for site in sites]
    if name not in names:
        raise unknown("attention layer", name, names, f"`cnnviz layers {net.key}` lists all.")
    last: list[attention.Attention] = []

    def walk() -> Iterator[attention.Attention]:
        for layer in attention.read(net, image01, sites[: names.index(name) + 1]):
            ctx.checkpoint()
            last[:] = [layer]
            yield layer

    with torch.no_grad():
        if _is_windowed(net, name):
            return next(attention.read(net, image01, [sites[names.index(name)]])), None
        rolled = attention.rollout(walk())
        if rolled is None:  # tokens change on the way: the layer alone
            return next(attention.read(net, image01, [sites[names.index(name)]])), None
    return last[0], _values(rolled)


def _is_windowed(net: Network, name: str) -> bool:
    return net.node(name).op == "shifted_window_attention"


def _values(tensor: torch.Tensor) -> Values:
    return np.ascontiguousarray(tensor.float().cpu().numpy())


def short_titles(names: Sequence[str]) -> list[str]:
    """What tells these layers apart: the module around each, without what all have in common."""
    parts = [_module_around(name) for name in names]
    if not all(parts) or len({tuple(p) for p in parts}) < len(parts):
        return list(names)
    shared = 0
    while len(names) > 1 and all(len(p) > shared + 1 for p in parts):
        if len({p[shared] for p in parts}) > 1:
            break
        shared += 1
    return [".".join(p[shared:]) for p in parts]


def _module_around(name: str) -> list[str]:
    """The path without the attention itself and the operator inside it."""
    parts = name.split(".")
    while parts and re.fullmatch(r"(.*attention|attn|softmax)(_\d+)?", parts[-1]):
        parts.pop()
    return parts
