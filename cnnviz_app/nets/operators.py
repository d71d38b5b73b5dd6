"""Read an operator of a graph: what it is called and how it is set, however it was written."""

from __future__ import annotations

import re
from typing import Any

from torch import Tensor, fx, nn
from torch._ops import OpOverload

# The arguments after the picture, for operators written as a function or a method.
_POSITIONS = {
    "conv1d": "weight bias stride padding dilation groups",
    "conv2d": "weight bias stride padding dilation groups",
    "convolution": "weight bias stride padding dilation transposed output_padding groups",
    "conv_transpose2d": "weight bias stride padding output_padding groups dilation",
    "linear": "weight bias",
    "batch_norm": "running_mean running_var weight bias training momentum eps",
    "max_pool2d": "kernel_size stride padding dilation ceil_mode return_indices",
    "avg_pool2d": "kernel_size stride padding ceil_mode count_include_pad divisor_override",
    "lp_pool2d": "norm_type kernel_size stride ceil_mode",
    "adaptive_avg_pool2d": "output_size",
    "adaptive_max_pool2d": "output_size",
    "pad": "pad mode value",
    "constant_pad_nd": "pad value",
    "mean": "dim keepdim",
    "sum": "dim keepdim",
    "amax": "dim keepdim",
    "cat": "dim",
    "concat": "dim",
    "transpose": "dim0 dim1",
    "swapaxes": "dim0 dim1",
    "permute": "dims",
    "getitem": "index",
    "select": "dim index",
    "slice": "dim start end step",
    "narrow": "dim start length",
    "chunk": "chunks dim",
    "split": "split_size dim",
    "pixel_shuffle": "upscale_factor",
}
_SETTINGS = (
    *("stride", "padding", "dilation", "groups", "kernel_size", "ceil_mode", "output_size"),
    *("eps", "inplace", "scale_factor", "upscale_factor"),
)
ACTIVATIONS = frozenset(
    (
        *("relu", "relu6", "leaky_relu", "prelu", "rrelu", "elu", "selu", "celu", "gelu", "silu"),
        *("mish", "hardswish", "hardtanh", "tanh", "softplus", "sigmoid", "hardsigmoid"),
    )
)
KEEPS_FORM = ACTIVATIONS | {
    *("batch_norm", "layer_norm", "group_norm", "dropout", "identity", "stochastic_depth"),
    *("softmax", "log_softmax"),
}
_NAMES = {
    "ReLU": "relu",
    "ReLU6": "relu6",
    "LeakyReLU": "leaky_relu",
    "PReLU": "prelu",
    "RReLU": "rrelu",
    "ELU": "elu",
    "SELU": "selu",
    "CELU": "celu",
    "GELU": "gelu",
    "SiLU": "silu",
    "GLU": "glu",
    "BatchNorm1d": "batch_norm",
    "BatchNorm2d": "batch_norm",
    "BatchNorm3d": "batch_norm",
    "ZeroPad2d": "pad",
    "ReflectionPad2d": "pad",
    "ReplicationPad2d": "pad",
    "ConstantPad2d": "pad",
    "UpsamplingNearest2d": "upsample",
    "UpsamplingBilinear2d": "upsample",
}
_ALIASES = {
    "native_batch_norm_legit_no_training": "batch_norm",
    "concat": "cat",
    "concatenate": "cat",
    "interpolate": "upsample",
    "upsample_nearest2d": "upsample",
    "upsample_bilinear2d": "upsample",
    "iadd": "add",
    "imul": "mul",
    "isub": "sub",
    "itruediv": "div",
    "truediv": "div",
    "convolution": "conv2d",
    "max_pool2d_with_indices": "max_pool2d",
}


def op_name(node: fx.Node, root: nn.Module) -> str:
    """The operator in torch's functional spelling: conv2d, relu, add, max_pool2d …"""
    if node.op == "placeholder":
        return "input"
    if node.op == "call_module":
        return module_op(type(root.get_submodule(str(node.target))).__name__)
    name = _function_name(node)
    return _ALIASES.get(name, name)


