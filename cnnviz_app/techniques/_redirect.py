"""A way through dead ReLUs for the first steps of an ascent.

Where a ReLU lets no gradient through for a whole picture, the gradient that would bring it to
life passes instead; everywhere else nothing changes. (Idea of the lucid library.)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.overrides import TorchFunctionMode


class _Redirected(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, ceiling: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.ceiling = ceiling
        return x.clamp(0.0, ceiling)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        (grad,) = grads
        low, high = x < 0, x > ctx.ceiling
        usual = grad.masked_fill(low | high, 0.0)
        # The loss is minimised: a positive gradient would push a sleeping unit further down.
        waking = grad.masked_fill((low & (grad > 0)) | (high & (grad < 0)), 0.0)
        blocked = usual.flatten(1).abs().amax(1) == 0
        return torch.where(blocked.view(-1, *[1] * (x.dim() - 1)), waking, usual), None


_CEILINGS: dict[Any, float] = {
    **dict.fromkeys((F.relu, F.relu_, torch.relu, torch.relu_), math.inf),
    **dict.fromkeys((Tensor.relu, Tensor.relu_), math.inf),
    F.relu6: 6.0,
}


def _ceiling(func: Any, args: tuple[Any, ...]) -> float | None:
    """Where the ReLU that `func` is stops rising; None when it is no ReLU."""
    if func is F.hardtanh and args[1:3] == (0.0, 6.0):
        return 6.0
    return _CEILINGS.get(func)


class RedirectedReLU(TorchFunctionMode):
    """Within `with RedirectedReLU():` every ReLU is the redirected one. The network itself is
    not touched: no hook, no swapped module, nothing to undo."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        ceiling = _ceiling(func, args)
        if ceiling is not None and args[0].requires_grad:
            return _Redirected.apply(args[0], ceiling)
        return func(*args, **(kwargs or {}))
