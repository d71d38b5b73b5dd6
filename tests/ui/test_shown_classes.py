"""The classes of the shown frame are asked while somebody looks, and no faster than that."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnviz_app.core.events import Frame
from cnnviz_app.lab.requests import ListTechniques, RunTechnique
from cnnviz_app.lab.shown_requests import Classes, ClassesOf
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels.objective import ObjectivePanel
from tests.ui.desks import desk, picture, techniques
from tests.ui.fakes import engine_of, lenet_facts

__all__ = ["desk"]


def test_bars_follow_the_playhead(qtbot: QtBot, qapp: QApplication, desk: Desk) -> None:
    desk.runs.load()
    engine_of(desk).finish(ListTechniques, techniques())
    desk.state.set_model(lenet_facts(), "features.conv2", 5)
    panel = ObjectivePanel(desk)
    qtbot.addWidget(panel)
    desk.runs.start()
    number = engine_of(desk).begin(RunTechnique).job.id

    def deliver(step: int) -> None:
        pixels = np.full((4, 4, 3), step, np.uint8)
        engine_of(desk).deliver(Frame(number, "picture", step, pixels))

    deliver(0)
    qtbot.wait(20)
    assert engine_of(desk).asked_for(ClassesOf) == []  # nobody looks
    panel.show()
    qtbot.waitUntil(lambda: len(engine_of(desk).asked_for(ClassesOf)) == 1)
    answer = Classes((3, 1), ("three", "one"), (0.9, 0.1), 0, 0.001)
    engine_of(desk).finish(ClassesOf, answer)
    assert [bar.name for bar in panel.seen.bars.bars()] == ["three", "one"]
    for step in range(1, 6):
        deliver(step)
    qtbot.wait(100)
    assert len(engine_of(desk).asked_for(ClassesOf)) == 1  # not faster than twice a second
    qtbot.waitUntil(lambda: len(engine_of(desk).asked_for(ClassesOf)) == 2, timeout=2000)
    assert engine_of(desk).asked_for(ClassesOf)[-1].step == 5
    engine_of(desk).stop(RunTechnique)
    desk.runs.set_playhead(2)
    qtbot.waitUntil(lambda: engine_of(desk).asked_for(ClassesOf)[-1].step == 2)
    panel.hide()
    assert engine_of(desk).last(ClassesOf).control.cancelled
    desk.runs.set_playhead(1)
    qtbot.wait(100)
    assert engine_of(desk).asked_for(ClassesOf)[-1].step == 2


def test_a_sheet_of_pictures_is_not_taken_for_one_thing(qtbot: QtBot, desk: Desk) -> None:
    desk.runs.load()
    engine_of(desk).finish(ListTechniques, techniques())
    desk.state.set_model(lenet_facts(), "features.conv2", 5)
    desk.state.set_picture(picture("a", 3, "builtin:cat"))
    panel = ObjectivePanel(desk)
    qtbot.addWidget(panel)
    panel.show()
    desk.runs.choose("inversion-ladder")
    desk.runs.start()
    number = engine_of(desk).begin(RunTechnique).job.id
    engine_of(desk).deliver(Frame(number, "picture", 1, np.zeros((4, 4, 3), np.uint8)))
    qtbot.wait(150)
    assert engine_of(desk).asked_for(ClassesOf) == []
    assert not panel.seen.bars.isVisible()
