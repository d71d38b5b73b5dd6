"""The crossing between window and engine: every job ends once, whatever happens in it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.events import Event, Failed, Finished, Frame, Metrics, Stopped, is_terminal
from cnnviz_app.lab.requests import RunTechnique
from cnnviz_app.lab.start import make_lab
from cnnviz_app.ui.engine_client import EngineClient, Ticket
from tests.ui.waiting import turn, wait_for

Work = Callable[[Context], Any]


@dataclass(frozen=True)
class Do:
    """A request that says itself what is to be done."""

    work: Work


def _answer(ctx: Context, request: object) -> object:
    assert isinstance(request, Do)
    return request.work(ctx)


class Watched:
    """An engine and everything it ever said."""

    def __init__(self, answer: Callable[[Context, object], object]) -> None:
        self.client = EngineClient(lambda: answer)
        self.events: list[Event] = []
        self.client.happened.connect(self.events.append)

    def ask(self, work: Work, **how: Any) -> Ticket:
        return self.client.ask(Do(work), **how)

    def ends(self, ticket: Ticket) -> list[Event]:
        return [e for e in self.events if e.job == ticket.job.id and is_terminal(e)]

    def end(self, ticket: Ticket) -> Event:
        """Wait for the one terminal event."""
        number = ticket.job.id
        wait_for(lambda: [e for e in self.events if e.job == number and is_terminal(e)])
        turn(40)
        ends = [e for e in self.events if e.job == number and is_terminal(e)]
        assert len(ends) == 1
        assert [e for e in self.events if e.job == number][-1] is ends[0]
        return ends[0]

    def close(self) -> bool:
        return self.client.shut_down(10_000)


@pytest.fixture
def engine(qapp: QApplication) -> Iterator[Watched]:
    watched = Watched(_answer)
    yield watched
    assert watched.close()


def _steps(ctx: Context, seen: list[int] | None = None) -> None:
    """A job that would never end by itself."""
    step = 0
    while True:
        ctx.checkpoint()
        step += 1
        if seen is not None:
            seen.append(step)
        ctx.metrics(step)
        time.sleep(0.001)


def test_a_result_arrives_once_and_the_timer_rests(engine: Watched) -> None:
    ticket = engine.ask(lambda ctx: 42, title="A job")
    results: list[object] = []
    ticket.finished.connect(results.append)
    end = engine.end(ticket)
    assert isinstance(end, Finished)
    assert results == [42]
    assert engine.client.tickets == ()
    assert not engine.client._timer.isActive()


def test_sentences_of_all_kinds_of_failure(engine: Watched, caplog: Any) -> None:
    def raising(error: BaseException) -> Work:
        def work(ctx: Context) -> None:
            raise error

        return work

    cases: list[tuple[BaseException, str]] = [
        (UserError("It is broken.", "Mend it."), "It is broken."),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), "could not compute this"),
        (torch.OutOfMemoryError("CUDA out of memory"), "Not enough memory"),
        (MemoryError(), "Not enough memory"),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:114] . can't allocate memory"), "Not enough"),
        (RuntimeError("CUDA error: device-side assert triggered"), "graphics processor stopped"),
        (OSError(28, "No space left on device"), "The disk is full."),
        (SystemExit(3), "did not work"),
        (ZeroDivisionError("division by zero"), "did not work"),
    ]
    for error, words in cases:
        ticket = engine.ask(raising(error))
        told: list[Failed] = []
        ticket.failed.connect(told.append)
        end = engine.end(ticket)
        assert isinstance(end, Failed)
        assert words in end.sentence
        assert "Traceback" not in end.sentence + end.hint
        assert end.hint
        assert told == [end]
    assert isinstance(engine.end(engine.ask(lambda ctx: "alive")), Finished)


@pytest.mark.parametrize("optimiser", ["adam", "lbfgs"])
def test_cancel_inside_an_optimiser_is_quick(qapp: QApplication, optimiser: str) -> None:
    lab = make_lab("cpu")
    watched = Watched(lab.answer)
    params = {"optimizer": optimiser, "steps": 20000, "size": 28}
    ticket = watched.client.ask(RunTechnique("feature-vis", "lenet5", params))
    wait_for(lambda: any(isinstance(e, Metrics | Failed) for e in watched.events))
    assert watched.ends(ticket) == []
    asked = time.monotonic()
    ticket.cancel()
    end = watched.end(ticket)
    assert isinstance(end, Stopped)
    assert end.seconds < 1.0
    assert time.monotonic() - asked < 3.0
    assert watched.close()


def test_asking_again_in_a_slot_makes_the_late_answer_silent(engine: Watched) -> None:
    go = threading.Event()
    heard: list[object] = []
    first = engine.ask(lambda ctx: go.wait(10) and "late", slot="look")
    first.finished.connect(heard.append)
    wait_for(lambda: any(e.job == first.job.id for e in engine.events))
    second = engine.ask(lambda ctx: "new", slot="look")
    second.finished.connect(heard.append)
    go.set()
    engine.end(second)
    assert heard == ["new"]
    assert len(engine.ends(first)) == 1


def test_an_error_of_a_replaced_job_is_not_told(engine: Watched) -> None:
    go = threading.Event()

    def fail(ctx: Context) -> None:
        go.wait(10)
        raise UserError("Nobody wants to know.")

    told: list[object] = []
    engine.client.failed.connect(lambda ticket, failed: told.append(failed.sentence))
    engine.ask(fail, slot="s")
    turn(20)
    second = engine.ask(lambda ctx: 1, slot="s")
    go.set()
    engine.end(second)
    assert told == []


def test_urgent_jobs_run_inside_another_jobs_checkpoint(engine: Watched) -> None:
    seen: list[int] = []
    long = engine.ask(lambda ctx: _steps(ctx, seen))
    wait_for(lambda: seen)
    urgent = engine.ask(lambda ctx: "quick", urgent=True)
    assert isinstance(engine.end(urgent), Finished)
    assert engine.ends(long) == []
    before = len(seen)
    wait_for(lambda: len(seen) > before)
    long.cancel()
    assert isinstance(engine.end(long), Stopped)


def test_urgent_jobs_run_while_another_is_paused(engine: Watched) -> None:
    seen: list[int] = []
    long = engine.ask(lambda ctx: _steps(ctx, seen))
    wait_for(lambda: seen)
    long.pause()
    wait_for(lambda: _rests(seen))
    paused_at = len(seen)
    began = time.monotonic()
    assert isinstance(engine.end(engine.ask(lambda ctx: 1, urgent=True)), Finished)
    assert time.monotonic() - began < 2.0
    assert len(seen) == paused_at
    long.step()
    wait_for(lambda: len(seen) == paused_at + 1)
    turn(50)
    assert len(seen) == paused_at + 1
    long.resume()
    wait_for(lambda: len(seen) > paused_at + 5)
    long.cancel()
    engine.end(long)


def _rests(seen: list[int]) -> bool:
    before = len(seen)
    turn(30)
    return len(seen) == before


def test_a_failing_urgent_job_does_not_touch_the_one_it_interrupts(engine: Watched) -> None:
    seen: list[int] = []
    long = engine.ask(lambda ctx: _steps(ctx, seen))
    wait_for(lambda: seen)

    def fail(ctx: Context) -> None:
        raise UserError("Wrong.")

    assert isinstance(engine.end(engine.ask(fail, urgent=True)), Failed)
    before = len(seen)
    wait_for(lambda: len(seen) > before)
    long.cancel()
    assert isinstance(engine.end(long), Stopped)


def test_background_gives_way_to_what_somebody_asked_for(engine: Watched) -> None:
    background = engine.ask(_steps, background=True)
    wait_for(lambda: any(e.job == background.job.id for e in engine.events))
    urgent = engine.ask(lambda ctx: 1, urgent=True)
    assert isinstance(engine.end(urgent), Finished)
    assert engine.ends(background) == []
    asked = engine.ask(lambda ctx: 2)
    assert isinstance(engine.end(asked), Finished)
    assert isinstance(engine.end(background), Stopped)


def test_a_background_failure_is_not_shown(engine: Watched) -> None:
    def fail(ctx: Context) -> None:
        raise UserError("Nobody asked.")

    told: list[object] = []
    engine.client.failed.connect(lambda *args: told.append(args))
    engine.end(engine.ask(fail, background=True))
    assert told == []


def test_a_flood_of_frames_keeps_the_mailbox_small(engine: Watched) -> None:
    pixels = np.zeros((64, 64, 3), np.uint8)
    waiting: list[int] = []

    def flood(ctx: Context) -> int:
        for step in range(2000):
            ctx.frame("picture", pixels, step=step, force=True)
        waiting.append(len(engine.client._mailbox._events))
        return 2000

    ticket = engine.ask(flood)
    time.sleep(0.3)  # the window is busy meanwhile
    assert isinstance(engine.end(ticket), Finished)
    frames = [e for e in engine.events if isinstance(e, Frame)]
    assert waiting[0] <= 3
    assert len(frames) <= 20
    assert frames[-1].step == 1999


def test_shutting_down_with_a_running_and_a_waiting_job_is_quick(qapp: QApplication) -> None:
    watched = Watched(_answer)
    running = watched.ask(_steps)
    waiting = watched.ask(lambda ctx: pytest.fail("it was cancelled before it began"))
    wait_for(lambda: any(e.job == running.job.id for e in watched.events))
    began = time.monotonic()
    assert watched.close()
    assert time.monotonic() - began < 3.0
    assert isinstance(watched.ends(running)[0], Stopped)
    assert len(watched.ends(waiting)) <= 1


def test_shutting_down_while_paused_is_quick(qapp: QApplication) -> None:
    watched = Watched(_answer)
    seen: list[int] = []
    ticket = watched.ask(lambda ctx: _steps(ctx, seen))
    wait_for(lambda: seen)
    ticket.pause()
    turn(20)
    began = time.monotonic()
    assert watched.close()
    assert time.monotonic() - began < 3.0


def test_an_engine_that_cannot_start_says_so_for_every_job(qapp: QApplication, caplog: Any) -> None:
    def broken() -> Any:
        raise ImportError("libtorch_cpu.so: cannot open shared object file")

    client = EngineClient(broken)
    failures: list[Failed] = []
    for _ in range(2):
        client.ask(Do(lambda ctx: 1)).failed.connect(failures.append)
    wait_for(lambda: len(failures) == 2)
    assert "libtorch_cpu.so" in failures[0].sentence
    assert client.shut_down()


def test_sixty_engines_leave_no_thread_and_no_timer(qapp: QApplication) -> None:
    before = threading.active_count()
    for number in range(60):
        client = EngineClient(lambda: _answer)
        if number % 2:
            client.ask(Do(lambda ctx: 1))
        assert client.shut_down()
        assert not client._thread.isRunning()
        assert not any(timer.isActive() for timer in client.findChildren(QTimer))
        client.deleteLater()
    turn()
    assert threading.active_count() <= before
