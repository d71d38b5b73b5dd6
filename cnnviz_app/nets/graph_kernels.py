"""What an operator of a graph is called for people: "conv 3 × 3", "batch norm", "mean pool"."""

from __future__ import annotations

import math
from collections.abc import Mapping

from cnnviz_app.nets.graph import Node

_NAMES = {
    "conv1d": "conv", "conv2d": "conv", "conv3d": "conv", "conv_transpose2d": "transposed conv",
    "batch_norm": "batch norm", "layer_norm": "layer norm", "group_norm": "group norm",
    "max_pool2d": "max pool", "avg_pool2d": "mean pool", "adaptive_avg_pool2d": "mean pool",
    "adaptive_max_pool2d": "max pool", "local_response_norm": "response norm",
    "multihead_attention": "attention", "shifted_window_attention": "window attention",
    "relu": "ReLU", "relu6": "ReLU6", "gelu": "GELU", "silu": "SiLU", "elu": "ELU",
    "hardswish": "hard swish", "hardsigmoid": "hard sigmoid", "leaky_relu": "leaky ReLU",
    "cat": "concat", "getitem": "pick", "mul": "multiply", "matmul": "multiply",
}  # fmt: skip


def op_words(node: Node, known: Mapping[str, Node]) -> str:
    """The operator in words; a convolution with its kernel, where the graph tells it."""
    words = _NAMES.get(node.op, node.op.replace("_", " "))
    if not node.op.startswith("conv") or not node.inputs or node.inputs[0] not in known:
        return words
    found = kernel_of(node, known[node.inputs[0]])
    if found is None:
        return words
    high, wide, groups = found
    if groups > 1 and groups == known[node.inputs[0]].shape[0]:
        words = "depthwise"
    return f"{words} {high} × {wide}"


def kernel_of(node: Node, before: Node) -> tuple[int, int, int] | None:
    """Rows, columns and groups of a convolution, from its operations and its reach.

    The weights behind one output are channels / groups × rows × columns; how much farther it
    sees than its input gives rows and columns. None when the two do not agree.
    """
    values = math.prod(node.shape)
    if not values or not node.macs or not before.shape or node.op.startswith("conv_transpose"):
        return None
    weights, channels = node.macs // values, before.shape[0]
    own, given = node.receptive_field, before.receptive_field
    if own is not None and given is not None and all(given.stride):
        high, wide = (
            1 + (own.size[axis] - given.size[axis]) // given.stride[axis] for axis in (0, 1)
        )
        groups, rest = divmod(channels * high * wide, weights)
        if not rest and groups and channels % groups == 0 and min(high, wide) >= 1:
            return high, wide, groups
    side = math.isqrt(weights // channels) if channels else 0
    return (side, side, 1) if side and side * side * channels == weights else None
