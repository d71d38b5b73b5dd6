"""Every tuning curve of one unit: each property at the best of the others."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

import numpy as np

from cnnviz_app.core.context import Context
from cnnviz_app.lab.tuning_requests import (
    ColourTuning,
    Curve,
    Floats,
    LayerTuning,
    TuneUnit,
    UnitTuning,
    Values,
)
from cnnviz_app.nets.network import Network
from cnnviz_app.sources.worlds import stimuli
from cnnviz_app.techniques import _tuning as tuning

HALF_TURN, TURN = 180.0, 360.0
NONE: Values = np.zeros(0, np.float32)


class Trial:
    """One unit, one property of the stimulus after the other, each at the best of the others."""

    _STEPS = 7

    def __init__(
        self, ctx: Context, net: Network, layer: str, survey: LayerTuning, request: TuneUnit
    ) -> None:
        self._ctx, self._net, self._layer, self._request = ctx, net, layer, request
        self._stage, self._cell = survey.stage, survey.cell
        unit = request.unit
        self._angle = float(survey.angle[unit])
        self._cycles = float(survey.cycles[unit])
        self._phase = float(survey.phase[unit])
        self._rest = float(survey.rest[unit])
        self._done = 0

    def run(self) -> UnitTuning:
        began = time.perf_counter()
        orientation = self._orientation()
        self._angle = orientation.preferred
        frequency = self._frequency()
        self._cycles = frequency.preferred
        phase = self._along_phase()
        self._phase = phase.preferred
        width = max(1.5, 0.5 * self._stage.side / self._cycles)
        position, bright = self._position(width)
        turning = self._turning(width, position.preferred, bright)
        size = self._size()
        colour = self._colour() if self._net.spec.channels == 3 else None
        raised = tuning.risen(orientation.best, self._rest)
        turned = tuning.risen(phase.best, self._rest)
        return UnitTuning(
            self._request.model, self._request.layer, self._request.unit, self._stage, self._rest,
            orientation, frequency, phase, position, size, turning,
            width, position.preferred, bright,
            float(tuning.selectivity(raised)),
            float(tuning.selectivity(tuning.risen(turning.best, self._rest))),
            float(tuning.modulation(turned)), time.perf_counter() - began, colour,
        )  # fmt: skip

    def _ask(self, makers: Sequence[tuning.Maker]) -> Values:
        count = len(makers)
        found = tuning.answers(
            self._ctx, self._net, self._layer, self._cell, makers,
            lambda n: self._ctx.progress(self._done + n / count, self._STEPS, "stimuli"),
        )  # fmt: skip
        self._done += 1
        return found[:, self._request.unit]

    def _phases(self, count: int) -> list[float]:
        """Phases around the best one known so far."""
        return [self._phase + TURN * k / count for k in range(count)]

    def _curve(self, x: Floats, best: Values, mean: Values = NONE, period: float = 0.0) -> Curve:
        raised = tuning.risen(best, self._rest)
        preferred = tuning.peak(x, best, period)
        return Curve(x, best, mean, preferred, tuning.half_width(x, raised, period))

    def _over_phases(self, made: Sequence[tuple[float, float]]) -> Values:
        """Answers to (angle, frequency) pairs × phases."""
        phases = self._phases(self._request.phases)
        makers = [
            partial(stimuli.grating, self._stage, angle, cycles, phase)
            for angle, cycles in made for phase in phases
        ]  # fmt: skip
        return self._ask(makers).reshape(len(made), len(phases))

    def _orientation(self) -> Curve:
        x = HALF_TURN * np.arange(self._request.angles) / self._request.angles
        found = self._over_phases([(float(angle), self._cycles) for angle in x])
        return self._curve(x, found.max(1), found.mean(1), HALF_TURN)

    def _frequency(self) -> Curve:
        x = tuning.cycles_for(self._stage, 14)
        found = self._over_phases([(self._angle, float(cycles)) for cycles in x])
        octaves = np.log2(x)
        raised = tuning.risen(found.max(1), self._rest)
        preferred = float(2 ** tuning.peak(octaves, found.max(1)))
        # The width of a frequency curve is told in octaves.
        return Curve(
            x, found.max(1), found.mean(1), preferred, tuning.half_width(octaves, raised)
        )

    def _along_phase(self) -> Curve:
        x = TURN * np.arange(24) / 24
        made = [
            partial(stimuli.grating, self._stage, self._angle, self._cycles, float(phase))
            for phase in x
        ]
        return self._curve(x, self._ask(made), period=TURN)

    def _position(self, width: float) -> tuple[Curve, bool]:
        reach = 0.5 * self._stage.field + width
        x = np.linspace(-reach, reach, 33)
        makers = [
            partial(stimuli.bar, self._stage, self._angle, float(shift), width, bright)
            for bright in (True, False) for shift in x
        ]  # fmt: skip
        light, dark = self._ask(makers).reshape(2, len(x))
        bright = bool(light.max() >= dark.max())
        better, other = (light, dark) if bright else (dark, light)
        return self._curve(x, better, other), bright

    def _turning(self, width: float, shift: float, bright: bool) -> Curve:
        x = HALF_TURN * np.arange(48) / 48
        turned = self._stage.moved(self._angle, shift)
        made = [partial(stimuli.bar, turned, float(angle), 0.0, width, bright) for angle in x]
        return self._curve(x, self._ask(made), period=HALF_TURN)

    def _size(self) -> Curve:
        most = min(1.6 * self._stage.field, 1.4 * self._stage.side)
        x = np.geomspace(min(2.0, most / 2), most, 14)
        made = [
            partial(
                stimuli.grating, self._stage, self._angle, self._cycles, self._phase, float(wide)
            )
            for wide in x
        ]
        return self._curve(x, self._ask(made))

    def _colour(self) -> ColourTuning:
        """The preferred stripes in two opposite colours, all colours equally far from grey."""
        x = TURN * np.arange(18) / 18
        phases = self._phases(self._request.phases)
        stripes = partial(stimuli.coloured, self._stage, self._angle, self._cycles)
        makers = [partial(stripes, phase, float(hue)) for hue in x for phase in phases]
        makers += [partial(stimuli.plain, self._stage, float(hue)) for hue in x]
        makers += [partial(stripes, phase) for phase in phases]
        found = self._ask(makers)
        count = len(x) * len(phases)
        striped = found[:count].reshape(len(x), len(phases))
        plain, grey = found[count : count + len(x)], found[count + len(x) :]
        # Of one phase: half a turn of phase is half a turn of colour.
        phase = int(striped.max(0).argmax())
        return ColourTuning(
            self._curve(x, striped[:, phase], plain, TURN), phases[phase] % TURN,
            tuning.peak(x, plain, TURN), float(grey.max()),
        )  # fmt: skip
