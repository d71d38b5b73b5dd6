"""The Population panel: choosing, starting, pausing, ranking, selecting."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cnnviz_app.lab.population_requests import (
    FindPopulation,
    GatherPopulation,
    Ranking,
    RankUnits,
)
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels import population as module
from cnnviz_app.ui.panels.population import PopulationPanel
from tests.ui.desks import desk as _desk
from tests.ui.fakes import engine_of, lenet_facts
from tests.ui.population_answers import LAYER, facts, frame, ranking
from tests.ui.waiting import wait_for

desk = _desk


@pytest.fixture
def panel(desk: Desk) -> Iterator[PopulationPanel]:
    made = PopulationPanel(desk)
    made.resize(390, 700)
    made.show()
    desk.state.set_model(lenet_facts())
    yield made
    made.hide()
    made.deleteLater()


def ready(desk: Desk) -> None:
    engine_of(desk).finish(FindPopulation, facts())


def test_nothing_yet_is_explained(desk: Desk, panel: PopulationPanel) -> None:
    engine_of(desk).finish(FindPopulation, None)
    assert panel._stack.currentIndex() == 1
    assert panel.primary.text() == "Look at them"
    assert not panel.order.isVisible()


def test_it_starts_pauses_and_tells_the_pace(desk: Desk, panel: PopulationPanel) -> None:
    engine = engine_of(desk)
    engine.finish(FindPopulation, None)
    panel.primary.click()
    frame(engine, 25, 100)
    assert panel._said.text() == "25 of 100 · 50 pictures/s · 2 s left"
    assert panel.primary.text() == "Pause"
    panel.primary.click()
    assert panel.primary.text() == "Go on"
    assert "paused" in panel._said.text()
    panel.primary.click()
    engine.finish(GatherPopulation, facts())
    assert not panel.primary.isVisible()
    assert panel._said.text() == "22 units in 2 layers · 50 pictures/s"


def test_a_failure_is_told_where_it_was_asked(desk: Desk, panel: PopulationPanel) -> None:
    engine = engine_of(desk)
    engine.finish(FindPopulation, None)
    panel.primary.click()
    engine.fail(GatherPopulation, "There are no pictures in “x”.")
    assert panel._said.text() == "There are no pictures in “x”."
    assert panel.primary.text() == "Look at them"


def test_units_are_listed_and_a_click_selects(desk: Desk, panel: PopulationPanel) -> None:
    ready(desk)
    request = engine_of(desk).asked_for(RankUnits)[-1]
    assert (request.order, request.layer, request.label) == ("specific", "", "")
    engine_of(desk).finish(RankUnits, ranking())
    assert panel._stack.currentIndex() == 0
    assert panel._count.text() == "the first 3 of 16 units"
    place = panel.view.visualRect(panel.view.rows.index(1)).center()
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert (desk.state.layer, desk.state.unit) == (LAYER, 1)
    assert panel.view.marked == (LAYER, 1)
    QTest.keyClick(panel.view, Qt.Key.Key_Down)
    assert desk.state.unit == 5


def test_orders_classes_and_layers_ask_anew(desk: Desk, panel: PopulationPanel) -> None:
    ready(desk)
    engine = engine_of(desk)
    engine.finish(RankUnits, ranking())
    assert panel.label.isVisible()
    panel.label.set_key("dog")
    panel.label.chosen.emit("dog")
    assert engine.asked_for(RankUnits)[-1].label == "dog"
    panel.scope.set_key("layer")
    panel.scope.chosen.emit("layer")
    assert engine.asked_for(RankUnits)[-1].layer == desk.state.layer
    desk.state.set_layer(LAYER)
    assert engine.asked_for(RankUnits)[-1].layer == LAYER
    panel.order.set_key("silent")
    panel.order.chosen.emit("silent")
    engine.finish(RankUnits, Ranking("silent", 0))
    assert panel._stack.currentIndex() == 1
    assert not panel.label.isVisible()


def test_partial_results_are_read_while_it_runs(desk: Desk, panel: PopulationPanel) -> None:
    engine = engine_of(desk)
    panel.session._refresh.setInterval(1)
    engine.finish(FindPopulation, None)
    panel.primary.click()
    assert not engine.asked_for(RankUnits)
    frame(engine, 25, 100)
    wait_for(lambda: engine.asked_for(RankUnits))
    assert engine.last(RankUnits).job.urgent
    engine.finish(RankUnits, ranking())
    assert panel._stack.currentIndex() == 0


def test_a_folder_is_chosen(
    desk: Desk, panel: PopulationPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(desk)
    monkeypatch.setattr(module, "ask_folder", lambda *_: "/pictures/cats")
    panel.pictures.chosen.emit(module.ELSEWHERE)
    assert panel.session.wanted.name == "/pictures/cats"
    assert panel.pictures.currentText() == "The pictures of “cats”"
    panel.primary.click()
    assert engine_of(desk).last(GatherPopulation).job.title == "Look at the pictures of “cats”"
    monkeypatch.setattr(module, "ask_folder", lambda *_: "")
    panel.pictures.chosen.emit(module.ELSEWHERE)
    assert panel.session.wanted.name == "/pictures/cats"
    assert panel.pictures.key == "folder:/pictures/cats"


def test_a_world_is_chosen(desk: Desk, panel: PopulationPanel) -> None:
    ready(desk)
    panel.pictures.set_key("world:scenes")
    panel.pictures.chosen.emit("world:scenes")
    assert panel.session.wanted.name == "scenes"
    assert panel.primary.isVisible()
    assert not panel.order.isVisible()


def test_it_fits_a_narrow_column(desk: Desk, panel: PopulationPanel) -> None:
    assert panel.minimumSizeHint().width() <= 280
    assert panel.minimumSizeHint().height() <= 160


def test_it_says_that_its_figures_are_without_the_changes(
    desk: Desk, panel: PopulationPanel
) -> None:
    desk.edits.apply(LAYER, [1], "scale", 0.0)
    assert not panel.as_trained.isVisible()  # nothing to say it of
    ready(desk)
    assert panel.as_trained.isVisible()
    desk.edits.clear()
    assert not panel.as_trained.isVisible()
