"""Which layers carry content and style: names, weights, and a choice for any network."""

from __future__ import annotations

import math
import re
from typing import Any

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets.operators import ACTIVATIONS

Weighted = tuple[tuple[str, float], ...]
_TERM = re.compile(r"(?:(?P<weight>\d+(?:\.\d*)?(?:e-?\d+)?)\s*\*\s*)?(?P<name>\S.*)")
_PAPER_NAME = re.compile(r"(conv|relu|pool)\d(_\d)?")
_STYLE_LAYERS = 5
_POOLS = ("max_pool2d", "avg_pool2d")
_MAPS = (ACTIVATIONS | {"glu"}) - {"sigmoid", "hardsigmoid"}


def paper_names(net: Any) -> dict[str, str]:
    """`conv3_1`, `relu3_1`, `pool3` as the papers count them in a plain chain of layers."""
    names: dict[str, str] = {}
    block, number = 1, 0
    for node in net.nodes[1:]:
        if len(node.inputs) != 1:
            break
        if node.op == "conv2d":
            number += 1
            names[f"conv{block}_{number}"] = node.name
        elif node.op in _MAPS:
            names[f"relu{block}_{number}"] = node.name
        elif node.op in _POOLS:
            names[f"pool{block}"] = node.name
            block, number = block + 1, 0
    return names


def find_map_layer(net: Any, name: str) -> str:
    """The node of a layer with rows and columns; the papers' names are understood too."""
    try:
        node: str = net.resolve(name)
    except UserError:
        known = paper_names(net) if _PAPER_NAME.fullmatch(name) else {}
        if name not in known:
            raise
        node = known[name]
    if not holds_picture(net, node):
        raise UserError(
            f"“{name}” has no rows and columns, so it holds no picture.",
            "Choose a layer before everything is pooled.",
        )
    return node


def parse_layers(net: Any, text: str) -> Weighted:
    """`relu1, 0.5*relu2`: nodes with weights; unweighted ones share 1 evenly."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    found = []
    for part in parts:
        match = _TERM.fullmatch(part)
        assert match is not None
        weight = float(match["weight"]) if match["weight"] else 1.0 / len(parts)
        if not 0.0 < weight < 1e9:
            raise UserError(f"“{part}” has no usable weight.", "Write a number above 0.")
        found.append((find_map_layer(net, match["name"]), weight))
    if len({node for node, _ in found}) < len(found):
        raise UserError("A layer is named twice.", "Name each layer once.")
    return tuple(found)


def written(layers: Weighted) -> str:
    """As `parse_layers` reads it, exactly."""
    return ", ".join(f"{weight!r}*{node}" for node, weight in layers)


def default_style(net: Any) -> Weighted:
    """The first layer after every halving of the picture, as the paper has it for VGG; further
    ones where that gives fewer than five."""
    groups = _by_size(net)
    chosen = [group[0] for group in groups][:_STYLE_LAYERS]
    for group in groups:
        for name in group[1:]:
            if len(chosen) < _STYLE_LAYERS and len(groups) < _STYLE_LAYERS:
                chosen.append(name)
    ordered = [name for group in groups for name in group if name in chosen]
    return tuple((name, 1.0 / len(ordered)) for name in ordered)


def default_content(net: Any) -> Weighted:
    """Three quarters deep and not the first there: `relu4_2` of a VGG."""
    groups = _by_size(net)
    group = groups[max(0, math.ceil(0.75 * len(groups)) - 1)]
    return ((group[min(1, len(group) - 1)], 1.0),)


def _by_size(net: Any) -> list[list[str]]:
    """The layers worth taking, in order, by how many cells they have."""
    usable = [net.node(name) for name in net.layers if holds_picture(net, name)]
    active = [node for node in usable if node.op in _MAPS] or usable
    groups: dict[tuple[int, int], list[str]] = {}
    for node in active:
        groups.setdefault(net.map_shape(node.name)[1:], []).append(node.name)
    if not groups:
        raise UserError(
            "This network has no layer with rows and columns.", "Choose a convolutional one."
        )
    return list(groups.values())


def holds_picture(net: Any, name: str) -> bool:
    """Whether a layer has rows and columns."""
    if net.node(name).op == "input":
        return False
    try:
        return min(net.map_shape(name)[1:]) > 1 and net.layout(name) is not None
    except (RuntimeError, ValueError, IndexError):
        return False
