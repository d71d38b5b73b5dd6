"""Branches in the window: rows under the strip, the wipe between two, nothing lost."""

from __future__ import annotations

import numpy as np
from pytestqt.qtbot import QtBot

from cnnviz_app.core.events import Frame
from cnnviz_app.lab.branch_requests import RunKept
from cnnviz_app.lab.requests import ListTechniques
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels.canvas import CanvasPanel
from tests.ui.desks import desk, outcome, techniques
from tests.ui.fakes import engine_of, lenet_facts

__all__ = ["desk"]


def deliver(desk: Desk, *steps: int) -> None:
    number = engine_of(desk).last(RunKept).job.id
    for step in steps:
        pixels = np.full((30, 30, 3), step, np.uint8)
        engine_of(desk).deliver(Frame(number, "picture", step, pixels))


def ready(desk: Desk) -> CanvasPanel:
    desk.runs.load()
    engine_of(desk).finish(ListTechniques, techniques())
    desk.state.set_model(lenet_facts(), "features.conv2", 5)
    panel = CanvasPanel(desk)
    desk.runs.start()
    engine_of(desk).begin(RunKept)
    deliver(desk, 1, 2, 3, 4)
    return panel


def test_a_branch_copies_its_past_and_asks_for_the_rest(qtbot: QtBot, desk: Desk) -> None:
    panel = ready(desk)
    qtbot.addWidget(panel)
    panel.resize(900, 700)
    panel.show()
    runs = desk.runs
    engine_of(desk).finish(RunKept, outcome())
    runs.set_playhead(1)
    runs.set_value("tv", 4.0)
    runs.branch()
    asked = engine_of(desk).asked_for(RunKept)[-1]
    assert [part.until for part in asked.earlier] == [2]
    assert asked.earlier[0].params["tv"] == 0.0
    assert asked.params["tv"] == 4.0
    assert asked.parent == engine_of(desk).asked_for(RunKept)[0].key
    assert [f.step for f in runs.timeline.frames] == [1, 2]
    assert runs.outcome is None
    engine_of(desk).begin(RunKept)
    deliver(desk, 3, 4, 5)
    engine_of(desk).finish(RunKept, outcome())
    assert runs.current.title == "from 2: tv 4"
    assert panel._rows.isVisible()
    desk.view.wipe_toggled.emit()
    assert panel.stage.view.grab().width() > 0
    assert panel.stage.compared(3)[1] == "first run, step 3"
    panel._rows.picked.emit(0, 4)
    assert runs.current.title == "first run"
    assert runs.outcome is outcome()
    assert panel.stage.compared(4)[1].startswith("from 2: tv 4")
    runs.start()
    assert len(runs.attempts) == 1
    assert not panel._rows.isVisible()


def test_a_branch_from_a_copied_frame_leaves_the_first_run(desk: Desk) -> None:
    ready(desk)
    runs = desk.runs
    runs.set_playhead(2)
    runs.branch()
    runs.set_playhead(0)
    runs.branch()
    first, _, third = engine_of(desk).asked_for(RunKept)
    assert [part.until for part in third.earlier] == [1]
    assert third.parent == first.key


def test_another_technique_is_no_branch(desk: Desk) -> None:
    ready(desk)
    told: list[object] = []
    desk.runs.troubled.connect(told.append)
    desk.runs.choose("inversion")
    desk.runs.branch()
    assert len(told) == 1
    assert len(engine_of(desk).asked_for(RunKept)) == 1
