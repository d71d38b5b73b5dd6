"""Weights as numbers and sentences: what the pointer reads in the filter grid."""

from __future__ import annotations

from cnnviz_app.core import ordering
from cnnviz_app.ui.panels._kernel_pictures import KernelView
from cnnviz_app.ui.widgets.base import number

_COLOURS = "RGB"


def value_words(view: KernelView, unit: int, tile: int, y: int, x: int) -> str:
    """The weight under the pointer with its address: w[unit, input, y, x]."""
    cells = view.cells[tile]
    if view.folded:
        values = view.values
        assert values is not None
        place = y * values.shape[2] + x
        inside = place < len(cells)
        return f"w[{unit}, {place}] = {number(float(cells[place, 0, 0]))}" if inside else ""
    y, x = min(y, cells.shape[1] - 1), min(x, cells.shape[2] - 1)
    if view.pictures is not None:
        shown = ", ".join(
            f"{name} {number(float(cells[i, y, x]))}" for i, name in enumerate(_COLOURS)
        )
        return f"w[{unit}, :, {y}, {x}] = {shown}"
    value = number(float(cells[0, y, x]))
    if not view.signed:
        return f"norm of w[{unit}, :, {y}, {x}] = {value}"
    given = int(view.inputs[tile]) if view.inputs is not None else 0
    return f"w[{unit}, {given}, {y}, {x}] = {value}"


def card_words(view: KernelView, tile: int, *, one_unit: bool) -> tuple[str, str, str]:
    """Title, norm, and what can be said of one kernel: its input, and the way its stripes lie."""
    cells = view.cells[tile]
    norm = number(float((cells**2).sum() ** 0.5))
    title = f"input {tile}" if one_unit else f"unit {tile}"
    notes = []
    if not one_unit and view.inputs is not None and view.signed and len(set(view.inputs)) > 1:
        notes.append(f"from input {int(view.inputs[tile])}")
    if min(cells.shape[1:]) > 2 and view.signed:
        angles, clear = ordering.directions(cells[None])
        if clear[0] >= ordering.COHERENT:
            notes.append(f"stripes at {round(float(angles[0])) % 180}°")
    return title, f"norm {norm}", ", ".join(notes)
