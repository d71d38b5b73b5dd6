"""Earlier runs of the session: their frames stay, in bounded room, one step back."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz_app.core.events import Frame
from cnnviz_app.lab.branch_requests import RunKept
from cnnviz_app.lab.requests import ListTechniques
from cnnviz_app.ui import run_shelf
from cnnviz_app.ui.attempts import Attempt
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.run_shelf import Sitting
from cnnviz_app.ui.timeline import TimelineFrame
from tests.ui.desks import desk, outcome, picture, techniques
from tests.ui.fakes import engine_of, lenet_facts

__all__ = ["desk"]


@pytest.fixture
def ready(desk: Desk) -> Desk:
    desk.runs.load()
    engine_of(desk).finish(ListTechniques, techniques())
    desk.state.set_model(lenet_facts(), "features.conv2", 5)
    desk.state.set_picture(picture("a", 3, "builtin:cat"))
    return desk


def run(desk: Desk, *levels: int) -> None:
    desk.runs.start()
    number = engine_of(desk).begin(RunKept).job.id
    for step, level in enumerate(levels, start=1):
        pixels = np.full((8, 8, 3), level, np.uint8)
        engine_of(desk).deliver(Frame(number, "picture", step, pixels))


def status(desk: Desk) -> str:
    return desk.runs.status


def test_a_stopped_run_is_one_step_back_with_frames_and_form(ready: Desk) -> None:
    runs = ready.runs
    runs.set_value("tv", 3.0)
    runs.set_seed(4)
    run(ready, 10, 11, 12)
    runs.stop()
    engine_of(ready).stop(RunKept)
    runs.choose("deepdream")
    runs.set_seed(0)
    run(ready, 90)
    engine_of(ready).finish(RunKept, outcome())
    assert (runs.place, len(runs.sittings)) == (1, 2)
    heard: list[str] = []
    runs.status_changed.connect(heard.append)
    runs.look_back(-1)
    assert [int(f.pixels[0, 0, 0]) for f in runs.timeline.frames] == [10, 11, 12]
    assert heard[-1] == "stopped"
    assert runs.technique is not None
    assert (runs.technique.name, runs.values["tv"], runs.seed) == ("feature-vis", 3.0, 4)
    # An empty layer is still the selected one.
    assert runs.values["layer"] == ""
    runs.look_back(-1)
    assert runs.place == 0
    runs.look_back(1)
    assert runs.status == "finished"
    assert runs.outcome is outcome()


def test_each_technique_comes_back_with_its_own_last_run(ready: Desk) -> None:
    runs = ready.runs
    run(ready, 1, 2)
    engine_of(ready).finish(RunKept, outcome())
    runs.choose("deepdream")
    assert runs.shown is None
    assert status(ready) == "idle"
    assert runs.place == 1
    run(ready, 9)
    runs.stop()
    engine_of(ready).stop(RunKept)
    runs.choose("feature-vis")
    assert len(runs.timeline.frames) == 2
    assert status(ready) == "finished"
    runs.choose("morph")
    runs.look_back(-1)
    assert runs.technique is not None
    assert runs.technique.name == "deepdream"
    assert len(runs.timeline.frames) == 1


def test_one_may_look_back_while_it_runs(ready: Desk) -> None:
    runs = ready.runs
    run(ready, 1, 2)
    run(ready, 3)
    runs.look_back(-1)
    assert status(ready) == "running"
    number = engine_of(ready).last(RunKept).job.id
    engine_of(ready).deliver(Frame(number, "picture", 2, np.full((8, 8, 3), 7, np.uint8)))
    assert len(runs.timeline.frames) == 2
    engine_of(ready).finish(RunKept, outcome())
    # The first one was cut off by the second.
    assert status(ready) == "stopped"
    runs.look_back(1)
    assert [int(f.pixels[0, 0, 0]) for f in runs.timeline.frames] == [3, 7]
    assert status(ready) == "finished"


def test_a_branch_too_many_becomes_a_run_of_its_own(ready: Desk) -> None:
    runs = ready.runs
    run(ready, 1, 2, 3)
    for _ in range(4):
        runs.branch()
    assert len(runs.attempts) == 4
    assert len(runs.sittings) == 2
    runs.look_back(-1)
    assert len(runs.timeline.frames) == 3


def long(frames: int, level: int = 0) -> Sitting:
    attempt = Attempt()
    for step in range(frames):
        attempt.timeline.add(TimelineFrame(step, np.full((100, 100, 3), level, np.uint8)))
    return Sitting([attempt], attempt)


def test_room_is_bounded_and_every_run_keeps_its_last_frame() -> None:
    sittings = [long(60) for _ in range(10)]
    now = long(60)
    kept = run_shelf.fit([*sittings, now], (now,), room=3_000_000)
    assert kept == [*sittings, now]
    assert sum(s.nbytes for s in sittings) <= 3_000_000
    assert all(s.current.timeline.frames[-1].step == 59 for s in kept)
    assert len(now.current.timeline.frames) == 60
    # The oldest give first.
    assert len(sittings[0].current.timeline.frames) < len(sittings[-1].current.timeline.frames)


def test_at_last_the_result_goes_that_the_gallery_has() -> None:
    sitting = long(1)
    sitting.attempts[0].outcome = outcome()
    while sitting.thin():
        pass
    assert sitting.current.outcome is None
    assert len(sitting.current.timeline.frames) == 1


def test_runs_that_showed_nothing_are_not_kept(ready: Desk) -> None:
    run(ready)
    run(ready, 1)
    assert len(ready.runs.sittings) == 1
