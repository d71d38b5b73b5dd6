"""Panels, docks and workspaces: they arrange, fit, come back, and never go missing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QByteArray, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.main_window import MainWindow
from cnnviz_app.ui.panel import discover
from cnnviz_app.ui.settings import THEMES
from cnnviz_app.ui.sheets import Sheet
from cnnviz_app.ui.workspaces import COMPACT_BELOW, WORKSPACES, find
from tests.ui.conftest import give_maps
from tests.ui.desks import desk, outcome, techniques
from tests.ui.fakes import engine_of, entry, lenet_facts

__all__ = ["desk"]
PANELS = {spec.id: spec for spec in discover()}
IDS = [w.id for w in WORKSPACES]


@pytest.fixture(autouse=True)
def dark_again(qapp: QApplication) -> Iterator[None]:
    from cnnviz_app.ui.theme import theme

    yield
    theme().set("dark", 100, True)


def visible(window: MainWindow) -> set[str]:
    """Panels that are somewhere in the window, also behind another tab."""
    return {id for id, dock in window.yard.docks.items() if not dock.isHidden()}


@pytest.mark.parametrize("id", PANELS)
def test_a_panel_builds_with_nothing_and_with_everything(desk: Desk, id: str) -> None:
    panel = PANELS[id].build(desk)
    panel.resize(400, 300)
    panel.show()
    desk.conductor.entries = (entry("lens"), entry("torchvision/alexnet"))
    desk.conductor.entries_changed.emit(desk.conductor.entries)
    desk.pictures.show_builtin("cat")
    desk.state.set_model(lenet_facts())
    desk.runs._on_techniques(techniques())
    desk.runs.outcome_changed.emit(outcome())
    QTest.qWait(5)
    for theme in THEMES:
        desk.theme.set(theme, 150, True)
        assert not panel.grab().isNull()
    for layer in lenet_facts().layers:
        desk.state.set_layer(layer)
    assert panel.help_text()
    assert all(isinstance(button, QWidget) for button in panel.title_buttons())
    panel.close()
    panel.deleteLater()
    QTest.qWait(5)


class Shown(QObject):
    """Widgets that were shown while they had no parent: for a moment each is a window."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self.windows: list[str] = []
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.windows.append(str(watched))
        return False


@pytest.mark.parametrize("id", PANELS)
def test_nothing_flashes_up_while_a_panel_is_built(
    desk: Desk, qapp: QApplication, id: str
) -> None:
    shown = Shown(qapp)
    panel = PANELS[id].build(desk)
    panel.title_buttons()
    qapp.removeEventFilter(shown)
    panel.deleteLater()
    assert shown.windows == []


def test_workspaces_name_only_panels_that_are_there(qapp: QApplication) -> None:
    for workspace in WORKSPACES:
        for plan in (workspace.wide, workspace.compact):
            named = [panel for row in plan.rows for panel in row.panels]
            assert set(named) <= set(PANELS)
            assert len(named) == len(set(named))
    assert find("of another version") is WORKSPACES[0]


@pytest.mark.parametrize("id", IDS)
def test_a_workspace_shows_its_panels(window: MainWindow, id: str) -> None:
    window.show_workspace(id)
    QTest.qWait(20)
    plan = find(id).wide
    assert visible(window) == {panel for row in plan.rows for panel in row.panels}
    assert window.desk.settings.values.workspace == id


def test_a_panel_behind_a_tab_is_not_built_and_later_neither_follows_nor_computes(
    window: MainWindow,
) -> None:
    docks = window.yard.docks
    assert docks["attribution"].isVisible()  # as Qt sees it: it has a place, out of sight
    assert not docks["attribution"].built
    window.show_panel("attribution")
    QTest.qWait(20)
    shown, behind = docks["attribution"].panel, docks["activations"].panel
    assert shown is not None
    assert shown.isVisible()
    assert behind is not None
    assert not behind.isVisible()
    window.show_panel("activations")
    QTest.qWait(20)
    assert [panel.isVisible() for panel in (shown, behind)] == [False, True]
    docks["attribution"].setFloating(True)
    QTest.qWait(20)
    assert [panel.isVisible() for panel in (shown, behind)] == [True, True]
    docks["attribution"].setFloating(False)


