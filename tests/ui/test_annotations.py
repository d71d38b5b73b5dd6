"""Labels in the window: whose they are, two windows at once, damaged files, the palette."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets import annotations as files
from cnnviz_app.ui.annotations import Annotations
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.findings import findings
from cnnviz_app.ui.main_window import MainWindow
from cnnviz_app.ui.palette import search
from cnnviz_app.ui.sections.label import LabelSection
from cnnviz_app.ui.widgets.tile_grid import TileGrid
from tests.ui.desks import desk
from tests.ui.fakes import lenet_facts

__all__ = ["desk"]
LAYER = "features.relu1"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "unit-labels.json"


def store(desk: Desk, path: Path | None, owner: QObject) -> Annotations:
    desk.state.set_model(lenet_facts(), LAYER)
    return Annotations(desk.state, path, owner)


def test_a_label_belongs_to_the_weights(desk: Desk, path: Path) -> None:
    kept = store(desk, path, desk.state)
    kept.set(LAYER, 3, "  dark   edges ", "simple element")
    assert kept.of_layer(LAYER) == {3: "dark edges"}
    desk.state.set_model(lenet_facts(weights_hash="other"), LAYER)
    assert kept.here() == ()
    desk.state.set_model(lenet_facts(name="renamed"), LAYER)
    assert [a.address for a in kept.here()] == [f"{LAYER}:3"]
    again = Annotations(desk.state, path, desk.state)
    assert again.of(LAYER, 3) == kept.of(LAYER, 3)


def test_no_words_and_no_category_take_it_away(desk: Desk, path: Path) -> None:
    kept = store(desk, path, desk.state)
    kept.set(LAYER, 3, "edges", "")
    kept.set(LAYER, 3, " ", "material")
    assert kept.of(LAYER, 3) is not None
    kept.set(LAYER, 3, "", "")
    assert kept.of(LAYER, 3) is None
    assert files.read(path).known == {}


def test_two_windows_keep_each_others_labels(desk: Desk, path: Path) -> None:
    one, two = store(desk, path, desk.state), store(desk, path, desk.state)
    assert (one.here(), two.here()) == ((), ())
    one.set(LAYER, 1, "edges", "")
    two.set(LAYER, 2, "dots", "")
    assert {a.label for a in files.read(path).known.values()} == {"edges", "dots"}


def test_a_damaged_file_is_kept_aside_and_told_once(desk: Desk, path: Path) -> None:
    path.write_text("damaged", "utf-8")
    kept = store(desk, path, desk.state)
    told: list[UserError] = []
    kept.troubled.connect(told.append)
    assert kept.here() == ()
    assert kept.of(LAYER, 1) is None
    assert [error.sentence for error in told] == [
        "“unit-labels.json” cannot be read as unit labels."
    ]
    kept.set(LAYER, 1, "edges", "")
    assert [a.label for a in files.read(path).known.values()] == ["edges"]
    (aside,) = path.parent.glob("*unreadable*")
    assert aside.read_text("utf-8") == "damaged"


def test_a_later_versions_file_is_not_touched(desk: Desk, path: Path) -> None:
    content = '{"format": "cnnviz-unit-labels", "version": 2, "labels": [1]}'
    path.write_text(content, "utf-8")
    kept = store(desk, path, desk.state)
    told: list[UserError] = []
    kept.troubled.connect(told.append)
    kept.set(LAYER, 1, "edges", "")
    assert path.read_text("utf-8") == content
    assert told
    assert kept.of(LAYER, 1) is not None, "for this session at least"


def test_imported_labels_do_not_replace_ours(desk: Desk, tmp_path: Path) -> None:
    kept = store(desk, tmp_path / "mine.json", desk.state)
    for unit in (1, 2):
        kept.set(LAYER, unit, f"theirs {unit}", "")
    shared = tmp_path / "shared.csv"
    assert kept.give(shared) == 2
    kept.set(LAYER, 1, "ours", "")
    kept.set(LAYER, 2, "", "")
    assert kept.take(shared) == (1, 1)
    assert kept.of_layer(LAYER) == {1: "ours", 2: "theirs 2"}


def test_a_label_is_found_seen_and_gone_to(window: MainWindow) -> None:
    desk = window.desk
    desk.annotations.set("features.relu2", 7, "stripes", "material")
    (hit,) = [h for h in search("stripes", findings(window)) if h.group == "Labelled units"]
    assert hit.detail == "features.relu2:7 · material"
    hit.run()
    assert (desk.state.layer, desk.state.unit) == ("features.relu2", 7)
    grid = window.yard.docks["activations"].ensure_built().findChildren(TileGrid)[0]
    desk.annotations.set("features.relu2", 7, "stripes", "")
    assert grid._captions == {7: "7 stripes"}
    listed = {part.name: part.words for part in window.header.address._listed()}
    assert listed["unit"] == "unit 7 · stripes"


def test_what_is_typed_belongs_to_the_unit_it_was_typed_for(desk: Desk) -> None:
    desk.state.set_model(lenet_facts(), LAYER)
    part = LabelSection(desk)
    part.show()
    part._words.setText("edges")
    part._words.setModified(True)
    desk.state.set_unit(3)
    assert desk.annotations.of_layer(LAYER) == {0: "edges"}
    assert part._words.text() == ""
    desk.state.set_unit(0)
    assert part._words.text() == "edges"
    part.hide()
    part.deleteLater()


def test_bad_files_are_a_sentence_in_the_window(desk: Desk, tmp_path: Path) -> None:
    desk.state.set_model(lenet_facts(), LAYER)
    part = LabelSection(desk)
    bad = tmp_path / "bad.csv"
    bad.write_text("nothing", "utf-8")
    part.take(bad)
    assert "not a table" in desk.messages.history[-1].title
    part.give(tmp_path / "labels.txt")
    assert "should end in" in desk.messages.history[-1].title
    part.deleteLater()
