"""What tuning figures mean, in words that can be said aloud."""

from __future__ import annotations

import math

from cnnviz_app.lab.tuning_requests import UnitTuning
from cnnviz_app.ui.widgets.base import THIN, number

PICKY, CARELESS = 0.35, 0.15
SIMPLE = 1.0


def tilt(angle: float) -> str:
    """A direction by its name where it has one, else in degrees clockwise from upright."""
    near = round(angle) % 180
    if min(near, 180 - near) <= 5:
        return "upright"
    if abs(near - 90) <= 5:
        return "level"
    if near < 90:
        return f"{near}° to the right"
    return f"{180 - near}° to the left"


def stripe(unit: UnitTuning) -> float:
    """Pixels from one stripe to the next, at the preferred frequency."""
    return unit.stage.side / unit.frequency.preferred


def sentence(unit: UnitTuning) -> str:
    """The unit's preferences in one sentence."""
    if unit.silent:
        return f"Unit {unit.unit} answers to no bar and no grating."
    kind = "simple: it minds where the stripes lie" if unit.modulation > SIMPLE else (
        "complex: it does not mind where the stripes lie"
    )
    choosy = unit.bar_selectivity if unit.likes_bars else unit.selectivity
    if choosy < CARELESS:
        return f"Unit {unit.unit} answers to lines of any direction. It is {kind}."
    how = "clearly " if choosy > PICKY else ""
    lines = _lines(unit.angle)
    return f"Unit {unit.unit} {how}prefers {lines}. It is {kind}."


def _lines(angle: float) -> str:
    words = tilt(angle)
    return f"{words} lines" if words in ("upright", "level") else f"lines leaning {words}"


def facts(unit: UnitTuning) -> tuple[tuple[str, str], ...]:
    """Name and value of each figure."""
    width = unit.orientation.width
    return (
        ("Angle of stripes", f"{unit.orientation.preferred:.0f}°"),
        ("Angle of a bar", f"{unit.turning.preferred:.0f}°"),
        ("Bandwidth", "none" if math.isnan(width) else f"{width:.0f}°"),
        ("Selectivity", f"{unit.selectivity:.2f}"),
        ("Stripe to stripe", f"{number(stripe(unit))}{THIN}px"),
        ("Phase modulation", f"{unit.modulation:.2f}"),
    )
