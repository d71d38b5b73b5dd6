"""The controls above the architecture graph; in a small window they take two rows."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from cnnviz_app.ui.panels._graph_scene import COLOURS
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.buttons import IconButton
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.fields import TextField
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.views import Menu

NARROW, SLIM = 900, 620


class FindField(TextField):
    """Enter and Down show the next find, Up the one before, Escape empties the field."""

    stepped = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Find", "search", name="Find an operator or a block", parent=parent)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.stepped.emit(-1 if back else 1)
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class GraphBar(QWidget):
    """Signals: `action` carries fold, open, turn, out, in, fit, svg or png; `colour` a key;
    `wanted` the words to find; `stepped` 1 or −1 for the next or previous find."""

    action = Signal(str)
    colour = Signal(str)
    wanted = Signal(str)
    stepped = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._wide, self._long = True, ""
        self._title = Label("", "display", elide=True, parent=self)
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._facts = Label("", "body", "t2", elide=True, parent=self)
        self.search = FindField(self)
        self._count = Label("", "caption", "t2", parent=self)
        self.previous = IconButton("up", "Previous find  (Shift Enter)", small=True, parent=self)
        self.next = IconButton("down", "Next find  (Enter)", small=True, parent=self)
        self.colours = ComboBox(COLOURS, "plain", name="Colour of the boxes", parent=self)
        self.buttons = {
            key: IconButton(icon, tip, parent=self)
            for key, icon, tip in (
                ("open", "unfold", "Open all blocks"), ("fold", "fold", "Fold all blocks"),
                ("turn", "turn", "Downwards or to the right"),
                ("out", "zoom-out", "Smaller  (−)"), ("in", "zoom-in", "Larger  (+)"),
                ("fit", "fit", "Show all of it  (Home)"), ("save", "save", "Save as SVG or PNG"),
            )
        }  # fmt: skip
        self._build()
        self.search.textChanged.connect(self.wanted)
        self.search.stepped.connect(self.stepped)
        self.previous.clicked.connect(lambda: self.stepped.emit(-1))
        self.next.clicked.connect(lambda: self.stepped.emit(1))
        self.colours.chosen.connect(self.colour)
        for key, button in self.buttons.items():
            button.clicked.connect(lambda _=False, key=key: self._press(key))
        self.set_found(0, -1)
        follow_theme(self._restyle)

    def _build(self) -> None:
        self._first, self._second = QHBoxLayout(), QHBoxLayout()
        for row in (self._first, self._second):
            row.setContentsMargins(0, 0, 0, 0)
        self._first.addWidget(self._title)
        self._first.addWidget(self._facts, 1)
        for button in self.buttons.values():
            self._first.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._first)
        self._column.addLayout(self._second)
        self._place_middle()

    def _place_middle(self) -> None:
        """Find and colours stand in the heading, or in a row of their own."""
        middle = (self.search, self._count, self.previous, self.next, self.colours)
        for number, widget in enumerate(middle):
            if self._wide:
                self._first.insertWidget(2 + number, widget)
            else:
                self._second.addWidget(widget, 1 if widget is self.search else 0)

    def fit_width(self, width: int) -> None:
        wide = width >= px(NARROW)
        if wide != self._wide:
            self._wide = wide
            self._place_middle()
            self._restyle()
        slim = width < px(SLIM)
        self._facts.setText("" if slim else self._long)
        # The wheel and the keys do the same; a small window has room for what they do not.
        for key in ("out", "in"):
            self.buttons[key].setVisible(not slim)

    def set_words(self, title: str, facts: str) -> None:
        self._title.setText(title)
        self._long = facts
        self.fit_width(self.width())

    def set_found(self, count: int, at: int) -> None:
        typed = bool(self.search.text().strip())
        words = f"{at + 1} of {count}" if at >= 0 else f"{count} found" if count else "none"
        self._count.setText(words if typed else "")
        for widget in (self._count, self.previous, self.next):
            widget.setVisible(typed)
        for button in (self.previous, self.next):
            button.setEnabled(count > 0)

    def save_menu(self) -> Menu:
        menu = Menu(parent=self)
        for key, words in (("svg", "Save graph as SVG…"), ("png", "Save graph as PNG…")):
            action = QAction(words, menu)
            action.setData(key)
            menu.addAction(action)
        menu.triggered.connect(lambda action: self.action.emit(str(action.data())))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _press(self, key: str) -> None:
        if key == "save":
            button = self.buttons["save"]
            self.save_menu().popup(button.mapToGlobal(button.rect().bottomLeft()))
        else:
            self.action.emit(key)

    def _restyle(self) -> None:
        self._first.setSpacing(px(6))
        self._second.setSpacing(px(6))
        self._column.setSpacing(0 if self._wide else px(6))
        self.search.setFixedWidth(px(150)) if self._wide else self._free_find()

    def _free_find(self) -> None:
        self.search.setMinimumWidth(px(90))
        self.search.setMaximumWidth(px(4000))
