"""A layer's tuning as tiles, in grey and in colours: pictures, words, orders."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod

import numpy as np
import numpy.typing as npt

from cnnviz_app.lab.tuning_requests import ColourTuning, LayerColours, LayerTuning
from cnnviz_app.sources.worlds import stimuli
from cnnviz_app.ui.panels._tuning_trial import COLOURFUL
from cnnviz_app.ui.panels._tuning_words import hue_name, hues_in_words
from cnnviz_app.ui.widgets.base import THIN, number

TILE = 64
Picture = npt.NDArray[np.uint8]
Keys = dict[str, npt.NDArray[np.floating]]
Card = tuple[str, str, str]


class LayerView(ABC):
    """What a grid needs to show every unit of a layer.

    Attributes:
        orders: keys and words, the first is the usual one.
        silent: the units that have no place among the others.
    """

    orders: tuple[tuple[str, str], ...] = ()
    silent: npt.NDArray[np.bool_]

    @property
    def count(self) -> int:
        return len(self.silent)

    def order(self, key: str) -> npt.NDArray[np.intp]:
        """The units in order; those that answer to nothing come last."""
        last = self.silent & (key != "index")
        found: npt.NDArray[np.intp] = np.lexsort((self.keys()[key], last))
        return found

    @abstractmethod
    def keys(self) -> Keys: ...

    @abstractmethod
    def tile(self, unit: int) -> Picture: ...

    @abstractmethod
    def label(self, unit: int) -> str: ...

    @abstractmethod
    def card(self, unit: int) -> Card: ...

    @abstractmethod
    def summary(self) -> str: ...


class Lines(LayerView):
    """The grating each unit prefers; the less it prefers one, the greyer."""

    orders = (
        ("angle", "By angle"), ("selectivity", "Most selective first"),
        ("stripes", "Finest stripes first"), ("phase", "Simple first, then complex"),
        ("strength", "Strongest first"), ("index", "By number"),
    )  # fmt: skip

    def __init__(self, found: LayerTuning) -> None:
        self.found = found
        self.silent = found.peak <= found.rest + 1e-6 * np.maximum(1.0, np.abs(found.rest))

    def keys(self) -> Keys:
        found = self.found
        return {
            "angle": np.where(found.selectivity > 0.1, found.angle, 200 + found.angle),
            "selectivity": -found.selectivity,
            "stripes": -found.cycles,
            "phase": -found.modulation,
            "strength": -(found.peak - found.rest),
            "index": np.arange(self.count, dtype=float),
        }

    def tile(self, unit: int) -> Picture:
        found = self.found
        if self.silent[unit]:
            return np.full((TILE, TILE, 3), 128, np.uint8)
        stage, factor = found.stage.close_up(TILE)
        cycles = float(found.cycles[unit]) * TILE / (found.stage.side * factor)
        shown = stimuli.grating(stage, float(found.angle[unit]), cycles, float(found.phase[unit]))
        contrast = 0.15 + 0.85 * min(1.0, float(found.selectivity[unit]) / 0.5)
        faded: Picture = np.rint(127.5 + (shown - 127.5) * contrast).astype(np.uint8)
        return faded

    def label(self, unit: int) -> str:
        return f"{self.found.angle[unit]:.0f}°"

    def card(self, unit: int) -> Card:
        found = self.found
        if self.silent[unit]:
            return f"unit {unit}", "–", "answers to no grating"
        width = found.bandwidth[unit]
        broad = "" if math.isnan(width) else f" ± {width / 2:.0f}°"
        kind = "simple" if found.modulation[unit] > 1 else "complex"
        stripes = number(found.stage.side / float(found.cycles[unit]))
        note = f"selectivity {found.selectivity[unit]:.2f}, {stripes}{THIN}px a stripe, {kind}"
        return f"unit {unit}", f"{found.angle[unit]:.0f}°{broad}", note

    def summary(self) -> str:
        found, alive = self.found, ~self.silent
        picky = int((alive & (found.selectivity > 0.35)).sum())
        simple = int((alive & (found.modulation > 1)).sum())
        words = f"{picky} of {self.count} prefer a direction, {simple} mind where the stripes lie"
        silent = self.count - int(alive.sum())
        return words + (f", {silent} answer to no grating" if silent else "")


class Colours(LayerView):
    """The colours each unit prefers; grey stripes where these raise it as much."""

    orders = (
        ("hue", "By colour"), ("gain", "Most colourful first"), ("strength", "Strongest first"),
        ("index", "By number"),
    )  # fmt: skip

    def __init__(self, found: LayerColours) -> None:
        self.found = found
        self.silent = found.silent
        self.gains = found.gains
        self.colourful = (self.gains > COLOURFUL) & ~self.silent

    def keys(self) -> Keys:
        units = self.found.units
        hue = np.array([_turn(unit) for unit in units])
        best = np.array([max(unit.best, unit.grey) for unit in units])
        return {
            "hue": np.where(self.colourful, hue, 1000 - self.gains),
            "gain": -self.gains,
            "strength": self.found.rest - best,
            "index": np.arange(self.count, dtype=float),
        }

    def tile(self, unit: int) -> Picture:
        found, known = self.found, self.found.units[unit]
        if self.silent[unit]:
            return np.full((TILE, TILE, 3), 128, np.uint8)
        stage, factor = found.stage.close_up(TILE)
        if self.colourful[unit] and known.is_plain:
            return stimuli.plain(stage, known.hue)
        cycles = float(found.cycles[unit]) * TILE / (found.stage.side * factor)
        hue = known.hue if self.colourful[unit] else None
        return stimuli.coloured(stage, float(found.angle[unit]), cycles, known.phase, hue)

    def label(self, unit: int) -> str:
        if self.silent[unit]:
            return "–"
        known = self.found.units[unit]
        return hue_name(_turn(known) % 360) if self.colourful[unit] else "grey"

    def card(self, unit: int) -> Card:
        known, name = self.found.units[unit], f"unit {unit}"
        if self.silent[unit]:
            return name, "–", "answers to no grating and no colour"
        rest = float(self.found.rest[unit])
        note = f"colour +{number(known.best - rest)}, grey +{number(known.grey - rest)}"
        return name, hues_in_words(known) if self.colourful[unit] else "grey will do", note

    def summary(self) -> str:
        plain = int(sum(self.found.units[u].is_plain for u in np.flatnonzero(self.colourful)))
        words = f"Colour raises {int(self.colourful.sum())} of {self.count} more than grey does"
        words += f", {plain} of them a plain colour" if plain else ""
        silent = int(self.silent.sum())
        return words + (f"; {silent} answer to neither" if silent else "")


def _turn(known: ColourTuning) -> float:
    """The hue by which it is sorted: stripes by the first half, after all plain colours."""
    return known.hue if known.is_plain else 360 + known.hue % 180
