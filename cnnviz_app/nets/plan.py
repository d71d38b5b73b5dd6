"""A plan: the shortest list of steps from the picture to the nodes asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, fx
from torch._ops import OpOverload

from cnnviz_app.nets.folding import convolution, foldable, folded, with_inplace
from cnnviz_app.nets.operators import (
    attribute,
    op_name,
    overwrites_input,
    settings,
    tensor_of,
)
from cnnviz_app.nets.tracing import Traced, live_nodes

Edit = Callable[[Tensor], Tensor]
Swap = Callable[..., Tensor]

# Operators whose output nobody else holds, and whose gradient does not need it.
_FRESH = {"conv1d", "conv2d", "conv_transpose2d", "linear", "batch_norm", "add", "cat"}
_POOL_SETTINGS = ("kernel_size", "stride", "padding", "ceil_mode")


@dataclass(frozen=True, slots=True)
class _Slot:
    index: int


@dataclass(slots=True)
class _Step:
    slot: int
    call: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    swap: str = ""
    edit: str = ""
    frees: list[int] = field(default_factory=list)


class Plan:
    """Steps in order; a tensor is let go of as soon as nothing needs it any more."""

    def __init__(self, size: int, steps: list[_Step], wanted: dict[str, int]) -> None:
        self._size, self._steps, self._wanted = size, steps, wanted
        self._free_early()

    def __call__(
        self, picture: Tensor, edit: Mapping[str, Edit], swap: Mapping[str, Swap]
    ) -> dict[str, Tensor]:
        values: list[Any] = [None] * self._size
        values[0] = picture
        for step in self._steps:
            call = swap[step.swap] if step.swap else step.call
            kwargs = _filled(step.kwargs, values) if step.kwargs else step.kwargs
            result = call(*_filled(step.args, values), **kwargs)
            values[step.slot] = edit[step.edit](result) if step.edit else result
            for index in step.frees:
                values[index] = None
        return {name: values[slot] for name, slot in self._wanted.items()}

    def _free_early(self) -> None:
        kept = set(self._wanted.values())
        for step in reversed(self._steps):
            used = _slots((step.args, step.kwargs))
            step.frees = [index for index in sorted(used | {step.slot}) if index not in kept]
            kept |= used | {step.slot}


def _filled(template: Any, values: list[Any]) -> Any:
    kind = type(template)
    if kind is _Slot:
        return values[template.index]
    if kind is tuple:
        return tuple([_filled(item, values) for item in template])
    if kind is list:
        return [_filled(item, values) for item in template]
    if kind is dict:
        return {key: _filled(item, values) for key, item in template.items()}
    if kind is slice:
        return slice(*(_filled(v, values) for v in (template.start, template.stop, template.step)))
    return template


def _slots(template: Any) -> set[int]:
    if isinstance(template, _Slot):
        return {template.index}
    if isinstance(template, dict):
        template = list(template.values())
    if isinstance(template, slice):
        template = [template.start, template.stop, template.step]
    if isinstance(template, (tuple, list)):
        return {index for item in template for index in _slots(item)}
    return set()


class Planner:
    """Builds plans for a traced network and remembers the folded weights."""

    def __init__(self, traced: Traced) -> None:
        self._traced = traced
        self._root = traced.root
        self._prepared: dict[tuple[fx.Node, ...], Callable[..., Any]] = {}

    def forget(self) -> None:
        """Drop the folded weights, because the network's own have changed."""
        self._prepared.clear()

    def plan(
        self, wanted: Mapping[str, fx.Node], edited: Mapping[str, fx.Node], swapped: Collection[str]
    ) -> Plan:
        """The steps to the wanted nodes; the values of edited nodes exist as such."""
        seen = set(wanted.values()) | set(edited.values())
        live = live_nodes(list(wanted.values()))
        order = [node for node in self._traced.graph.nodes if node in live]
        edit_names = {node: name for name, node in edited.items()}
        fused = self._fusions(order, live, seen)
        slots: dict[fx.Node, int] = {self._traced.input: 0}
        steps: list[_Step] = []
        for node in order:
            if node is self._traced.input or node in fused.values():
                continue
            slots[node] = len(slots)
            step = self._step(node, slots, fused, live, seen, swapped)
            step.edit = edit_names.get(node, "")
            steps.append(step)
        return Plan(len(slots), steps, {name: slots[node] for name, node in wanted.items()})

    def _fusions(
        self, order: Sequence[fx.Node], live: set[fx.Node], seen: set[fx.Node]
    ) -> dict[fx.Node, fx.Node]:
        """Batch-norm → the convolution whose output only it reads."""
        fused = {}
        for norm in order:
            conv = norm.args[0] if norm.args else None
            if (
                isinstance(conv, fx.Node)
                and conv not in seen
                and [user for user in conv.users if user in live] == [norm]
                and foldable(conv, norm, self._root)
            ):
                fused[norm] = conv
        return fused

    def _step(
        self,
        node: fx.Node,
        slots: Mapping[fx.Node, int],
        fused: Mapping[fx.Node, fx.Node],
        live: set[fx.Node],
        seen: set[fx.Node],
        swapped: Collection[str],
    ) -> _Step:
        slot = slots[node]
        if node.op == "get_attr":
            value = attribute(self._root, str(node.target))
            return _Step(slot, lambda: value, (), {})
        if node.op == "placeholder":
            default = node.args[0]
            return _Step(slot, lambda: default, (), {})
        conv = fused.get(node, node)
        args = _with_slots(conv.args, slots)
        op = op_name(node, self._root)
        if op in swapped:
            given = settings(node, self._root)
            kwargs = {key: given[key] for key in _POOL_SETTINGS if key in given}
            return _Step(slot, _nothing, args[:1], kwargs, swap=op)
        if conv is not node or op == "conv2d":
            call = self._convolution(conv, node)
            if call is not None:
                return _Step(slot, call, args[:1], {})
        overwrite = self._may_overwrite(node, live, seen)
        if op == "relu":
            return _Step(slot, torch.relu_ if overwrite else torch.relu, args[:1], {})
        call, kwargs = self._call(node, _with_slots(dict(node.kwargs), slots), overwrite)
        return _Step(slot, call, args, kwargs)

    def _convolution(self, conv: fx.Node, norm: fx.Node) -> Callable[..., Any] | None:
        weight = tensor_of(conv, self._root, "weight")
        if weight is None or "convolution" in str(conv.target):
            return None
        key = (conv, norm)
        if key not in self._prepared:
            if conv is norm:
                bias = tensor_of(conv, self._root, "bias")
                self._prepared[key] = convolution(conv, self._root, weight, bias)
            else:
                self._prepared[key] = folded(conv, norm, self._root)
        return self._prepared[key]

    def _may_overwrite(self, node: fx.Node, live: set[fx.Node], seen: set[fx.Node]) -> bool:
        """Whether the input's memory is ours: fresh, read here only, and nobody asked for it."""
        source = node.args[0] if node.args else None
        if not isinstance(source, fx.Node) or source in seen:
            return False
        alone = [user for user in source.users if user in live] == [node]
        return alone and op_name(source, self._root) in _FRESH

    def _call(
        self, node: fx.Node, kwargs: dict[str, Any], overwrite: bool
    ) -> tuple[Callable[..., Any], dict[str, Any]]:
        """The callable of an operator, in place only where that cannot be seen."""
        inplace = overwrites_input(node, self._root) is not None
        if node.op == "call_module":
            module = self._root.get_submodule(str(node.target))
            return (with_inplace(module, overwrite) if inplace else module), kwargs
        if inplace and "inplace" in kwargs:
            return _function(node), {**kwargs, "inplace": overwrite}
        call = _function(node)
        return (_on_a_copy(call) if inplace and not overwrite else call), kwargs


