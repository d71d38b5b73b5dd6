"""Requests about tuning: a survey of a layer with gratings, and every curve of one unit."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

import numpy as np

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.kept import kept
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.tuning_requests import (
    Curve,
    Floats,
    LayerTuning,
    SurveyTuning,
    TuneUnit,
    UnitTuning,
    Values,
)
from cnnviz_app.nets.network import Network
from cnnviz_app.sources.worlds import stimuli
from cnnviz_app.techniques import _tuning as tuning

HALF_TURN, TURN = 180.0, 360.0
NONE: Values = np.zeros(0, np.float32)


@answers(SurveyTuning)
def survey_tuning(lab: Lab, ctx: Context, request: SurveyTuning) -> LayerTuning:
    net = lab.network(request.model, edits=request.edits)
    return _surveyed(ctx, net, net.resolve(request.layer), request)


def _surveyed(ctx: Context, net: Network, layer: str, request: SurveyTuning) -> LayerTuning:
    key = ("tuning", layer, request.angles, request.frequencies, request.phases)
    store = kept(net)
    if key not in store:
        store[key] = _survey(ctx, net, layer, request)
    found: LayerTuning = store[key]
    return found


def _survey(ctx: Context, net: Network, layer: str, request: SurveyTuning) -> LayerTuning:
    began = time.perf_counter()
    stage, cell = tuning.stage_of(net, layer)
    angles = HALF_TURN * np.arange(request.angles) / request.angles
    phases = TURN * np.arange(request.phases) / request.phases
    cycles = tuning.cycles_for(stage, request.frequencies)
    makers = [partial(stimuli.grey, stage)]
    makers += [
        partial(stimuli.grating, stage, float(angle), float(cycle), float(phase))
        for angle in angles for cycle in cycles for phase in phases
    ]  # fmt: skip
    total = len(makers)
    found = tuning.answers(
        ctx, net, layer, cell, makers, lambda done: ctx.progress(done, total, "gratings")
    )
    rest, shape = found[0], (len(angles), len(cycles), len(phases), found.shape[1])
    best = found[1:].reshape(shape)
    return _read(request, stage, cell, (angles, cycles, phases), rest, best, began)


def _read(
    request: SurveyTuning, stage: stimuli.Stage, cell: tuple[int, int],
    axes: tuple[Floats, Floats, Floats], rest: Values, found: Values, began: float,
) -> LayerTuning:  # fmt: skip
    """The figures of every unit from angles × frequencies × phases × units."""
    angles, cycles, phases = axes
    units = np.arange(found.shape[-1])
    flat = found.reshape(-1, len(units)).argmax(0)
    _, f, p = np.unravel_index(flat, found.shape[:3])
    by_phase = found[:, f, :, units]  # units × angles × phases
    curves = by_phase.max(2)
    raised = tuning.risen(curves, rest[:, None])
    angle = [tuning.peak(angles, curve, HALF_TURN) for curve in curves]
    width = [tuning.half_width(angles, curve, HALF_TURN) for curve in raised]
    turned = by_phase[units, curves.argmax(1)]
    return LayerTuning(
        request.model, request.layer, stage, cell,
        angle=np.asarray(angle, np.float32),
        cycles=cycles[f].astype(np.float32),
        phase=phases[p].astype(np.float32),
        rest=rest,
        peak=curves.max(1),
        selectivity=tuning.selectivity(raised),
        bandwidth=np.asarray(width, np.float32),
        modulation=tuning.modulation(tuning.risen(turned, rest[:, None])),
        angles=angles,
        curves=curves,
        seconds=time.perf_counter() - began,
    )  # fmt: skip


@answers(TuneUnit)
def tune_unit(lab: Lab, ctx: Context, request: TuneUnit) -> UnitTuning:
    net = lab.network(request.model, edits=request.edits)
    layer = net.resolve(request.layer)
    units = net.map_shape(layer)[0]
    if not 0 <= request.unit < units:
        raise UserError(
            f"“{layer}” has no unit {request.unit}.", hint=f"Its units are 0 to {units - 1}."
        )
    key = ("unit-tuning", layer, request.unit, request.angles, request.phases)
    store = kept(net)
    if key not in store:
        layer_wide = _surveyed(ctx, net, layer, SurveyTuning(request.model, request.layer))
        store[key] = _Trial(ctx, net, layer, layer_wide, request).run()
    found: UnitTuning = store[key]
    return found


class _Trial:
    """One unit, one property of the stimulus after the other, each at the best of the others."""

    _STEPS = 6

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
        raised = tuning.risen(orientation.best, self._rest)
        turned = tuning.risen(phase.best, self._rest)
        return UnitTuning(
            self._request.model, self._request.layer, self._request.unit, self._stage, self._rest,
            orientation, frequency, phase, position, size, turning,
            width, position.preferred, bright,
            float(tuning.selectivity(raised)),
            float(tuning.selectivity(tuning.risen(turning.best, self._rest))),
            float(tuning.modulation(turned)), time.perf_counter() - began,
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
