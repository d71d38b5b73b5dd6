"""Asks for the time of every operator, and knows how far that is."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cnnviz_app.core.events import Failed, Progress
from cnnviz_app.lab.timing_requests import NodeTimes, TimeNodes
from cnnviz_app.ui.engine_client import EngineClient, Ticket

TITLE = "Time every operator"


class NodeTimer(QObject):
    """Signals: `changed` when the words or the answer did.

    Attributes:
        times: the answer for the network asked about last, or None.
        words: what there is to say while there is no answer.
    """

    changed = Signal()

    def __init__(self, engine: EngineClient, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._ticket: Ticket | None = None
        self._model = ""
        self.times: NodeTimes | None = None
        self.words = ""

    @property
    def busy(self) -> bool:
        return self._ticket is not None

    def forget(self) -> None:
        """Another network: what was measured or asked says nothing about it."""
        if self._ticket is not None:
            self._ticket.blockSignals(True)
            self._ticket.cancel()
        self._ticket, self.times, self.words = None, None, ""

    def ask(self, model: str) -> None:
        self.forget()
        self._model = model
        self.words = "Waiting to measure every operator …"
        ticket = self._engine.ask(
            TimeNodes(model), slot="time-nodes", background=True, title=TITLE
        )
        self._ticket = ticket
        ticket.progress.connect(self._on_progress)
        ticket.finished.connect(self._on_times)
        ticket.stopped.connect(self._on_stopped)
        ticket.failed.connect(self._on_failed)
        self.changed.emit()

    def _on_progress(self, progress: Progress) -> None:
        self.words = f"Measuring every operator: {progress.text} …"
        self.changed.emit()

    def _on_times(self, times: NodeTimes) -> None:
        self._ticket = None
        self.times = times if times.model == self._model else None
        self.changed.emit()

    def _on_stopped(self, _: object = None) -> None:
        self._end("Measuring gave way to other work.")

    def _on_failed(self, failed: Failed) -> None:
        self._end(failed.sentence)

    def _end(self, words: str) -> None:
        self._ticket, self.words = None, words
        self.changed.emit()
