"""The experiment as a film: a bar turns or moves, or a grating drifts, before one unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnviz_app.lab.tuning_requests import Curve, UnitTuning
from cnnviz_app.sources.worlds import stimuli
from cnnviz_app.sources.worlds.stimuli import Stage

TURN, MOVE, DRIFT, COLOUR = "turn", "move", "drift", "colour"
MODES = ((TURN, "Turn a bar"), (MOVE, "Move it"), (DRIFT, "Drift stripes"), (COLOUR, "Colours"))
SHORT_MODES = ((TURN, "Turn"), (MOVE, "Move"), (DRIFT, "Stripes"), (COLOUR, "Colours"))
# From here on colour is what the unit answers to rather than grey.
COLOURFUL = 0.1
PIXELS = 240
Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Trial:
    """One kind of stimulus, step by step, with the unit's answers.

    Attributes:
        x: the property that changes, for the tick on its curve.
    """

    mode: str
    unit: UnitTuning

    @property
    def curve(self) -> Curve:
        if self.mode == COLOUR and self.unit.colour is not None:
            # The film shows what the unit answers to: stripes, or the colour alone.
            return self.unit.colour.better_first
        curves = {MOVE: self.unit.position, DRIFT: self.unit.phase}
        return curves.get(self.mode, self.unit.turning)

    @property
    def steps(self) -> int:
        return len(self.curve.x)

    def value(self, step: int) -> float:
        return float(self.curve.best[step])

    def best_step(self) -> int:
        return int(np.argmax(self.curve.best))

    def words(self, step: int) -> str:
        """Where the stimulus stands."""
        at = float(self.curve.x[step])
        if self.mode == MOVE:
            return f"{at:+.1f} px".replace("-", "\u2212")
        return f"{at:.0f}°"

    def picture(self, step: int, pixels: int = PIXELS) -> Picture:
        """The stimulus as the unit sees it: its field and a little around it."""
        unit, at = self.unit, float(self.curve.x[step])
        stage, factor = unit.stage.close_up(pixels)
        width = unit.bar_width * factor
        if self.mode == COLOUR and unit.colour is not None:
            return _coloured(unit, stage, factor, at)
        if self.mode == DRIFT:
            return _grating(unit, stage, factor, at)
        if self.mode == MOVE:
            angle = unit.orientation.preferred
            return stimuli.bar(stage, angle, at * factor, width, unit.bar_bright)
        middle = stage.moved(unit.orientation.preferred, unit.bar_shift * factor)
        return stimuli.bar(middle, at, 0.0, width, unit.bar_bright)


def _grating(unit: UnitTuning, stage: Stage, factor: float, phase: float) -> Picture:
    return stimuli.grating(
        stage, unit.orientation.preferred, _cycles(unit, stage, factor), phase
    )


def _cycles(unit: UnitTuning, stage: Stage, factor: float) -> float:
    return unit.frequency.preferred * stage.side / (unit.stage.side * factor)


def _coloured(unit: UnitTuning, stage: Stage, factor: float, hue: float) -> Picture:
    known = unit.colour
    if known is None or known.is_plain:
        return stimuli.plain(stage, hue)
    cycles = _cycles(unit, stage, factor)
    return stimuli.coloured(stage, unit.orientation.preferred, cycles, known.phase, hue)


def preferred(unit: UnitTuning, pixels: int = PIXELS) -> Picture:
    """What the unit answers best to, around its field: stripes, coloured ones, or a colour."""
    stage, factor = unit.stage.close_up(pixels)
    if unit.colour is not None and unit.colour_gain > COLOURFUL:
        return _coloured(unit, stage, factor, unit.colour.hue)
    return _grating(unit, stage, factor, unit.phase.preferred)


def field_box(unit: UnitTuning, pixels: int = PIXELS) -> tuple[float, float, float, float] | None:
    """The field on such a close-up; None when it fills it."""
    stage, _factor = unit.stage.close_up(pixels)
    if stage.field > 0.98 * pixels:
        return None
    low, high = (pixels - stage.field) / 2, (pixels + stage.field) / 2
    return low, low, high, high
