"""Fields of operators that move the picture's axes: permuting, reshaping, joining, slicing."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from torch import fx

from cnnviz_app.nets.field_call import Call, many, pointwise, unplaced
from cnnviz_app.nets.receptive import Field, united
from cnnviz_app.nets.shapes import shape_of


def reduced(call: Call) -> Field:
    """A mean, sum or maximum over some axes."""
    layout = call.first.layout
    dims = call.settings.get("dim")
    if layout is None:
        return call.first
    ndim = len(call.before)
    axes = range(ndim) if dims is None else [int(d) % ndim for d in many(dims)]
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


def permuted(call: Call) -> Field:
    """Axes in another order."""
    layout = call.first.layout
    if layout is None:
        return call.first
    ndim = len(call.before)
    order = list(range(ndim))
    if call.op == "permute":
        order = [int(d) % ndim for d in many(call.settings["dims"])]
    else:
        names = ("dim0", "dim1") if "dim0" in call.settings else ("axis0", "axis1")
        one, two = (int(call.settings[name]) % ndim for name in names)
        order[one], order[two] = two, one
    return call.placed(layout.moved(order))


def reshaped(call: Call) -> Field:
    """Find the axes again: an axis stays itself when as much lies before it as used to."""
    layout = call.first.layout
    if layout is None:
        return unplaced(call) if len(call.before) > 4 else call.first
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
    return unplaced(call)


def joined(call: Call) -> Field:
    """Several tensors one behind the other: channels, or tokens."""
    field = united(call.fields)
    layout = field.layout
    if layout is None:
        return field
    dim = int(call.settings.get("dim", 0)) % len(call.after)
    if dim not in layout.axes:
        return pointwise(call)
    if len(layout.axes) == 2:
        return Field(pointwise(call).layout, None)
    parts = call.node.args[0]
    skip = layout.skip
    for part in parts if isinstance(parts, (tuple, list)) else ():
        if part is call.sources[0] or not isinstance(part, fx.Node):
            break
        skip += shape_of(part)[dim]
    return replace(field, layout=replace(layout, skip=skip))


def indexed(call: Call) -> Field:
    """`x[…]`, and one of several tensors."""
    if isinstance(call.sources[0].meta.get("value"), (tuple, list)):
        return pointwise(call)  # one of several tensors
    index: list[Any] = list(many(call.settings.get("index")))
    if Ellipsis in index:
        place = index.index(Ellipsis)
        taken = sum(item is not None for item in index) - 1
        index[place : place + 1] = [slice(None)] * (len(call.before) - taken)
    return _sliced(call, index)


def taken(call: Call) -> Field:
    """`select`, `narrow` and `slice`."""
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


def _sliced(call: Call, index: list[Any]) -> Field:
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
