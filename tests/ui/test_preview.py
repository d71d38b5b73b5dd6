"""The picture that makes itself: it waits for rest, gives way, and keeps what it found."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtTest import QTest

from cnnviz_app.core.events import Frame, Progress
from cnnviz_app.lab.requests import ListModels, RunTechnique
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.preview import DRAFT, REST_MS, STEPS, Preview, Sight
from tests.ui.desks import desk, outcome
from tests.ui.fakes import engine_of, lenet_facts

__all__ = ["desk"]


@pytest.fixture
def preview(desk: Desk) -> Iterator[Preview]:
    made = Preview(desk.state, desk.engine, desk.engine)
    made._rest.setInterval(1)
    desk.state.set_model(lenet_facts())
    yield made
    made._rest.stop()


def rest() -> None:
    QTest.qWait(20)


def asked(desk: Desk) -> list[tuple[str, str]]:
    return [(r.params["layer"], r.params["unit"]) for r in engine_of(desk).asked_for(RunTechnique)]


def test_it_starts_only_when_seen_and_after_a_moment(desk: Desk, preview: Preview) -> None:
    assert REST_MS >= 200
    rest()
    assert asked(desk) == []
    preview.set_wanted(True)
    assert asked(desk) == [("features.conv1", "0")], "who wants it has waited"
    desk.state.set_unit(1)
    assert len(asked(desk)) == 1
    rest()
    assert asked(desk)[-1] == ("features.conv1", "1")
    assert engine_of(desk).last(RunTechnique).job.background


def test_running_through_units_starts_one_only(desk: Desk, preview: Preview) -> None:
    preview.set_wanted(True)
    for unit in range(1, 6):
        desk.state.set_unit(unit)
    rest()
    assert asked(desk) == [("features.conv1", "0"), ("features.conv1", "5")]


def test_frames_and_the_end_are_shown_and_kept(desk: Desk, preview: Preview) -> None:
    seen: list[Sight | None] = []
    preview.changed.connect(seen.append)
    preview.set_wanted(True)
    rest()
    engine = engine_of(desk)
    number = engine.last(RunTechnique).job.id
    engine.deliver(Progress(number, 48, 192))
    engine.deliver(Frame(number, "picture", 48, np.zeros((4, 4, 3), np.uint8)))
    engine.finish(RunTechnique, outcome())
    shares = [sight.progress for sight in seen if sight is not None]
    assert shares == [0.25, 1.0]
    desk.state.set_unit(1)
    rest()
    desk.state.set_unit(0)
    assert seen[-1] is not None
    assert seen[-1].progress == 1.0
    rest()
    assert asked(desk).count(("features.conv1", "0")) == 2, "the draft made better"
    engine.finish(RunTechnique, outcome())
    desk.state.set_unit(1)
    desk.state.set_unit(0)
    rest()
    assert asked(desk).count(("features.conv1", "0")) == 2, "and then kept"


def test_a_draft_comes_first_and_is_made_better_when_nobody_waits(
    desk: Desk, preview: Preview
) -> None:
    seen: list[Sight | None] = []
    preview.changed.connect(seen.append)
    preview.set_wanted(True)
    engine = engine_of(desk)
    other = engine.ask(ListModels(), background=True)
    engine.finish(RunTechnique, outcome())
    assert seen[-1] is not None
    assert seen[-1].draft
    rest()
    assert len(asked(desk)) == 1, "somebody waits"
    engine.finish(ListModels, ())
    rest()
    assert other.ended
    steps = [request.params["steps"] for request in engine.asked_for(RunTechnique)]
    assert steps == [DRAFT, STEPS]
    number = engine.last(RunTechnique).job.id
    before = seen[-1].pixels
    engine.deliver(Frame(number, "picture", 1, np.zeros((4, 4, 3), np.uint8)))
    engine.deliver(Progress(number, 96, 192))
    assert seen[-1].pixels is before, "noise is no progress to look at"
    assert seen[-1].progress == 0.5
    engine.finish(RunTechnique, outcome())
    assert not seen[-1].draft


def test_it_goes_on_when_the_engine_is_free_again(desk: Desk, preview: Preview) -> None:
    preview.set_wanted(True)
    rest()
    desk.conductor.list_models()
    engine = engine_of(desk)
    assert engine.last(RunTechnique).control.cancelled
    engine.stop(RunTechnique)
    assert preview.status == "waiting"
    engine.finish(ListModels, ())
    rest()
    assert len(asked(desk)) == 2


def test_nobody_looks_nothing_runs(desk: Desk, preview: Preview) -> None:
    preview.set_wanted(True)
    rest()
    ticket = engine_of(desk).last(RunTechnique)
    preview.set_wanted(False)
    assert ticket.control.cancelled
    engine_of(desk).stop(RunTechnique)
    rest()
    assert len(asked(desk)) == 1


def test_a_network_that_learned_nothing_is_left_alone(desk: Desk, preview: Preview) -> None:
    desk.state.set_model(lenet_facts(trained=False))
    preview.set_wanted(True)
    rest()
    assert asked(desk) == []


def test_pause_and_resume(desk: Desk, preview: Preview) -> None:
    preview.set_wanted(True)
    rest()
    ticket = engine_of(desk).last(RunTechnique)
    preview.toggle()
    assert (ticket.paused, preview.status) == (True, "paused")
    preview.toggle()
    assert (ticket.paused, preview.status) == (False, "running")


def test_a_late_frame_of_the_unit_before_is_not_shown_here(desk: Desk, preview: Preview) -> None:
    preview.set_wanted(True)
    rest()
    engine = engine_of(desk)
    number = engine.last(RunTechnique).job.id
    desk.state.set_unit(3)
    seen: list[object] = []
    preview.changed.connect(seen.append)
    engine.deliver(Frame(number, "picture", 9, np.zeros((4, 4, 3), np.uint8)))
    assert seen == []
