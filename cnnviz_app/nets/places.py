"""Follow the picture's rows and columns through every operator of a graph."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from torch import Tensor, fx, nn

from cnnviz_app.nets.operators import op_name, padding, pair, settings, tensor_of
from cnnviz_app.nets.receptive import PIXEL, Field, Layout, Span, united
from cnnviz_app.nets.shapes import Shape, first_value, shape_of

_ATTENTION = {
    "multihead_attention",
    "scaled_dot_product_attention",
    "shifted_window_attention",
    "matmul",
    "bmm",
    "einsum",
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
        if (
            not sources
            or node.op in {"output", "get_attr"}
            or not isinstance(first_value(node), Tensor)
        ):
            continue
        op = op_name(node, root)
        rule = _RULES.get(op, _pointwise)
        fields[node] = rule(_Call(node, op, root, sources, fields))
    return fields


class _Call:
    """One operator applied to the fields of its inputs."""

    def __init__(
        self,
        node: fx.Node,
        op: str,
        root: nn.Module,
        sources: list[fx.Node],
        fields: Mapping[fx.Node, Field],
    ) -> None:
        self.node, self.op, self.root, self.sources = node, op, root, sources
        self.settings: dict[str, Any] = settings(node, root)
        self.fields = [fields[source] for source in sources]
        self.first = self.fields[0]
        self.before = shape_of(sources[0])
        self.after = shape_of(node)

    @property
    def grids(self) -> tuple[Layout, tuple[Span, Span]] | None:
        """The layout and spans of a picture-like input; None when places are already lost."""
        layout, spans = self.first.layout, self.first.spans
        if layout is None or spans is None or len(layout.axes) != 2:
            return None
        return layout, spans

    def moved(self, down: Span, right: Span, *, whole: bool = False) -> Field:
        """The field with new spans, on the grid the output has."""
        layout = self.first.layout
        assert layout is not None
        grid = (self.after[layout.axes[0]], self.after[layout.axes[1]])
        return Field(replace(layout, grid=grid), (down, right), whole or self.first.whole)

    def placed(self, layout: Layout | None) -> Field:
        """The first input's field in another layout."""
        return replace(self.first, layout=layout)


def _pointwise(call: _Call) -> Field:
    field = united(call.fields)
    if field.layout is not None and not _fits(field.layout, call.after):
        # An operator we do not know changed the tensor's form: its places are lost.
        layout = field.layout
        if len(call.after) == len(call.before) == 4 and len(layout.axes) == 2:
            grid = (call.after[layout.axes[0]], call.after[layout.axes[1]])
            return Field(replace(layout, grid=grid), None, field.whole)
        return _unplaced(call)
    return field


def _fits(layout: Layout, shape: Shape) -> bool:
    if max(layout.axes) >= len(shape):
        return False
    cells = [shape[axis] for axis in layout.axes]
    if len(cells) == 1:
        return cells[0] == layout.skip + math.prod(layout.grid)
    return tuple(cells) == layout.grid


def _window(call: _Call) -> Field:
    grids = call.grids
    if grids is None:
        return _unplaced(call)
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


def _transposed(call: _Call) -> Field:
    grids = call.grids
    weight = tensor_of(call.node, call.root, "weight")
    if grids is None or weight is None:
        return _unplaced(call)
    edge = pair(call.settings.get("padding"), default=0)
    stride = pair(call.settings.get("stride"))
    spread = []
    for i, span in enumerate(grids[1]):
        kernel = int(weight.shape[-2 + i])
        before = -math.ceil(Fraction(edge[i] - kernel + 1, stride[i]))
        spread.append(span.spread(Fraction(stride[i]), math.ceil(kernel / stride[i]), before))
    return call.moved(spread[0], spread[1])


