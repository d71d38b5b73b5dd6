"""Other ways back through a ReLU: guided backpropagation and the deconvolutional network.

They are exchanged in the network's plan, operator by operator, so it makes no difference whether
a ReLU was written as a module, in place, used several times, or as a function.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.nets.operators import ACTIVATIONS

_CEILINGS = {"relu": math.inf, "relu6": 6.0}
# Gates multiply a map by a share; they decide nothing about what passes.
_GATES = {"sigmoid", "hardsigmoid"}


class _Guided(torch.autograd.Function):
    """Passes what was positive on the way up and is positive on the way down."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, ceiling: float) -> Tensor:
        y = _cut(x, ceiling)
        ctx.save_for_backward(y)
        ctx.ceiling = ceiling
        return y

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> tuple[Tensor, None]:
        (y,) = ctx.saved_tensors
        passed = torch.ops.aten.threshold_backward(grads[0], y, 0.0)
        if ctx.ceiling < math.inf:
            passed = passed.masked_fill_(y >= ctx.ceiling, 0.0)
        return passed.clamp_min_(0.0), None


class _Deconvolved(torch.autograd.Function):
    """Passes what is positive on the way down, whatever was on the way up."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, ceiling: float) -> Tensor:
        return _cut(x, ceiling)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> tuple[Tensor, None]:
        return grads[0].clamp_min(0.0), None


def _cut(x: Tensor, ceiling: float) -> Tensor:
    return torch.relu(x) if ceiling == math.inf else x.clamp(0.0, ceiling)


def _swap(rule: type[torch.autograd.Function]) -> dict[str, Callable[..., Tensor]]:
    def call(ceiling: float, x: Tensor, **_: Any) -> Tensor:
        found: Tensor = rule.apply(x, ceiling)
        return found

    return {op: partial(call, ceiling) for op, ceiling in _CEILINGS.items()}


GUIDED = _swap(_Guided)
DECONVOLVED = _swap(_Deconvolved)


def rectifiers(ctx: Context, net: Any, upto: tuple[str, ...]) -> int:
    """How many operators follow the rule; a note says which activations have none."""
    last = max(i for i, node in enumerate(net.nodes) if node.name in upto)
    ops = [node.op for node in net.nodes[: last + 1] if node.shape]
    ruled = sum(op in _CEILINGS for op in ops)
    others = sorted({op for op in ops if op in ACTIVATIONS - _GATES} - set(_CEILINGS))
    if others:
        ctx.note(
            f"The rule is for ReLUs; {', '.join(others)} here passes its usual gradient.",
            "With only such activations the map is the plain gradient.",
        )
    return ruled
