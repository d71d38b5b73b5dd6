"""A window that nobody touches does nothing."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cnnviz_app.ui.main_window import MainWindow
from cnnviz_app.ui.workspaces import WORKSPACES

LABOUR = (QEvent.Type.LayoutRequest, QEvent.Type.UpdateRequest, QEvent.Type.ChildAdded)


class _Listener(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[str] = Counter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in LABOUR and watched.isWidgetType():
            self.seen[f"{event.type().name} of {type(watched).__name__}"] += 1
        return False


@pytest.mark.parametrize("workspace", [workspace.id for workspace in WORKSPACES])
def test_a_window_at_rest_neither_lays_out_nor_paints(
    qapp: QApplication, window: MainWindow, workspace: str
) -> None:
    window.show_workspace(workspace)
    QTest.qWait(600)
    listener = _Listener()
    qapp.installEventFilter(listener)
    QTest.qWait(300)
    qapp.removeEventFilter(listener)
    # A caret blinks, a clock ticks: a handful, not a storm.
    assert listener.seen.total() < 10, listener.seen
