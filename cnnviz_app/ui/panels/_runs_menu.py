"""The runs of this session in a menu: go back to one, or wipe two against each other."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget

from cnnviz_app.ui.attempts import apart
from cnnviz_app.ui.run_session import RunSession
from cnnviz_app.ui.run_shelf import Sitting
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.base import fitted, to_qimage
from cnnviz_app.ui.widgets.views import Menu

SIDE = 28


def runs_menu(runs: RunSession, parent: QWidget) -> Menu:
    """The newest on top; the one that is shown carries a tick."""
    menu = Menu("", parent)
    titles = {technique.name: technique.title for technique in runs.techniques}
    compare = Menu("Compare this run with", menu)
    compare.setIcon(theme().icon("wipe"))
    for place, sitting in list(enumerate(runs.sittings))[::-1]:
        words = f"Run {place + 1}: {titles.get(sitting.technique, sitting.technique)}"
        subject = sitting.current.subject.split(" · ")[-1]
        shown = sitting is runs.sitting
        icon = theme().icon("check") if shown else _thumb(sitting, parent)
        menu.addAction(icon, f"{words}, {subject}", partial(_go, runs, place))
        if not shown:
            other = apart(sitting.current, runs.current) or subject
            act = partial(runs.compare_with, sitting.current)
            compare.addAction(icon, f"{words}, {other}", act)
    menu.addSeparator()
    compare.setEnabled(runs.sitting in runs.sittings and not compare.isEmpty())
    menu.addMenu(compare)
    return menu


def _go(runs: RunSession, place: int) -> None:
    runs.look_back(place - runs.place)


def _thumb(sitting: Sitting, parent: QWidget) -> QIcon:
    frames = sitting.current.timeline.frames
    if not frames:
        return QIcon()
    side = px(SIDE)
    return QIcon(fitted(to_qimage(frames[-1].pixels), side, side, parent.devicePixelRatioF()))
