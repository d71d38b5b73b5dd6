"""Which units of a layer are shown, and in which order: what people type, and what it means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnviz_app.core import ordering
from cnnviz_app.lab.requests import Values

Units = npt.NDArray[np.int64]
ORDERS = (
    ("index", "By index"), ("strength", "Strongest first"), ("mean", "Largest mean first"),
    ("alike", "Alike together"),
)  # fmt: skip
SYNTAX = "12   10-20   >0.5   silent   active   or a word of a label; several with commas"
_NUMBER = r"[-+−]?\d*\.?\d+(?:e[-+]?\d+)?"
_RANGE = re.compile(r"(\d+)\s*(?:-|–|\.\.)\s*(\d+)")
_STRENGTH = re.compile(rf"(>=|<=|>|<|≥|≤)\s*({_NUMBER})")

_COMPARE = {
    ">": np.greater, "<": np.less, ">=": np.greater_equal, "<=": np.less_equal,
    "≥": np.greater_equal, "≤": np.less_equal,
}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """Attributes:
    units: what is shown, or None: all.
    jump: the one unit that was asked for by its number.
    trouble: what is wrong with the words, in one sentence.
    """

    units: Units | None = None
    jump: int | None = None
    trouble: str = ""


def find(words: str, maps: Values, labels: Mapping[int, str]) -> Found:
    """The units that any of the parts between the commas means."""
    parts = [part.strip() for part in re.split("[,;]", words) if part.strip()]
    if not parts:
        return Found()
    count = len(maps)
    if len(parts) == 1 and parts[0].isdecimal():
        unit = int(parts[0])
        if unit < count:
            return Found(jump=unit)
        return Found(trouble=f"The last unit of this layer is {count - 1}.")
    shown = np.zeros(count, bool)
    for part in parts:
        mask = _meant(part, maps, labels)
        if mask is None:
            return Found(trouble=f"“{part}” is no unit, range or label.")
        shown |= mask
    if not shown.any():
        return Found(trouble="No unit of this layer on this picture.")
    return Found(np.flatnonzero(shown).astype(np.int64))


def _meant(part: str, maps: Values, labels: Mapping[int, str]) -> npt.NDArray[np.bool_] | None:
    """For each unit whether this part means it; None when the part means nothing."""
    units = np.arange(len(maps))
    peaks = maps.reshape(len(maps), -1).max(axis=1)
    word = part.lower()
    if part.isdecimal():
        meant = units == int(part)
    elif between := _RANGE.fullmatch(part):
        low, high = sorted(int(end) for end in between.groups())
        meant = (units >= low) & (units <= high)
    elif compared := _STRENGTH.fullmatch(part):
        meant = _COMPARE[compared[1]](peaks, float(compared[2].replace("−", "-")))
    elif word in ("silent", "dead"):
        meant = ~(peaks > 0)
    elif word in ("active", "alive"):
        meant = peaks > 0
    else:
        named = [unit for unit, label in labels.items() if word in label.lower()]
        if not named:
            return None
        meant = np.isin(units, named)
    return np.asarray(meant, bool)


def order_of(key: str, maps: Values) -> Units | None:
    """All units in this order; None by index."""
    flat = maps.reshape(len(maps), -1)
    if key == "strength":
        return ordering.strongest_first(flat.max(axis=1))
    if key == "mean":
        return ordering.strongest_first(flat.mean(axis=1))
    if key == "alike":
        return ordering.alike_together(ordering.shrunk(maps) if flat.shape[1] > 1 else maps)
    return None


def shown(order: Units | None, kept: Units | None) -> Units | None:
    """The order without the units that are not kept; None: all by index."""
    if kept is None or order is None:
        return order if kept is None else kept
    return order[np.isin(order, kept)]
