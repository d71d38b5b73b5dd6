"""Fields of operators that change the grid: convolutions, pools, resizing, margins."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from cnnviz_app.nets.field_call import Call, pointwise, unplaced
from cnnviz_app.nets.operators import padding, pair, tensor_of
from cnnviz_app.nets.receptive import Field


def window(call: Call) -> Field:
    """Convolutions and pools: a window sliding over the cells."""
    grids = call.grids
    if grids is None:
        return unplaced(call)
    layout, spans = grids
    weight = tensor_of(call.node, call.root, "weight")
    kernel = tuple(weight.shape[-2:]) if weight is not None else pair(call.settings["kernel_size"])
    stride = pair(call.settings.get("stride"), default=0)
    stride = (stride[0] or kernel[0], stride[1] or kernel[1])
    dilation = pair(call.settings.get("dilation"))
    before = padding(call.settings.get("padding"), kernel, dilation)
    down, right = (
        span.window(kernel[i], stride[i], before[i], dilation[i]) for i, span in enumerate(spans)
    )
    covered = all(kernel[i] >= cells > 1 for i, cells in enumerate(layout.grid))
    return call.moved(down, right, whole=covered)


def transposed(call: Call) -> Field:
    """A transposed convolution: every cell becomes several, which overlap."""
    grids = call.grids
    weight = tensor_of(call.node, call.root, "weight")
    if grids is None or weight is None:
        return unplaced(call)
    edge = pair(call.settings.get("padding"), default=0)
    stride = pair(call.settings.get("stride"))
    spread = []
    for i, span in enumerate(grids[1]):
        kernel = int(weight.shape[-2 + i])
        before = -math.ceil(Fraction(edge[i] - kernel + 1, stride[i]))
        spread.append(span.spread(Fraction(stride[i]), math.ceil(kernel / stride[i]), before))
    return call.moved(spread[0], spread[1])


def adaptive(call: Call) -> Field:
    """A pool to a given number of cells."""
    grids = call.grids
    if grids is None:
        return unplaced(call)
    layout, spans = grids
    cells = [call.after[axis] for axis in layout.axes]
    if any(before % after for before, after in zip(layout.grid, cells, strict=True)):
        return Field(call.moved(*spans).layout, None, call.first.whole)  # windows of unequal size
    kernels = [before // after for before, after in zip(layout.grid, cells, strict=True)]
    down, right = (span.window(k, k) for span, k in zip(spans, kernels, strict=True))
    return call.moved(down, right, whole=cells == [1, 1] and max(kernels) > 1)


def resized(call: Call) -> Field:
    """Up- and down-sampling, and channels turned into cells."""
    grids = call.grids
    if grids is None:
        return unplaced(call)
    layout, spans = grids
    mixing = call.op == "upsample" and str(call.settings.get("mode", "nearest")) != "nearest"
    down, right = (
        span.spread(Fraction(call.after[axis], cells), 2 if mixing else 1, 1 if mixing else 0)
        for span, axis, cells in zip(spans, layout.axes, layout.grid, strict=True)
    )
    return call.moved(down, right)


def padded(call: Call) -> Field:
    """A margin around the picture."""
    grids = call.grids
    amounts = call.settings.get("pad")
    if grids is None or not isinstance(amounts, (tuple, list)):
        return pointwise(call)
    layout, spans = grids
    down, right = (
        span.window(1, padding=_pad_before(amounts, axis, len(call.before)))
        for span, axis in zip(spans, layout.axes, strict=True)
    )
    return call.moved(down, right)


def _pad_before(amounts: Any, axis: int, ndim: int) -> int:
    place = 2 * (ndim - 1 - axis)  # given from the last axis backwards
    return int(amounts[place]) if place < len(amounts) else 0
