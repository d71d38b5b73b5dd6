"""The gallery of everything that was computed, each picture with its recipe inside."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from cnnviz_app.core import recipe
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.export_requests import ExportKept
from cnnviz_app.ui.attempts import Attempt, changed
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.exporting import tell_saved
from cnnviz_app.ui.opening import open_any
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels import _files
from cnnviz_app.ui.panels._result_list import ResultList, ResultRows, when
from cnnviz_app.ui.result_store import Result, folder
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.timeline import TimelineFrame
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.buttons import Button, IconButton
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.views import Menu


@panel("results", "Results", "images")
class Results(Panel):
    """Every finished run is kept here with its recipe, the newest first, two hundred at most.
    Double-click one to go back to the network, unit and parameters that made it; choose two, the
    second with Ctrl, to wipe one against the other."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._rows = ResultRows(self)
        self.list = ResultList(self._rows, self)
        self._empty = EmptyState(
            "images", "No results yet", "Run a technique; every picture is kept here.", parent=self
        )
        self._folder = IconButton("open", "Show the folder", small=True)
        self._chosen = Label("", "caption", "t2", elide=True)
        self._compare = Button("Compare", "normal", "wipe", tip="Wipe the one against the other")
        self._compare.clicked.connect(lambda: self.compare(*self.list.chosen()[:2]))
        self._bar = QWidget(self)
        self._build()
        desk.results.changed.connect(self._refill)
        self.list.opened.connect(self.open)
        self.list.removed.connect(self.remove)
        self.list.customContextMenuRequested.connect(self._on_menu)
        self.list.chosen_changed.connect(self._on_chosen)
        self._folder.clicked.connect(self._show_folder)
        self._refill()

    def title_buttons(self) -> list[QWidget]:
        return [self._folder]

    def _build(self) -> None:
        middle = QWidget(self)
        middle.setMinimumHeight(1)
        self._stack = QStackedLayout(middle)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._empty)
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._chosen, 1)
        row.addWidget(self._compare)
        self._column = QVBoxLayout(self)
        self._column.addWidget(middle, 1)
        self._column.addWidget(self._bar)
        self._bar.hide()
        follow_theme(self._restyle)

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(8), px(2), 0, px(6))
        self._column.setSpacing(px(4))
        row = self._bar.layout()
        if row is not None:
            row.setContentsMargins(px(4), 0, px(12), 0)

    def _refill(self) -> None:
        results = self.desk.results.results
        self._rows.set_results(results)
        self._stack.setCurrentIndex(0 if results else 1)
        self._on_chosen()
        self._tell()

    def _tell(self) -> None:
        self.note_changed.emit("each file replays itself" if self.desk.results.results else "")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tell()

    # ---- what a person can do

    def open(self, result: Result) -> None:
        """Go back to how this picture was made."""
        if result.path.is_file():
            open_any(self.desk, result.path)
        else:
            self.desk.messages.warn("The file of this result is gone.", str(result.path))

    def compare(self, one: Result, other: Result) -> None:
        """The canvas wipes the one against the other."""
        left, right = self._attempt(one), self._attempt(other)
        if left is None or right is None:
            return
        left.title, right.title = apart(one, other), apart(other, one)
        right.subject = f"{left.title} against {right.title}"
        self._show_canvas()
        self.desk.runs.compare_kept(left, right)

    def compare_with_canvas(self, result: Result) -> None:
        """The canvas wipes this one against the picture that it shows."""
        kept = self._attempt(result)
        if kept is not None:
            self._show_canvas()
            self.desk.runs.compare_with(kept)

    def _show_canvas(self) -> None:
        """It stands where pictures are made, and in no other workspace."""
        if self.desk.settings.values.workspace not in ("dream", "style"):
            self.desk.view.asked_workspace.emit("dream")
        self.desk.view.asked_command.emit("panel-canvas")

    def _attempt(self, result: Result) -> Attempt | None:
        """What was kept, as something the canvas can show."""
        image = QImage(str(result.path)).convertToFormat(QImage.Format.Format_RGB888)
        if image.isNull():
            self.desk.messages.warn("The file of this result cannot be read.", str(result.path))
            return None
        rows = np.frombuffer(image.constBits(), np.uint8)
        rows = rows.reshape(image.height(), image.bytesPerLine())[:, : 3 * image.width()]
        pixels = rows.reshape(image.height(), image.width(), 3).copy()
        made = Attempt(subject=result.caption, title=f"{result.title}, {result.caption}")
        made.timeline.add(TimelineFrame(0, pixels))
        return made

    def _on_chosen(self) -> None:
        count = len(self.list.chosen())
        self._bar.setVisible(count > 1)
        self._compare.setEnabled(count == 2)
        self._chosen.setText("1 left, 2 right" if count == 2 else "Choose two to compare.")

    def remove(self, result: Result) -> None:
        restore = self.desk.results.remove(result)
        self.desk.messages.done(f"Removed {result.title}.", result.caption, ("Undo", restore))

    def make_menu(self, result: Result) -> Menu:
        menu = Menu("", self)
        icon = self.desk.theme.icon
        menu.addAction(icon("again"), "Open with its recipe", lambda: self.open(result))
        chosen = self.list.chosen()
        if len(chosen) == 2 and result in chosen:
            menu.addAction(icon("wipe"), "Compare the two", lambda: self.compare(*chosen))
        else:
            runs = self.desk.runs
            words = "Compare with the picture on the canvas"
            action = menu.addAction(icon("wipe"), words, lambda: self.compare_with_canvas(result))
            action.setEnabled(runs.shown is not None and not runs.comparing)
        menu.addSeparator()
        menu.addAction(icon("folder"), "Show file", lambda: self._show_file(result))
        menu.addAction(icon("save"), "Save as…", lambda: self._save_as(result))
        menu.addAction(icon("copy"), "Copy picture", lambda: self._copy(result))
        menu.addSeparator()
        menu.addAction(icon("trash"), "Delete", lambda: self.remove(result))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _on_menu(self, at: QPoint) -> None:
        result = self._rows.result(self.list.indexAt(at))
        if result is not None:
            self.make_menu(result).popup(self.list.viewport().mapToGlobal(at))

    def _show_file(self, result: Result) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(result.path.parent)))

    def _show_folder(self) -> None:
        folder().mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder())))

    def _copy(self, result: Result) -> None:
        image = QImage(str(result.path))
        if image.isNull():
            self.desk.messages.warn("The file of this result cannot be read.", str(result.path))
            return
        QGuiApplication.clipboard().setImage(image)
        self.desk.messages.done("Copied to the clipboard.", f"{image.width()} × {image.height()}")

    def _save_as(self, result: Result) -> None:
        target = _files.ask_save(self, "Save as", result.file, _files.KEPT)
        if target is None:
            return
        request = ExportKept(result.path, target)
        ticket = self.desk.engine.ask(request, urgent=True, title=f"Save {target.name}")
        ticket.finished.connect(lambda path: tell_saved(self.desk, path))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(160), px(120))


def apart(one: Result, other: Result) -> str:
    """What the first is called beside the second: what they share is left out."""
    if one.title != other.title:
        return one.title if one.caption == other.caption else f"{one.title}, {one.caption}"
    if one.caption != other.caption:
        return one.caption
    try:
        mine, its = recipe.read(one.path), recipe.read(other.path)
    except (UserError, OSError):
        return when(one.made)
    words = ", ".join(changed(its.params, mine.params, its.seed, mine.seed))
    return words or when(one.made)