def test_a_changed_arrangement_comes_back(window: MainWindow) -> None:
    window.yard.docks["kernels"].close()
    window.show_panel("jobs")
    changed = visible(window)
    for id in ("models", "dream", "explore"):
        window.show_workspace(id)
        QTest.qWait(10)
    assert visible(window) == changed
    assert "kernels" not in changed
    window.reset_layout()
    assert visible(window) == {p for row in find("explore").wide.rows for p in row.panels}


def test_a_stage_panel_brings_its_controls_and_takes_them_away(window: MainWindow) -> None:
    window.show_workspace("attack")
    QTest.qWait(20)
    usual = visible(window)
    width = window.yard.docks["technique"].width()
    for stage in ("linear", "robustness"):
        window.show_panel(stage)
        QTest.qWait(20)
        assert visible(window) & {"technique", "predictions", "results", "controls"} == {"controls"}
        panel = window.yard.docks[stage].ensure_built()
        controls = panel.controls()
        assert controls is not None
        assert controls.isVisible()
    assert abs(window.yard.docks["controls"].width() - width) <= 2
    window.show_panel("adversarial")
    QTest.qWait(20)
    assert visible(window) == usual
    assert abs(window.yard.docks["technique"].width() - width) <= 2


def test_controls_are_no_part_of_a_remembered_layout(window: MainWindow) -> None:
    window.show_workspace("attack")
    QTest.qWait(20)
    usual = visible(window)
    window.show_panel("linear")
    QTest.qWait(20)
    window.show_workspace("explore")
    QTest.qWait(20)
    assert "controls" not in visible(window)
    window.show_workspace("attack")
    QTest.qWait(20)
    assert window.yard.docks["linear"].in_front
    assert "controls" in visible(window)
    window.show_panel("adversarial")
    QTest.qWait(20)
    assert visible(window) == usual


def test_a_layout_of_an_older_version_gets_the_new_tabs(window: MainWindow) -> None:
    docks = window.yard.docks
    plan = {panel for row in find("explore").wide.rows for panel in row.panels}
    for id in ("tuning", "population"):
        docks[id].setObjectName(f"unheard of {id}")  # what an older version saves without them
        window.removeDockWidget(docks[id])
    docks["kernels"].close()
    window.show_workspace("dream")
    for id in ("tuning", "population"):
        docks[id].setObjectName(f"dock.{id}")
    QTest.qWait(20)
    window.show_workspace("explore")
    QTest.qWait(20)
    assert visible(window) == plan - {"kernels"}, "what was closed stays closed"
    assert docks["tuning"] in window.tabifiedDockWidgets(docks["activations"])
    assert docks["population"] in window.tabifiedDockWidgets(docks["inspector"])
    assert docks["activations"].in_front
    assert not docks["tuning"].in_front


def test_a_closed_panel_can_be_shown_again(window: MainWindow) -> None:
    for id, dock in window.yard.docks.items():
        dock.close()
        window.show_panel(id)
        assert not dock.isHidden()


@pytest.mark.parametrize("state", [b"", b"garbage", b"\0\0\0\xff" + bytes(64)])
def test_a_stored_layout_that_is_garbage_gives_the_usual_one(
    window: MainWindow, state: bytes
) -> None:
    for id in ("dream", "dream-compact"):
        window.desk.settings.set_layout(id, QByteArray(state))
    window.desk.settings.set_geometry(QByteArray(state))
    window.restore("dream")
    QTest.qWait(10)
    assert visible(window) == {p for row in find("dream").wide.rows for p in row.panels}


