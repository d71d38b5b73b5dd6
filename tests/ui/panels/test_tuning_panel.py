"""The tuning panel: survey, then unit; the film and the curves follow one another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from cnnviz_app.lab.tuning_requests import (
    ColourTuning,
    Curve,
    LayerColours,
    LayerTuning,
    SurveyColours,
    SurveyTuning,
    TuneUnit,
    UnitTuning,
)
from cnnviz_app.sources.worlds.stimuli import Stage
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels._tuning_layer_views import Colours, Lines
from cnnviz_app.ui.panels._tuning_trial import (
    COLOUR,
    DRIFT,
    MOVE,
    TURN,
    Trial,
    field_box,
    preferred,
)
from cnnviz_app.ui.panels._tuning_words import facts, sentence, tilt
from cnnviz_app.ui.panels.tuning import TuningPanel
from tests.ui.fakes import engine_of, lenet_facts
from tests.ui.waiting import wait_for

STAGE = Stage(28, 14.5, 14.5, 14.0)
NONE = np.zeros(0, np.float32)
LAYER = "features.relu2"


def curve(x: np.ndarray, peak: float) -> Curve:
    best = np.exp(-(((x - peak) / 20) ** 2)).astype(np.float32)
    return Curve(x, best, NONE, peak, 20.0)


def tuned(unit: int = 0, scale: float = 1.0, modulation: float = 1.5) -> UnitTuning:
    half = curve(180 * np.arange(24) / 24, 45.0)
    bar = curve(180 * np.arange(48) / 48, 45.0)
    bar = Curve(bar.x, scale * bar.best, NONE, 45.0, 20.0)
    return UnitTuning(
        "lenet5", LAYER, unit, STAGE, 0.0, half,
        curve(np.geomspace(1, 9, 14), 5.0), curve(360 * np.arange(24) / 24, 90.0),
        curve(np.linspace(-9, 9, 33), 1.0), curve(np.geomspace(2, 22, 14), 9.0), bar,
        2.8, 1.0, True, 0.6, 0.6, modulation, 0.1,
    )  # fmt: skip


def surveyed(units: int = 16) -> LayerTuning:
    numbers = np.arange(units, dtype=np.float32)
    peak = np.ones(units, np.float32)
    peak[3] = 0
    half = np.float32(0.5)
    return LayerTuning(
        "lenet5", LAYER, STAGE, (5, 5), angle=170 - 10 * numbers, cycles=1 + numbers * half,
        phase=0 * numbers, rest=0 * numbers, peak=peak, selectivity=numbers * np.float32(1 / units),
        bandwidth=np.full(units, np.nan, np.float32), modulation=numbers * np.float32(1 / 8),
        angles=15 * np.arange(12.0), curves=np.ones((units, 12), np.float32), seconds=0.1,
    )  # fmt: skip


@pytest.fixture
def panel(desk: Desk) -> Iterator[TuningPanel]:
    made = TuningPanel(desk)
    made._asker._rest.setInterval(1)
    desk.state.set_model(lenet_facts())
    desk.state.set_layer(LAYER)
    yield made
    made._asker.set_wanted(False)
    made.deleteLater()


def rest(panel: TuningPanel) -> None:
    """Until the panel has asked, which it does when the selection has rested."""
    wait_for(lambda: not panel._asker._rest.isActive(), 5)


def answered(panel: TuningPanel) -> TuningPanel:
    panel._asker.set_wanted(True)
    rest(panel)
    engine = engine_of(panel.desk)
    engine.finish(SurveyTuning, surveyed())
    engine.finish(TuneUnit, tuned())
    return panel


def test_nothing_runs_until_somebody_looks(panel: TuningPanel) -> None:
    rest(panel)
    assert engine_of(panel.desk).asked_for(SurveyTuning) == []


def test_the_layer_first_then_the_unit(panel: TuningPanel) -> None:
    answered(panel)
    assert "leaning 45° to the right" in panel._sentence.text()
    assert "simple" in panel._sentence.text()
    assert panel._film.trial is not None
    assert panel._layer._grid.values.count == 16


def test_another_unit_needs_no_second_survey(panel: TuningPanel) -> None:
    answered(panel)
    panel.desk.state.set_unit(4)
    assert panel._film.trial is None
    rest(panel)
    engine = engine_of(panel.desk)
    assert len(engine.asked_for(SurveyTuning)) == 1
    assert engine.asked_for(TuneUnit)[-1].unit == 4


def test_it_goes_on_after_giving_way(panel: TuningPanel) -> None:
    panel._asker.set_wanted(True)
    rest(panel)
    engine = engine_of(panel.desk)
    panel.desk.conductor.list_models()
    assert engine.last(SurveyTuning).control.cancelled
    engine.stop(SurveyTuning)
    assert panel._status.text() == "waits for other jobs"
    engine.finish(type(engine.tickets[-1].job.request), ())
    rest(panel)
    assert len(engine.asked_for(SurveyTuning)) == 2


def test_a_failure_is_said_once_and_not_tried_for_ever(panel: TuningPanel) -> None:
    panel._asker.set_wanted(True)
    rest(panel)
    engine = engine_of(panel.desk)
    engine.fail(SurveyTuning, "This network only runs as a whole.")
    rest(panel)
    assert len(engine.asked_for(SurveyTuning)) == 1
    assert panel._stack.currentWidget() is panel._empty


def test_the_film_turns_by_hand_and_the_rose_follows(panel: TuningPanel) -> None:
    film = answered(panel)._film
    film._by_hand(12)
    trial = film.trial
    assert trial is not None
    assert panel._rose._now is not None
    assert panel._rose._now[0] == pytest.approx(45.0)
    assert panel._rose._now[1] == pytest.approx(trial.value(12))
    assert film._place.text() == "45°"
    film._mode.set_key(MOVE)
    film._begin()
    assert not panel._rose.has_hand
    assert panel._curves["position"]._now is not None


def test_playing_walks_round_and_stops_when_hidden(panel: TuningPanel) -> None:
    film = answered(panel)._film
    panel.show()
    film.toggle()
    assert film.playing
    film._step = 47
    film._next()
    assert film._step == 0
    panel.hide()
    assert not film.playing


def test_tiles_can_be_sorted_and_silent_ones_come_last(panel: TuningPanel) -> None:
    layer = answered(panel)._layer
    order = layer._grid.values.order
    assert order[-1] == 3
    layer._order.set_key("selectivity")
    layer._sort()
    order = layer._grid.values.order
    assert order[0] == 15
    assert order[-1] == 3
    layer._grid.chosen.emit(9)
    assert panel.desk.state.unit == 9
    assert layer._card(3)[2] == "answers to no grating"


def coloured(units: int = 16) -> LayerColours:
    made = (in_colour(0.2, 0.5), in_colour(3.0, 0.5), in_colour(0.2, 9.0))
    known = [unit.colour for unit in made if unit.colour is not None]
    each = tuple(known[unit % 3] for unit in range(units))
    ones = np.ones(units, np.float32)
    return LayerColours("lenet5", LAYER, STAGE, each, 0 * ones, 3 * ones, 0 * ones, 0.1)


def test_a_layer_is_shown_in_colours_where_there_are_some(panel: TuningPanel) -> None:
    layer, engine = answered(panel)._layer, engine_of(panel.desk)
    assert layer._what.isHidden(), "this network sees no colours"
    panel.desk.state.set_model(replace(lenet_facts(), input=(3, 28, 28)))
    panel.desk.state.set_layer(LAYER)
    assert not layer._what.isHidden()
    layer._what._choose(1)
    rest(panel)
    if engine.asked_for(SurveyColours) == []:
        engine.finish(SurveyTuning, surveyed())
    assert len(engine.asked_for(SurveyColours)) == 1
    before = layer.view
    assert isinstance(before, Lines), "until the colours are there"
    engine.finish(SurveyColours, coloured())
    view = layer.view
    assert isinstance(view, Colours)
    assert view.summary() == "Colour raises 11 of 16 more than grey does, 5 of them a plain colour"
    assert (view.label(0), view.label(1), view.label(2)) == ("orange", "blue", "grey")
    assert view.card(0)[1] == "orange against sky blue"
    order = list(layer._grid.values.order)
    assert [unit % 3 for unit in order] == [1] * 5 + [0] * 6 + [2] * 5
    assert (view.tile(1) == view.tile(1)[0, 0]).all(), "a plain colour"
    assert np.ptp(view.tile(2).astype(int), axis=2).max() == 0, "grey"
    panel.desk.state.set_model(lenet_facts())
    assert layer._what.key == "lines"


@pytest.mark.parametrize("mode", [TURN, MOVE, DRIFT])
def test_every_step_of_the_film_is_a_picture(mode: str) -> None:
    trial = Trial(mode, tuned())
    for step in (0, trial.best_step(), trial.steps - 1):
        picture = trial.picture(step, 60)
        assert picture.shape == (60, 60, 3)
        assert np.ptp(picture) > 100


def test_the_close_up_keeps_the_shape_of_the_stimulus() -> None:
    unit = tuned()
    picture = preferred(unit, 252)
    assert picture[126, 126, 0] > 250  # phase 90: bright in the middle of the field
    assert field_box(unit, 252) == (56, 56, 196, 196)


def test_words() -> None:
    assert [tilt(angle) for angle in (1, 178, 88, 30, 150)] == [
        "upright", "upright", "level", "30° to the right", "30° to the left",
    ]  # fmt: skip
    assert "complex" in sentence(tuned(modulation=0.2))
    silent = tuned(scale=0.0)
    assert not silent.silent
    flat = Curve(silent.orientation.x, np.zeros(24, np.float32), NONE, 0.0, float("nan"))
    dead = UnitTuning(**{**silent.__dict__, "orientation": flat})
    assert dead.silent
    assert "no bar and no grating" in sentence(dead)


def in_colour(plain: float, grey: float, unit: int = 0) -> UnitTuning:
    hues = 20 * np.arange(18.0)
    striped = curve(hues, 40.0).best
    found = ColourTuning(Curve(hues, striped, plain * striped, 40.0, 60.0), 90.0, 240.0, grey)
    return replace(tuned(unit), colour=found)


def test_what_a_unit_likes_in_colour_is_said_and_shown() -> None:
    stripes, flat = in_colour(plain=0.2, grey=0.5), in_colour(plain=3.0, grey=0.5)
    assert "Colour raises it more: orange against sky blue." in sentence(stripes)
    assert "plain blue" in sentence(flat)
    assert dict(facts(in_colour(0.2, grey=9.0)))["Colour"] == "not needed"
    assert "Colour" not in dict(facts(tuned()))
    shown = preferred(flat)
    assert (shown == shown[0, 0]).all()
    assert shown[0, 0].argmax() == 2, "blue"
    assert preferred(stripes).std((0, 1)).max() > 30
    assert (preferred(in_colour(0.2, grey=9.0))[..., 0] == preferred(tuned())[..., 0]).all()
    film = Trial(COLOUR, stripes)
    assert film.steps == 18
    assert not np.array_equal(film.picture(0), film.picture(9))


def test_colours_are_offered_where_there_are_some(panel: TuningPanel) -> None:
    panel._on_tuned(tuned())
    assert COLOUR not in panel._film._mode._keys
    panel._on_tuned(in_colour(0.2, 0.5))
    panel._film._mode._choose(3)
    assert panel._film.trial is not None
    assert panel._film.trial.mode == COLOUR
    panel._on_tuned(tuned())
    assert panel._film.trial.mode == TURN, "a network that sees no colours takes them away"
