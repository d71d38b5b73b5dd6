"""The bar on top: workspaces, the address of what is selected, search, jobs."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from cnnviz_app.core.events import Event, Progress
from cnnviz_app.ui.address_bar import AddressBar
from cnnviz_app.ui.brand import Mark
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.pace import Throttle
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.buttons import IconButton
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.fields import SearchButton
from cnnviz_app.ui.widgets.jobs_pill import JobsPill
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.segmented import Segmented
from cnnviz_app.ui.workspaces import COMPACT_BELOW, WORKSPACES

# Jobs come and go in milliseconds while somebody looks around; nobody reads that fast.
TELL_MS = 120


class Header(QWidget):
    """Signals:
    workspace_chosen: a workspace's id.
    search_asked, jobs_asked, settings_asked: the buttons.
    """

    workspace_chosen = Signal(str)
    search_asked = Signal()
    jobs_asked = Signal()
    settings_asked = Signal()

    def __init__(self, desk: Desk, menu: QMenu) -> None:
        super().__init__()
        self.setObjectName("header")
        self._menu_button = IconButton("menu", "Menu  (Alt)")
        self._menu = menu
        self._menu_button.clicked.connect(self.open_menu)
        self._mark = Mark()
        self._name = Label("CNNViz", "strong")
        self._tabs = Segmented(
            [(w.id, w.title) for w in WORKSPACES], icons=[w.icon for w in WORKSPACES],
            height=34, ground="bg1", name="Workspace",
        )  # fmt: skip
        self._tabs.chosen.connect(self.workspace_chosen)
        self._combo = ComboBox([(w.id, w.title) for w in WORKSPACES], name="Workspace")
        self._combo.chosen.connect(self.workspace_chosen)
        self.address = AddressBar(desk)
        self._search = SearchButton()
        self._search.clicked.connect(self.search_asked)
        self._search_icon = IconButton("search", "Search or run a command  (Ctrl K)")
        self._search_icon.clicked.connect(self.search_asked)
        self.pill = JobsPill()
        self.pill.clicked.connect(self.jobs_asked)
        self._settings = IconButton("settings", "Appearance and settings")
        self._settings.clicked.connect(self.settings_asked)
        row = QHBoxLayout(self)
        row.setSpacing(px(8))
        left: tuple[QWidget, ...] = (
            self._menu_button, self._mark, self._name, self._tabs, self._combo,
        )  # fmt: skip
        right: tuple[QWidget, ...] = (self._search, self._search_icon, self.pill, self._settings)
        for widget in left:
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.address)
        row.addStretch(1)
        for widget in right:
            row.addWidget(widget)
        self._row = row
        self._busy = 0
        self._progress: Progress | None = None
        self._tell = Throttle(TELL_MS, self)
        self._tell.due.connect(self._show_jobs)
        desk.engine.busy_changed.connect(self._on_busy)
        desk.engine.happened.connect(self._on_event)
        theme().changed.connect(self._restyle)
        self._restyle()

    @property
    def compact(self) -> bool:
        return self.width() * 100 / theme().scale < COMPACT_BELOW

    def set_workspace(self, id: str) -> None:
        self._tabs.set_key(id)
        self._combo.set_key(id)

    def settings_corner(self) -> QPoint:
        return self._settings.mapToGlobal(QPoint(self._settings.width(), self._settings.height()))

    def open_menu(self) -> None:
        corner = self._menu_button.mapToGlobal(QPoint(0, self._menu_button.height() + px(4)))
        self._menu.popup(corner)

    def _on_busy(self, jobs: int) -> None:
        self._busy, self._progress = jobs, None
        self._tell.call()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progress) and self._busy:
            self._progress = event
            self._tell.call()

    def _show_jobs(self) -> None:
        if self._busy == 0:
            self.pill.set_idle()
            return
        now = self._progress
        share = now.done / now.total if now is not None and now.total else None
        self.pill.set_running(self._busy, share, now.seconds_left if now is not None else None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _restyle(self) -> None:
        self.setFixedHeight(px(48))
        self._row.setContentsMargins(px(6), 0, px(6), 0)
        self._row.setSpacing(px(8))
        self._fit()

    def _fit(self) -> None:
        compact = self.compact
        for widget in (self._name, self._tabs, self._search, self._mark):
            widget.setVisible(not compact)
        self._combo.setVisible(compact)
        self._search_icon.setVisible(compact)
        self._settings.setVisible(True)
        self.pill.set_compact(compact)
        self.address.set_compact(compact)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
