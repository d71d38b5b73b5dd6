"""The heading of the canvas: what is made, of what, which of the runs, and how it is looked at."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from cnnviz_app.lab.requests import TechniqueFacts
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.exporting import export_menu
from cnnviz_app.ui.panels._runs_menu import runs_menu
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.buttons import Button, IconButton
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.segmented import Segmented

RESULT, WIPE, DIFFERENCE = "result", "wipe", "difference"
CONTENT, STYLE, REGIONS = "content", "style", "regions"
_WORDS = {RESULT: "Result", WIPE: "Wipe", DIFFERENCE: "Difference", CONTENT: "Content",
          STYLE: "Style", REGIONS: "Regions"}  # fmt: skip


def views_of(technique: TechniqueFacts | None) -> tuple[str, ...]:
    """The ways to look at what a technique makes, from its declaration."""
    kinds = {spec.kind for spec in technique.specs} if technique is not None else set()
    if "pictures" not in kinds:
        return RESULT, WIPE, DIFFERENCE
    found = [RESULT, WIPE]
    if technique is not None and technique.needs_picture:
        found.append(CONTENT)
    found.append(STYLE)
    if "mask" in kinds:
        found.append(REGIONS)
    return tuple(found)


class CanvasHead(QWidget):
    """Signals:
    view_chosen: one of the words above.
    fit_asked: the whole picture again.
    """

    view_chosen = Signal(str)
    fit_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._title = Label("", "display", elide=True)
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._subject = Label("", "body", "t2", elide=True)
        self.runs = _Runs(desk)
        self.view = RESULT
        self._offered: tuple[str, ...] = (RESULT, WIPE)
        self._views = Segmented([(RESULT, "Result"), (WIPE, "Wipe")], name="What is shown")
        self._views.chosen.connect(self._on_view)
        self._few = ComboBox((), name="What is shown")
        self._few.chosen.connect(self._on_view)
        self._whole = IconButton("fit", "Fit the picture")
        self._whole.clicked.connect(self.fit_asked)
        self._more = IconButton("export", "Save as a 16-bit picture, film, script or notebook")
        self._more.clicked.connect(self._on_more)
        self.save = Button("Save picture", "normal", "save", tip="Save with its recipe  (S)")
        self.save.clicked.connect(lambda: desk.view.asked_command.emit("save"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._title)
        row.addWidget(self._subject, 1)
        for widget in (self.runs, self._views, self._few, self._whole, self._more, self.save):
            row.addWidget(widget)
        self._row = row
        self.set_technique(desk.runs.technique)
        follow_theme(self._restyle)

    def set_technique(self, technique: TechniqueFacts | None) -> None:
        self._technique = technique
        self.refresh_title()
        self._offered = views_of(technique)
        choices = [(key, _WORDS[key]) for key in self._offered]
        self._views.set_choices(choices, self.view)
        self._few.set_choices(choices, self.view)
        if self.view not in self._offered:
            self._on_view(RESULT)

    def refresh_title(self) -> None:
        """What is made here, or that two pictures from elsewhere are shown."""
        words = self._technique.title if self._technique is not None else "Canvas"
        self._title.setText("Two results" if self.desk.runs.comparing else words)
        self._title.setToolTip(self._title.text())

    def set_view(self, key: str) -> None:
        """Look at it in this way, as if it had been chosen."""
        if key in self._offered:
            self._on_view(key)

    def set_subject(self, words: str) -> None:
        self._subject.setText(words)

    def _on_view(self, key: str) -> None:
        self.view = key
        self._views.set_key(key)
        self._few.set_key(key)
        self.view_chosen.emit(key)

    def _on_more(self) -> None:
        menu = export_menu(self.desk, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < px(720)
        self._subject.setVisible(not narrow)
        self._views.setVisible(not narrow)
        self._few.setVisible(narrow)
        self._whole.setVisible(not narrow)
        self.runs.set_short(narrow)
        self.save.setText("Save picture" if self.width() >= px(900) else "")
        self._row.setStretchFactor(self._title, int(narrow))
        policy = QSizePolicy.Policy.Ignored if narrow else QSizePolicy.Policy.Maximum
        self._title.setSizePolicy(policy, QSizePolicy.Policy.Preferred)
        self._title.set_role("title" if narrow else "display")
        self._title.setToolTip(self._title.text())

    def _restyle(self) -> None:
        self._row.setSpacing(px(8))
        self._few.setFixedWidth(px(96))
        self._fit()


class _Runs(QWidget):
    """One run back, one on: nothing that was made in this session is lost."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._runs = desk.runs
        self._back = IconButton("left", "Earlier run  (Ctrl Z)", small=True)
        self._on = IconButton("right", "Later run  (Ctrl Shift Z)", small=True)
        self._back.clicked.connect(lambda: desk.runs.look_back(-1))
        self._on.clicked.connect(lambda: desk.runs.look_back(1))
        self._words = Button("", "ghost", tip="All runs of this session; compare two of them")
        self._words.clicked.connect(self._open)
        self._short = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(2))
        for widget in (self._back, self._words, self._on):
            row.addWidget(widget)
        desk.runs.attempts_changed.connect(self.refresh)
        self.refresh()

    def _open(self) -> None:
        menu = runs_menu(self._runs, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._words.mapToGlobal(self._words.rect().bottomLeft()))

    def set_short(self, short: bool) -> None:
        """Numbers alone where there is little room; the menu goes wherever the arrows would."""
        self._short = short
        self._back.setVisible(not short)
        self._on.setVisible(not short)
        self.refresh()

    def refresh(self) -> None:
        place, count = self._runs.place, len(self._runs.sittings)
        words = f"{place + 1} / {count}" if self._short else f"run {place + 1} of {count}"
        self._words.setText(words if place < count else f"{count} earlier")
        self._words.setAccessibleName(f"Runs of this session: {self._words.text()}")
        self._back.setEnabled(place > 0)
        self._on.setEnabled(place < count - 1)
        self.setVisible(count > 1 or (place == count and count > 0))
