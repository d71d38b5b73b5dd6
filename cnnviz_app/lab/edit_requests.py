"""Changing units while one looks: what is changed, and which units matter; plain data."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from cnnviz_app.core.errors import UserError

if TYPE_CHECKING:
    from cnnviz_app.sources.picture import Picture

_PART = re.compile(r"\s*(\d+)\s*(?:(?:-|–|\.\.|to)\s*(\d+)\s*)?")
_HOW = "Write numbers and ranges, such as 3, 7-12."
_EDIT = re.compile(r"(?P<layer>[^:=]+)(?::(?P<units>[^=]*))?=(?P<how>[^=]+)")
_HOW_EDIT = "Write LAYER:UNITS=off, =x1.5 or =3, such as relu3:3,7-12=off."
_MANY = 1_000_000


@dataclass(frozen=True)
class UnitEdit:
    """Units of a layer whose values are multiplied, or replaced, wherever the network runs.

    Attributes:
        units: none named means all.
        kind: "scale" multiplies by `value` (0 takes the unit away), "clamp" writes `value`.
    """

    layer: str
    units: tuple[int, ...]
    kind: Literal["scale", "clamp"] = "scale"
    value: float = 0.0

    def what(self, count: int = 0) -> str:
        """`relu3:3, 7–12`; with the layer's `count` of units also `all of relu3`."""
        if not self.units or len(self.units) == count:
            return f"all of {self.layer}"
        return f"{self.layer}:{spelled(self.units)}"

    def named(self, count: int) -> UnitEdit:
        """The same with every unit named, of a layer that has `count` of them."""
        return self if self.units else replace(self, units=tuple(range(count)))

    @property
    def how(self) -> str:
        """`off`, `× 1.5`, `= 3`."""
        if self.kind == "clamp":
            return f"= {self.value:.3g}".replace("-", "−")
        return "off" if self.value == 0 else f"× {self.value:.3g}"


    @property
    def text(self) -> str:
        """As recipes and the command line write it: `relu3:3,7-12=off`, `relu5=x1.5`."""
        units = spelled(self.units).replace(", ", ",").replace("–", "-")
        where = f"{self.layer}:{units}" if units else self.layer
        if self.kind == "clamp":
            return f"{where}={self.value!r}"
        return f"{where}=off" if self.value == 0 else f"{where}=x{self.value!r}"


Edits = tuple[UnitEdit, ...]


@dataclass(frozen=True)
class RankByAblation:
    """Take every unit of a layer away in turn; answered as `UnitRanking`.

    Attributes:
        label: the class that is watched; -1 is the first answer for this picture.
        edits: what is changed already.
    """

    model: str
    picture: Picture
    layer: str
    label: int = -1
    edits: Edits = ()


@dataclass(frozen=True)
class UnitRanking:
    """What each unit is worth to one class on one picture.

    Attributes:
        drops: by how much the logit falls without the unit; negative where it rises.
        probabilities: of the class, without the unit.
        logit, probability: of the class, with all units.
    """

    model: str
    picture: str
    layer: str
    label: int
    drops: npt.NDArray[np.float32]
    probabilities: npt.NDArray[np.float32]
    logit: float
    probability: float


def units_from_text(text: str, count: int) -> tuple[int, ...]:
    """The units that `3, 7-12` names, in order; "" names none."""
    found: set[int] = set()
    for part in filter(None, (piece.strip() for piece in re.split(r"[,;]", text))):
        match = _PART.fullmatch(part)
        if match is None:
            raise UserError(f"“{part}” is not a unit or a range of units.", _HOW)
        first = int(match[1])
        last = int(match[2]) if match[2] else first
        if last < first:
            raise UserError(f"The range “{part}” runs backwards.", _HOW)
        if last >= count:
            raise UserError(
                f"There is no unit {last} in this layer.", f"Its units are 0 to {count - 1}."
            )
        found.update(range(first, last + 1))
    return tuple(sorted(found))


def edit_from_text(text: str) -> UnitEdit:
    """What `relu3:3,7-12=off`, `relu5:1=x1.5` or `relu5=3` means; without units, all of them."""
    match = _EDIT.fullmatch(text.strip())
    if match is None:
        raise UserError(f"“{text}” does not say what is changed.", _HOW_EDIT)
    units = units_from_text(match["units"], _MANY) if match["units"] is not None else ()
    how = match["how"].strip().lower()
    scaled = how == "off" or how[0] in "x×"
    try:
        value = 0.0 if how == "off" else float(how[1:] if scaled else how)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or (match["units"] is not None and not units):
        raise UserError(f"“{text}” does not say what is changed.", _HOW_EDIT)
    return UnitEdit(match["layer"].strip(), units, "scale" if scaled else "clamp", value)


def spelled(units: tuple[int, ...]) -> str:
    """The shortest way to write them: `3, 7–12`."""
    runs: list[list[int]] = []
    for unit in units:
        if runs and unit == runs[-1][1] + 1:
            runs[-1][1] = unit
        else:
            runs.append([unit, unit])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)
