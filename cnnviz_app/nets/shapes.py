"""The shape of everything a network computes, found without computing it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, zip_longest
from typing import Any

import torch
from torch import Tensor, fx, nn

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.operators import KEEPS_FORM, op_name, padding, pair, settings, tensor_of
from cnnviz_app.nets.tracing import Traced, private_copy

Shape = tuple[int, ...]

_UNFIT = (RuntimeError, ValueError, TypeError, IndexError, AssertionError)


def find_shapes(traced: Traced, spec: InputSpec) -> None:
    """Write the value of every node, as a tensor without contents, into `meta["value"]`."""
    size = (traced.batch or 2, spec.channels, spec.height, spec.width)
    try:
        hollow = device_of(traced.root).type == "meta"
        root = traced.root if hollow else private_copy(traced.root, "meta")
        with torch.device("meta"), torch.no_grad():
            _Shapes(root, traced).run(torch.empty(size, dtype=dtype_of(traced.root)))
    except _UNFIT:
        _shapes_by_running(traced, size)


def _shapes_by_running(traced: Traced, size: tuple[int, ...]) -> None:
    """For operators that only know how to work on real numbers."""
    root = traced.root
    blank = torch.zeros(size, device=device_of(root), dtype=dtype_of(root))
    try:
        with torch.no_grad():
            _Shapes(root, traced).run(blank)
    except _UNFIT as error:
        raise UserError(
            f"The network cannot take a picture of {size[2]}×{size[3]} pixels with "
            f"{size[1]} colour channel{'s' if size[1] != 1 else ''}.",
            hint=f"Give the size it was made for. PyTorch says: {str(error).splitlines()[0]}",
        ) from error


def shape_of(node: fx.Node) -> Shape:
    """The shape of the node's tensor, of the first one where it gives several."""
    value = first_value(node)
    return tuple(value.shape) if isinstance(value, Tensor) else ()


def first_value(node: fx.Node) -> Any:
    """What the node gives; the first of several."""
    value = node.meta.get("value")
    while isinstance(value, (tuple, list)) and value:
        value = value[0]
    return value


def device_of(module: nn.Module) -> torch.device:
    """Where the module's weights are; the CPU when it has none."""
    first = next(chain(module.parameters(), module.buffers()), None)
    return torch.device("cpu") if first is None else first.device


def dtype_of(module: nn.Module) -> torch.dtype:
    """The kind of number the module computes with."""
    floats = (tensor.dtype for tensor in module.parameters() if tensor.is_floating_point())
    return next(floats, torch.float32)


def _hollow(value: Any) -> Any:
    if not isinstance(value, Tensor) or value.is_meta:
        return value
    return torch.empty_like(value, device="meta")


class _Shapes(fx.Interpreter):
    """Runs the graph on tensors without contents and notes what each operator gives."""

    def __init__(self, root: nn.Module, traced: Traced) -> None:
        super().__init__(root, graph=traced.graph)
        self._root = traced.root

    def run_node(self, n: fx.Node) -> Any:
        result = self._known(n)
        if result is None:
            result = super().run_node(n)
        n.meta["value"] = fx.node.map_aggregate(result, _hollow)
        return result

    def _known(self, node: fx.Node) -> Tensor | None:
        """The result of the operators met most, because asking torch takes far longer.

        The first convolution on the meta device imports the compiler: seconds on a cold start.
        """
        sources = [source for source in node.all_input_nodes if source.op != "get_attr"]
        inputs = [self.env[source] for source in sources]
        if node.op in {"get_attr", "output"} or not inputs:
            return None
        if not all(isinstance(value, Tensor) and value.is_meta for value in inputs):
            return None
        rule = _RULES.get(op_name(node, self._root))
        shape = rule and rule(node, self._root, [tuple(value.shape) for value in inputs])
        return inputs[0].new_empty(shape) if shape is not None else None


def _same(node: fx.Node, root: nn.Module, shapes: list[Shape]) -> Shape | None:
    # Decomposed batch-norms of exported programs give several tensors.
    return None if "native" in str(node.target) else shapes[0]


