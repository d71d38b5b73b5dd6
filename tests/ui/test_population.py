"""The population of the open network: found, started, paused, giving way, failing."""

from __future__ import annotations

import pytest

from cnnviz_app.lab.population_requests import FindPopulation, GatherPopulation, PictureSet
from cnnviz_app.lab.requests import RunTechnique
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.population import PopulationSession, described, session_of, usual_for
from tests.ui.desks import desk as _desk
from tests.ui.fakes import engine_of, lenet_facts
from tests.ui.population_answers import PHOTOS, facts, frame
from tests.ui.waiting import wait_for

desk = _desk


@pytest.fixture
def session(desk: Desk) -> PopulationSession:
    found = session_of(desk)
    found._refresh.setInterval(1)
    desk.state.set_model(lenet_facts())
    return found


def test_there_is_one_for_all(desk: Desk, session: PopulationSession) -> None:
    assert session_of(desk) is session


def test_opening_a_network_asks_for_what_is_known(desk: Desk, session: PopulationSession) -> None:
    assert str(session.status) == "finding"
    assert engine_of(desk).last(FindPopulation).job.urgent
    engine_of(desk).finish(FindPopulation, facts())
    assert str(session.status) == "ready"
    assert session.has_results
    assert session.title == "100 built-in photos"


def test_a_half_done_one_waits_to_be_continued(desk: Desk, session: PopulationSession) -> None:
    engine_of(desk).finish(FindPopulation, facts(done=40))
    assert str(session.status) == "paused"
    session.start()
    assert engine_of(desk).last(GatherPopulation).job.background


def test_it_runs_tells_and_ends(desk: Desk, session: PopulationSession) -> None:
    engine = engine_of(desk)
    engine.finish(FindPopulation, None)
    assert str(session.status) == ""
    assert not bool(session.has_results)
    heard: list[int] = []
    session.changed.connect(lambda: heard.append(session.done))
    session.start()
    session.start()
    assert len(engine.asked_for(GatherPopulation)) == 1
    frame(engine, 30, 100)
    assert (session.done, session.total, session.pace) == (30, 100, 50.0)
    assert bool(session.has_results)
    wait_for(lambda: heard)
    assert heard == [30]  # partial results are worth reading
    engine.finish(GatherPopulation, facts())
    assert str(session.status) == "ready"
    assert heard[-1] == 100


def test_a_pause_stops_it_and_a_start_goes_on(desk: Desk, session: PopulationSession) -> None:
    engine = engine_of(desk)
    engine.finish(FindPopulation, None)
    session.start()
    frame(engine, 30, 100)
    ticket = engine.last(GatherPopulation)
    session.pause()
    assert ticket.control.cancelled
    assert not ticket.control.paused  # nobody else has to wait behind it
    engine.stop(GatherPopulation)
    assert str(session.status) == "paused"
    session.start()
    assert str(session.status) == "running"
    assert len(engine.asked_for(GatherPopulation)) == 2


def test_it_gives_way_and_goes_on_by_itself(desk: Desk, session: PopulationSession) -> None:
    engine = engine_of(desk)
    engine.finish(FindPopulation, None)
    session.start()
    frame(engine, 30, 100)
    engine.ask(RunTechnique("deep-dream", "lenet5"))
    assert engine.last(GatherPopulation).control.cancelled
    engine.stop(GatherPopulation)
    assert str(session.status) == "waiting"
    engine.finish(RunTechnique)
    assert str(session.status) == "running"
    assert len(engine.asked_for(GatherPopulation)) == 2


def test_a_failure_keeps_its_sentence_and_can_be_tried_again(
    desk: Desk, session: PopulationSession
) -> None:
    engine = engine_of(desk)
    engine.finish(FindPopulation, None)
    session.start()
    engine.fail(GatherPopulation, "There are no pictures in “x”.", "Choose another folder.")
    assert str(session.status) == "failed"
    assert session.trouble is not None
    session.start()
    assert str(session.status) == "running"
    assert session.trouble is None


def test_other_pictures_begin_with_nothing(desk: Desk, session: PopulationSession) -> None:
    engine = engine_of(desk)
    engine.finish(FindPopulation, facts())
    session.choose(PictureSet("folder", "/a/cats"))
    assert str(session.status) == ""
    assert not bool(session.has_results)
    assert session.title == "the pictures of “cats”"
    session.start()
    assert engine.asked_for(GatherPopulation)[0].pictures.kind == "folder"


def test_another_network_lets_go_of_the_pass(desk: Desk, session: PopulationSession) -> None:
    engine = engine_of(desk)
    engine.finish(FindPopulation, None)
    session.start()
    ticket = engine.last(GatherPopulation)
    desk.state.set_model(lenet_facts(name="other", labels=("a", "b")))
    assert ticket.control.cancelled
    assert str(session.status) == "finding"
    assert session.wanted == PHOTOS


def test_digits_are_for_networks_of_digits() -> None:
    assert usual_for(lenet_facts()).name == "digits"
    assert usual_for(lenet_facts(labels=("star", "ring", "moon", "cross"))).name == "scenes"
    assert usual_for(lenet_facts(labels=())).name == "photos"
    assert described(PHOTOS) == "1,500 built-in photos"
    assert described(PictureSet("folder", "/x/y"), 7, "y") == "7 pictures of “y”"
