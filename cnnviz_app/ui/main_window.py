"""The window: header, docks, message strip and status bar; it names no panel and no technique."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QVBoxLayout, QWidget

from cnnviz_app.ui import workspaces
from cnnviz_app.ui.choosers import open_chooser
from cnnviz_app.ui.command_list import window_commands
from cnnviz_app.ui.commands import CommandTable, make_action
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.dock import Dock
from cnnviz_app.ui.docks import DockYard
from cnnviz_app.ui.edits_bar import EditsBar
from cnnviz_app.ui.exporting import tell_saved
from cnnviz_app.ui.findings import findings
from cnnviz_app.ui.header import Header
from cnnviz_app.ui.opening import open_any
from cnnviz_app.ui.palette import CommandPalette
from cnnviz_app.ui.panel import discover
from cnnviz_app.ui.settings import THEMES
from cnnviz_app.ui.sheets import Sheet, about_lines, show_appearance, show_keys, show_sheet
from cnnviz_app.ui.start_page import show_start
from cnnviz_app.ui.status_bar import StatusBar
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.message_strip import MessageStrip

MENUS = ("File", "Edit", "View", "Go", "Run", "Help")


class MainWindow(QMainWindow):
    """Puts the pieces together and remembers how they were arranged."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setWindowTitle("CNNViz")
        self.setAcceptDrops(True)
        self.workspace = ""
        self._compact: bool | None = None
        self._shown = False
        self._arranged = False
        self.panels = discover()
        self.yard = DockYard(self, self.panels, desk)
        self.commands = CommandTable()
        self.commands.add(*window_commands(self))
        self._menu = QMenu(self)
        self.header = Header(desk, self._menu)
        self.strip = MessageStrip(self)
        self.palette_sheet = CommandPalette(self, lambda: findings(self))
        self.status = StatusBar(desk)
        self.setStatusBar(self.status)
        self._build_menus()
        self._build_top()
        self._wire()
        self._restyle()

    # ---- arrangement

    @property
    def compact(self) -> bool:
        return self.width() * 100 / self.desk.theme.scale < workspaces.COMPACT_BELOW

    def show_workspace(self, id: str) -> None:
        """Leave the present workspace as it is and bring the other back as it was."""
        if self.workspace and self._arranged:
            self._remember_layout()
        found = workspaces.find(id)
        self.workspace = found.id
        self.header.set_workspace(found.id)
        self.desk.settings.update(workspace=found.id)
        stored = self.desk.settings.layout(self._layout_key())
        if stored is None or not self.restoreState(stored):
            self.reset_layout()
        else:
            self.yard.add_missing(found.compact if self.compact else found.wide, stored)
        self.yard.tidy_later()
        self._compact = self.compact
        self._arranged = self._shown

    def reset_layout(self) -> None:
        found = workspaces.find(self.workspace)
        self.yard.arrange(found.compact if self.compact else found.wide, self.compact)

    def in_workspace(self, id: str) -> bool:
        return self.workspace == id

    def show_panel(self, id: str) -> None:
        self.yard.show(id)

    def restore(self, workspace: str = "") -> None:
        """Geometry and layout of the last run; after this the window may be shown."""
        geometry = self.desk.settings.geometry()
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(1600, 960)
        self.show_workspace(workspace or self.desk.settings.values.workspace)

    def remember(self) -> None:
        """Keep geometry, layout and selection for the next run."""
        settings, state = self.desk.settings, self.desk.state
        if self._arranged:
            self._remember_layout()
        settings.set_geometry(self.saveGeometry())
        if state.model is not None:
            settings.update(model=state.model.name, layer=state.layer, unit=state.unit)

    def _layout_key(self) -> str:
        return f"{self.workspace}{'-compact' if self.compact else ''}"

    def _remember_layout(self) -> None:
        key = f"{self.workspace}{'-compact' if self._compact else ''}"
        self.desk.settings.set_layout(key, self.yard.state())

    # ---- things opened and dropped

    def open_path(self, path: Path) -> None:
        open_any(self.desk, path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        data = event.mimeData()
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        for file in files:
            self.open_path(file)
        if not files and data.hasImage():
            self.desk.pictures.show_image(data.imageData(), "Dropped picture")
        event.acceptProposedAction()

    # ---- commands

    def palette_open(self) -> None:
        self.palette_sheet.open()

    def walk_units(self, columns: int, rows: int) -> None:
        """Arrow keys: a row of the grid is as long as the panel in front shows it."""
        self.desk.state.walk_units(columns + rows * self.desk.view.columns)

    def escape(self) -> None:
        self.desk.runs.stop()

    def dream_unit(self) -> None:
        self.show_workspace("dream")
        self.desk.runs.dream_selection()

    def next_theme(self) -> None:
        names = THEMES
        name = names[(names.index(self.desk.theme.name) + 1) % len(names)]
        self.desk.settings.update(theme=name)

    def step_scale(self, by: int) -> None:
        """One text size up or down; 0 is where the theme starts."""
        self.desk.theme.step_scale(by)
        self.desk.settings.update(scale=self.desk.theme.scale)

    def toggle_full_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def show_appearance(self) -> None:
        show_appearance(self)

    def show_keys(self) -> None:
        show_keys(self, self.commands)

    def close_sheets(self) -> None:
        for sheet in self.findChildren(Sheet):
            sheet.close()

    def show_start(self) -> None:
        show_start(self)

    def show_about(self) -> None:
        show_sheet(self, "About CNNViz", about_lines())

    def help_here(self) -> None:
        """Help on the panel with the focus, or on the stage."""
        focused: QObject | None = self.focusWidget()
        while focused is not None and not isinstance(focused, Dock):
            focused = focused.parent()
        if focused is None:
            self.show_keys()
        else:
            self.desk.messages.info(focused.spec.title, focused.ensure_built().help_text())

    def _on_setting(self, name: str) -> None:
        values = self.desk.settings.values
        if name in ("theme", "scale", "reduce_motion"):
            theme = self.desk.theme
            if name == "theme" and values.theme != theme.name:
                # Each theme starts at the size its rooms need; the person may change it after.
                scale = max(values.scale, 150) if values.theme == "projector" else values.scale
                theme.set(values.theme, scale)
                self.desk.settings.update(scale=scale)
            theme.set(values.theme, values.scale, values.reduce_motion)

    # ---- building

    def _build_top(self) -> None:
        top = QWidget()
        top.setObjectName("top")
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(EditsBar(self.desk))
        self.setMenuWidget(top)

    def _build_menus(self) -> None:
        for title in MENUS:
            menu = self._menu.addMenu(title)
            for command in self.commands.of_menu(title):
                action = make_action(command, self)
                menu.addAction(action)
                self.addAction(action)
                if command.checked is not None:
                    ask = command.checked
                    menu.aboutToShow.connect(
                        lambda action=action, ask=ask: action.setChecked(ask())
                    )
            if title == "View":
                self._add_panel_toggles(menu.addMenu("Panels"))
        for command in self.commands.of_menu(""):
            self.addAction(make_action(command, self))

    def _add_panel_toggles(self, menu: QMenu) -> None:
        for spec in self.panels:
            dock = self.yard.docks[spec.id]
            action = menu.addAction(spec.title)
            action.setCheckable(True)
            action.triggered.connect(lambda on, id=spec.id: self.yard.toggle(id, on))
            menu.aboutToShow.connect(lambda a=action, d=dock: a.setChecked(not d.isHidden()))

    def _wire(self) -> None:
        desk = self.desk
        self.header.workspace_chosen.connect(self.show_workspace)
        self.header.search_asked.connect(self.palette_sheet.open)
        self.header.jobs_asked.connect(lambda: self.show_panel("jobs"))
        self.header.settings_asked.connect(lambda: self.commands.run("appearance"))
        self.header.address.part_chosen.connect(lambda part: open_chooser(self, part))
        desk.messages.posted.connect(self._on_message)
        desk.theme.changed.connect(self._restyle)
        desk.view.asked_workspace.connect(self.show_workspace)
        desk.view.asked_command.connect(self.commands.run)
        desk.view.asked_dream.connect(self.dream_unit)
        desk.state.comparison.asked.connect(lambda: self.show_panel("compare"))
        desk.settings.changed.connect(self._on_setting)
        desk.state.model_changed.connect(lambda m: self.setWindowTitle(f"{m.title} – CNNViz"))
        # A panel that comes to the front comes before everything in the window.
        self.tabifiedDockWidgetActivated.connect(lambda _dock: self.strip.raise_())
        desk.runs.saved.connect(lambda path: tell_saved(desk, path))

    def _on_message(self, message: object) -> None:
        self.strip.show_message(message)  # type: ignore[arg-type]
        self._place_strip()
        QTimer.singleShot(0, self._place_strip)

    def _place_strip(self) -> None:
        """Messages float above the status bar, over the docks: nothing jumps when one comes."""
        width = min(self.width() - px(24), px(760))
        height = self.strip.sizeHint().height()
        bottom = self.status.y() if self.status.isVisible() else self.height()
        self.strip.setGeometry((self.width() - width) // 2, bottom - height - px(8), width, height)
        self.strip.raise_()

    def _restyle(self) -> None:
        self.setContentsMargins(px(6), 0, px(6), 0 if not self.compact else px(6))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.desk.view.compact = self.compact
        self.status.setVisible(not self.compact)
        if self.palette_sheet.isVisible():
            self.palette_sheet.setGeometry(self.rect())
        self._place_strip()
        if self._arranged and self.compact != self._compact:
            self.show_workspace(self.workspace)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._shown:
            # Only now is the size real, and docks can be given theirs.
            self._shown = True
            QTimer.singleShot(0, lambda: self.show_workspace(self.workspace))

    def closeEvent(self, event: QCloseEvent) -> None:
        self.remember()
        super().closeEvent(event)
