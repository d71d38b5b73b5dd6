"""A real window with a real engine, used by one cause after the other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from cnnviz_app.ui.app import Application
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.main_window import MainWindow
from cnnviz_app.ui.panels.technique import TechniquePanel
from cnnviz_app.ui.settings import Settings
from cnnviz_app.ui.widgets.slider import SliderField
from tests.ui.waiting import turn, wait_for

MODEL = "lenet5"


@dataclass(frozen=True)
class Selected:
    """All that must be as before when something was refused."""

    model: str
    layer: str
    unit: int
    picture: str
    remembered: str


class Bench:
    """The window and what tests want to know of it."""

    def __init__(self) -> None:
        self.application = Application(Settings(None))
        self.window: MainWindow = self.application.window
        self.desk: Desk = self.application.desk
        self.window.restore("dream")
        self.window.resize(1280, 800)
        self.window.show()
        turn(20)
        # It refreshes while jobs run, a little longer than the jobs themselves.
        self.window.yard.docks["jobs"].hide()
        self.desk.pictures.show_builtin("cat")
        self.desk.conductor.open_model(MODEL)
        self.desk.conductor.list_models()
        self.desk.runs.load()
        wait_for(lambda: self.desk.state.looked is not None and self.desk.runs.techniques)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is under way."""
        wait_for(lambda: not self.desk.engine.tickets, what=str(self.desk.engine.tickets))

    def begin(self) -> None:
        """As everything is when a person starts."""
        self.settle()
        self.window.strip.clear()
        self.desk.messages.history.clear()
        self.desk.pictures.show_builtin("cat")
        if self.desk.state.model is None or self.desk.state.model.name != MODEL:
            self.desk.conductor.open_model(MODEL)
        self.settle()

    def end(self) -> None:
        """Nothing may tick on into the next test."""
        self.desk.engine.cancel_all()
        self.settle()
        self.window.strip.clear()
        turn(1)

    def close(self) -> None:
        self.window.close()
        assert self.application.close()
        self.window.deleteLater()
        self.application.deleteLater()
        turn()

    @property
    def selected(self) -> Selected:
        state = self.desk.state
        return Selected(
            state.model.name if state.model else "", state.layer, state.unit,
            state.picture.content_id if state.picture else "",
            self.desk.settings.values.picture,
        )  # fmt: skip

    def told(self) -> str:
        """Everything the message strip was given."""
        history = self.desk.messages.history
        return " ".join(f"{m.title} {m.detail}".strip() for m in history)

    def is_alive(self) -> bool:
        """Nothing modal, the window there, and the engine answers."""
        modal = QApplication.activeModalWidget() or QApplication.activePopupWidget()
        return modal is None and self.window.isVisible() and self.desk.engine._thread.isRunning()

    # ---- what a person does with the form

    def choose(self, technique: str) -> None:
        self.desk.runs.choose(technique)
        assert self.desk.runs.technique is not None
        assert self.desk.runs.technique.name == technique
        self.desk.runs.set_values({s.name: s.default for s in self.desk.runs.technique.specs})
        self.desk.runs.set_value("steps", 1)

    def editor(self, name: str) -> QWidget:
        panel = self.window.yard.docks["technique"].ensure_built()
        assert isinstance(panel, TechniquePanel)
        assert panel._form is not None
        return panel._form._editors[name].widget

    def type(self, name: str, words: str) -> str:
        """Type into a field of the form and leave it; the sentence beside it, if there is one."""
        widget = self.editor(name)
        field = widget.field if isinstance(widget, SliderField) else widget
        assert isinstance(field, QLineEdit)
        field.setText(words)
        field.setModified(True)
        field.editingFinished.emit()
        return widget.error() if isinstance(widget, SliderField) else ""

    def type_and_run(self, name: str, words: str, technique: str = "feature-vis") -> None:
        self.choose(technique)
        self.type(name, words)
        self.desk.runs.start()

    def typed(self, name: str, words: str) -> str:
        self.choose("feature-vis")
        return self.type(name, words)

    def finished(self, technique: str = "feature-vis") -> None:
        """A result to save."""
        self.choose(technique)
        self.desk.runs.start()
        wait_for(lambda: self.desk.runs.status == "finished")
        self.settle()
        self.desk.messages.history.clear()

    def save(self, path: Path) -> None:
        self.finished()
        self.desk.runs.save(path)
