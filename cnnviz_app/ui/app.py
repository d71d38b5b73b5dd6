"""The composition root: builds every object of the window once and hands them to each other."""

from __future__ import annotations

import gc
import logging
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from cnnviz_app import paths
from cnnviz_app.core.context import Context
from cnnviz_app.ui import keys
from cnnviz_app.ui.annotations import Annotations
from cnnviz_app.ui.brand import app_icon
from cnnviz_app.ui.conductor import Conductor
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.edits import Edits
from cnnviz_app.ui.engine_client import EngineClient
from cnnviz_app.ui.first_paint import FirstPaint
from cnnviz_app.ui.interrupts import Interrupts
from cnnviz_app.ui.job_log import JobLog
from cnnviz_app.ui.live.live import Live
from cnnviz_app.ui.main_window import MainWindow
from cnnviz_app.ui.messages import Messages
from cnnviz_app.ui.model_choice import ModelChoice
from cnnviz_app.ui.pace import Pace
from cnnviz_app.ui.result_store import ResultStore
from cnnviz_app.ui.run_session import RunSession
from cnnviz_app.ui.settings import Settings
from cnnviz_app.ui.sources import PictureSource
from cnnviz_app.ui.state import AppState
from cnnviz_app.ui.theme import theme
from cnnviz_app.ui.view_options import ViewOptions

Answer = Callable[[Context, object], object]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Options:
    """How the window was asked to start."""

    files: tuple[Path, ...] = ()
    model: str = ""
    workspace: str = ""
    smoke: Path | None = None
    size: tuple[int, int] | None = None


def _labels_file(settings: Settings) -> Path | None:
    """Beside the settings; in memory only where those are."""
    return settings.folder / "unit-labels.json" if settings.folder is not None else None


def lab_answer() -> Answer:
    """Called in the engine thread: the first import of torch happens here."""
    # Half a million objects that will stay: looking for rubbish among them would cost a fifth of
    # the import, and make the window stutter ever after.
    gc.disable()
    try:
        from cnnviz_app.lab.start import make_answer

        return make_answer()
    finally:
        gc.freeze()
        gc.enable()


class Application(QObject):
    """One window with everything it needs; `close` ends the engine."""

    def __init__(self, settings: Settings, make_answer: Callable[[], Answer] = lab_answer) -> None:
        super().__init__()
        self.settings = settings
        self.theme = theme()
        self.engine = EngineClient(make_answer, self)
        self.state = AppState(self)
        self.messages = Messages(self)
        edits = Edits(self.state, self)
        self.conductor = Conductor(self.state, edits, self.engine, self)
        runs = RunSession(self.state, self.engine, settings, self)
        self.desk = Desk(
            state=self.state,
            conductor=self.conductor,
            engine=self.engine,
            pictures=PictureSource(self.state, self.engine, settings, self.messages, self),
            live=Live(self.state, self.messages, self),
            pace=Pace(self.state, self.engine, self),
            runs=runs,
            messages=self.messages,
            settings=settings,
            theme=self.theme,
            view=ViewOptions(self),
            choice=ModelChoice(self.state, self.conductor, self.engine, self),
            jobs=JobLog(self.engine, self),
            results=ResultStore(runs, self.engine, settings, self),
            edits=edits,
            annotations=Annotations(self.state, _labels_file(settings), self),
        )
        self.desk.pictures.recipe_opened.connect(runs.restore)
        runs.restoring.connect(self.conductor.open_for_recipe)
        runs.troubled.connect(self.messages.complain)
        self.desk.annotations.troubled.connect(self.messages.complain)
        values = settings.values
        self.theme.set(values.theme, values.scale, values.reduce_motion)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.theme.apply(app)
        self.window = MainWindow(self.desk)
        self.engine.failed.connect(
            lambda _ticket, failed: self.messages.error(failed.sentence, failed.hint)
        )
        self.engine.noted.connect(
            lambda _ticket, note: self.messages.info(note.sentence, note.hint)
        )

    def show(self, options: Options) -> None:
        """The window first; the engine begins to load once it can be seen."""
        self.window.show()
        FirstPaint(self.window, lambda: self.start(options))

    def start(self, options: Options) -> None:
        """Ask for the first model and picture; the window is on screen already."""
        values = self.settings.values
        self.desk.pictures.show_first(values.picture)
        model = options.model or values.model or "lens"
        layer, unit = (values.layer, values.unit) if model == values.model else ("", 0)
        self.conductor.open_first(model, layer, unit)
        self.conductor.list_models()
        self.desk.runs.load()
        for file in options.files:
            self.window.open_path(file)

    def close(self) -> bool:
        self.window.remember()
        self.desk.live.stop()
        self.desk.pace.stop()
        self.settings.sync()
        return self.engine.shut_down()


class _Crashes(QObject):
    """Exceptions nobody caught, from any thread, as a message in the window."""

    crashed = Signal(str)

    def __init__(self, messages: Messages) -> None:
        super().__init__()
        self.crashed.connect(
            lambda text: messages.error("Something went wrong inside CNNViz.", text),
            Qt.ConnectionType.QueuedConnection,
        )
        sys.excepthook = self._on_exception
        threading.excepthook = lambda args: self._on_exception(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        log.critical("uncaught exception", exc_info=(kind, error, trace))
        self.crashed.emit(f"{kind.__name__}: {error}. The details are in the log.")


def make_application(argv: Sequence[str]) -> QApplication:
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    app = QApplication.instance() or QApplication(list(argv))
    assert isinstance(app, QApplication)
    app.setApplicationName("CNNViz")
    app.setOrganizationName("CNNViz")
    app.setWindowIcon(app_icon())
    keys.install(app)
    return app


def main(options: Options) -> int:
    """Open the window and stay until it is closed."""
    app = make_application(sys.argv[:1])
    if options.smoke is not None:
        from cnnviz_app.ui.smoke import run_smoke

        return run_smoke(app, options)
    settings = Settings(paths.config_dir() / "settings.ini")
    application = Application(settings)
    crashes = _Crashes(application.messages)
    application.window.restore(options.workspace)
    application.show(options)
    if not (settings.values.seen_start or options.files or options.model or options.workspace):
        FirstPaint(application.window, application.window.show_start)
    interrupts = Interrupts(application.window.close)
    code = app.exec()
    interrupts.stop()
    ended = application.close()
    crashes.deleteLater()
    if not ended:
        # A thread that will not end must not keep a closed window's process alive.
        logging.shutdown()
        import os

        os._exit(code)
    return code
