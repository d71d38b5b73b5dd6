"""One argument through which a running job meets the world."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from cnnviz_app.core.context import Context, JobControl
from cnnviz_app.core.errors import Cancelled
from cnnviz_app.core.events import Event, Frame, Metrics, Note, Progress, Stage


class Clock:
    """Time that passes only when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("cnnviz_app.core.context.time", SimpleNamespace(monotonic=clock))
    return clock


def running(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.002)


def picture(level: int) -> np.ndarray:
    return np.full((2, 2, 3), level, np.uint8)


def test_silent_context_does_nothing_and_calls_nobody() -> None:
    ctx = Context.silent()
    ctx.checkpoint()
    ctx.frame("picture", lambda: pytest.fail("nobody looks"))
    ctx.metrics(1, loss=2.0)
    ctx.progress(1, 2)
    ctx.stage("octave", 1)
    ctx.note("Hello.")
    assert not ctx.watched
    assert not ctx.wants_frame()


def test_events_carry_the_job_and_arrive_in_order() -> None:
    seen: list[Event] = []
    ctx = Context(7, seen.append)
    ctx.stage("octave 1", 3)
    ctx.metrics(4, objective=1.5)
    ctx.note("Smaller tiles.", "Close something.")
    ctx.progress(1, 4, "steps")
    assert [type(event) for event in seen] == [Stage, Metrics, Note, Progress]
    assert {event.job for event in seen} == {7}
    assert seen[1] == Metrics(7, 4, {"objective": 1.5})


def test_cancel_ends_the_job_at_its_next_checkpoint(clock: Clock) -> None:
    ctx = Context()
    ctx.checkpoint()
    ctx.control.cancel()
    clock.now += 2
    ctx.control.cancel()  # asking again does not start the clock again
    with pytest.raises(Cancelled):
        ctx.checkpoint()
    assert ctx.control.seconds_since_cancel() == 2


def test_cancel_that_comes_while_an_urgent_job_runs_is_seen_at_once() -> None:
    control = JobControl()
    ctx = Context(control=control, between=control.cancel)
    with pytest.raises(Cancelled):
        ctx.checkpoint()


def test_urgent_jobs_run_between_steps_and_also_while_paused() -> None:
    urgent: list[str] = []
    control = JobControl()
    steps: list[int] = []
    ctx = Context(control=control, between=lambda: urgent.append("ran"))
    ctx.checkpoint()
    assert urgent == ["ran"]
    control.pause()

    def work() -> None:
        ctx.checkpoint()
        steps.append(1)

    thread = running(work)
    until(lambda: len(urgent) >= 2)
    before = len(urgent)
    control.wake()
    until(lambda: len(urgent) > before)
    assert not steps
    control.resume()
    thread.join(5)
    assert steps == [1]


def test_waking_is_never_slept_over() -> None:
    control = JobControl()
    control.pause()
    control.wake()  # arrives before the job waits
    began = time.monotonic()
    assert not control.may_pass(5.0)
    assert time.monotonic() - began < 1


def test_pause_step_resume() -> None:
    control = JobControl()
    control.pause()
    done: list[int] = []

    def work() -> None:
        ctx = Context(control=control)
        inner = ctx.relayed(None)
        for step in range(5):
            # A step looks up more than once, and a branch does so twice each time.
            ctx.checkpoint()
            inner.checkpoint()
            done.append(step)
            inner.metrics(step, objective=1.0)

    def reached(count: int) -> bool:
        return len(done) == count

    thread = running(work)
    time.sleep(0.03)
    assert done == []
    for count in (1, 2):
        control.step()
        until(functools.partial(reached, count))
        time.sleep(0.02)
        assert reached(count)
    control.resume()
    thread.join(5)
    assert done == [0, 1, 2, 3, 4]
    assert not control.paused


def test_step_pauses_a_running_job() -> None:
    control = JobControl()
    control.step()
    assert control.paused
    assert not control.may_pass(0.0)


