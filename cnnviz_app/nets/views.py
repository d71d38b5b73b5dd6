"""Show any activation as maps: channels × rows × columns."""

from __future__ import annotations

import math

from torch import Tensor

from cnnviz_app.nets.receptive import Layout


def to_maps(tensor: Tensor, layout: Layout | None) -> Tensor:
    """N×C×H×W of any activation; without a layout a vector is one cell and tokens are a column."""
    count = len(tensor)
    if layout is None or max(layout.axes) >= tensor.ndim:
        if tensor.ndim == 3:
            return tensor.transpose(1, 2).unsqueeze(-1)
        return tensor.reshape(count, -1, 1, 1) if tensor.ndim < 4 else tensor
    if len(layout.axes) == 1:
        (axis,) = layout.axes
        tokens = tensor.movedim(axis, -1).reshape(count, -1, tensor.shape[axis])
        cells = tokens[..., layout.skip :]
        height, width = _grid(cells.shape[-1], layout.grid)
        return cells.reshape(count, -1, height, width)
    moved = tensor.movedim(layout.axes, (-2, -1))
    return moved.reshape(count, -1, *moved.shape[-2:])


def _grid(cells: int, usual: tuple[int, int]) -> tuple[int, int]:
    """Rows and columns of so many cells, in the usual proportion."""
    if cells == math.prod(usual):
        return usual
    side = math.isqrt(cells)
    return (side, side) if side * side == cells else (cells, 1)
