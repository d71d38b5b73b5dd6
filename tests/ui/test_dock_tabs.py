"""The names on tabs fit: in full where there is room, else shorter, and the whole name is told."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabBar

from cnnviz_app.ui.dock_more import MoreTabs
from cnnviz_app.ui.main_window import MainWindow
from tests.ui.waiting import wait_for


def bar_with(window: MainWindow, name: str) -> QTabBar:
    bars = [bar for bar in window.findChildren(QTabBar) if bar.parent() is window]
    return next(bar for bar in bars if name in names(bar))


def names(bar: QTabBar) -> list[str]:
    return [bar.tabText(i) for i in range(bar.count())]


def needs(bar: QTabBar) -> int:
    return sum(bar.tabRect(i).width() for i in range(bar.count()))


def resize(window: MainWindow, width: int, scale: int) -> None:
    window.desk.theme.set("projector", scale, True)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    window.desk.theme.apply(app)
    window.resize(width, 800)
    QTest.qWait(150)


def test_in_a_large_window_tabs_have_their_full_names(window: MainWindow) -> None:
    resize(window, 1900, 100)
    bar = bar_with(window, "Attribution")
    wait_for(lambda: names(bar)[0] == "Activation viewer")
    assert "Architecture" in names(bar)
    assert needs(bar) <= bar.width()
    assert not any(bar.tabToolTip(i) for i in range(3))


@pytest.mark.parametrize(("width", "scale"), [(1024, 100), (1024, 150), (1280, 100), (1280, 150)])
def test_every_tab_shows_without_arrows(window: MainWindow, width: int, scale: int) -> None:
    resize(window, width, scale)
    for known in ("Attribution", "Population"):
        bar = bar_with(window, known)
        assert needs(bar) <= bar.width() + 1, f"{names(bar)} need {needs(bar)}, have {bar.width()}"


def test_a_short_name_tells_the_whole_one_and_grows_back(window: MainWindow) -> None:
    resize(window, 1024, 150)
    bar = bar_with(window, "Maps")
    assert bar.tabToolTip(names(bar).index("Maps")) == "Activation viewer"
    resize(window, 1900, 100)
    assert bar_with(window, "Activation viewer") is not None

def test_tabs_without_room_wait_in_a_menu_and_not_behind_arrows(window: MainWindow) -> None:
    resize(window, 1024, 150)
    for panel in ("layers", "predictions"):
        window.show_panel(panel)
    QTest.qWait(100)
    bar = bar_with(window, "Population")
    assert bar.tabText(bar.currentIndex()) == "Predictions"
    assert bar.isTabVisible(bar.currentIndex())
    more = MoreTabs.of(bar)
    assert more.isVisible()
    seen = [i for i in range(bar.count()) if bar.isTabVisible(i)]
    assert bar.tabRect(seen[0]).left() == 0, "nothing is scrolled out of sight"
    assert bar.tabRect(seen[-1]).right() <= more.x()
    out_of_sight = [action.text() for action in more.make_menu().actions()]
    assert len(seen) + len(out_of_sight) == bar.count()
    more.make_menu().actions()[-1].trigger()
    QTest.qWait(100)
    assert bar.isTabVisible(bar.currentIndex())
    assert more.isVisible()
    assert out_of_sight[-1] not in [action.text() for action in more.make_menu().actions()]


def test_the_menu_goes_where_all_tabs_have_room(window: MainWindow) -> None:
    resize(window, 1024, 150)
    window.show_panel("layers")
    QTest.qWait(100)
    assert MoreTabs.of(bar_with(window, "Population")).isVisible()
    resize(window, 1900, 100)
    assert not any(more.isVisible() for more in window.findChildren(MoreTabs))
    assert all(bar.isTabVisible(i) for bar in window.findChildren(QTabBar)
               for i in range(bar.count()))  # fmt: skip
