"""Where on the picture a unit looks: boxes in pixels of the picture the network sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnviz_app.lab.requests import Looked
from cnnviz_app.ui.state import AppState

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class FieldOfView:
    """Attributes:
    field: the receptive field of one cell, (x0, y0, x1, y1); None where it is the whole picture.
    cell: the patch of the picture that the cell stands for.
    label: what to write on the box.
    """

    field: Box | None
    cell: Box | None
    label: str


def strongest_cell(looked: Looked, unit: int) -> tuple[int, int]:
    values = looked.maps[unit]
    y, x = np.unravel_index(int(values.argmax()), values.shape)
    return int(y), int(x)


def field_of_view(state: AppState, cell: tuple[int, int] | None = None) -> FieldOfView | None:
    """The boxes of this cell, else of the one under the pointer, else of the strongest."""
    looked, model = state.looked, state.model
    if looked is None or model is None or state.unit >= len(looked.maps):
        return None
    height, width = looked.maps.shape[1:]
    if height * width == 1:
        return None
    y, x = cell or state.position or strongest_cell(looked, state.unit)
    if y >= height or x >= width:
        return None
    rows, columns = looked.seen.shape[:2]
    step_y, step_x = rows / height, columns / width
    patch = (x * step_x, y * step_y, (x + 1) * step_x, (y + 1) * step_y)
    known = model.node(state.layer).receptive_field
    if known is None:
        return FieldOfView(None, patch, "")
    top = known.start[0] + y * known.stride[0]
    left = known.start[1] + x * known.stride[1]
    field = (left, top, left + known.size[1], top + known.size[0])
    return FieldOfView(field, patch, f"RF {known.size[0]} px")