def _spread(node: fx.Node, root: nn.Module, shapes: list[Shape]) -> Shape | None:
    if len(shapes) != len(node.args):
        return None  # with a number, or a weight
    sizes = zip_longest(*(reversed(shape) for shape in shapes), fillvalue=1)
    return tuple(max(size) for size in reversed(list(sizes)))


def _joined(node: fx.Node, root: nn.Module, shapes: list[Shape]) -> Shape | None:
    dim = int(settings(node, root).get("dim", 0)) % len(shapes[0])
    parts = node.args[0]
    if not isinstance(parts, (list, tuple)) or len(parts) != len(shapes):
        return None
    return *shapes[0][:dim], sum(shape[dim] for shape in shapes), *shapes[0][dim + 1 :]


def _linear(node: fx.Node, root: nn.Module, shapes: list[Shape]) -> Shape | None:
    weight = tensor_of(node, root, "weight")
    if weight is None or weight.ndim != 2 or shapes[0][-1] != weight.shape[1]:
        return None
    return *shapes[0][:-1], weight.shape[0]


def _convolved(node: fx.Node, root: nn.Module, shapes: list[Shape]) -> Shape | None:
    weight, given = tensor_of(node, root, "weight"), settings(node, root)
    if weight is None or len(shapes[0]) != 4 or "convolution" in str(node.target):
        return None
    if shapes[0][1] != weight.shape[1] * int(given.get("groups", 1)):
        return None  # let torch say what is wrong
    kernel = (int(weight.shape[2]), int(weight.shape[3]))
    stride, dilation = pair(given.get("stride")), pair(given.get("dilation"))
    before = padding(given.get("padding"), kernel, dilation)
    if given.get("padding") == "same":
        return shapes[0][0], weight.shape[0], *shapes[0][2:]
    cells = [
        _positions(shapes[0][2 + i], kernel[i], stride[i], before[i], dilation[i]) for i in (0, 1)
    ]
    return None if min(cells) < 1 else (shapes[0][0], weight.shape[0], *cells)


def _pooled(node: fx.Node, root: nn.Module, shapes: list[Shape]) -> Shape | None:
    given = settings(node, root)
    if len(shapes[0]) != 4 or given.get("return_indices") or "indices" in str(node.target):
        return None
    kernel = pair(given["kernel_size"])
    stride = pair(given.get("stride") or kernel)
    before, dilation = pair(given.get("padding"), 0), pair(given.get("dilation"))
    ceil = bool(given.get("ceil_mode"))
    cells = [
        _positions(shapes[0][2 + i], kernel[i], stride[i], before[i], dilation[i], ceil=ceil)
        for i in (0, 1)
    ]
    return None if min(cells) < 1 else (*shapes[0][:2], *cells)


def _positions(
    cells: int, kernel: int, stride: int, before: int, dilation: int, *, ceil: bool = False
) -> int:
    """How many places a sliding window has; one that begins in the padding behind is none."""
    room = cells + 2 * before - dilation * (kernel - 1) - 1
    count = (-(-room // stride) if ceil else room // stride) + 1
    return count - 1 if ceil and (count - 1) * stride >= cells + before else count


def _adaptive(node: fx.Node, root: nn.Module, shapes: list[Shape]) -> Shape | None:
    size = settings(node, root)["output_size"]
    rows, columns = size if isinstance(size, (tuple, list)) else (size, size)
    if len(shapes[0]) != 4 or "indices" in str(node.target):
        return None
    return *shapes[0][:2], rows or shapes[0][2], columns or shapes[0][3]


_RULES: dict[str, Callable[[fx.Node, nn.Module, list[Shape]], Shape | None]] = {
    **dict.fromkeys(KEEPS_FORM, _same),
    **dict.fromkeys(("add", "sub", "mul", "div"), _spread),
    "cat": _joined,
    "linear": _linear,
    "conv2d": _convolved,
    **dict.fromkeys(("max_pool2d", "avg_pool2d"), _pooled),
    "adaptive_avg_pool2d": _adaptive,
}
