"""The title bar of a panel."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSizePolicy, QWidget

from cnnviz_app.ui.theme import px

from .base import follow_theme
from .buttons import IconButton
from .labels import Label
from .views import Menu


class DockTitle(QWidget):
    """Title, one note, up to three icon buttons, and the "…" menu. Drag anywhere on it."""

    menu_asked = Signal(str)  # "float", "close", "help", "copy" or a key added with add_entry
    ENTRIES = (
        ("float", "Float or dock"),
        ("copy", "Copy picture"),
        ("help", "Help on this panel"),
        ("close", "Close"),
    )

    def __init__(self, title: str, note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dockTitle")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._title = Label(title, "strong", "t1", parent=self)
        self._note = Label(note, "caption", "t3", elide=True, parent=self)
        self._note.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for label in (self._title, self._note):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.more = IconButton("more", f"{title}: more", small=True, parent=self)
        self._row = QHBoxLayout(self)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._row.addWidget(self._title)
        self._row.addWidget(self._note, 1)
        self._row.addWidget(self.more)
        self._extra: list[tuple[str, str]] = []
        self.more.clicked.connect(self._open_menu)
        follow_theme(self._restyle)

    def set_note(self, note: str) -> None:
        self._note.setText(note)

    def set_title(self, title: str) -> None:
        self._title.setText(title)

    def add_button(self, button: QWidget) -> None:
        """An icon button before the "…"; three at most."""
        self._row.insertWidget(self._row.count() - 1, button)

    def add_icon(self, icon: str, tip: str, *, checkable: bool = False) -> IconButton:
        button = IconButton(icon, tip, checkable=checkable, small=True, parent=self)
        self.add_button(button)
        return button

    def add_entry(self, key: str, words: str) -> None:
        """A line of the panel's own at the top of the "…" menu."""
        self._extra.append((key, words))

    def entries(self) -> Sequence[tuple[str, str]]:
        return (*self._extra, *self.ENTRIES)

    def make_menu(self) -> Menu:
        menu = Menu(parent=self)
        for i, (key, words) in enumerate(self.entries()):
            if self._extra and i == len(self._extra):
                menu.addSeparator()
            action = QAction(words, menu)
            action.setData(key)
            menu.addAction(action)
        menu.triggered.connect(lambda action: self.menu_asked.emit(str(action.data())))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _open_menu(self) -> None:
        menu = self.make_menu()
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _restyle(self) -> None:
        self.setFixedHeight(px(34))
        self._row.setContentsMargins(px(12), 0, px(6), 0)
        self._row.setSpacing(px(8))

    def sizeHint(self) -> QSize:
        # A dock asks its title bar's hint, not its fixed height, for the place of its content.
        return QSize(px(200), px(34))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(120), px(34))
