"""The command palette finds what a person types, and does it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from cnnviz_app.lab.requests import ImportWeights
from cnnviz_app.sources.folder import Folder
from cnnviz_app.ui.findings import findings
from cnnviz_app.ui.main_window import MainWindow
from cnnviz_app.ui.palette import LIMIT, Hit, score, search
from tests.core.picture_makers import encoded
from tests.ui.desks import techniques
from tests.ui.fakes import engine_of, entry


def hit(title: str, group: str = "Commands", detail: str = "", prefix: str = "") -> Hit:
    return Hit(title, group, lambda: None, detail=detail, prefix=prefix)


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("conv", "conv1", "features.conv1"),
        ("conv", "features.conv1", "deconvolution"),
        ("gra", "Grad-CAM", "integrated gradients"),
        ("grad", "integrated gradients", "go round and down"),
        ("run", "Run or pause", "Search or run a command"),
        ("CONV1", "conv1", "conv10"),
    ],
)  # fmt: skip
def test_the_better_answer_comes_first(query: str, better: str, worse: str) -> None:
    assert score(query, better) > score(query, worse) > 0
    assert search(query, [hit(worse), hit(better)])[0].title == better


@pytest.mark.parametrize(
    ("query", "title"), [("xyz", "conv1"), ("1conv", "conv1"), ("aa", "a"), ("b", "")]
)
def test_what_does_not_answer(query: str, title: str) -> None:
    assert score(query, title) == 0


def test_signs_restrict_and_groups_stay_together() -> None:
    hits = [hit("conv1", "Layers", prefix="@"), hit("unit 1", "Units", prefix=":"),
            hit("conv command", "Commands", prefix=">"), hit("conv2", "Layers", prefix="@")]
    assert [h.title for h in search("@conv", hits)] == ["conv1", "conv2"]
    assert [h.title for h in search(":", hits)] == ["unit 1"]
    assert [h.title for h in search("> conv", hits)] == ["conv command"]
    groups = [h.group for h in search("conv", hits)]
    assert groups == sorted(groups, key=groups.index)
    assert search("nothing like it", hits) == []


def test_a_thousand_classes_give_a_list_one_can_read() -> None:
    assert len(search("c", [hit(f"class {n}") for n in range(1000)])) == LIMIT


def test_everything_the_window_has_is_found(window: MainWindow, tmp_path: Path) -> None:
    for name in ("1.png", "2.png"):
        (tmp_path / name).write_bytes(encoded("PNG"))
    window.desk.runs.techniques = techniques()
    window.desk.conductor.entries = (entry("lens"), entry("torchvision/alexnet"))
    window.desk.pictures._folder = Folder(tmp_path)
    groups = {found.group for found in findings(window)}
    assert groups == {"Commands", "Techniques", "Layers", "Units", "Classes", "Models", "Pictures",
                      "Folder"}  # fmt: skip
    assert all(found.title for found in findings(window))


def test_typing_and_return_do_it(window: MainWindow) -> None:
    palette = window.palette_sheet
    palette.open()
    QTest.keyClicks(palette._field, "@relu2")
    QTest.keyClick(palette._field, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert window.desk.state.layer == "features.relu2"
    palette.open(":")
    QTest.keyClicks(palette._field, "unit 7")
    QTest.keyClick(palette._field, Qt.Key.Key_Return)
    assert window.desk.state.unit == 7


def test_a_class_selects_its_unit_in_the_last_layer(window: MainWindow) -> None:
    found = next(h for h in findings(window) if h.group == "Classes" and h.title == "4")
    found.run()
    assert (window.desk.state.layer, window.desk.state.unit) == ("classifier", 4)


def test_walking_the_lines_stops_at_the_ends(window: MainWindow) -> None:
    palette = window.palette_sheet
    palette.open("@")
    last = len(palette._lines.hits) - 1
    for key, row in ((Qt.Key.Key_Up, 0), (Qt.Key.Key_Down, 1), (Qt.Key.Key_PageDown, last),
                     (Qt.Key.Key_Down, last), (Qt.Key.Key_PageUp, 0)):  # fmt: skip
        QTest.keyClick(palette._field, key)
        assert palette._view.currentIndex().row() == row
    QTest.keyClick(palette._field, Qt.Key.Key_Escape)
    assert window.desk.state.unit == 0


def test_nothing_found_is_no_crash(window: MainWindow) -> None:
    palette = window.palette_sheet
    palette.open("there is nothing of this name")
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return):
        QTest.keyClick(palette._field, key)
    assert palette.isVisible()
    QTest.mouseClick(palette, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert not palette.isVisible()


def test_a_program_added_from_the_menu_runs_only_after_a_yes(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtWidgets import QFileDialog

    path = tmp_path / "net.py"
    path.write_text("raise SystemExit\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args, **kwargs: (str(path), ""))
    window.commands.run("add-model")
    assert "is a program" in window.desk.messages.history[-1].title
    assert engine_of(window.desk).asked_for(ImportWeights) == []
    window.strip.clear()


def test_every_command_can_be_run(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    """With dialogs that are dismissed, in a window that is not closed."""
    from PySide6.QtGui import QDesktopServices
    from PySide6.QtWidgets import QFileDialog

    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *args, **kwargs: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *args, **kwargs: "")
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: True)
    for command in list(window.commands.commands.values()):
        if command.id != "quit":
            command.run()
            QTest.qWait(1)
    if window.isFullScreen():
        window.toggle_full_screen()
    window.close_sheets()
    assert not [m for m in window.desk.messages.history if m.severity == "err"]
    assert engine_of(window.desk).requests
    window.desk.theme.set("dark", 100, True)
    window.strip.clear()
