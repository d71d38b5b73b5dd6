"""Parameters and multiply-adds of every operator."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from torch import Tensor, fx, nn

from cnnviz_app.nets.operators import attribute, op_name, tensor_of
from cnnviz_app.nets.shapes import shape_of


class ParameterCount:
    """Counts every parameter once, at the first operator that reads it."""

    def __init__(self, root: nn.Module) -> None:
        self._root = root
        self._seen: set[int] = set()

    def read_by(self, node: fx.Node) -> int:
        """The parameters this operator reads that no earlier one has read."""
        if node.op == "call_module":
            return self.of(self._root.get_submodule(str(node.target)))
        direct = (source for source in node.all_input_nodes if source.op == "get_attr")
        tensors = (attribute(self._root, str(source.target)) for source in direct)
        return self._new(t for t in tensors if isinstance(t, nn.Parameter))

    def of(self, module: nn.Module) -> int:
        """The module's parameters that nothing earlier has read."""
        return self._new(module.parameters())

    def unread(self) -> dict[str, int]:
        """Top-most modules none of whose parameters take part, with their size."""
        found: dict[str, int] = {}
        for path, module in self._root.named_modules():
            inside = any(path.startswith(f"{owner}.") for owner in found)
            tensors = list(module.parameters())
            if path and tensors and not inside and not any(id(t) in self._seen for t in tensors):
                found[path] = sum(t.numel() for t in tensors)
        return found

    def _new(self, tensors: Iterable[Tensor]) -> int:
        total = 0
        for tensor in tensors:
            if id(tensor) not in self._seen:
                self._seen.add(id(tensor))
                total += tensor.numel()
        return total


def multiply_adds(node: fx.Node, root: nn.Module, batch: int) -> int:
    """Multiply-adds for one picture; convolutions, linear layers and attention's projections."""
    op = op_name(node, root)
    out = math.prod(shape_of(node)) // batch
    weight = tensor_of(node, root, "weight")
    if op in {"conv1d", "conv2d", "conv3d"} and weight is not None:
        return out * weight[0].numel()
    if op.startswith("conv_transpose") and weight is not None:
        before = math.prod(shape_of(node.all_input_nodes[0])) // batch
        return before * weight[0].numel()
    if op == "linear" and weight is not None:
        return out * int(weight.shape[-1])
    if op == "addmm":
        return out * shape_of(node.all_input_nodes[1])[-1]
    if op in {"multihead_attention", "shifted_window_attention"}:
        return _attention_projections(node, root, out)
    return 0


def _attention_projections(node: fx.Node, root: nn.Module, out: int) -> int:
    """Query, key, value and output projections, each once for every token."""
    if node.op == "call_module":
        tensors: Iterable[Any] = root.get_submodule(str(node.target)).parameters()
    else:
        sources = (n for n in node.all_input_nodes if n.op == "get_attr")
        tensors = (attribute(root, str(source.target)) for source in sources)
    matrices = [t for t in tensors if isinstance(t, nn.Parameter) and t.ndim == 2]
    tokens = out // max(1, shape_of(node)[-1])
    return tokens * sum(matrix.numel() for matrix in matrices)
