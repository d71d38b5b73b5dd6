"""Make the operators of a plan fast: batch-norm folded in, weights in the order the CPU likes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.nn import functional as F

from cnnviz_app.nets.operators import op_name, settings, tensor_of

_CONVOLUTIONS: dict[str, Callable[..., Tensor]] = {"conv1d": F.conv1d, "conv2d": F.conv2d}


def foldable(conv: fx.Node, norm: fx.Node, root: nn.Module) -> bool:
    """Whether `norm` is a batch-norm with fixed statistics directly behind a convolution."""
    return (
        op_name(norm, root) == "batch_norm"
        and isinstance(norm.meta.get("value"), Tensor)
        and tensor_of(norm, root, "running_var") is not None
        and op_name(conv, root) in _CONVOLUTIONS
        and tensor_of(conv, root, "weight") is not None
    )


def folded(conv: fx.Node, norm: fx.Node, root: nn.Module) -> Callable[[Tensor], Tensor]:
    """The convolution with the batch-norm behind it worked into its weights."""
    weight, bias = tensor_of(conv, root, "weight"), tensor_of(conv, root, "bias")
    mean, variance = (tensor_of(norm, root, f"running_{key}") for key in ("mean", "var"))
    assert weight is not None
    assert mean is not None
    assert variance is not None
    scale = (variance.double() + float(settings(norm, root)["eps"])).rsqrt()
    gain, shift = tensor_of(norm, root, "weight"), tensor_of(norm, root, "bias")
    if gain is not None:
        scale = scale * gain.double()
    base = -mean.double() if bias is None else bias.double() - mean.double()
    new_bias = base * scale if shift is None else base * scale + shift.double()
    new_weight = weight.double() * scale.reshape(-1, *[1] * (weight.ndim - 1))
    return convolution(conv, root, new_weight.to(weight.dtype), new_bias.to(weight.dtype))


def convolution(
    node: fx.Node, root: nn.Module, weight: Tensor, bias: Tensor | None
) -> Callable[[Tensor], Tensor]:
    """The convolution of a node with other weights, laid out channels-last."""
    weight = weight.detach()
    if weight.ndim == 4:
        weight = weight.contiguous(memory_format=torch.channels_last)
    if node.op == "call_module":
        return _module_with(root.get_submodule(str(node.target)), weight, bias)
    given = settings(node, root)
    rest = {key: given[key] for key in ("stride", "padding", "dilation", "groups") if key in given}
    return partial(_CONVOLUTIONS[op_name(node, root)], weight=weight, bias=bias, **rest)


def _module_with(module: nn.Module, weight: Tensor, bias: Tensor | None) -> nn.Module:
    """A shallow twin of a layer with its own weights; the layer itself keeps its own."""
    if isinstance(module, nn.Conv2d) and hasattr(module, "parametrizations"):
        twin: nn.Module = nn.Conv2d(
            module.in_channels,
            module.out_channels,
            module.kernel_size,  # type: ignore[arg-type]
            module.stride,  # type: ignore[arg-type]
            module.padding,  # type: ignore[arg-type]
            module.dilation,  # type: ignore[arg-type]
            module.groups,
            bias=bias is not None,
            padding_mode=module.padding_mode,
            device="meta",
        ).eval()
    else:
        twin = copy.copy(module)
    frozen: dict[str, Any] = {"weight": nn.Parameter(weight, requires_grad=False), "bias": None}
    if bias is not None:
        frozen["bias"] = nn.Parameter(bias.detach(), requires_grad=False)
    twin._parameters = frozen
    return twin


def with_inplace(module: nn.Module, inplace: bool) -> nn.Module:
    """A shallow twin of an activation that does, or does not, overwrite its input."""
    if getattr(module, "inplace", inplace) == inplace:
        return module
    twin = copy.copy(module)
    twin.inplace = inplace  # type: ignore[assignment]
    return twin
