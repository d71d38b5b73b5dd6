"""What can be asked about tuning, and what is answered; plain data."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
class ColourTuning:
    """Hues in degrees: 0 red, 60 yellow, 120 green, 180 cyan, 240 blue, 300 magenta.

    Attributes:
        curve: answers to the preferred stripes between a hue and its opposite; its `mean` those
            to a plain picture of the hue.
        phase: of these stripes.
        plain: the hue of the plain picture that the unit answers best to.
        grey: the best answer to grey stripes of the same strength.
    """

    curve: Curve
    phase: float
    plain: float
    grey: float

    @property
    def best(self) -> float:
        return max(float(self.curve.best.max()), float(self.curve.mean.max()))

    @property
    def is_plain(self) -> bool:
        """A plain colour raises it more than stripes do, or as much: it needs none."""
        striped = float(self.curve.best.max())
        return float(self.curve.mean.max()) >= striped - 0.05 * abs(striped)

    @property
    def hue(self) -> float:
        """The preferred one, by whatever raises it more."""
        return self.plain if self.is_plain else self.curve.preferred

    @property
    def better_first(self) -> Curve:
        """The curve with what raises the unit more as its `best`, the other as its `mean`."""
        if not self.is_plain:
            return self.curve
        one, other = self.curve.best, self.curve.mean
        return replace(self.curve, best=other, mean=one, preferred=self.plain)

    def gain(self, rest: float) -> float:
        """-1 (only grey stripes raise it) … 0 (alike) … 1 (only colour does)."""
        colour, grey = max(self.best - rest, 0.0), max(self.grey - rest, 0.0)
        return (colour - grey) / (colour + grey) if colour + grey > 0 else 0.0


@dataclass(frozen=True)
class SurveyColours:
    """The stripes each unit of a layer prefers in colours, and plain colours; `LayerColours`.

    Attributes:
        hues: pairs of opposite colours of the stripes.
        phases: even, so that each colour meets its opposite.
    """

    model: str
    layer: str
    hues: int = 6
    phases: int = 4
    edits: Edits = ()


@dataclass(frozen=True)
class LayerColours:
    """What each unit of a layer does when colours are shown.

    Attributes:
        units: of every unit, at the angle and fineness of stripes shown that is nearest to the
            one it prefers in grey.
        angle, cycles, rest: by unit: those stripes, and the answer to plain grey.
    """

    model: str
    layer: str
    stage: Stage
    units: tuple[ColourTuning, ...]
    angle: Values
    cycles: Values
    rest: Values
    seconds: float

    @property
    def gains(self) -> Values:
        """By unit: -1 (only grey stripes raise it) … 0 (alike) … 1 (only colour does)."""
        pairs = zip(self.units, self.rest, strict=True)
        return np.array([unit.gain(float(rest)) for unit, rest in pairs], np.float32)

    @property
    def silent(self) -> npt.NDArray[np.bool_]:
        """Neither a colour nor grey raises these."""
        best = np.array([max(unit.best, unit.grey) for unit in self.units], np.float32)
        quiet: npt.NDArray[np.bool_] = best <= self.rest + 1e-6 * np.maximum(1, np.abs(self.rest))
        return quiet


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
    colour: None for a network that sees no colours.
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
    colour: ColourTuning | None = None

    @property
    def colour_gain(self) -> float:
        return self.colour.gain(self.rest) if self.colour is not None else 0.0

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
        """Nothing that was shown raises it above its answer to grey."""
        return self.colour_blank and self.lines_blank

    @property
    def lines_blank(self) -> bool:
        """No grey grating and no bar raises it."""
        return not self._raised(
            max(float(self.orientation.best.max()), float(self.turning.best.max()))
        )

    @property
    def colour_blank(self) -> bool:
        return self.colour is None or not self._raised(self.colour.best)

    def _raised(self, answer: float) -> bool:
        return answer > self.rest + 1e-6 * max(1.0, abs(self.rest))
