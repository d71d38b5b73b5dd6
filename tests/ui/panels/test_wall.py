"""The wall: variations from the declaration, one after the other, a click takes one over."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from cnnviz_app.lab.branch_requests import RunKept
from cnnviz_app.lab.requests import ListTechniques
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels.wall import WallPanel
from cnnviz_app.ui.variations import variations
from tests.ui.desks import desk, outcome, techniques
from tests.ui.fakes import engine_of, lenet_facts

__all__ = ["desk"]


def test_every_variation_is_one_the_technique_takes() -> None:
    found = {t.name: variations(t, ("conv1", "conv2", "relu2")) for t in techniques()}
    assert [way.title for way in found["feature-vis"]][:4] == [
        "none", "L2", "total variation", "blur",
    ]  # fmt: skip
    assert "octaves 4" in [way.title for way in found["deepdream"]]
    assert all("style_layers" in way.changes for way in found["style"])
    assert all(len(ways) <= 9 for ways in found.values())


def test_tiles_run_in_turn_and_a_click_takes_one_over(qtbot: QtBot, desk: Desk) -> None:
    desk.runs.load()
    engine_of(desk).finish(ListTechniques, techniques())
    desk.state.set_model(lenet_facts(), "features.conv2", 5)
    panel = WallPanel(desk)
    qtbot.addWidget(panel)
    panel.start()
    engine_of(desk).finish(RunKept, outcome())
    asked = engine_of(desk).asked_for(RunKept)
    assert len(asked) == 2
    assert asked[0].params["space"] == "pixels"
    assert asked[1].params["l2"] == 2.0
    assert asked[0].seed == asked[1].seed
    panel.choose(0)
    assert desk.runs.outcome is outcome()
    assert desk.runs.values["space"] == "pixels"
    panel.stop()
    assert engine_of(desk).last(RunKept).control.cancelled


def test_a_tile_is_taken_over_after_a_run_of_the_canvas(qtbot: QtBot, desk: Desk) -> None:
    desk.runs.load()
    engine_of(desk).finish(ListTechniques, techniques())
    desk.state.set_model(lenet_facts(), "features.conv2", 5)
    panel = WallPanel(desk)
    qtbot.addWidget(panel)
    desk.runs.start()
    engine_of(desk).finish(RunKept, outcome())
    panel.start()
    engine_of(desk).finish(RunKept, outcome())
    # The canvas's ticket deleted itself when it was done.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    panel.choose(0)
    assert desk.runs.outcome is outcome()
    desk.runs.stop()
    panel.stop()
