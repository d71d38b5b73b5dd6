"""How strong a defence is: one field for every place where it is set."""

from __future__ import annotations

from cnnviz_app.lab.defence_requests import DefenceKind
from cnnviz_app.ui.widgets.slider import SliderField


def strength_field(kind: DefenceKind) -> SliderField:
    """Between the ends that make sense, beginning where it is usual."""
    whole = kind.kind != "smooth"
    ends = (kind.low, kind.high)
    return SliderField(
        kind.usual, soft=ends, hard=ends, unit=kind.unit, integer=whole,
        step=1.0 if whole else 0.1, name=kind.title,
    )  # fmt: skip
