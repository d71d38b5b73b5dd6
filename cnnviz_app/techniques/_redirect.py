"""A way through dead ReLUs for the first steps of an ascent.

Where a ReLU lets no gradient through for a whole picture, the gradient that would bring it to
life passes instead; everywhere else nothing changes. (Idea of the lucid library.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import FunctionCtx
from torch.overrides import TorchFunctionMode


class _Redirected(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return x.clamp_min(0.0)

    @staticmethod
    def backward(ctx: FunctionCtx, *grads: Any) -> Tensor:
        (x,) = ctx.saved_tensors  # type: ignore[attr-defined]  # torch types the base class only
        (grad,) = grads
        asleep = x < 0
        usual = grad.masked_fill(asleep, 0.0)
        # The loss is minimised: a positive gradient would push a sleeping unit further down.
        waking = grad.masked_fill(asleep & (grad > 0), 0.0)
        blocked = usual.flatten(1).abs().amax(1) == 0
        return torch.where(blocked.view(-1, *[1] * (x.dim() - 1)), waking, usual)


_RELUS = {F.relu, F.relu_, torch.relu, torch.relu_, Tensor.relu, Tensor.relu_, torch.clamp_min}
_RELUS.discard(torch.clamp_min)


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
        if func in _RELUS and isinstance(args[0], Tensor) and args[0].requires_grad:
            return _Redirected.apply(args[0])
        return func(*args, **(kwargs or {}))
