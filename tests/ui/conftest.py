"""A whole window around an engine that the test plays."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cnnviz_app.lab.requests import Looked
from cnnviz_app.sources import builtin
from cnnviz_app.ui import keys
from cnnviz_app.ui.main_window import MainWindow
from cnnviz_app.ui.panel import Panel
from tests.ui.fakes import engine_of, fake_desk, lenet_facts


def give_maps(window: MainWindow) -> None:
    """Answer for the engine: random maps for whatever is selected."""
    state = window.desk.state
    assert state.model is not None
    assert state.picture is not None
    shape = state.model.map_shapes[state.layer]
    maps = np.random.default_rng(0).random(shape, dtype=np.float32)
    seen = np.zeros((28, 28, 3), np.uint8)
    looked = Looked(
        state.model.name, state.layer, state.picture, seen, maps, np.full(10, 0.1, np.float32),
        np.zeros(10, np.float32), 0.01,
    )  # fmt: skip
    state.set_looked(looked)


@pytest.fixture
def window(qapp: QApplication) -> Iterator[MainWindow]:
    """A shown window, 1600 × 960, with a small network open and maps on the stage."""
    rules = keys.install(qapp)
    owner = QObject()
    desk = fake_desk(owner)
    desk.theme.set("dark", 100, True)
    desk.theme.apply(qapp)
    shown = MainWindow(desk)
    shown.restore("explore")
    shown.resize(1600, 960)
    shown.show()
    QTest.qWait(50)
    desk.pictures.show(builtin.load("cat"))
    desk.state.set_model(lenet_facts())
    give_maps(shown)
    QTest.qWait(50)
    yield shown
    engine_of(desk).cancel_all()
    desk.pace.stop()
    shown.close()
    shown.deleteLater()
    owner.deleteLater()
    qapp.removeEventFilter(rules)
    rules.deleteLater()
    QTest.qWait(10)


@pytest.fixture(autouse=True)
def no_panel_stays_behind() -> Iterator[None]:
    """Panels a test made end with it: each theme change would style all of them again."""
    yield
    if QApplication.instance() is None:
        return
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, Panel):
            widget.hide()
            widget.deleteLater()
