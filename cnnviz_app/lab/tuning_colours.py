"""Colours in front of a whole layer: stripes in each unit's own direction, and plain colours."""

from __future__ import annotations

import time
from functools import partial

import numpy as np
import numpy.typing as npt

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.kept import kept
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.tuning import surveyed
from cnnviz_app.lab.tuning_requests import (
    ColourTuning,
    Curve,
    Floats,
    LayerColours,
    LayerTuning,
    SurveyColours,
    SurveyTuning,
    Values,
)
from cnnviz_app.lab.tuning_trial import HALF_TURN, TURN
from cnnviz_app.nets.network import Network
from cnnviz_app.sources.worlds import stimuli
from cnnviz_app.techniques import _tuning as tuning

# Of the surveyed angles and frequencies every second one is shown in colours: the curves are
# wider than that, and a layer of a thousand units needs no more pictures than one of a hundred.
EVERY = 2
MOST = 4


@answers(SurveyColours)
def survey_colours(lab: Lab, ctx: Context, request: SurveyColours) -> LayerColours:
    net = lab.network(request.model, edits=request.edits)
    if net.spec.channels != 3:
        raise UserError(
            f"“{request.model}” sees no colours.", hint="Choose a network that takes colour."
        )
    layer = net.resolve(request.layer)
    store = kept(net)
    key = ("tuning-colours", layer, request.hues, request.phases)
    if key not in store:
        in_grey = surveyed(ctx, net, layer, SurveyTuning(request.model, request.layer))
        store[key] = Colours(ctx, net, layer, in_grey, request).run()
    found: LayerColours = store[key]
    return found


class Colours:
    """All stimuli in one pass; every unit is read where its own stripes were shown."""

    def __init__(
        self, ctx: Context, net: Network, layer: str, in_grey: LayerTuning, request: SurveyColours
    ) -> None:
        self._ctx, self._net, self._layer = ctx, net, layer
        self._in_grey, self._request = in_grey, request
        # Half a turn of phase is half a turn of colour: the other half of the hues comes free.
        self._half = HALF_TURN * np.arange(request.hues) / request.hues
        self._hues: Floats = np.concatenate([self._half, self._half + HALF_TURN])
        self._phases = TURN * np.arange(request.phases) / request.phases

    def run(self) -> LayerColours:
        began, given = time.perf_counter(), self._in_grey
        shown = _coarser(given.cycles)
        angle = _nearest(given.angle, given.angles[::EVERY], HALF_TURN)
        cycles = _nearest(np.log(given.cycles), np.log(shown))
        # The grid is by number, so that equal stripes of two units are shown once.
        pairs, mine = np.unique(np.stack([angle, cycles], 1), axis=0, return_inverse=True)
        stripes = [(float(given.angles[::EVERY][a]), float(shown[c])) for a, c in pairs]
        striped, in_grey, plain = self._shown(stripes)
        units = tuple(
            self._read(striped[own, :, :, unit], in_grey[own, :, unit], plain[:, unit],
                       float(given.rest[unit]))
            for unit, own in enumerate(mine.reshape(-1))
        )  # fmt: skip
        own = np.array(stripes, np.float32)[mine.reshape(-1)]
        return LayerColours(
            self._request.model, self._request.layer, given.stage, units, own[:, 0], own[:, 1],
            given.rest, time.perf_counter() - began,
        )  # fmt: skip

    def _shown(self, stripes: list[tuple[float, float]]) -> tuple[Values, Values, Values]:
        """Stripes × half the hues × phases × units, stripes × phases × units, hues × units."""
        stage = self._in_grey.stage
        makers: list[tuning.Maker] = [
            partial(stimuli.coloured, stage, angle, cycles, float(phase), float(hue))
            for angle, cycles in stripes for hue in self._half for phase in self._phases
        ]  # fmt: skip
        makers += [
            partial(stimuli.coloured, stage, angle, cycles, float(phase))
            for angle, cycles in stripes for phase in self._phases
        ]  # fmt: skip
        makers += [partial(stimuli.plain, stage, float(hue)) for hue in self._hues]
        total = len(makers)
        found = tuning.answers(
            self._ctx, self._net, self._layer, self._in_grey.cell, makers,
            lambda done: self._ctx.progress(done, total, "colours"),
        )  # fmt: skip
        count, phases = len(stripes), len(self._phases)
        coloured = count * len(self._half) * phases
        grey = coloured + count * phases
        return (
            found[:coloured].reshape(count, len(self._half), phases, -1),
            found[coloured:grey].reshape(count, phases, -1),
            found[grey:],
        )

    def _read(self, half: Values, grey: Values, plain: Values, rest: float) -> ColourTuning:
        """One unit's colours from half the hues × phases."""
        turned = np.roll(half, -(half.shape[1] // 2), axis=1)
        striped = np.concatenate([half, turned])
        phase = int(striped.max(0).argmax())
        best = striped[:, phase]
        curve = Curve(
            self._hues, best, plain, tuning.peak(self._hues, best, TURN),
            tuning.half_width(self._hues, tuning.risen(best, rest), TURN),
        )  # fmt: skip
        return ColourTuning(
            curve, float(self._phases[phase]), tuning.peak(self._hues, plain, TURN),
            float(grey.max()),
        )  # fmt: skip


def _coarser(cycles: Values) -> Floats:
    """Every second of the frequencies that some unit prefers, or all where these are few."""
    known: Floats = np.unique(cycles).astype(np.float64)
    return known[::EVERY] if len(known) > MOST else known


def _nearest(values: Values, among: Floats, period: float = 0.0) -> npt.NDArray[np.intp]:
    """The place of the nearest one for each value."""
    away = np.abs(values[:, None] - among[None])
    if period:
        away = np.minimum(away, period - away)
    found: npt.NDArray[np.intp] = away.argmin(1)
    return found
