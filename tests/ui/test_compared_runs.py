"""Any two finished pictures can be wiped against each other: runs of the session, kept results."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from cnnviz_app.core.events import Frame
from cnnviz_app.core.recipe import Recipe
from cnnviz_app.core.registry import TechniqueResult
from cnnviz_app.lab.branch_requests import RunKept
from cnnviz_app.lab.requests import ListTechniques, Outcome
from cnnviz_app.lab.saving import save
from cnnviz_app.ui import exporting
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels._canvas_stage import alike
from cnnviz_app.ui.panels._runs_menu import runs_menu
from cnnviz_app.ui.panels.canvas import CanvasPanel
from cnnviz_app.ui.panels.results import Results, apart
from cnnviz_app.ui.result_store import Result, folder
from cnnviz_app.ui.widgets.base import to_qimage
from tests.ui.desks import desk, picture, techniques
from tests.ui.fakes import engine_of, lenet_facts

__all__ = ["desk"]


def run(desk: Desk, side: int, *levels: int) -> None:
    desk.runs.start()
    number = engine_of(desk).begin(RunKept).job.id
    for step, level in enumerate(levels, start=1):
        pixels = np.full((side, side, 3), level, np.uint8)
        engine_of(desk).deliver(Frame(number, "picture", step, pixels))
    engine_of(desk).stop(RunKept)


@pytest.fixture
def canvas(qtbot: QtBot, desk: Desk) -> CanvasPanel:
    """Two runs that differ in one parameter, the second on the stage."""
    desk.runs.load()
    engine_of(desk).finish(ListTechniques, techniques())
    desk.state.set_model(lenet_facts(), "features.conv2", 5)
    desk.state.set_picture(picture("a", 3, "builtin:cat"))
    panel = CanvasPanel(desk)
    qtbot.addWidget(panel)
    panel.resize(900, 700)
    panel.show()
    run(desk, 20, 10, 11, 12)
    desk.runs.set_value("tv", 4.0)
    run(desk, 30, 50, 51)
    return panel


def compared(panel: CanvasPanel) -> tuple[int, str, str]:
    """Level of what the wipe uncovers, and what both sides are called."""
    pixels, name = panel.stage.compared(panel.stage.now()[1])
    assert panel.stage.view.wipe_on
    assert panel.stage.view._tags[0] == name
    return int(pixels[pixels.shape[0] // 2, pixels.shape[1] // 2, 0]), *panel.stage.view._tags


def test_two_runs_are_wiped_from_the_menu_of_runs(canvas: CanvasPanel, desk: Desk) -> None:
    menu = runs_menu(desk.runs, canvas)
    assert [action.text()[:6] for action in menu.actions()[:2]] == ["Run 2:", "Run 1:"]
    inner = menu.actions()[-1].menu()
    assert isinstance(inner, QMenu)
    assert inner.isEnabled()
    (earlier,) = inner.actions()
    assert "tv 0" in earlier.text()
    earlier.trigger()
    # Both as they ended, although the first took longer.
    assert compared(canvas) == (12, "run 1, tv 0", "run 2, tv 4")
    desk.runs.set_playhead(0)
    assert compared(canvas)[0] == 10
    menu.actions()[1].trigger()
    assert desk.runs.place == 0


def test_a_run_alone_has_nothing_to_be_compared_with(desk: Desk, canvas: CanvasPanel) -> None:
    desk.runs.sittings = desk.runs.sittings[1:]
    inner = runs_menu(desk.runs, canvas).actions()[-1].menu()
    assert isinstance(inner, QMenu)
    assert not inner.isEnabled()
    desk.runs.compare_with(desk.runs.current)
    assert desk.runs.partner is None


def kept(desk: Desk, name: str, level: int, side: int = 24) -> Result:
    folder().mkdir(parents=True, exist_ok=True)
    result = Result(f"{name}.png", "DeepDream", name, "lenet5", 1000.0 + level)
    to_qimage(np.full((side, side, 3), level, np.uint8)).save(str(result.path))
    desk.results.results.insert(0, result)
    desk.results.changed.emit()
    return result


@pytest.fixture
def gallery(qtbot: QtBot, desk: Desk, canvas: CanvasPanel) -> Results:
    panel = Results(desk)
    qtbot.addWidget(panel)
    panel.resize(400, 400)
    panel.show()
    for level, name in enumerate(("one", "two", "three")):
        kept(desk, name, 100 + level)
    return panel


def choose(gallery: Results, *rows: int) -> None:
    model = gallery.list.model()
    gallery.list.selectionModel().clear()
    for row in rows:
        flag = QItemSelectionModel.SelectionFlag.Select
        gallery.list.selectionModel().select(model.index(row, 0), flag)


def test_two_of_the_gallery_are_wiped_and_the_runs_come_back(
    desk: Desk, canvas: CanvasPanel, gallery: Results, pictures: Path
) -> None:
    assert not gallery._bar.isVisible()
    choose(gallery, 0, 2)
    assert gallery._bar.isVisible()
    for theme, scale in (("dark", 100), ("projector", 150)):
        desk.theme.set(theme, scale)
        gallery.grab().save(str(pictures / f"results-two-{theme}.png"))
    desk.theme.set("dark", 100)
    QTest.mouseClick(gallery._compare, Qt.MouseButton.LeftButton)
    assert compared(canvas) == (100, "one", "three")
    assert canvas.head._title.text() == "Two results"
    assert desk.runs.status == "idle"
    assert canvas._bar._progress.words == ""
    assert not canvas._strip.isVisible()
    assert not canvas.head.save.isEnabled()
    exporting.ask_export(desk, canvas)
    assert "kept with their recipes" in desk.messages.history[-1].title
    desk.runs.branch()
    assert canvas.head._title.text() == "Two results"
    desk.runs.look_back(-1)
    assert desk.runs.place == 1
    assert canvas._strip.isVisible()
    assert canvas.head._title.text() != "Two results"


def test_the_next_run_is_looked_at_for_itself(canvas: CanvasPanel, desk: Desk) -> None:
    desk.runs.compare_with(desk.runs.sittings[0].current)
    assert canvas.head.view == "wipe"
    run(desk, 30, 1)
    assert [canvas.head.view] == ["result"]


def test_what_two_results_share_is_left_out() -> None:
    one = Result("a.png", "DeepDream", "cat", "lenet5", 0.0)
    assert apart(one, replace(one, caption="dog")) == "cat"
    assert apart(one, replace(one, title="Inversion")) == "DeepDream"
    assert apart(one, replace(one, title="Inversion", caption="dog")) == "DeepDream, cat"
    assert ":" in apart(one, one)  # no recipe to tell them by: the time


def test_what_was_asked_tells_two_of_a_kind_apart(desk: Desk) -> None:
    def saved(name: str, tv: float) -> Result:
        made = Result(name, "DeepDream", "cat", "lenet5", 0.0)
        made.path.parent.mkdir(parents=True, exist_ok=True)
        picture = np.zeros((8, 8, 3), np.float32)
        recipe = Recipe("deepdream", "lenet5", params={"tv": tv, "size": 64})
        save(Outcome(TechniqueResult(picture=picture), recipe, 0.1), made.path)
        return made

    assert apart(saved("a.png", 0.0), saved("b.png", 2.0)) == "tv 0"


def test_three_are_too_many(gallery: Results) -> None:
    choose(gallery, 0, 1, 2)
    assert gallery._bar.isVisible()
    assert not gallery._compare.isEnabled()


def test_one_of_the_gallery_is_wiped_against_the_canvas(
    desk: Desk, canvas: CanvasPanel, gallery: Results
) -> None:
    menu = gallery.make_menu(desk.results.results[0])
    next(a for a in menu.actions() if a.text().startswith("Compare")).trigger()
    level, left, right = compared(canvas)
    assert (level, left) == (102, "DeepDream, three")
    assert right.startswith("run 2")
    desk.results.results[1].path.unlink()
    gallery.compare_with_canvas(desk.results.results[1])
    assert "cannot be read" in desk.messages.history[-1].title


def test_pictures_of_other_proportions_are_not_stretched() -> None:
    wide = np.zeros((10, 40, 3), np.uint8)
    tall = alike(wide, np.zeros((20, 20, 3), np.uint8))
    assert tall.shape == (40, 40, 3)
    assert (tall[15:25] == 0).all()
    assert (tall[:15] == 110).all()
    assert alike(wide, np.zeros((100, 401, 3), np.uint8)) is wide
