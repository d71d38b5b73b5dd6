"""What can be done with the model under consideration: open, download, import, and why not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from cnnviz_app.nets import catalog
from cnnviz_app.nets.entry import Entry
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.model_choice import Download
from cnnviz_app.ui.panels import _files
from cnnviz_app.ui.panels import _words as words
from cnnviz_app.ui.panels._flow import FlowLayout
from cnnviz_app.ui.panels._paint import Bar
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import PaintedWidget, follow_theme, icon_at, painter_for
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.labels import Label

UNTRAINED = "Untrained, its filters are random."


class _Mark(PaintedWidget):
    """The icon before the sentence."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon, self._token = "info", "t3"
        self.restyle()

    def set_mark(self, icon: str, token: str) -> None:
        self._icon, self._token = icon, token
        self.update()

    def restyle(self) -> None:
        self.setFixedSize(px(16), px(16))

    def paintEvent(self, event: QPaintEvent) -> None:
        centre = QPointF(self.width() / 2, self.height() / 2)
        icon_at(painter_for(self), self._icon, centre, 14, self._token)


class ModelActions(QWidget):
    """A sentence, a progress bar while something downloads, and the buttons that fit."""

    def __init__(self, desk: Desk, *, primary: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._primary = primary
        self._mark = _Mark(self)
        self._sentence = Label("", "caption", "t2", wrap=True, parent=self)
        self._bar = Bar("Download", self)
        self._line = QHBoxLayout()
        self._line.addWidget(self._mark)
        self._line.addWidget(self._sentence, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._line)
        self._column.addWidget(self._bar)
        self._flow = FlowLayout()
        self._column.addLayout(self._flow)
        self._buttons: dict[str, Button] = {}
        self._add("open", "Open", "", self._open)
        self._add("download", "Download", "download", self._download)
        self._add("pause", "Pause", "pause", self._pause)
        self._add("cancel", "Cancel", "", self._cancel)
        self._add("import", "Import…", "", self._import)
        self._add("untrained", "Open untrained", "", self._open_untrained)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        choice = desk.choice
        choice.changed.connect(self.refresh)
        choice.activity_changed.connect(self._on_activity)
        desk.conductor.entries_changed.connect(self.refresh)
        follow_theme(self._restyle)
        self.refresh()

    def button(self, key: str) -> Button:
        return self._buttons[key]

    def focus_first(self) -> None:
        """Put the keyboard on what would help: the first button shown."""
        for button in self._buttons.values():
            if not button.isHidden():
                button.setFocus()
                return

    def refresh(self, *_: object) -> None:
        entry = self._desk.choice.entry
        self.setVisible(entry is not None)
        if entry is None:
            return
        name = self._desk.choice.name
        download = self._desk.choice.download(name)
        self._bar.setVisible(download is not None)
        icon, token, sentence = self._state(name, entry, download)
        self._mark.set_mark(icon, token)
        self._sentence.setText(sentence)
        failure = self._desk.choice.failure(name)
        self._sentence.setToolTip(failure.hint if failure is not None else "")
        self._sentence.set_token("err" if token == "err" else "t2")
        self._show_buttons(name, entry, download)
        if download is not None:
            self._bar.set_share(download.share, paused=download.paused)

    # ---- what is shown

    def _state(self, name: str, entry: Entry, download: Download | None) -> tuple[str, str, str]:
        choice = self._desk.choice
        if download is not None:
            got = words.received(download.progress, entry.size_bytes)
            more = "paused" if download.paused else words.left(download.progress)
            return "download", "t2", f"{got}, {more}" if more else got
        if choice.opening == name:
            return "budget", "t2", f"Opening {entry.title} …"
        failure = choice.failure(name)
        if failure is not None:
            # The list needs the room more than the hint does; the card has it.
            hint = failure.hint if self._primary else ""
            return "err", "err", f"{failure.sentence} {hint}".strip()
        if choice.is_open(name):
            facts = self._desk.state.model
            if facts is not None and not facts.trained:
                return "warn", "warn", "Open, but untrained: its filters are random."
            return "ok", "ok", "Open: every panel shows this network."
        if not entry.available and entry.source == "torchvision":
            return "warn", "warn", f"Its weights are not here. {UNTRAINED}"
        if not entry.available:
            return "warn", "warn", f"The file is gone: {entry.path}. Put it back or import it."
        return self._memory(entry)

    def _memory(self, entry: Entry) -> tuple[str, str, str]:
        need = f"takes about {words.size(entry.memory_bytes)} of memory"
        free = catalog.free_memory()
        if free is not None and entry.memory_bytes > free:
            return "warn", "warn", f"Ready, but it {need}; {words.size(free)} are free."
        return "ok", "ok", f"Ready; {need}." if entry.memory_bytes else "Ready."

    def _show_buttons(self, name: str, entry: Entry, download: Download | None) -> None:
        choice = self._desk.choice
        loading, opening = download is not None, choice.opening == name
        is_open = choice.is_open(name)
        zoo = entry.source == "torchvision"
        missing = not entry.available and not loading and not opening
        shown = {
            "open": entry.available and not loading and not is_open,
            "download": missing and zoo,
            "pause": loading,
            "cancel": loading,
            "import": missing,
            "untrained": missing and zoo and not is_open,
        }
        for key, button in self._buttons.items():
            button.setVisible(shown[key])
        first = next((key for key, visible in shown.items() if visible), "")
        for key, button in self._buttons.items():
            wanted = self._primary and key == first and key in ("open", "download")
            button.set_kind("primary" if wanted else "ghost" if key == "untrained" else "normal")
        self._buttons["open"].setEnabled(not opening)
        again = choice.failure(name) is not None
        verb = "Try again" if again else "Download"
        self._rename("download", f"{verb}, {words.size(entry.size_bytes)}")
        paused = download is not None and download.paused
        self._rename("pause", "Resume" if paused else "Pause")
        self._buttons["pause"].set_icon("play" if paused else "pause")

    def _rename(self, key: str, wording: str) -> None:
        button = self._buttons[key]
        if button.text() != wording:
            button.setText(wording)
            button.setAccessibleName(wording)
            button.updateGeometry()

    def _on_activity(self, name: str) -> None:
        if name == self._desk.choice.name or self._desk.choice.is_open(name):
            self.refresh()

    # ---- what the buttons do

    def _add(self, key: str, wording: str, icon: str, act: Callable[[], None]) -> None:
        button = Button(wording, "normal", icon, parent=self)
        button.clicked.connect(lambda: act())
        self._flow.addWidget(button)
        self._buttons[key] = button

    def _open(self) -> None:
        self._desk.conductor.open_model(self._desk.choice.name)

    def _open_untrained(self) -> None:
        self._desk.conductor.open_model(self._desk.choice.name, untrained=True)

    def _download(self) -> None:
        self._desk.choice.fetch(self._desk.choice.name)

    def _pause(self) -> None:
        self._desk.choice.toggle_pause(self._desk.choice.name)

    def _cancel(self) -> None:
        self._desk.choice.cancel(self._desk.choice.name)

    def _import(self) -> None:
        entry = self._desk.choice.entry
        if entry is None:
            return
        path = _files.ask_open(self, f"Weights of {entry.title}", _files.WEIGHTS)
        if path is not None:
            self._desk.conductor.import_weights(path, self._desk.choice.name)

    def _restyle(self) -> None:
        self._column.setSpacing(px(8))
        self._line.setSpacing(px(8))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(160), super().minimumSizeHint().height())
