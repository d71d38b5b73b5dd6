"""The experiment as a film: a bar turns or moves, or a grating drifts, before one unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnviz_app.lab.tuning_requests import Curve, UnitTuning
from cnnviz_app.sources.worlds import stimuli
from cnnviz_app.sources.worlds.stimuli import Stage

TURN, MOVE, DRIFT = "turn", "move", "drift"
MODES = ((TURN, "Turn a bar"), (MOVE, "Move it"), (DRIFT, "Drift stripes"))
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
        curves = {TURN: self.unit.turning, MOVE: self.unit.position, DRIFT: self.unit.phase}
        return curves[self.mode]

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
        if self.mode == DRIFT:
            return _grating(unit, stage, factor, at)
        if self.mode == MOVE:
            angle = unit.orientation.preferred
            return stimuli.bar(stage, angle, at * factor, width, unit.bar_bright)
        middle = stage.moved(unit.orientation.preferred, unit.bar_shift * factor)
        return stimuli.bar(middle, at, 0.0, width, unit.bar_bright)


def _grating(unit: UnitTuning, stage: Stage, factor: float, phase: float) -> Picture:
    cycles = unit.frequency.preferred * stage.side / (unit.stage.side * factor)
    return stimuli.grating(stage, unit.orientation.preferred, cycles, phase)


def preferred(unit: UnitTuning, pixels: int = PIXELS) -> Picture:
    """The grating that the unit answers best to, around its field."""
    stage, factor = unit.stage.close_up(pixels)
    return _grating(unit, stage, factor, unit.phase.preferred)


def field_box(unit: UnitTuning, pixels: int = PIXELS) -> tuple[float, float, float, float] | None:
    """The field on such a close-up; None when it fills it."""
    stage, _factor = unit.stage.close_up(pixels)
    if stage.field > 0.98 * pixels:
        return None
    low, high = (pixels - stage.field) / 2, (pixels + stage.field) / 2
    return low, low, high, high
