"""Everything a running job may do to the world, in one argument.

`Context.checkpoint` is the only place where a long computation meets the person: it stops,
waits while paused, and lets short urgent jobs in.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy.typing as npt

from cnnviz_app.core.errors import Cancelled
from cnnviz_app.core.events import Event, Frame, Metrics, Note, Progress, Scale, Stage, frozen_copy

Pixels = npt.NDArray[Any]
FRAME_SECONDS = 1 / 30


class JobControl:
    """The levers on one job; any thread may pull them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._cancelled_at = 0.0
        self._paused = False
        self._may_step = False
        self._woken = False
        # How long it has been paused, all in all; only the job's own thread adds to it.
        self.paused_seconds = 0.0

    @property
    def cancelled(self) -> bool:
        return self._cancelled_at > 0.0

    @property
    def paused(self) -> bool:
        return self._paused

    def cancel(self) -> None:
        with self._changed:
            self._cancelled_at = self._cancelled_at or time.monotonic()
            self._changed.notify_all()

    def pause(self) -> None:
        with self._changed:
            self._paused = True
            self._may_step = False

    def resume(self) -> None:
        with self._changed:
            self._paused = False
            self._changed.notify_all()

    def step(self) -> None:
        """Let a paused job go on until it reports a step, however many checkpoints lie on the way;
        a running one pauses at its next."""
        with self._changed:
            self._may_step = self._paused
            self._paused = True
            self._changed.notify_all()

    def stepped(self) -> None:
        """The job has reported a step: one that was let through for it waits again."""
        if self._may_step:
            with self._changed:
                self._may_step = False

    def wake(self) -> None:
        """Something urgent arrived: a paused job should look at its surroundings."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def seconds_since_cancel(self) -> float:
        return time.monotonic() - self._cancelled_at if self.cancelled else 0.0

    def may_pass(self, patience: float) -> bool:
        """True when the job may go on; waits up to `patience` seconds for it."""
        with self._changed:
            if not self._paused or self.cancelled or self._may_step:
                return True
            # Woken while it was looking around: look again, do not sleep over it.
            if not self._woken:
                self._changed.wait(patience)
            self._woken = False
            return not self._paused or self.cancelled or self._may_step


class Context:
    """Handed to every technique and every other job; its methods are cheap to call each step."""

    def __init__(
        self,
        job: int = 0,
        emit: Callable[[Event], None] | None = None,
        control: JobControl | None = None,
        between: Callable[[], None] | None = None,
    ) -> None:
        self.job = job
        self.control = control or JobControl()
        self._emit = emit
        self._between = between
        self._last_frame: dict[str, float] = {}
        self._skipped: dict[str, Callable[[], None]] = {}
        self._called = ""
        self._began = self.working()
        # Pixels of the pictures that parameters name, by those names; read before the work began.
        self.pictures: Mapping[str, Pixels] = {}
        # How a run is kept so that it can be gone on with from its middle (a `Trail`), or None.
        self.trail: object = None

    @classmethod
    def silent(cls) -> Context:
        """A context that reports to nobody and is never stopped, for scripts and tests."""
        return cls()

    @property
    def watched(self) -> bool:
        return self._emit is not None

    def checkpoint(self) -> None:
        """Stop, wait or give way here. Call it every step, inside an optimiser's closure too."""
        if self.control.cancelled:
            raise Cancelled
        if self._between is not None:
            self._between()
        if self.control.paused:
            self._wait()
        if self.control.cancelled:
            raise Cancelled

    def working(self) -> float:
        """Seconds on a clock that stands still while the job is paused."""
        return time.monotonic() - self.control.paused_seconds

    def _wait(self) -> None:
        began = time.monotonic()
        self.show_skipped()
        while not self.control.may_pass(0.5):
            if self._between is not None:
                self._between()
        self.control.paused_seconds += time.monotonic() - began

    def show_skipped(self) -> None:
        """When it pauses or ends early, the picture must be the newest one, also when that came
        too soon to be shown."""
        skipped = list(self._skipped.values())
        self._skipped.clear()
        for show in skipped:
            show()

    def relayed(self, emit: Callable[[Event], None] | None, called: str = "") -> Context:
        """The same job with reports that go elsewhere first; a pause or an end shows its last
        picture as it does without. All its pictures are `called` so, when that is given."""
        inner = Context(self.job, emit, self.control, self.checkpoint)
        inner._skipped = self._skipped
        inner._called = called
        return inner

    def owe(self, name: str, show: Callable[[], None]) -> None:
        """A picture that was not worth making yet: `show` offers it when a pause or an end comes
        before the next one."""
        if self.watched:
            self._skipped[self._called or name] = show

    def wants_frame(self, name: str = "picture") -> bool:
        """Whether a picture offered now would be shown: ask before making an expensive one."""
        last = self._last_frame.get(self._called or name, 0.0)
        soon = time.monotonic() - last < FRAME_SECONDS
        return self.watched and not soon

    def frame(
        self,
        name: str,
        pixels: Pixels | Callable[[], Pixels],
        *,
        step: int = 0,
        scale: Scale = "picture",
        force: bool = False,
    ) -> None:
        """Offer a picture. A callable is only called when somebody will see the result."""
        if self._emit is None:
            return
        now = time.monotonic()
        name = self._called or name

        def show() -> None:
            data = pixels() if callable(pixels) else pixels
            self.emit(Frame(self.job, name, step, frozen_copy(data), scale))

        if not force and now - self._last_frame.get(name, 0.0) < FRAME_SECONDS:
            self.owe(name, show)
            return
        self._skipped.pop(name, None)
        self._last_frame[name] = now
        show()

    def metrics(self, step: int, **values: float) -> None:
        self.control.stepped()
        self.emit(Metrics(self.job, step, values))

    def progress(self, done: float, total: float, text: str = "") -> None:
        """Report how far it is; the time left follows from the pace so far, pauses left out."""
        self.control.stepped()
        if self._emit is None:
            return
        spent = self.working() - self._began
        left = spent * (total - done) / done if done > 0 and spent > 0.3 else None
        self.emit(Progress(self.job, done, total, text, left))

    def stage(self, name: str, first_step: int) -> None:
        self.emit(Stage(self.job, name, first_step))

    def note(self, sentence: str, hint: str = "") -> None:
        self.emit(Note(self.job, sentence, hint))

    def emit(self, event: Event) -> None:
        if self._emit is not None:
            self._emit(event)
