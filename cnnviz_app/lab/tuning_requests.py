"""What can be asked about tuning, and what is answered; plain data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnviz_app.lab.edit_requests import Edits
from cnnviz_app.sources.worlds.stimuli import Stage

Values = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SurveyTuning:
    """Gratings of all angles, frequencies and phases before a whole layer; `LayerTuning`."""

    model: str
    layer: str
    angles: int = 12
    frequencies: int = 7
    phases: int = 4
    edits: Edits = ()


@dataclass(frozen=True)
class LayerTuning:
    """The preferences of all units of a layer, each array by unit.

    Angles are in degrees clockwise from upright, frequencies in stripes across the picture.

    Attributes:
        rest: the answer to plain grey; peak: to the best grating.
        selectivity: 0 (any angle) … 1 (one angle only).
        bandwidth: degrees at half height; NaN where the curve never falls so far.
        modulation: first harmonic over mean when the phase turns; above 1 a simple unit.
        curves: units × angles, at the unit's best frequency and phase.
    """

    model: str
    layer: str
    stage: Stage
    cell: tuple[int, int]
    angle: Values
    cycles: Values
    phase: Values
    rest: Values
    peak: Values
    selectivity: Values
    bandwidth: Values
    modulation: Values
    angles: Floats
    curves: Values
    seconds: float


@dataclass(frozen=True)
class TuneUnit:
    """All tuning curves of one unit, around what the survey found; answered as `UnitTuning`."""

    model: str
    layer: str
    unit: int
    angles: int = 24
    phases: int = 4
    edits: Edits = ()


@dataclass(frozen=True)
class Curve:
    """Answers along one property of the stimulus.

    Attributes:
        mean: over the phases (or of the dark bar, for positions); empty where there is none.
        preferred: where the curve is highest.
        width: at half height, NaN where it never falls so far.
    """

    x: Floats
    best: Values
    mean: Values
    preferred: float
    width: float


@dataclass(frozen=True)
class UnitTuning:
    """Attributes:
    rest: the answer to plain grey.
    orientation, frequency, phase, position, size: degrees, stripes across the picture, degrees,
        pixels from the middle of the field, pixels of diameter.
    turning: a bar turned through half a circle at the best position.
    bar_width, bar_shift, bar_bright: that bar, in pixels.
    selectivity, bar_selectivity: for stripes and for the bar, 0 (any angle) … 1 (one angle only).
    modulation: first harmonic over mean when the phase turns; above 1 a simple unit.
    """

    model: str
    layer: str
    unit: int
    stage: Stage
    rest: float
    orientation: Curve
    frequency: Curve
    phase: Curve
    position: Curve
    size: Curve
    turning: Curve
    bar_width: float
    bar_shift: float
    bar_bright: bool
    selectivity: float
    bar_selectivity: float
    modulation: float
    seconds: float

    @property
    def likes_bars(self) -> bool:
        """One bar raises it more than stripes do."""
        return float(self.turning.best.max()) > float(self.orientation.best.max())

    @property
    def angle(self) -> float:
        """The preferred direction, by whatever raises it more."""
        return (self.turning if self.likes_bars else self.orientation).preferred

    @property
    def silent(self) -> bool:
        """No grating and no bar raises it above its answer to grey."""
        strongest = max(float(self.orientation.best.max()), float(self.turning.best.max()))
        return strongest <= self.rest + 1e-6 * max(1.0, abs(self.rest))
