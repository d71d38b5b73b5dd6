"""The gallery: every outcome is kept with its recipe, comes back, and can be undone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from cnnviz_app.core import recipe as recipes
from cnnviz_app.core.context import Context
from cnnviz_app.core.recipe import Recipe
from cnnviz_app.core.registry import TechniqueResult
from cnnviz_app.lab.export_requests import ExportKept
from cnnviz_app.lab.exporting import export_kept
from cnnviz_app.lab.requests import Outcome, SaveOutcome
from cnnviz_app.lab.saving import save
from cnnviz_app.lab.start import make_lab
from cnnviz_app.ui import result_store
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels import _files, results
from cnnviz_app.ui.panels.results import Results
from tests.ui.fakes import engine_of, fake_desk


@pytest.fixture
def panel(qtbot: QtBot, desk: Desk) -> Results:
    panel = Results(desk)
    qtbot.addWidget(panel)
    panel.resize(400, 400)
    return panel


def outcome(unit: int = 5, side: int = 64) -> Outcome:
    picture = np.random.default_rng(unit).random((side, side, 3), dtype=np.float32)
    recipe = Recipe("feature-vis", "lenet5", layer="relu2", unit=str(unit))
    return Outcome(TechniqueResult(picture=picture, steps=3), recipe, 1.5)


def keep(desk: Desk, made: Outcome) -> None:
    """What the engine does when a run ended."""
    desk.runs.outcome_changed.emit(made)
    request = engine_of(desk).last(SaveOutcome).job.request
    save(request.outcome, request.path)
    engine_of(desk).finish(SaveOutcome, request.path)


def test_nothing_yet(panel: Results) -> None:
    assert panel._empty.isVisibleTo(panel)


def test_an_outcome_is_kept_with_its_recipe_and_a_small_picture(
    desk: Desk, panel: Results
) -> None:
    keep(desk, outcome(5))
    keep(desk, outcome(6))
    newest, older = desk.results.results
    assert (newest.caption, older.caption) == ("relu2:6", "relu2:5")
    assert recipes.read(newest.path).unit == "6"
    assert newest.thumb.is_file()
    assert panel.list.model().rowCount() == 2


def test_it_is_there_in_the_next_session(desk: Desk) -> None:
    keep(desk, outcome())
    owner = QObject()
    later = fake_desk(owner)
    assert [r.caption for r in later.results.results] == ["relu2:5"]


def test_a_damaged_list_loses_nothing_else(desk: Desk) -> None:
    keep(desk, outcome())
    index = result_store.folder() / "index.json"
    listed = json.loads(index.read_text(encoding="utf-8"))
    index.write_text(json.dumps([1, {"file": "../up.png", "made": 0}, *listed]), encoding="utf-8")
    owner = QObject()
    assert len(fake_desk(owner).results.results) == 1
    index.write_text("not json", encoding="utf-8")
    assert fake_desk(owner).results.results == []


def test_only_so_many_are_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result_store, "KEPT", 2)
    for unit in range(4):
        keep(desk, outcome(unit))
    assert [r.caption for r in desk.results.results] == ["relu2:3", "relu2:2"]
    assert len(list(result_store.folder().glob("*.png"))) == 2


def test_delete_can_be_undone(qtbot: QtBot, desk: Desk, panel: Results) -> None:
    keep(desk, outcome(1))
    keep(desk, outcome(2))
    panel.list.setCurrentIndex(panel.list.model().index(1, 0))
    qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    assert [r.caption for r in desk.results.results] == ["relu2:2"]
    undo = desk.messages.history[-1].on_action
    assert undo is not None
    undo()
    assert [r.caption for r in desk.results.results] == ["relu2:2", "relu2:1"]
    assert desk.results.results[1].path.is_file()


def test_enter_goes_back_to_how_it_was_made(
    qtbot: QtBot, desk: Desk, panel: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(results, "open_any", lambda _desk, path: opened.append(path))
    keep(desk, outcome())
    panel.list.setCurrentIndex(panel.list.model().index(0, 0))
    qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    assert opened == [desk.results.results[0].path]
    opened[0].unlink()
    qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    assert "gone" in desk.messages.history[-1].title


def test_menu_copies_and_saves(
    desk: Desk, panel: Results, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keep(desk, outcome())
    target = tmp_path / "mine"
    monkeypatch.setattr(_files, "ask_save", lambda *_: target)
    menu = panel.make_menu(desk.results.results[0])
    actions = {action.text(): action for action in menu.actions()}
    actions["Save as…"].trigger()
    asked = engine_of(desk).asked_for(ExportKept)[-1]
    written = export_kept(make_lab("cpu"), Context.silent(), asked)
    assert recipes.read(tmp_path / "mine.png").unit == "5"
    engine_of(desk).finish(ExportKept, written)
    assert desk.messages.history[-1].title == "Saved mine.png."
    actions["Copy picture"].trigger()
    assert QGuiApplication.clipboard().image().width() == 64


def test_maps_of_values_get_a_thumb_too(desk: Desk) -> None:
    values = np.linspace(-1, 1, 49, dtype=np.float32).reshape(7, 7)
    result = TechniqueResult(values=values, scale="signed")
    keep(desk, Outcome(result, Recipe("gradient", "lenet5"), 0.1))
    assert desk.results.results[0].thumb.is_file()
    assert desk.results.results[0].caption == "lenet5"


@pytest.mark.parametrize(
    ("layer", "unit", "words"),
    [("relu2", "5", "relu2:5"), ("relu2", "relu2:5", "relu2:5"), ("relu2", "", "relu2"),
     ("", "", "lenet5")],
)  # fmt: skip
def test_captions_say_layer_and_unit_once(layer: str, unit: str, words: str) -> None:
    recipe = Recipe("feature-vis", "lenet5", layer=layer, unit=unit)
    assert result_store.caption(Outcome(TechniqueResult(), recipe, 0.0)) == words


def test_thumbs_come_after_the_first_paint(
    qtbot: QtBot, desk: Desk, panel: Results, pictures: Path
) -> None:
    for unit in range(5):
        keep(desk, outcome(unit))
    panel.show()
    with qtbot.waitSignal(panel.list.thumbs.loaded, timeout=3000):
        panel.grab()
    qtbot.waitUntil(lambda: len(panel.list.thumbs._images) == 5, timeout=3000)
    for theme, scale in (("dark", 100), ("projector", 150)):
        desk.theme.set(theme, scale)
        assert panel.grab().save(str(pictures / f"results-{theme}.png"))
    desk.theme.set("dark", 100)
