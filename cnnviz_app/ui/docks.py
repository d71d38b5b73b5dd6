"""How workspaces arrange the docks: with `dock`, the only file that knows about docking."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QMainWindow, QTabWidget

from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.dock import Dock
from cnnviz_app.ui.dock_tabs import fit_tabs
from cnnviz_app.ui.panel import PanelSpec
from cnnviz_app.ui.side_column import SideColumn
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.workspaces import COMPACT_WINDOW, Arrangement, Column, Row


class DockYard(QObject):
    """All docks of the window."""

    def __init__(self, window: QMainWindow, specs: tuple[PanelSpec, ...], desk: Desk) -> None:
        super().__init__(window)
        self._window = window
        window.setDockNestingEnabled(True)
        window.setDockOptions(
            QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks
        )
        everywhere = Qt.DockWidgetArea.AllDockWidgetAreas
        window.setTabPosition(everywhere, QTabWidget.TabPosition.North)
        window.setDocumentMode(True)
        for area in (Qt.Corner.TopLeftCorner, Qt.Corner.BottomLeftCorner):
            window.setCorner(area, Qt.DockWidgetArea.LeftDockWidgetArea)
        for area in (Qt.Corner.TopRightCorner, Qt.Corner.BottomRightCorner):
            window.setCorner(area, Qt.DockWidgetArea.RightDockWidgetArea)
        self._compact = False
        self.docks: dict[str, Dock] = {}
        for spec in specs:
            dock = Dock(spec, desk, window)
            window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
            dock.hide()
            self.docks[spec.id] = dock
        self._side = SideColumn(window, self.docks)
        window.tabifiedDockWidgetActivated.connect(lambda _dock: self.tidy_later())
        self._tidy = QTimer(self)
        self._tidy.setSingleShot(True)
        self._tidy.setInterval(0)
        self._tidy.timeout.connect(self._tidy_tabs)
        window.installEventFilter(self)

    def arrange(self, plan: Arrangement, compact: bool) -> None:
        """Put the plan's docks in their places and hide all others."""
        self._compact = compact
        self._side.set_plan(plan)
        window = self._window
        for dock in self.docks.values():
            dock.setFloating(False)
            dock.hide()
            window.removeDockWidget(dock)
        area = Qt.DockWidgetArea.LeftDockWidgetArea
        anchors: list[Dock] = []
        for part in (plan.left, plan.stage, plan.right):
            first = self._first(part)
            if first is None:
                continue
            if anchors:
                window.splitDockWidget(anchors[-1], first, Qt.Orientation.Horizontal)
            else:
                window.addDockWidget(area, first)
            first.show()
            anchors.append(first)
        self._fill_row(plan.stage)
        for column in (plan.left, plan.right):
            if column is not None:
                self._fill_column(column)
        self._size(plan)
        self.tidy_later()

    def show(self, id: str) -> None:
        """Bring a panel to the front wherever it is; one that has no place joins a side column."""
        dock = self.docks[id]
        if not dock.isFloating() and not self._placed(dock):
            neighbour = self._neighbour()
            if neighbour is not None:
                self._window.tabifyDockWidget(neighbour, dock)
            else:
                self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        dock.show()
        dock.raise_()
        dock.ensure_built()
        self.tidy_later()

    def add_missing(self, plan: Arrangement, state: QByteArray) -> None:
        """Give a place to panels that are newer than the version which stored this layout.

        Panels that a person closed are named in it too, and stay closed.
        """
        self._side.set_plan(plan)
        for row in plan.rows:
            docks = [self.docks[panel] for panel in row.panels if panel in self.docks]
            known = [dock for dock in docks if _names(state, dock)]
            shown = [dock for dock in known if not (dock.isHidden() or dock.isFloating())]
            front = next((dock for dock in shown if dock.in_front), None)
            for dock in docks:
                if dock in known:
                    continue
                if shown:
                    self._window.tabifyDockWidget(shown[-1], dock)
                    dock.show()
                else:
                    self.show(dock.spec.id)
            if front is not None and len(known) < len(docks):
                front.raise_()

    def state(self) -> QByteArray:
        """The layout to remember, before another one."""
        focused = self._window.focusWidget()
        if focused is not None:
            # From a dock that goes it would wander to the menu, and show there.
            focused.clearFocus()
        self._side.put_back()
        return self._window.saveState()

    def toggle(self, id: str, on: bool) -> None:
        if on:
            self.show(id)
        else:
            self.docks[id].close()

    def _placed(self, dock: Dock) -> bool:
        return self._window.dockWidgetArea(dock) != Qt.DockWidgetArea.NoDockWidgetArea

    def _neighbour(self) -> Dock | None:
        """The dock a newcomer shares a place with: lowest in the column farthest to the right."""
        shown = [dock for dock in self.docks.values()
                 if not (dock.isHidden() or dock.isFloating() or dock.spec.stage)
                 and self._placed(dock) and not dock.visibleRegion().isEmpty()]  # fmt: skip
        return max(shown, key=lambda dock: (dock.x(), dock.y()), default=None)

    def _first(self, part: Column | Row | None) -> Dock | None:
        row = part.rows[0] if isinstance(part, Column) else part
        known = [self.docks[p] for p in row.panels if p in self.docks] if row else []
        return known[0] if known else None

    def _fill_column(self, column: Column) -> None:
        previous: Dock | None = None
        for row in column.rows:
            first = self._first(row)
            if first is None:
                continue
            if previous is not None:
                self._window.splitDockWidget(previous, first, Qt.Orientation.Vertical)
                first.show()
            self._fill_row(row)
            previous = first

    def _fill_row(self, row: Row) -> None:
        known = [self.docks[panel] for panel in row.panels if panel in self.docks]
        for dock in known[1:]:
            self._window.tabifyDockWidget(known[0], dock)
            dock.show()
        if len(known) > 1:
            known[0].raise_()

    def _size(self, plan: Arrangement) -> None:
        columns = [column for column in (plan.left, plan.right) if column is not None]
        firsts = [(self._first(column), self._width(column)) for column in columns]
        stage = self._first(plan.stage)
        if stage is not None:
            taken = sum(width for dock, width in firsts if dock is not None)
            firsts.insert(min(1, len(firsts)), (stage, max(px(200), self._window.width() - taken)))
        placed = [(dock, width) for dock, width in firsts if dock is not None]
        self._window.resizeDocks(
            [dock for dock, _ in placed], [width for _, width in placed], Qt.Orientation.Horizontal
        )
        for column in columns:
            self._size_column(column)

    def _width(self, column: Column) -> int:
        """Design pixels grow with the text; in a small window a column keeps its share instead."""
        if self._compact:
            return column.width * self._window.width() // COMPACT_WINDOW
        return px(column.width)

    def _size_column(self, column: Column) -> None:
        rows = [(self._first(row), row.height) for row in column.rows]
        placed = [(dock, px(height)) for dock, height in rows if dock is not None]
        if len(placed) < 2:
            return
        left = self._window.height() - px(80) - sum(height for _, height in placed)
        heights = [height or max(px(80), left) for _, height in placed]
        self._window.resizeDocks(
            [dock for dock, _ in placed], heights, Qt.Orientation.Vertical
        )

    def tidy_later(self) -> None:
        self._tidy.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # WORKAROUND(PySide6 6.11): the window makes its tab bars late and tells nobody.
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.ChildAdded, QEvent.Type.Resize):
            self.tidy_later()
        return False

    def _tidy_tabs(self) -> None:
        fit_tabs(self._window, self.docks.values())
        for dock in self.docks.values():
            dock.refresh_title()
        self._side.follow()


def _names(state: QByteArray, dock: Dock) -> bool:
    """Whether a stored layout knows this dock; Qt writes the names in big-endian UTF-16."""
    return dock.objectName().encode("utf-16-be") in state.data()
