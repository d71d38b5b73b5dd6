"""One panel's place in the window: built when first seen, hidden where nobody can see it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QMoveEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QVBoxLayout, QWidget

from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, PanelSpec
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import to_qimage
from cnnviz_app.ui.widgets.dock_title import DockTitle


class Dock(QDockWidget):
    """One panel's dock; the panel is built when it is first seen, and hidden behind other tabs."""

    def __init__(self, spec: PanelSpec, desk: Desk, parent: QMainWindow) -> None:
        super().__init__(spec.tab_name(), parent)
        self.spec = spec
        self.panel: Panel | None = None
        self._desk = desk
        self.setObjectName(f"dock.{spec.id}")
        self.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        self._title = DockTitle(spec.title)
        self._title.menu_asked.connect(self._on_menu)
        self._no_title = QWidget()
        self._no_title.setFixedHeight(0)
        self._body = QWidget()
        self._body.setObjectName("dockBody")
        self._body.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._body.setMinimumSize(px(120), px(60))
        layout = QVBoxLayout(self._body)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setWidget(self._body)
        self._bare = False
        self.setTitleBarWidget(self._title)
        self.set_bare(spec.stage)
        self.topLevelChanged.connect(lambda _floating: self.set_bare(self._bare_wanted()))
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(0)
        self._settled.timeout.connect(self._show_or_hide)

    @property
    def built(self) -> bool:
        return self.panel is not None

    @property
    def in_front(self) -> bool:
        """A dock behind another tab counts as visible to Qt, which only moves it out of sight."""
        return self.isFloating() or (self.geometry().right() >= 0 and self.geometry().bottom() >= 0)

    def showEvent(self, event: QShowEvent) -> None:
        self._placed()
        super().showEvent(event)

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        if self.isVisible():
            self._placed()

    def _placed(self) -> None:
        if self.panel is None and self._tabbed():
            # Several are in front for a moment before all tabs have their places.
            self._settled.start()
        else:
            self._show_or_hide()

    def _show_or_hide(self) -> None:
        """What nobody can see is hidden, so that it neither follows the selection nor computes."""
        if self.isHidden():
            return
        if self.in_front:
            self.ensure_built().show()
        elif self.panel is not None:
            self.panel.hide()

    def ensure_built(self) -> Panel:
        if self.panel is None:
            self.panel = self.spec.build(self._desk)
            self.panel.note_changed.connect(self._title.set_note)
            policy = self.panel.sizePolicy()
            policy.setRetainSizeWhenHidden(True)  # a column keeps its width when tabs change
            self.panel.setSizePolicy(policy)
            layout = self._body.layout()
            assert layout is not None
            layout.addWidget(self.panel)
            for button in self.panel.title_buttons():
                self._title.add_button(button)
        return self.panel

    def _on_menu(self, key: str) -> None:
        match key:
            case "float":
                self.setFloating(not self.isFloating())
            case "close":
                self.close()
            case "copy":
                self._copy()
            case "help":
                self._desk.messages.info(self.spec.title, self.ensure_built().help_text())

    def _copy(self) -> None:
        panel = self.ensure_built()
        pixels = panel.copy_pixels()
        image = to_qimage(pixels) if pixels is not None else panel.grab().toImage()
        QGuiApplication.clipboard().setImage(image)
        self._desk.messages.done("Copied to the clipboard.", f"{image.width()} × {image.height()}")

    def set_bare(self, bare: bool) -> None:
        """No title bar: the stage has its own heading, and a tab says the title already."""
        if bare != self._bare:
            self._bare = bare
            self.setTitleBarWidget(self._no_title if bare else self._title)
            self._body.setProperty("bare", bare)
            self._body.style().unpolish(self._body)
            self._body.style().polish(self._body)

    def _bare_wanted(self) -> bool:
        if self.isFloating():
            return False
        return self.spec.stage or self._tabbed()

    def _tabbed(self) -> bool:
        window = self.parent()
        return isinstance(window, QMainWindow) and bool(window.tabifiedDockWidgets(self))

    def refresh_title(self) -> None:
        self.set_bare(self._bare_wanted())