def test_cancel_ends_a_paused_job_at_once() -> None:
    control = JobControl()
    control.pause()
    ended: list[float] = []

    def work() -> None:
        try:
            Context(control=control).checkpoint()
        except Cancelled:
            ended.append(control.seconds_since_cancel())

    thread = running(work)
    time.sleep(0.03)
    control.cancel()
    thread.join(5)
    assert ended
    assert ended[0] < 0.4


def test_too_many_frames_are_never_even_made(clock: Clock) -> None:
    seen: list[Event] = []
    made: list[int] = []
    ctx = Context(1, seen.append)

    def make(step: int) -> np.ndarray:
        made.append(step)
        return picture(step)

    assert ctx.wants_frame("picture")
    for step in range(100):
        ctx.frame("picture", functools.partial(make, step), step=step)
        clock.now += 0.001
    assert not ctx.wants_frame("picture")
    assert made == [0, 34, 68]
    ctx.frame("other", picture(1))  # another picture has a pace of its own
    ctx.frame("picture", picture(200), step=200, force=True)
    assert [(e.name, e.step) for e in seen if isinstance(e, Frame)][-2:] == [
        ("other", 0), ("picture", 200),
    ]  # fmt: skip


def test_paused_picture_is_the_newest(clock: Clock) -> None:
    seen: list[Event] = []
    control = JobControl()
    ctx = Context(1, seen.append, control)
    ctx.frame("picture", picture(0), step=0)
    ctx.frame("picture", picture(1), step=1)
    ctx.frame("picture", picture(2), step=2)
    control.step()
    control.step()  # one step is allowed, so that waiting ends by itself
    ctx.checkpoint()
    frames = [event for event in seen if isinstance(event, Frame)]
    assert [frame.step for frame in frames] == [0, 2]
    assert frames[-1].data[0, 0, 0] == 2


def test_shown_frame_forgets_the_skipped_one(clock: Clock) -> None:
    seen: list[Event] = []
    ctx = Context(1, seen.append)
    ctx.frame("picture", picture(0), step=0)
    ctx.frame("picture", picture(1), step=1)
    clock.now += 1
    ctx.frame("picture", picture(2), step=2)
    ctx.control.step()
    ctx.control.step()
    ctx.checkpoint()
    assert [event.step for event in seen if isinstance(event, Frame)] == [0, 2]


def test_a_relayed_job_shows_its_newest_picture_in_a_pause_too(clock: Clock) -> None:
    seen: list[Event] = []
    ctx = Context(1, seen.append)
    first, second = ctx.relayed(seen.append, "first"), ctx.relayed(seen.append, "second")
    for step in (0, 1, 2):
        first.frame("picture", picture(step), step=step)
    ctx.frame("first", picture(9), step=9, force=True)
    second.frame("picture", picture(3), step=3)
    second.owe("picture", lambda: second.frame("picture", picture(4), step=4, force=True))
    ctx.control.step()
    ctx.control.step()  # one step is allowed, so that waiting ends by itself
    second.checkpoint()
    frames = [(event.name, event.step) for event in seen if isinstance(event, Frame)]
    # What was shown in full is never put back to what came before it.
    assert frames == [("first", 0), ("first", 9), ("second", 3), ("second", 4)]
    assert not second.wants_frame()
    clock.now += 1
    assert second.wants_frame()


def test_frames_are_copies_nobody_can_change() -> None:
    seen: list[Event] = []
    mine = picture(3)
    Context(1, seen.append).frame("picture", mine)
    mine[:] = 9
    (frame,) = seen
    assert isinstance(frame, Frame)
    assert frame.data[0, 0, 0] == 3
    assert not frame.data.flags.writeable


def test_time_left_follows_the_pace_without_pauses(clock: Clock) -> None:
    seen: list[Event] = []
    control = JobControl()
    ctx = Context(1, seen.append, control)
    ctx.progress(0, 10)
    clock.now += 2
    ctx.progress(2, 10)
    control.step()
    control.step()
    control.paused_seconds = 100.0  # as after a long pause
    clock.now += 102
    ctx.progress(4, 10)
    left = [event.seconds_left for event in seen if isinstance(event, Progress)]
    assert left == [None, 8.0, pytest.approx(6.0)]