def _function(node: fx.Node) -> Callable[..., Any]:
    target: Any = node.target
    if target in {"view", torch.ops.aten.view.default}:
        return _view  # channels-last tensors cannot always be viewed
    if isinstance(target, str):
        return lambda tensor, *args, **kwargs: getattr(tensor, target)(*args, **kwargs)
    if isinstance(target, OpOverload) or callable(target):
        return target  # type: ignore[no-any-return]
    raise TypeError(f"cannot call {target!r}")


def _view(tensor: Tensor, *shape: Any) -> Tensor:
    if shape and isinstance(shape[0], torch.dtype):
        return tensor.view(shape[0])
    return tensor.reshape(*shape)


def _on_a_copy(call: Callable[..., Any]) -> Callable[..., Any]:
    return lambda tensor, *args, **kwargs: call(tensor.clone(), *args, **kwargs)


def _nothing(*_: Any) -> Tensor:
    raise AssertionError("a swapped operator is given at run time")


def _with_slots(value: Any, slots: Mapping[fx.Node, int]) -> Any:
    if isinstance(value, fx.Node):
        return _Slot(slots[value])
    if isinstance(value, slice):
        return slice(*(_with_slots(v, slots) for v in (value.start, value.stop, value.step)))
    if isinstance(value, (tuple, list)):
        items = [_with_slots(item, slots) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    if isinstance(value, dict):
        return {key: _with_slots(item, slots) for key, item in value.items()}
    return value
