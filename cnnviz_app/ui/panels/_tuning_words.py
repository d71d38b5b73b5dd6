"""What tuning figures mean, in words that can be said aloud."""

from __future__ import annotations

import math

from cnnviz_app.lab.tuning_requests import ColourTuning, UnitTuning
from cnnviz_app.ui.panels._tuning_trial import COLOURFUL
from cnnviz_app.ui.widgets.base import THIN, number

PICKY, CARELESS = 0.35, 0.15
SIMPLE = 1.0
COLOURLESS = -0.3
HUES = ("red", "orange", "yellow", "lime", "green", "sea green",
        "cyan", "sky blue", "blue", "violet", "magenta", "pink")  # fmt: skip


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
        what = "no bar and no grating" if unit.colour is None else "no bar, grating or colour"
        return f"Unit {unit.unit} answers to {what}."
    if unit.lines_blank:
        return f"Unit {unit.unit} answers to colour alone: {colour_words(unit)}."
    kind = "simple: it minds where the stripes lie" if unit.modulation > SIMPLE else (
        "complex: it does not mind where the stripes lie"
    )
    choosy = unit.bar_selectivity if unit.likes_bars else unit.selectivity
    if choosy < CARELESS:
        likes = "answers to lines of any direction"
    else:
        likes = f"{'clearly ' if choosy > PICKY else ''}prefers {_lines(unit.angle)}"
    return f"Unit {unit.unit} {likes}. It is {kind}.{_in_colour(unit)}"


def _in_colour(unit: UnitTuning) -> str:
    """A sentence more where colour says more to the unit than grey does."""
    if unit.colour_gain <= COLOURFUL:
        return ""
    return f" Colour raises it more: {colour_words(unit)}."


def hue_name(hue: float) -> str:
    return HUES[round(hue / 30) % len(HUES)]


def colour_words(unit: UnitTuning) -> str:
    """`plain green`, `orange against sky blue`; "" where there are no colours."""
    return hues_in_words(unit.colour) if unit.colour is not None else ""


def hues_in_words(known: ColourTuning) -> str:
    """Of two colours in stripes neither is the first: they have one order only."""
    if known.is_plain:
        return f"plain {hue_name(known.hue)}"
    hue = known.hue % 180
    return f"{hue_name(hue)} against {hue_name(hue + 180)}"


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
        *((("Colour", _colour_fact(unit)),) if unit.colour is not None else ()),
    )


def _colour_fact(unit: UnitTuning) -> str:
    if unit.colour_blank:
        return "none"
    return "not needed" if unit.colour_gain < COLOURLESS else colour_words(unit)
