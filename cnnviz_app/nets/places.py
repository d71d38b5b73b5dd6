"""Follow the picture's rows and columns through every operator of a graph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from torch import Tensor, fx, nn

from cnnviz_app.nets.field_axes import indexed, joined, permuted, reduced, reshaped, taken
from cnnviz_app.nets.field_call import Call, pointwise
from cnnviz_app.nets.field_windows import adaptive, padded, resized, transposed, window
from cnnviz_app.nets.operators import op_name
from cnnviz_app.nets.receptive import PIXEL, Field, Layout
from cnnviz_app.nets.shapes import first_value, shape_of

# Every place of what they give may depend on every place of what they get.
_MIXING = {
    *("multihead_attention", "scaled_dot_product_attention", "shifted_window_attention"),
    *("transformer", "transformer_encoder", "transformer_encoder_layer"),
    *("transformer_decoder", "transformer_decoder_layer"),
    *("lstm", "gru", "rnn"),
    *("matmul", "bmm", "einsum"),
}


def follow(graph: fx.Graph, root: nn.Module) -> dict[fx.Node, Field]:
    """The field of every node that depends on the picture; shapes come from `meta["value"]`."""
    fields: dict[fx.Node, Field] = {}
    for node in graph.nodes:
        if node.op == "placeholder":
            if not fields:
                height, width = shape_of(node)[-2:]
                fields[node] = Field(Layout((2, 3), (height, width)), (PIXEL, PIXEL))
            continue
        sources = [n for n in node.all_input_nodes if n in fields]
        if sources and node.op != "output" and isinstance(first_value(node), Tensor):
            op = op_name(node, root)
            fields[node] = _RULES.get(op, pointwise)(Call(node, op, root, sources, fields))
    return fields


def _mixed(call: Call) -> Field:
    """The output keeps its places when it keeps its form, but each may see all."""
    if call.op in {"matmul", "bmm", "einsum"} and len(call.fields) < 2:
        return _linear(call)
    return replace(pointwise(call), spans=None)


def _linear(call: Call) -> Field:
    layout = call.first.layout
    if layout is not None and len(call.before) - 1 in layout.axes:
        if len(layout.axes) == 1 and len(call.before) == 3:
            return Field(None, None)  # mixes the places themselves
        return call.first.collapsed()
    return pointwise(call)


_RULES: dict[str, Callable[[Call], Field]] = {
    **dict.fromkeys(("conv2d", "max_pool2d", "avg_pool2d", "lp_pool2d"), window),
    **dict.fromkeys(("adaptive_avg_pool2d", "adaptive_max_pool2d"), adaptive),
    **dict.fromkeys(("upsample", "pixel_shuffle", "pixel_unshuffle"), resized),
    **dict.fromkeys(("pad", "constant_pad_nd"), padded),
    **dict.fromkeys(("mean", "sum", "amax", "amin"), reduced),
    **dict.fromkeys(("permute", "transpose", "swapaxes"), permuted),
    **dict.fromkeys(
        ("view", "reshape", "flatten", "unflatten", "squeeze", "unsqueeze", "unsafe_view"),
        reshaped,
    ),
    **dict.fromkeys(("select", "slice", "narrow"), taken),
    **dict.fromkeys(_MIXING, _mixed),
    "conv_transpose2d": transposed,
    "cat": joined,
    "getitem": indexed,
    "linear": _linear,
    "addmm": _linear,
}
