"""The verdict on an attack, the ways to look at it, and what to do with it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.segmented import Segmented

VIEWS = (
    ("three", "Triptych"), ("wipe", "Wipe"), ("flicker", "Flicker"), ("lenses", "Lenses"),
    ("defend", "Defend"), ("camera", "Camera"),
)  # fmt: skip
PAGES = (*VIEWS[:3], ("curve", "Curve"), ("survival", "Survival"), *VIEWS[3:])
# Views that need the room of the curve and of what survives.
TALL = ("lenses", "defend", "camera")
ROOM = 980


class AttackHeading(QWidget):
    """Signals:
    chosen: the key of a view.
    look_asked, compare_asked, save_asked: the buttons.
    """

    chosen = Signal(str)
    look_asked = Signal()
    compare_asked = Signal()
    save_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._compact = self._turns = False
        self.view = "three"
        self._title = Label("", "display", elide=True)
        self._facts = Label("", "body", "t2", elide=True)
        self._views = Segmented(VIEWS, name="View")
        self._pages = ComboBox(PAGES, current="three", name="View")
        self._look = Button(
            "Look at it", "normal", "eye", tip="Make it the current picture everywhere"
        )
        self._compare = Button("Compare", "normal", "columns", tip="Both, layer by layer")
        self._save = Button("Save", "normal", "save", tip="Save with its recipe  (S)")
        for choice in (self._views, self._pages):
            choice.chosen.connect(self._on_chosen)
        for button, signal in (
            (self._look, self.look_asked), (self._compare, self.compare_asked),
            (self._save, self.save_asked),
        ):  # fmt: skip
            button.clicked.connect(signal)
        self._row = QHBoxLayout()
        self._row.addWidget(self._title)
        self._row.addWidget(self._facts, 1)
        for widget in (self._views, self._pages, self._look, self._compare, self._save):
            self._row.addWidget(widget)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._row)
        self._column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        follow_theme(self._restyle)
        self.set_compact(False)
        self.set_found(False)

    def set_words(self, title: str, facts: str) -> None:
        self._title.setText(title)
        self._facts.setText(facts)
        self._title.setToolTip(f"{title}. {facts}.")

    def set_found(self, found: bool, *, compare: bool = False) -> None:
        """Whether there is an attacked picture to do something with."""
        self._look.setEnabled(found)
        self._save.setEnabled(found)
        self._compare.setEnabled(found and compare)

    def set_view(self, key: str) -> None:
        self.view = key
        self._pages.set_key(key)
        if key in dict(VIEWS):
            self._views.set_key(key)

    def set_compact(self, compact: bool, turns: bool = False) -> None:
        """Shorter where it is narrow; where views take `turns`, with all of them to choose from."""
        self._compact, self._turns = compact, compact or turns
        self._choose_switch()
        if not self._turns and self.view not in dict(VIEWS):
            self.set_view("three")
        for button, words in ((self._look, "Look at it"), (self._compare, "Compare"),
                              (self._save, "Save")):  # fmt: skip
            button.set_kind("icon" if compact else "normal")
            button.setText("" if compact else words)
            button.setAccessibleName(words)
        self._facts.setVisible(not compact)
        self._row.setStretchFactor(self._title, 1 if compact else 0)

    def _choose_switch(self) -> None:
        """All views in a row where they fit beside a title, else in a list."""
        room = not self._turns and self.width() >= px(ROOM)
        self._views.setVisible(room)
        self._pages.setVisible(not room)
        self._pages.set_choices(PAGES if self._turns else VIEWS, self.view)

    def minimumSizeHint(self) -> QSize:
        return QSize(px(280), px(30))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._choose_switch()

    def _on_chosen(self, key: str) -> None:
        self.set_view(key)
        self.chosen.emit(key)

    def _restyle(self) -> None:
        self._row.setSpacing(px(8))
        self._pages.setFixedWidth(px(104))
