"""The end of a network that makes CAM exact: maps, their mean, one weight each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from cnnviz_app.nets.graph import Node

_PASSES = {"dropout", "identity", "flatten", "view", "reshape", "squeeze", "contiguous", "clone",
           "softmax", "log_softmax", "feature_dropout", "stochastic_depth"}  # fmt: skip
_MEANS = {"adaptive_avg_pool2d", "avg_pool2d", "mean"}
_WEIGHS = {"linear", "conv2d"}


@dataclass(frozen=True)
class Head:
    """The node whose maps are weighed; weights are classes × channels × (1×1 or rows×columns)."""

    node: str
    weights: Tensor


def find_head(net: Any) -> Head | None:
    """Walks back from the classes; None where the network does not end that way."""
    return _weights_after_mean(net) or _weights_before_mean(net)


def back_through(net: Any, name: str) -> Node:
    """The first node, walking back, that computes something."""
    node: Node = net.node(name)
    while node.op in _PASSES and node.inputs:
        node = net.node(node.inputs[0])
    return node


def _weights_after_mean(net: Any) -> Head | None:
    """Mean then linear, as in ResNet; or linear on all places, each with its own weight."""
    last = back_through(net, net.output)
    weight = net.kernel(last.name) if last.op in _WEIGHS else None
    if weight is None or (last.op == "conv2d" and _cells(last) > 1):
        return None
    before = back_through(net, last.inputs[0])
    if _is_mean(net, before):
        return Head(back_through(net, before.inputs[0]).name, weight.flatten(1)[:, :, None, None])
    if last.op == "linear" and len(before.shape) == 3 and before.shape[0] < weight.shape[1]:
        return Head(before.name, weight.view(-1, *before.shape))
    return None


def _weights_before_mean(net: Any) -> Head | None:
    """One convolution of one cell per class, then the mean, as in SqueezeNet."""
    mean = back_through(net, net.output)
    if not _is_mean(net, mean):
        return None
    last = back_through(net, mean.inputs[0])
    if last.op == "relu":
        last = back_through(net, last.inputs[0])
    weight = net.kernel(last.name) if last.op == "conv2d" else None
    if weight is None or weight.shape[2:] != (1, 1):
        return None
    return Head(back_through(net, last.inputs[0]).name, weight)


def _is_mean(net: Any, node: Node) -> bool:
    if node.op not in _MEANS or not node.inputs:
        return False
    before = net.node(node.inputs[0]).shape
    return len(before) == 3 and _cells(node) == 1 and node.shape[:1] == before[:1]


def _cells(node: Node) -> int:
    return node.shape[1] * node.shape[2] if len(node.shape) == 3 else 1