def module_op(kind: str) -> str:
    """The operator a class of layers stands for."""
    kind = kind.removeprefix("Parametrized")
    return _NAMES.get(kind) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind).lower()


def _function_name(node: fx.Node) -> str:
    target = node.target
    if isinstance(target, OpOverload):
        target = target._schema.name.partition("::")[2]
    name = target if isinstance(target, str) else getattr(target, "__name__", "function")
    return str(name).strip("_")


def settings(node: fx.Node, root: nn.Module) -> dict[str, Any]:
    """How the operator is set, by the argument names of torch.nn.functional."""
    if node.op == "call_module":
        module = root.get_submodule(str(node.target))
        found = {key: getattr(module, key) for key in _SETTINGS if hasattr(module, key)}
        if isinstance(getattr(module, "padding", None), tuple) and op_name(node, root) == "pad":
            found["pad"] = module.padding
        return found
    if isinstance(node.target, OpOverload):
        schema = [(arg.name, arg.default_value) for arg in node.target._schema.arguments]
        given = {name: value for (name, _), value in zip(schema, node.args, strict=False)}
        return dict(schema) | given | dict(node.kwargs)
    names = _POSITIONS.get(_function_name(node), "").split()
    rest = node.args[1:]
    if names in (["dims"], ["index"]) and len(rest) > 1:
        rest = (rest,)
    return dict(zip(names, rest, strict=False)) | dict(node.kwargs)


def tensor_of(node: fx.Node, root: nn.Module, key: str) -> Tensor | None:
    """A weight, bias or statistic of the operator, read from its module or its arguments."""
    if node.op == "call_module":
        value = getattr(root.get_submodule(str(node.target)), key, None)
        return value if isinstance(value, Tensor) else None
    source = settings(node, root).get(key)
    if isinstance(source, fx.Node):
        source = _through_transposes(source)
        if source.op == "get_attr":
            found: Tensor = attribute(root, str(source.target))
            return found
    return None


def attribute(root: nn.Module, path: str) -> Any:
    """The parameter, buffer or constant at a dotted path."""
    owner, _, name = path.rpartition(".")
    return getattr(root.get_submodule(owner), name)


def pair(value: Any, default: int = 1) -> tuple[int, int]:
    """A setting for (down, right), given once or twice."""
    if value is None or (isinstance(value, (tuple, list)) and not value):
        return default, default
    if isinstance(value, (tuple, list)):
        return int(value[0]), int(value[-1])
    return int(value), int(value)


def padding(value: Any, kernel: tuple[int, ...], dilation: tuple[int, ...]) -> tuple[int, int]:
    """The padding before the first cell, (down, right)."""
    if value == "same":
        down, right = ((d * (k - 1)) // 2 for k, d in zip(kernel, dilation, strict=True))
        return down, right
    return (0, 0) if value == "valid" else pair(value, default=0)


def overwrites_input(node: fx.Node, root: nn.Module) -> fx.Node | None:
    """The node whose tensor this operator changes in place, if it does."""
    name = ""
    if node.op in {"call_function", "call_method"}:
        name = node.target if isinstance(node.target, str) else _raw_name(node)
    by_name = name.endswith("_") and not name.startswith("_")
    first = node.args[0] if node.args else None
    if not isinstance(first, fx.Node) or node.op in {"placeholder", "get_attr", "output"}:
        return None
    return first if by_name or settings(node, root).get("inplace") is True else None


def _raw_name(node: fx.Node) -> str:
    if isinstance(node.target, OpOverload):
        return node.target._schema.name.partition("::")[2]
    return str(getattr(node.target, "__name__", ""))


def _through_transposes(node: fx.Node) -> fx.Node:
    while node.op != "get_attr" and node.args and isinstance(node.args[0], fx.Node):
        if _function_name(node) not in {"t", "permute", "transpose", "contiguous"}:
            break
        node = node.args[0]
    return node