def test_an_unknown_workspace_is_the_first(window: MainWindow) -> None:
    window.show_workspace("sculpture")
    assert window.workspace == IDS[0]


def test_remembering_writes_the_selection(window: MainWindow) -> None:
    window.desk.state.set_layer("features.conv2", 3)
    window.remember()
    values = window.desk.settings.values
    assert (values.model, values.layer, values.unit) == ("lenet5", "features.conv2", 3)
    assert window.desk.settings.geometry() is not None


@pytest.mark.parametrize("theme", THEMES)
def test_it_fits_a_small_projector_with_large_text(window: MainWindow, theme: str) -> None:
    window.desk.runs._on_techniques(techniques())
    window.desk.theme.set(theme, 150, True)
    window.resize(1024, 768)
    QTest.qWait(30)
    assert window.compact
    for id in IDS:
        window.show_workspace(id)
        QTest.qWait(30)
        give_maps(window)
        assert (window.width(), window.height()) == (1024, 768)
        least = window.minimumSizeHint()
        assert least.width() <= 1024, f"{id}: {least}"
        assert least.height() <= 768, f"{id}: {least}"
        assert visible(window) == {p for row in find(id).compact.rows for p in row.panels}


def test_narrow_and_wide_arrangements_are_remembered_apart(window: MainWindow) -> None:
    window.yard.docks["kernels"].close()
    window.resize(COMPACT_BELOW - 200, 800)
    QTest.qWait(20)
    assert "kernels" in visible(window)
    window.resize(COMPACT_BELOW + 300, 900)
    QTest.qWait(20)
    assert "kernels" not in visible(window)


def test_the_header_follows_width_and_work(window: MainWindow) -> None:
    header = window.header
    assert header._tabs.isVisible()
    assert not header._combo.isVisible()
    window.resize(1024, 768)
    QTest.qWait(20)
    assert not header._tabs.isVisible()
    assert header._combo.isVisible()
    header._combo.chosen.emit("models")
    assert window.workspace == "models"
    window.desk.conductor.list_models()
    assert header._busy == len(window.desk.engine.tickets)


def test_sheets_close_by_escape_and_take_the_keys_meanwhile(window: MainWindow) -> None:
    for show in (window.show_keys, window.show_about, window.show_appearance):
        show()
        QTest.qWait(5)
        sheet = window.findChild(Sheet)
        assert sheet is not None
        assert sheet.isVisible()
        override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Escape,
                             Qt.KeyboardModifier.NoModifier)  # fmt: skip
        QApplication.sendEvent(sheet, override)
        assert override.isAccepted()
        QTest.keyClick(sheet, Qt.Key.Key_Escape)
        QTest.qWait(5)
        assert window.findChild(Sheet) is None


def test_themes_and_text_sizes_are_remembered(window: MainWindow) -> None:
    settings = window.desk.settings
    window.next_theme()
    window.next_theme()
    assert settings.values.theme == "projector" == window.desk.theme.name
    assert settings.values.scale >= 150
    window.step_scale(1)
    assert settings.values.scale == window.desk.theme.scale
    window.next_theme()
    assert settings.values.theme == "dark"


def test_a_message_lies_inside_the_window(window: MainWindow) -> None:
    window.desk.messages.error("Something is wrong.", "Do something about it. " * 6)
    QTest.qWait(10)
    assert window.rect().contains(window.strip.geometry())
    window.resize(700, 500)
    QTest.qWait(10)
    assert window.rect().contains(window.strip.geometry())
    window.strip.clear()


def test_help_speaks_of_the_panel_with_the_focus(window: MainWindow) -> None:
    dock = window.yard.docks["picture"]
    button = dock.ensure_built().title_buttons()[0]
    button.setFocus()
    window.help_here()
    assert window.desk.messages.history[-1].title == "Picture"
    assert engine_of(window.desk).requests
    window.strip.clear()
