"""What follows a moving picture does so at a pace: the first at once, the last always."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from cnnviz_app.lab.requests import Looked, RunTechnique
from cnnviz_app.ui import pace
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.pace import Throttle
from tests.ui.desks import desk as _desk
from tests.ui.desks import picture
from tests.ui.fakes import lenet_facts

desk = _desk


def look(desk: Desk) -> None:
    state = desk.state
    assert state.model is not None
    maps = np.zeros(state.model.map_shapes[state.layer], np.float32)
    ten = np.zeros(10, np.float32)
    seen = np.zeros((28, 28, 3), np.uint8)
    state.set_looked(Looked("lenet5", state.layer, picture("p", 1), seen, maps, ten, ten, 0.01))


def test_the_first_call_passes_at_once_and_the_last_one_too(qtbot: QtBot) -> None:
    owner = QObject()
    throttle = Throttle(60, owner)
    heard: list[int] = []
    throttle.due.connect(lambda: heard.append(1))
    for _ in range(50):
        throttle.call()
    assert len(heard) == 1
    qtbot.waitUntil(lambda: len(heard) == 2)
    qtbot.wait(80)
    assert len(heard) == 2


def test_a_picture_that_moves_is_followed_less_often_until_it_rests(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "MOVING_MS", 250)
    desk.state.set_model(lenet_facts())
    heard = {"easy": 0, "calm": 0, "rested": 0}
    for name in heard:
        signal = getattr(desk.pace, name)
        signal.connect(lambda name=name: heard.update({name: heard[name] + 1}))
    look(desk)
    assert heard == {"easy": 1, "calm": 1, "rested": 0}
    assert not desk.pace.moving
    began = time.monotonic()
    for _ in range(30):
        look(desk)
        qtbot.wait(10)
    spent = 1000 * (time.monotonic() - began)
    assert desk.pace.moving
    assert 2 <= heard["easy"] <= 2 + spent / pace.EASY_MS
    assert 1 <= heard["calm"] <= 2 + spent / 250
    qtbot.waitUntil(lambda: heard["rested"] == 1, timeout=3000)
    assert not desk.pace.moving


def test_beside_a_job_that_was_asked_for_questions_are_rarer(desk: Desk) -> None:
    desk.state.set_model(lenet_facts())
    look(desk)
    look(desk)
    assert desk.pace._calm.interval_ms == pace.MOVING_MS
    desk.engine.ask(RunTechnique("feature-vis", "lenet5", {}))
    look(desk)
    assert desk.pace._calm.interval_ms == pace.BUSY_MS
