"""What stands beside the stage: the workspace's own docks, or controls of the panel in front."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMainWindow, QWidget

from cnnviz_app.ui.dock import Dock
from cnnviz_app.ui.workspaces import Arrangement

CONTROLS = "controls"


@runtime_checkable
class Place(Protocol):
    """The panel in which the controls of another one stand."""

    def show_controls(self, widget: QWidget) -> None: ...


class SideColumn(QObject):
    """While a stage panel with controls is in front, these take the place of the left column.

    What stood there stands aside, as it was, and comes back with another stage panel. Layouts are
    remembered without the controls.
    """

    def __init__(self, window: QMainWindow, docks: Mapping[str, Dock]) -> None:
        super().__init__(window)
        self._window, self._docks = window, docks
        self._plan: Arrangement | None = None
        self._shown: QWidget | None = None
        self._aside: list[Dock] = []
        self._front: list[Dock] = []
        self._heights: list[int] = []

    def set_plan(self, plan: Arrangement) -> None:
        """Another arrangement, of which nothing stands aside."""
        self._plan, self._shown, self._aside = plan, None, []

    def follow(self) -> None:
        """Show what belongs to the stage panel in front."""
        wanted = self._wanted()
        if wanted is self._shown:
            return
        if wanted is None:
            self.put_back()
        elif self._shown is None:
            self._swap_in(wanted)
        else:
            self._show(wanted)

    def put_back(self) -> None:
        """The workspace's own docks again."""
        if self._shown is None:
            return
        controls = self._docks[CONTROLS]
        width, self._shown = controls.width(), None
        for dock in self._aside:
            dock.show()
        controls.hide()
        self._window.removeDockWidget(controls)
        for dock in self._front:
            dock.raise_()
        if self._front:
            self._window.resizeDocks(self._front[:1], [width], Qt.Orientation.Horizontal)
            self._window.resizeDocks(self._front, self._heights, Qt.Orientation.Vertical)
        self._aside = []

    def _wanted(self) -> QWidget | None:
        if self._plan is None or CONTROLS not in self._docks:
            return None
        stage = (self._docks[name] for name in self._plan.stage.panels if name in self._docks)
        placed = (dock for dock in stage if not (dock.isHidden() or dock.isFloating()))
        front = next((dock for dock in placed if dock.in_front), None)
        return front.ensure_built().controls() if front is not None else None

    def _swap_in(self, widget: QWidget) -> None:
        window, controls = self._window, self._docks[CONTROLS]
        column = self._plan.left if self._plan is not None else None
        panels = [name for row in column.rows for name in row.panels] if column else []
        known = [self._docks[name] for name in panels if name in self._docks]
        self._aside = [dock for dock in known if not (dock.isHidden() or dock.isFloating())]
        self._front = [dock for dock in self._aside if dock.in_front]
        self._heights = [dock.height() for dock in self._front]
        self._show(widget)
        if not self._front:
            return  # the person closed the column
        width = self._front[0].width()
        window.tabifyDockWidget(self._front[0], controls)
        controls.show()
        focused = window.focusWidget()
        if focused is not None and any(dock.isAncestorOf(focused) for dock in self._aside):
            focused.clearFocus()
        for dock in self._aside:
            dock.hide()
        window.resizeDocks([controls], [width], Qt.Orientation.Horizontal)

    def _show(self, widget: QWidget) -> None:
        self._shown = widget
        place = self._docks[CONTROLS].ensure_built()
        assert isinstance(place, Place)
        place.show_controls(widget)
