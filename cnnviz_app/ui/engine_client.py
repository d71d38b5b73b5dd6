"""The single crossing between the window and the engine thread.

The window asks; the engine thread works through its inbox and fills a mailbox; a timer in the
window empties the mailbox while anything is in flight. Signals are only ever emitted here, by
objects of the window's own thread.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from cnnviz_app.core.context import Context, JobControl
from cnnviz_app.core.events import (
    Event,
    Failed,
    Finished,
    Frame,
    Metrics,
    Note,
    Progress,
    Stage,
    Started,
    Stopped,
    is_terminal,
)
from cnnviz_app.core.job import Job, run_job
from cnnviz_app.core.mailbox import Mailbox

Answer = Callable[[Context, object], object]
DRAIN_MS = 33
# While something urgent is in flight: a camera's frames wait for the answer, and so does a person.
URGENT_MS = 6
log = logging.getLogger(__name__)


class Inbox:
    """Jobs waiting for the engine; urgent ones have their own door."""

    def __init__(self) -> None:
        self._arrived = threading.Condition()
        self._urgent: deque[tuple[Job, JobControl]] = deque()
        self._normal: deque[tuple[Job, JobControl]] = deque()
        self._closed = False

    def put(self, job: Job, control: JobControl) -> None:
        with self._arrived:
            (self._urgent if job.urgent else self._normal).append((job, control))
            self._arrived.notify()

    def next(self) -> tuple[Job, JobControl] | None:
        """The next job, urgent ones first; None when the inbox was closed."""
        with self._arrived:
            while not (self._closed or self._urgent or self._normal):
                self._arrived.wait()
            if self._closed:
                return None
            return (self._urgent or self._normal).popleft()

    def next_urgent(self) -> tuple[Job, JobControl] | None:
        with self._arrived:
            return self._urgent.popleft() if self._urgent and not self._closed else None

    def close(self) -> None:
        with self._arrived:
            self._closed = True
            self._arrived.notify()


class EngineThread(QThread):
    """Runs jobs one after the other; urgent ones also inside another job's checkpoint."""

    def __init__(self, make_answer: Callable[[], Answer], inbox: Inbox, mailbox: Mailbox) -> None:
        super().__init__()
        self.setObjectName("engine")
        self._make_answer = make_answer
        self._inbox = inbox
        self._mailbox = mailbox
        self._answer: Answer | None = None

    def run(self) -> None:
        while (waiting := self._inbox.next()) is not None:
            job, control = waiting
            self._run(job, control, between=self._run_urgent)

    def _run_urgent(self) -> None:
        while (waiting := self._inbox.next_urgent()) is not None:
            self._run(*waiting, between=None)

    def _run(self, job: Job, control: JobControl, between: Callable[[], None] | None) -> None:
        ctx = Context(job.id, self._mailbox.put, control, between)
        run_job(job, self._ask_lab, ctx, self._mailbox.put)

    def _ask_lab(self, ctx: Context, request: object) -> object:
        # The lab imports torch: in this thread, and only once the window is on screen.
        if self._answer is None:
            self._answer = self._make_answer()
        return self._answer(ctx, request)


class Ticket(QObject):
    """What the asker holds of a job in flight.

    Signals carry the events of this job only; after a terminal one nothing follows. A ticket
    whose slot was asked again falls silent: a late answer is never heard.
    """

    started = Signal()
    progress = Signal(object)
    stage = Signal(object)
    frame = Signal(object)
    metrics = Signal(object)
    note = Signal(object)
    finished = Signal(object)
    stopped = Signal(object)
    failed = Signal(object)

    def __init__(self, job: Job, control: JobControl, parent: QObject) -> None:
        super().__init__(parent)
        self.job = job
        self.control = control
        self.ended = False

    @property
    def paused(self) -> bool:
        return self.control.paused

    def cancel(self) -> None:
        self.control.cancel()

    def pause(self) -> None:
        self.control.pause()

    def resume(self) -> None:
        self.control.resume()

    def step(self) -> None:
        self.control.step()

    def deliver(self, event: Event) -> None:
        match event:
            case Started():
                self.started.emit()
            case Finished():
                self.finished.emit(event.result)
            case _:
                for kind, signal in (
                    (Frame, self.frame), (Metrics, self.metrics), (Progress, self.progress),
                    (Stage, self.stage), (Note, self.note), (Stopped, self.stopped),
                    (Failed, self.failed),
                ):  # fmt: skip
                    if isinstance(event, kind):
                        signal.emit(event)


