"""The start page opens what it promises and goes away for good."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from cnnviz_app import paths
from cnnviz_app.lab.branch_requests import RunKept
from cnnviz_app.lab.requests import ListTechniques, OpenModel
from cnnviz_app.ui.main_window import MainWindow
from cnnviz_app.ui.start_page import StartPage, show_start
from cnnviz_app.ui.start_places import PAINTING, PHOTO, PLACES
from tests.ui.desks import techniques
from tests.ui.fakes import engine_of, entry, lenet_facts
from tests.ui.layout_checks import troubles

BUNDLED = ("lens", "lens-robust", "lenet5")


def is_open(window: MainWindow) -> bool:
    QTest.qWait(20)
    return window.findChild(StartPage) is not None


def test_every_place_has_its_picture() -> None:
    sizes = [paths.resource("start", place.picture).stat().st_size for place in PLACES]
    assert all(0 < size < 200_000 for size in sizes)


def test_esc_dismisses_it_for_good(window: MainWindow) -> None:
    page = show_start(window)
    assert page.isVisible()
    assert show_start(window) is page
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert not is_open(window)
    assert window.desk.settings.values.seen_start


@pytest.mark.parametrize("number", range(1, len(PLACES) + 1))
def test_a_digit_opens_its_place(window: MainWindow, number: int) -> None:
    page = show_start(window)
    engine = engine_of(window.desk)
    before = len(engine.asked_for(OpenModel))
    QTest.keyClick(page, Qt.Key(Qt.Key.Key_0 + number))
    assert not is_open(window)
    place = PLACES[number - 1].id
    workspaces = {"dream": "dream", "robust": "dream", "style": "style", "zoo": "models"}
    assert window.workspace == workspaces.get(place, "explore")
    opened = engine.asked_for(OpenModel)[before:]
    assert [request.model in BUNDLED for request in opened] == ([] if place == "zoo" else [True])


def test_the_photo_is_painted_at_once(window: MainWindow) -> None:
    page = show_start(window)
    runs, engine = window.desk.runs, engine_of(window.desk)
    runs.load()
    engine.finish(ListTechniques, techniques())
    window.desk.pictures.show_builtin("coffee")
    page = show_start(window)
    page.choose("style")
    engine.finish(OpenModel, lenet_facts())
    asked = engine.asked_for(RunKept)[-1]
    assert asked.technique == "style"
    assert asked.params["style"] == PAINTING
    assert asked.picture is not None
    assert asked.picture.origin == f"builtin:{PHOTO}"


def test_a_digit_can_be_drawn_from_the_side(window: MainWindow) -> None:
    page = show_start(window)
    buttons = {button.text(): button for button in page.findChildren(QPushButton)}
    buttons["Draw a digit"].click()
    assert window.workspace == "explore"
    assert engine_of(window.desk).asked_for(OpenModel)[-1].model == "lenet5"


def test_letters_do_not_act_on_what_lies_below(window: MainWindow) -> None:
    page = show_start(window)
    QTest.keyClick(page, Qt.Key.Key_Z)
    assert not window.desk.view.view.one
    QTest.keyClick(page, Qt.Key.Key_Right)
    assert window.desk.state.unit == 0


def test_a_tile_and_a_network_can_be_clicked(window: MainWindow) -> None:
    page = show_start(window)
    window.desk.conductor.entries_changed.emit(())
    engine = engine_of(window.desk)
    window.desk.conductor.entries = (entry("lens"), entry("torchvision/alexnet"))
    window.desk.conductor.entries_changed.emit(window.desk.conductor.entries)
    assert [line.network for line in page.lines] == ["lens", ""]
    QTest.qWait(20)
    places = [line.geometry() for line in page.lines]
    assert not places[0].intersects(places[1])
    side = page.lines[1].parentWidget()
    assert side is not None
    assert places[1].bottom() < side.height()
    assert troubles(window, window.grab().toImage()) == []
    page.lines[0].clicked.emit()
    assert engine.asked_for(OpenModel)[-1].model == "lens"
    assert not is_open(window)
    page = show_start(window)
    QTest.mouseClick(page.tiles[-1], Qt.MouseButton.LeftButton)
    assert window.workspace == "models"


def test_a_new_picture_or_workspace_takes_it_away(window: MainWindow) -> None:
    show_start(window)
    window.desk.pictures.show_builtin("coffee")
    assert not is_open(window)
    show_start(window)
    window.show_workspace("models")
    assert not is_open(window)


def test_it_fits_a_small_window_in_two_columns(window: MainWindow) -> None:
    page = show_start(window)
    window.resize(1024, 700)
    QTest.qWait(20)
    assert page.width() == window.width()
    assert len({tile.x() for tile in page.tiles}) == 2
    assert max(tile.geometry().right() for tile in page.tiles) < page.width()
