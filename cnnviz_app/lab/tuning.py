"""Requests about tuning: a survey of a layer with gratings, and every curve of one unit."""

from __future__ import annotations

import time
from functools import partial

import numpy as np

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.kept import kept
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.tuning_requests import (
    Floats,
    LayerTuning,
    SurveyTuning,
    TuneUnit,
    UnitTuning,
    Values,
)
from cnnviz_app.lab.tuning_trial import HALF_TURN, TURN, Trial
from cnnviz_app.nets.network import Network
from cnnviz_app.sources.worlds import stimuli
from cnnviz_app.techniques import _tuning as tuning


@answers(SurveyTuning)
def survey_tuning(lab: Lab, ctx: Context, request: SurveyTuning) -> LayerTuning:
    net = lab.network(request.model, edits=request.edits)
    return surveyed(ctx, net, net.resolve(request.layer), request)


def surveyed(ctx: Context, net: Network, layer: str, request: SurveyTuning) -> LayerTuning:
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
        layer_wide = surveyed(ctx, net, layer, SurveyTuning(request.model, request.layer))
        store[key] = Trial(ctx, net, layer, layer_wide, request).run()
    found: UnitTuning = store[key]
    return found