class EngineClient(QObject):
    """The window's side of the engine.

    Signals:
        happened: every event of every job, for the Jobs panel and the log.
        asked: a ticket was made.
        failed: `(ticket, Failed)` of a job that somebody asked for and still waits for.
        noted: `(ticket, Note)`.
        busy_changed: jobs in flight, as a number.
    """

    happened = Signal(object)
    asked = Signal(object)
    failed = Signal(object, object)
    noted = Signal(object, object)
    busy_changed = Signal(int)

    def __init__(self, make_answer: Callable[[], Answer], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._inbox = Inbox()
        self._mailbox = Mailbox()
        self._tickets: dict[int, Ticket] = {}
        self._slots: dict[str, Ticket] = {}
        self._thread = EngineThread(make_answer, self._inbox, self._mailbox)
        self._timer = QTimer(self)
        self._timer.setInterval(DRAIN_MS)
        self._timer.timeout.connect(self._drain)
        self._thread.start(QThread.Priority.LowPriority)

    @property
    def tickets(self) -> tuple[Ticket, ...]:
        """Jobs in flight, oldest first."""
        return tuple(self._tickets.values())

    def ask(
        self,
        request: object,
        *,
        slot: str = "",
        urgent: bool = False,
        background: bool = False,
        title: str = "",
    ) -> Ticket:
        """Send a request; asking again in the same slot replaces what was asked before."""
        job = Job(request, slot, urgent, background, title)
        if not urgent and not background:
            self._stop_background()
        ticket = Ticket(job, JobControl(), self)
        if slot:
            before = self._slots.get(slot)
            if before is not None and not before.ended:
                before.blockSignals(True)
                before.cancel()
            self._slots[slot] = ticket
        self._tickets[job.id] = ticket
        self._inbox.put(job, ticket.control)
        if urgent:
            for other in self._tickets.values():
                other.control.wake()
        self._timer.start(self._interval())
        self.asked.emit(ticket)
        self.busy_changed.emit(len(self._tickets))
        return ticket

    def _interval(self) -> int:
        waiting = any(t.job.urgent and not t.job.background for t in self._tickets.values())
        return URGENT_MS if waiting else DRAIN_MS

    def _stop_background(self) -> None:
        for ticket in self._tickets.values():
            if ticket.job.background:
                ticket.cancel()

    def cancel_all(self) -> None:
        for ticket in self._tickets.values():
            ticket.cancel()

    def shut_down(self, patience_ms: int = 5000) -> bool:
        """Stop everything and wait for the thread; False when it would not end in time."""
        self.cancel_all()
        self._inbox.close()
        ended = self._thread.wait(patience_ms)
        self._timer.stop()
        if ended:
            self._drain()
        else:
            log.error("the engine did not stop within %d ms", patience_ms)
        return ended

    def _drain(self) -> None:
        events = self._mailbox.drain()
        for event in events:
            self.happened.emit(event)
            ticket = self._tickets.get(event.job)
            if ticket is not None:
                self._deliver(ticket, event)
        if not self._tickets:
            self._timer.stop()
        elif events and self._timer.interval() != self._interval():
            self._timer.setInterval(self._interval())

    def _deliver(self, ticket: Ticket, event: Event) -> None:
        if is_terminal(event):
            ticket.ended = True
            del self._tickets[event.job]
        heard = not ticket.signalsBlocked()
        ticket.deliver(event)
        if heard and isinstance(event, Failed):
            # A sentence without details is the person's to mend, not ours to worry about.
            level = logging.ERROR if event.details else logging.INFO
            log.log(level, "%s: %s\n%s", ticket.job.title, event.sentence, event.details)
            if not ticket.job.background:
                self.failed.emit(ticket, event)
        if heard and isinstance(event, Note):
            self.noted.emit(ticket, event)
        if ticket.ended:
            if self._slots.get(ticket.job.slot) is ticket:
                del self._slots[ticket.job.slot]
            self.busy_changed.emit(len(self._tickets))
            ticket.deleteLater()
