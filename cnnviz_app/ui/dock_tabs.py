"""The names on tabs: in full where there is room, else shorter and closer together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QMainWindow, QTabBar

from cnnviz_app.ui.dock import Dock
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import text_width

# What the style sheet calls the air around the words, and how much it is at each side.
AIR = {"": 12, "tight": 8, "tightest": 5}
# Whether the names are short, and the air: the first that fits is taken.
WAYS = ((False, ""), (False, "tight"), (True, "tight"), (True, "tightest"))


def fit_tabs(window: QMainWindow, docks: Iterable[Dock]) -> None:
    """Name the tabs of every place of the window as its width allows."""
    bars = [bar for bar in window.findChildren(QTabBar) if bar.parent() is window]
    for bar in bars:
        _straighten(bar)
    for dock in docks:
        if dock.isHidden() or dock.isFloating() or not dock.in_front:
            continue
        others = [other for other in window.tabifiedDockWidgets(dock) if isinstance(other, Dock)]
        if others:
            _fit([dock, *others], dock.width(), bars)


def _fit(group: Sequence[Dock], room: int, bars: Sequence[QTabBar]) -> None:
    before = {dock.windowTitle() for dock in group}
    bar = next((bar for bar in bars if _names(bar) == before), None)
    short, air = next((way for way in WAYS if _width(group, *way) <= room), WAYS[-1])
    full = {dock.spec.tab_name(short): dock.spec.title for dock in group}
    for dock in group:
        if dock.windowTitle() != dock.spec.tab_name(short):
            dock.setWindowTitle(dock.spec.tab_name(short))
    if bar is None:
        return
    for i in range(bar.count()):
        name = full.get(bar.tabText(i), "")
        # Only where the tab does not say it already.
        name = "" if name == bar.tabText(i) else name
        if bar.tabToolTip(i) != name:
            bar.setTabToolTip(i, name)
    if bar.property("air") != air:
        bar.setProperty("air", air)
        bar.style().unpolish(bar)
        bar.style().polish(bar)
        # The tabs keep the widths they had unless the bar hears of it.
        QCoreApplication.sendEvent(bar, QEvent(QEvent.Type.StyleChange))


def _names(bar: QTabBar) -> set[str]:
    return {bar.tabText(i) for i in range(bar.count())}


def _width(group: Sequence[Dock], short: bool, air: str) -> int:
    words = (text_width(dock.spec.tab_name(short), "medium") for dock in group)
    return sum(wide + 2 * px(AIR[air]) + 1 for wide in words)


def _straighten(bar: QTabBar) -> None:
    # Each setter asks for a new layout, which would bring us here again, and so on for ever.
    if bar.expanding():
        bar.setExpanding(False)
    if bar.elideMode() != Qt.TextElideMode.ElideNone:
        bar.setElideMode(Qt.TextElideMode.ElideNone)
    if bar.drawBase():
        bar.setDrawBase(False)
    if not bar.usesScrollButtons():
        bar.setUsesScrollButtons(True)
