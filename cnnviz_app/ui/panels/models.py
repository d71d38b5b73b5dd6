"""The model browser: every network that can be opened, found, fetched and opened from here."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from cnnviz_app.nets.entry import Entry
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.opening import open_model_file
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels import _files
from cnnviz_app.ui.panels._chips import FilterChips
from cnnviz_app.ui.panels._model_actions import ModelActions
from cnnviz_app.ui.panels._model_list import ModelList
from cnnviz_app.ui.panels._model_rows import ModelRows, fits, rows
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.fields import TextField
from cnnviz_app.ui.widgets.labels import Hairline
from cnnviz_app.ui.widgets.views import Menu

FILTERS = (("all", "All"), ("ready", "Ready"), ("bundled", "Bundled"), ("yours", "Yours"),
           ("torchvision", "Torchvision"))  # fmt: skip


class _Search(TextField):
    """Down goes to the list, Escape empties the field."""

    def __init__(self, list_: ModelList, parent: QWidget) -> None:
        super().__init__("Search models", "search", parent=parent)
        self._list = list_
        self.setClearButtonEnabled(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self._list.setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._list.keyPressEvent(event)
        else:
            super().keyPressEvent(event)


@panel("models", "Model browser", "models")
class ModelBrowser(Panel):
    """Bundled networks, torchvision's zoo and your own models. Type to search; Enter or a double
    click opens; networks that are not on this computer download when you ask for it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._rows = ModelRows(desk.choice, self)
        self.list = ModelList(self._rows, desk.choice, self)
        self.search = _Search(self.list, self)
        self.chips = FilterChips(FILTERS, "Which models", self)
        self.add = Button("Add…", "normal", "plus", tip="Your own model or weights", parent=self)
        self.offers = ModelActions(desk, primary=False, parent=self)
        self.empty = EmptyState("models", "", parent=self)
        self._build()
        self._wire()
        self._refill()

    def _build(self) -> None:
        middle = QWidget(self)
        self._stack = QStackedLayout(middle)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        middle.setMinimumHeight(1)
        self._top = QHBoxLayout()
        self._top.addWidget(self.search, 1)
        self._top.addWidget(self.add)
        self._head = QVBoxLayout()
        self._head.addLayout(self._top)
        self._head.addWidget(self.chips)
        self._foot = QVBoxLayout()
        self._foot.addWidget(Hairline(self))
        self._foot.addWidget(self.offers)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addLayout(self._head)
        self._column.addWidget(middle, 1)
        self._column.addLayout(self._foot)
        self.setTabOrder(self.search, self.add)
        self.setTabOrder(self.add, self.chips)
        self.setTabOrder(self.chips, self.list)
        follow_theme(self._restyle)

    def _restyle(self) -> None:
        pad = px(12)
        self._column.setContentsMargins(0, px(4), 0, px(8))
        self._head.setContentsMargins(pad, 0, pad, px(2))
        self._head.setSpacing(px(8))
        self._top.setSpacing(px(6))
        self._foot.setContentsMargins(pad, px(2), pad, 0)
        self._foot.setSpacing(px(8))

    def _wire(self) -> None:
        desk, choice = self.desk, self.desk.choice
        desk.conductor.entries_changed.connect(self._refill)
        choice.changed.connect(self._show_choice)
        choice.activity_changed.connect(lambda name: None if name else self._refill())
        self.search.textChanged.connect(self._refill)
        self.chips.chosen.connect(self._refill)
        self.list.picked.connect(choice.choose)
        self.list.opened.connect(self.open_or_offer)
        self.list.icon_clicked.connect(self._on_icon)
        self.list.cancelled.connect(choice.cancel)
        self.empty.action.connect(self._on_empty)
        self.add.clicked.connect(self._open_menu)

    # ---- content

    def _refill(self, *_: object) -> None:
        entries: tuple[Entry, ...] = self.desk.conductor.entries
        wanted = self.search.text()
        fresh = rows(entries, self.chips.key, wanted)
        self._rows.set_rows(fresh)
        self.chips.set_counts({key: sum(fits(e, key) for e in entries) for key, _ in FILTERS})
        self._stack.setCurrentIndex(0 if fresh else 1)
        if not fresh:
            self._explain_empty(entries, wanted)
        shown = self._rows.index_of(self.desk.choice.name)
        self.list.choose(shown if shown.isValid() or not wanted else self._rows.first())
        self._tell()

    def _tell(self) -> None:
        entries = self.desk.conductor.entries
        ready = sum(e.available for e in entries)
        self.note_changed.emit(f"{ready} of {len(entries)} ready" if entries else "")

    def _explain_empty(self, entries: tuple[Entry, ...], wanted: str) -> None:
        failed = self.desk.choice.list_failure
        if failed is not None:
            self.empty.set_content(
                "err", "The list of models could not be read", failed.sentence,
                (("list", "Try again"),),
            )  # fmt: skip
        elif not entries:
            self.empty.set_content("models", "Looking for models", "The list will be here at once.")
        elif wanted:
            self.empty.set_content(
                "search", "No model of that name", f"Nothing here matches “{wanted}”.",
                (("clear", "Clear the search"),),
            )  # fmt: skip
        elif self.chips.key == "yours":
            self.empty.set_content(
                "file", "No model of your own yet",
                "Weights of a torchvision network, an exported model or a Python file.",
                (("add", "Add your own model…"),),
            )  # fmt: skip
        else:
            self.empty.set_content("models", "None of these", "Choose another filter.")

    def _show_choice(self, name: str) -> None:
        index = self._rows.index_of(name)
        if index != self.list.currentIndex():
            self.list.choose(index)
            self.list.scrollTo(index)

    # ---- what a person can do

    def open_or_offer(self, name: str) -> None:
        """Open what is ready; for the rest, say what is missing and offer the ways to get it."""
        choice = self.desk.choice
        choice.choose(name)
        entry = choice.find(name)
        if entry is None or choice.download(name) is not None:
            return
        if entry.available:
            self.desk.conductor.open_model(name)
        else:
            self.offers.focus_first()

    def _on_icon(self, name: str) -> None:
        choice = self.desk.choice
        entry = choice.find(name)
        if choice.download(name) is not None:
            choice.toggle_pause(name)
        elif entry is not None and not entry.available and entry.source == "torchvision":
            choice.fetch(name)

    def _on_empty(self, key: str) -> None:
        if key == "add":
            self._add_own()
        elif key == "list":
            self.desk.conductor.list_models()
        else:
            self.search.clear()
            self.search.setFocus()

    def make_menu(self) -> Menu:
        """The two ways to bring something of one's own."""
        menu = Menu("", self)
        menu.addAction(self.desk.theme.icon("upload"), "Import weights file…", self._import)
        menu.addAction(self.desk.theme.icon("plus"), "Add your own model…", self._add_own)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _open_menu(self) -> None:
        menu = self.make_menu()
        menu.popup(self.add.mapToGlobal(self.add.rect().bottomLeft()))

    def _import(self) -> None:
        path = _files.ask_open(self, "Import a weights file", _files.WEIGHTS)
        if path is not None:
            self.desk.conductor.import_weights(path)

    def _add_own(self) -> None:
        path = _files.ask_open(self, "Add your own model", _files.MODELS)
        if path is not None:
            open_model_file(self.desk, path)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tell()

    def minimumSizeHint(self) -> QSize:
        return QSize(px(240), px(160))
