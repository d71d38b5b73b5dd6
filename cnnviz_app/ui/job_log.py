"""What the engine was asked, is doing and has done, kept from the first second on."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from cnnviz_app.core.events import Event, Failed, Finished, Progress, Started, Stopped

if TYPE_CHECKING:
    from cnnviz_app.ui.engine_client import EngineClient, Ticket

JobState = Literal["waiting", "running", "done", "stopped", "failed"]
KEPT = 50


@dataclass
class JobRecord:
    """One job, or several equal ones in a row (`times`) once they are done.

    Attributes:
        began, ended: monotonic seconds; 0 while that has not happened.
        clock: the time of day it ended.
        details: the traceback of a failure that is ours to mend.
    """

    ticket: Ticket | None
    title: str
    background: bool
    state: JobState = "waiting"
    began: float = 0.0
    ended: float = 0.0
    clock: str = ""
    progress: Progress | None = None
    sentence: str = ""
    hint: str = ""
    details: str = ""
    times: int = 1
    asked: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long it has run, or ran."""
        return (self.ended or time.monotonic()) - self.began if self.began else 0.0

    @property
    def share(self) -> float | None:
        """How much is done, where the job says so."""
        p = self.progress
        return None if p is None or p.total <= 0 else min(max(p.done / p.total, 0.0), 1.0)

    @property
    def paused(self) -> bool:
        return self.ticket is not None and self.ticket.paused


class JobLog(QObject):
    """Listens to the engine client; a panel that is built later misses nothing.

    Signals:
        changed: a job came, began or ended.
    """

    changed = Signal()

    def __init__(self, engine: EngineClient, parent: QObject) -> None:
        super().__init__(parent)
        self._running: dict[int, JobRecord] = {}
        self.history: list[JobRecord] = []
        engine.asked.connect(self._on_asked)
        engine.happened.connect(self._on_event)

    @property
    def running(self) -> tuple[JobRecord, ...]:
        """Jobs in flight: what runs before what waits, else oldest first."""
        records = self._running.values()
        return tuple(sorted(records, key=lambda r: (r.state != "running", r.asked)))

    def clear_history(self) -> None:
        self.history.clear()
        self.changed.emit()

    def _on_asked(self, ticket: Ticket) -> None:
        job = ticket.job
        title = job.title or type(job.request).__name__
        self._running[job.id] = JobRecord(ticket, title, job.background)
        self.changed.emit()

    def _on_event(self, event: Event) -> None:
        record = self._running.get(event.job)
        if record is None:
            return
        if isinstance(event, Started):
            record.state = "running"
            record.began = time.monotonic()
            self.changed.emit()
        elif isinstance(event, Progress):
            record.progress = event
        elif isinstance(event, Finished | Stopped | Failed):
            del self._running[event.job]
            self._end(record, event)

    def _end(self, record: JobRecord, event: Finished | Stopped | Failed) -> None:
        record.ended = time.monotonic()
        record.began = record.began or record.ended
        record.clock = time.strftime("%H:%M")
        record.ticket = None
        match event:
            case Finished():
                record.state = "done"
            case Stopped():
                record.state = "stopped"
            case Failed():
                record.state = "failed"
                record.sentence, record.hint = event.sentence, event.hint
                record.details = event.details
        self._remember(record)
        self.changed.emit()

    def _remember(self, record: JobRecord) -> None:
        """Walking through units asks the same again and again: that is one line with a count."""
        last = self.history[0] if self.history else None
        same = last is not None and (last.title, last.state) == (record.title, record.state)
        if same and last is not None and record.state != "failed":
            record.times = last.times + 1
            self.history[0] = record
            return
        self.history.insert(0, record)
        del self.history[KEPT:]
