"""What can be said of the selected unit in numbers."""

from __future__ import annotations

import numpy as np

from cnnviz_app.ui.fields_of_view import strongest_cell
from cnnviz_app.ui.state import AppState
from cnnviz_app.ui.widgets.base import THIN, number


def unit_facts(state: AppState) -> list[tuple[str, str]]:
    """(what, value) lines in a fixed order; a value is empty where it makes no sense."""
    if state.model is None:
        return []
    return [*_on_this_picture(state), *_by_construction(state)]


def _on_this_picture(state: AppState) -> list[tuple[str, str]]:
    looked = state.looked
    if looked is None or state.unit >= len(looked.maps):
        return [("Value here", ""), ("Maximum", ""), ("Mean", ""), ("Active cells", "")]
    values = looked.maps[state.unit]
    cells = values.size > 1
    here = ""
    if state.position is not None and cells:
        y, x = state.position
        if y < values.shape[0] and x < values.shape[1]:
            here = f"{number(float(values[y, x]))}  at y {y}, x {x}"
    y, x = strongest_cell(looked, state.unit)
    where = f"  at y {y}, x {x}" if cells else ""
    share = float(np.mean(values > 0)) * 100
    return [
        ("Value here", here),
        ("Maximum", f"{number(float(values.max()))}{where}"),
        ("Mean", number(float(values.mean())) if cells else ""),
        ("Active cells", f"{share:.1f}{THIN}%" if cells else ""),
    ]


def _by_construction(state: AppState) -> list[tuple[str, str]]:
    assert state.model is not None
    node = state.model.node(state.layer)
    field = node.receptive_field
    _, height, width = state.model.map_shapes[state.layer]
    sees, stride = "", ""
    if field is not None and height * width > 1:
        sees = f"{field.size[1]} × {field.size[0]}{THIN}px of the picture"
        stride = f"every {field.stride[1]}{THIN}px"
    return [("Sees", sees), ("Stands", stride), ("Operator", node.op)]
