"""What the network takes the shown frame for, asked at the pace that costs the run little."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from cnnviz_app.lab.shown_requests import Classes, ClassesOf
from cnnviz_app.ui.engine_client import EngineClient, Ticket
from cnnviz_app.ui.run_session import RunSession
from cnnviz_app.ui.state import AppState

# Twice a second at most while it runs, and never more than a twentieth of its time.
PAUSE_MS = 500
SCRUB_MS = 60
SHARE = 20.0
SHEETS = ("inversion-ladder", "style-grid", "feature-wall", "feature-interpolation")


class ShownClasses(QObject):
    """Follows the playhead while somebody looks.

    Signals:
        changed: the `Classes` of the shown frame, or None when there is no frame.
    """

    changed = Signal(object)

    def __init__(
        self, state: AppState, runs: RunSession, engine: EngineClient, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._state, self._runs, self._engine = state, runs, engine
        self._ticket: Ticket | None = None
        self._asked: tuple[int, int] | None = None
        self._cost = 0.0
        self._model = ""
        self.wanted = False
        self.classes: Classes | None = None
        self._pace = QTimer(self)
        self._pace.setSingleShot(True)
        self._pace.timeout.connect(self._ask)
        runs.frame_added.connect(lambda _frame: self._soon())
        runs.playhead_changed.connect(lambda _index: self._soon())
        runs.status_changed.connect(self._on_status)
        state.model_changed.connect(lambda _facts: self._forget())
        state.edits_changed.connect(self._on_edits)

    def watch(self, on: bool) -> None:
        """Nobody looks, nobody asks."""
        self.wanted = on
        if on:
            self._soon()
        elif self._ticket is not None:
            self._ticket.cancel()

    def _on_status(self, status: str) -> None:
        if status == "running" and not self._runs.timeline.frames:
            self._forget()
        else:
            self._soon()

    def _on_edits(self, _edits: object) -> None:
        self._asked = None
        self._soon()

    def _forget(self) -> None:
        self._asked = None
        self.classes = None
        self.changed.emit(None)

    def _soon(self) -> None:
        if not self.wanted or self._pace.isActive():
            return
        running = self._runs.status == "running"
        pause = max(PAUSE_MS, round(self._cost * 1000 * SHARE)) if running else SCRUB_MS
        self._pace.start(pause if self._asked is not None else 0)

    def _ask(self) -> None:
        shown, model = self._runs.shown, self._state.model
        if not self.wanted or shown is None or model is None or not model.trained:
            return
        if shown.bar is not None:
            return  # a map of values in colours is no picture to recognise
        if self._shows_many:
            if self.classes is not None:
                self._forget()
            return
        key = (id(shown), shown.step)
        if key == self._asked:
            return
        self._asked = key
        request = ClassesOf(model.name, shown.pixels, shown.step, edits=self._state.edits)
        # Urgent, or it would wait for the end of the very run it is about.
        self._ticket = self._engine.ask(
            request, slot="shown-classes", urgent=True, title="Classes of the frame"
        )
        self._ticket.finished.connect(self._on_classes)

    @property
    def _shows_many(self) -> bool:
        """Whether what is shown is a sheet of pictures: there is no one thing on it to name."""
        request = self._runs.current.request
        if request is None:
            return True  # two kept pictures
        return request.technique in SHEETS or int(request.params.get("variants", 1)) > 1

    def _on_classes(self, classes: Classes) -> None:
        self._cost = classes.seconds
        self.classes = classes
        self.changed.emit(classes)
        shown = self._runs.shown
        if shown is not None and (id(shown), shown.step) != self._asked:
            self._soon()
