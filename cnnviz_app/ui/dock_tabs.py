"""The names on tabs: in full where there is room, else shorter, and at last some in a menu."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QMainWindow, QTabBar

from cnnviz_app.ui.dock import Dock
from cnnviz_app.ui.dock_more import MoreTabs
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
    _keep_what_fits(bar, room, air, full)


def _keep_what_fits(bar: QTabBar, room: int, air: str, full: dict[str, str]) -> None:
    """Where even short names are too many, the last ones wait in a menu, never the front one."""
    needs = [_needs(bar.tabText(i), air) for i in range(bar.count())]
    kept = set(range(bar.count()))
    more = MoreTabs.of(bar)
    if sum(needs) > room:
        left = room - more.sizeHint().width()
        kept = set()
        for i in sorted(range(bar.count()), key=lambda i: (i != bar.currentIndex(), i)):
            left -= needs[i]
            if left < 0 and kept:
                break
            kept.add(i)
    changed = [i for i in range(bar.count()) if bar.isTabVisible(i) != (i in kept)]
    for i in changed:
        bar.setTabVisible(i, i in kept)
    if changed:
        _scroll_back(bar)
    hidden = [i for i in range(bar.count()) if i not in kept]
    more.hold({i: full.get(bar.tabText(i), bar.tabText(i)) for i in hidden}, room)


def _scroll_back(bar: QTabBar) -> None:
    """What is left stays scrolled as far as all of them were, unless the first one is shown."""
    current = bar.currentIndex()
    blocked = bar.blockSignals(True)
    bar.setCurrentIndex(next(i for i in range(bar.count()) if bar.isTabVisible(i)))
    bar.setCurrentIndex(current)
    bar.blockSignals(blocked)


def _names(bar: QTabBar) -> set[str]:
    return {bar.tabText(i) for i in range(bar.count())}


def _width(group: Sequence[Dock], short: bool, air: str) -> int:
    return sum(_needs(dock.spec.tab_name(short), air) for dock in group)


def _needs(name: str, air: str) -> int:
    return text_width(name, "medium") + 2 * px(AIR[air]) + 1


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