def _adaptive(call: _Call) -> Field:
    grids = call.grids
    if grids is None:
        return _unplaced(call)
    layout, spans = grids
    cells = [call.after[axis] for axis in layout.axes]
    if any(before % after for before, after in zip(layout.grid, cells, strict=True)):
        return Field(call.moved(*spans).layout, None, call.first.whole)  # windows of unequal size
    kernels = [before // after for before, after in zip(layout.grid, cells, strict=True)]
    down, right = (span.window(k, k) for span, k in zip(spans, kernels, strict=True))
    return call.moved(down, right, whole=cells == [1, 1] and max(kernels) > 1)


def _resized(call: _Call) -> Field:
    grids = call.grids
    if grids is None:
        return _unplaced(call)
    layout, spans = grids
    mixing = call.op == "upsample" and str(call.settings.get("mode", "nearest")) != "nearest"
    down, right = (
        span.spread(Fraction(call.after[axis], cells), 2 if mixing else 1, 1 if mixing else 0)
        for span, axis, cells in zip(spans, layout.axes, layout.grid, strict=True)
    )
    return call.moved(down, right)


def _padded(call: _Call) -> Field:
    grids = call.grids
    amounts = call.settings.get("pad")
    if grids is None or not isinstance(amounts, (tuple, list)):
        return _pointwise(call)
    layout, spans = grids
    down, right = (
        span.window(1, padding=_pad_before(amounts, axis, len(call.before)))
        for span, axis in zip(spans, layout.axes, strict=True)
    )
    return call.moved(down, right)


def _pad_before(amounts: Any, axis: int, ndim: int) -> int:
    place = 2 * (ndim - 1 - axis)  # given from the last axis backwards
    return int(amounts[place]) if place < len(amounts) else 0


def _reduced(call: _Call) -> Field:
    layout = call.first.layout
    dims = call.settings.get("dim")
    if layout is None:
        return call.first
    ndim = len(call.before)
    axes = range(ndim) if dims is None else [int(d) % ndim for d in _many(dims)]
    keep = bool(call.settings.get("keepdim"))
    if set(layout.axes) <= set(axes):
        field = call.first.collapsed()
        ones = replace(layout, grid=(1, 1), skip=0)
        return replace(field, layout=ones if keep else None, whole=True)
    if set(layout.axes) & set(axes):
        return Field(None, None)
    gone = [] if keep else axes
    shifted = tuple(axis - sum(dim < axis for dim in gone) for axis in layout.axes)
    return call.placed(replace(layout, axes=shifted))


def _permuted(call: _Call) -> Field:
    layout = call.first.layout
    if layout is None:
        return call.first
    ndim = len(call.before)
    order = list(range(ndim))
    if call.op == "permute":
        order = [int(d) % ndim for d in _many(call.settings["dims"])]
    else:
        names = ("dim0", "dim1") if "dim0" in call.settings else ("axis0", "axis1")
        one, two = (int(call.settings[name]) % ndim for name in names)
        order[one], order[two] = two, one
    return call.placed(layout.moved(order))


def _reshaped(call: _Call) -> Field:
    """Find the axes again: an axis stays itself when as much lies before it as used to."""
    layout = call.first.layout
    if layout is None:
        return _unplaced(call) if len(call.before) > 4 else call.first
    starts = [math.prod(call.after[:i]) for i in range(len(call.after))]

    def find(axis: int, size: int) -> int | None:
        before = math.prod(call.before[:axis])
        hits = [i for i, s in enumerate(starts) if s == before and call.after[i] == size]
        return hits[-1] if hits else None

    places = [find(axis, call.before[axis]) for axis in layout.axes]
    kept = [place for place in places if place is not None]
    if len(kept) == len(places) and len(set(kept)) == len(kept):
        return call.placed(replace(layout, axes=tuple(kept)))
    if len(layout.axes) == 2 and layout.axes[1] == layout.axes[0] + 1:
        merged = find(layout.axes[0], math.prod(layout.grid))
        if merged is not None and layout.grid != (1, 1):
            return call.placed(replace(layout, axes=(merged,)))
    if math.prod(call.after[1:]) == call.after[-1]:
        return call.first.collapsed()
    return _unplaced(call)


def _joined(call: _Call) -> Field:
    field = united(call.fields)
    layout = field.layout
    if layout is None:
        return field
    dim = int(call.settings.get("dim", 0)) % len(call.after)
    if dim not in layout.axes:
        return _pointwise(call)
    if len(layout.axes) == 2:
        return Field(_pointwise(call).layout, None)
    parts = call.node.args[0]
    skip = layout.skip
    for part in parts if isinstance(parts, (tuple, list)) else ():
        if part is call.sources[0] or not isinstance(part, fx.Node):
            break
        skip += shape_of(part)[dim]
    return replace(field, layout=replace(layout, skip=skip))


def _indexed(call: _Call) -> Field:
    if isinstance(call.sources[0].meta.get("value"), (tuple, list)):
        return _pointwise(call)  # one of several tensors
    index: list[Any] = list(_many(call.settings.get("index")))
    if Ellipsis in index:
        place = index.index(Ellipsis)
        taken = sum(item is not None for item in index) - 1
        index[place : place + 1] = [slice(None)] * (len(call.before) - taken)
    return _sliced(call, index)


def _aten_slice(call: _Call) -> Field:
    given = call.settings
    dim = int(given.get("dim") or 0) % len(call.before)
    index: list[Any] = [slice(None)] * dim
    if call.op == "select":
        index.append(given["index"])
    elif call.op == "narrow":
        index.append(slice(given["start"], None, 1))
    else:
        index.append(slice(given.get("start"), given.get("end"), given.get("step")))
    return _sliced(call, index)


def _sliced(call: _Call, index: list[Any]) -> Field:
    layout, spans = call.first.layout, call.first.spans
    if layout is None:
        return call.first
    places: dict[int, int] = {}
    windows = dict.fromkeys(range(len(call.before)), (0, 1))
    old = new = 0
    for item in index:
        if item is None:
            new += 1
        elif isinstance(item, slice):
            start = item.start if isinstance(item.start, int) else 0
            step = item.step if isinstance(item.step, int) else 1
            windows[old] = (start % call.before[old] if start < 0 else start, step)
            places[old] = new
            old, new = old + 1, new + 1
        elif isinstance(item, int):
            old += 1
        else:
            return Field(None, None)
    for axis in range(old, len(call.before)):
        places[axis] = new + axis - old
    if any(axis not in places for axis in layout.axes):
        return Field(None, None)
    axes = tuple(places[axis] for axis in layout.axes)
    if len(axes) == 1:
        start, step = windows[layout.axes[0]]
        whole_rest = step == 1 and call.after[axes[0]] == call.before[layout.axes[0]] - start
        keeps = whole_rest and start <= layout.skip
        return call.placed(replace(layout, axes=axes, skip=layout.skip - start) if keeps else None)
    grid = (call.after[axes[0]], call.after[axes[1]])
    if spans is not None:
        (top, fall), (left, pace) = (windows[axis] for axis in layout.axes)
        spans = spans[0].window(1, fall, -top), spans[1].window(1, pace, -left)
    return replace(call.first, layout=replace(layout, axes=axes, grid=grid), spans=spans)


def _mixed(call: _Call) -> Field:
    """Attention: the output keeps its places when it keeps its form, but each sees all."""
    if call.op in {"matmul", "bmm", "einsum"} and len(call.fields) < 2:
        return _linear(call)
    return replace(_pointwise(call), spans=None)


def _linear(call: _Call) -> Field:
    layout = call.first.layout
    if layout is not None and len(call.before) - 1 in layout.axes:
        if len(layout.axes) == 1 and len(call.before) == 3:
            return Field(None, None)  # mixes the places themselves
        return call.first.collapsed()
    return _pointwise(call)


def _unplaced(call: _Call) -> Field:
    """A picture again whose places we no longer know."""
    if len(call.after) == 4:
        return Field(Layout((2, 3), (call.after[2], call.after[3])), None, call.first.whole)
    return Field(None, None, call.first.whole)


def _many(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


_RULES: dict[str, Callable[[_Call], Field]] = {
    **dict.fromkeys(("conv2d", "max_pool2d", "avg_pool2d", "lp_pool2d"), _window),
    **dict.fromkeys(("adaptive_avg_pool2d", "adaptive_max_pool2d"), _adaptive),
    **dict.fromkeys(("upsample", "pixel_shuffle", "pixel_unshuffle"), _resized),
    **dict.fromkeys(("pad", "constant_pad_nd"), _padded),
    **dict.fromkeys(("mean", "sum", "amax", "amin"), _reduced),
    **dict.fromkeys(("permute", "transpose", "swapaxes"), _permuted),
    **dict.fromkeys(
        ("view", "reshape", "flatten", "unflatten", "squeeze", "unsqueeze", "unsafe_view"),
        _reshaped,
    ),
    **dict.fromkeys(("select", "slice", "narrow"), _aten_slice),
    **dict.fromkeys(_ATTENTION, _mixed),
    "conv_transpose2d": _transposed,
    "cat": _joined,
    "getitem": _indexed,
    "linear": _linear,
    "addmm": _linear,
}
