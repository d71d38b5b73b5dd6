"""What somebody does in the first ten minutes with keys, mouse and panels."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from cnnviz_app.lab.requests import RunTechnique
from cnnviz_app.ui.main_window import MainWindow
from cnnviz_app.ui.panels.activations import ActivationsPanel
from cnnviz_app.ui.settings import Settings
from cnnviz_app.ui.sheets import Sheet
from cnnviz_app.ui.widgets.tile_grid import TileGrid
from tests.ui.conftest import give_maps
from tests.ui.fakes import engine_of

KEY = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    """On the widget with the focus, as a keyboard does."""
    QTest.keyClick(QApplication.focusWidget() or window, key, modifier)
    QTest.qWait(10)


@pytest.fixture
def front(window: MainWindow) -> MainWindow:
    """The window has the keyboard."""
    window.activateWindow()
    window.setFocus()
    QTest.qWait(50)
    return window


def test_arrows_and_pages_walk(front: MainWindow) -> None:
    state = front.desk.state
    press(front, KEY.Key_Right)
    assert state.unit == 1
    press(front, KEY.Key_Left)
    assert state.unit == 0
    before = state.layer
    press(front, KEY.Key_PageDown)
    assert state.layer != before
    press(front, KEY.Key_PageUp)
    assert state.layer == before


def test_single_letters_switch_what_they_say(front: MainWindow) -> None:
    view = front.desk.view
    for key, name in ((KEY.Key_Z, "one"), (KEY.Key_O, "overlay"), (KEY.Key_R, "field")):
        before = getattr(view.view, name)
        press(front, key)
        assert getattr(view.view, name) is not before
    before_gamma = view.view.gamma
    press(front, KEY.Key_G)
    assert view.view.gamma < before_gamma


def test_a_click_on_a_tile_selects_it_and_double_click_makes_it_large(front: MainWindow) -> None:
    panel = front.yard.docks["activations"].panel
    assert isinstance(panel, ActivationsPanel)
    grid = panel.findChild(TileGrid)
    assert grid is not None
    place = grid.layout_now().rect(3, 0).center().toPoint()
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, NONE, place)
    assert front.desk.state.unit == 3
    QTest.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, NONE, place)
    assert front.desk.view.view.one


def test_workspaces_theme_and_size_by_key(front: MainWindow) -> None:
    for number, name in ((2, "dream"), (3, "style"), (4, "attack"), (5, "models"), (1, "explore")):
        press(front, Qt.Key(KEY.Key_0 + number), CTRL)
        assert front.workspace == name
    press(front, KEY.Key_T, CTRL | SHIFT)
    assert front.desk.theme.name == "light"
    press(front, KEY.Key_Plus, CTRL)
    assert front.desk.theme.scale == 115
    press(front, KEY.Key_0, CTRL)
    assert front.desk.theme.scale == 100


def test_ctrl_k_finds_a_layer_and_goes_there(front: MainWindow) -> None:
    press(front, KEY.Key_K, CTRL)
    assert front.palette_sheet.isVisible()
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClicks(focused, "conv2")
    press(front, KEY.Key_Return)
    assert not front.palette_sheet.isVisible()
    assert front.desk.state.layer == "features.conv2"


def test_esc_closes_a_sheet_before_it_stops_anything(front: MainWindow) -> None:
    front.show_keys()
    press(front, KEY.Key_Escape)
    assert not [sheet for sheet in front.findChildren(Sheet) if sheet.isVisible()]


def test_only_one_sheet_is_open(front: MainWindow) -> None:
    front.show_keys()
    front.show_about()
    QTest.qWait(10)
    assert len([sheet for sheet in front.findChildren(Sheet) if sheet.isVisible()]) == 1


def test_a_panel_without_a_place_joins_a_column(front: MainWindow) -> None:
    jobs = front.yard.docks["jobs"]
    assert jobs.isHidden()
    front.show_panel("jobs")
    QTest.qWait(50)
    assert jobs.isVisible()
    assert jobs.y() >= front.header.height()
    assert front.tabifiedDockWidgets(jobs)
    assert jobs.width() > 200


def test_a_closed_panel_comes_back_by_the_view_menu(front: MainWindow) -> None:
    kernels = front.yard.docks["kernels"]
    where = kernels.geometry()
    kernels.close()
    QTest.qWait(20)
    action = _panel_action(front, "Filter grid")
    action.trigger()
    QTest.qWait(50)
    assert kernels.isVisible()
    assert kernels.geometry().intersects(where)
    action.trigger()
    assert kernels.isHidden()


def _panel_action(window: MainWindow, title: str) -> QAction:
    panels = next(m for m in window.findChildren(QMenu) if m.title() == "Panels")
    panels.aboutToShow.emit()
    return next(a for a in panels.actions() if a.text() == title)


def test_a_floating_panel_has_a_title_and_comes_home(front: MainWindow) -> None:
    predictions = front.yard.docks["predictions"]
    predictions.setFloating(True)
    predictions.move(QPoint(300, 300))
    QTest.qWait(30)
    assert predictions.isVisible()
    assert predictions.width() > 200
    front.reset_layout()
    QTest.qWait(50)
    assert not predictions.isFloating()
    assert predictions.isVisible()


def test_an_arrangement_is_remembered_per_workspace(front: MainWindow) -> None:
    docks = front.yard.docks
    front.tabifyDockWidget(docks["picture"], docks["predictions"])
    docks["kernels"].close()
    QTest.qWait(30)
    front.show_workspace("dream")
    front.show_workspace("explore")
    QTest.qWait(30)
    assert docks["predictions"] in front.tabifiedDockWidgets(docks["picture"])
    assert docks["kernels"].isHidden()


def test_after_a_restart_all_is_as_it_was(front: MainWindow) -> None:
    docks = front.yard.docks
    docks["kernels"].close()
    front.tabifyDockWidget(docks["picture"], docks["predictions"])
    QTest.qWait(30)
    front.desk.state.set_unit(2)
    front.remember()
    again = MainWindow(front.desk)
    again.restore()
    if not front.screen().availableGeometry().contains(front.frameGeometry()):
        again.resize(front.size())  # the screen of the offscreen platform is too small for it
    again.show()
    QTest.qWait(80)
    try:
        assert again.size() == front.size()
        assert again.workspace == "explore"
        assert again.yard.docks["kernels"].isHidden()
        picture = again.yard.docks["picture"]
        assert again.yard.docks["predictions"] in again.tabifiedDockWidgets(picture)
        values = again.desk.settings.values
        assert (values.layer, values.unit) == (front.desk.state.layer, 2)
        assert isinstance(again.desk.settings, Settings)
    finally:
        again.close()
        again.deleteLater()


def test_d_dreams_the_selected_unit_only_where_there_are_techniques(front: MainWindow) -> None:
    press(front, KEY.Key_D)
    assert front.workspace == "dream"
    jobs = [ticket.job for ticket in engine_of(front.desk).asked_tickets]
    assert not [job for job in jobs if isinstance(job.request, RunTechnique) and not job.background]


def test_keys_without_a_run_do_no_harm(front: MainWindow) -> None:
    for key in (KEY.Key_Period, KEY.Key_Escape, KEY.Key_BracketLeft, KEY.Key_BracketRight,
                KEY.Key_X, KEY.Key_S, KEY.Key_Home, KEY.Key_End, KEY.Key_Space):  # fmt: skip
        press(front, key)
    give_maps(front)
    assert front.isVisible()


def test_the_address_bar_stays_where_it_is_when_a_job_starts(front: MainWindow) -> None:
    header = front.header
    header.pill.set_idle()
    QTest.qWait(20)
    before = header.address.geometry()
    header.pill.set_running(1, 0.2, 34)
    QTest.qWait(20)
    assert header.address.geometry() == before
