"""Every job begins once and ends once, whatever happens in it."""

from __future__ import annotations

import pytest

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import Cancelled, UserError
from cnnviz_app.core.events import Event, Failed, Finished, Started, Stopped, is_terminal
from cnnviz_app.core.job import Job, run_job


class Mute(Exception):
    """Cannot even say what it is."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


def run(raised: BaseException | None = None, result: object = None) -> list[Event]:
    seen: list[Event] = []

    def answer(ctx: Context, request: object) -> object:
        ctx.checkpoint()
        if raised is not None:
            raise raised
        return result

    job = Job("request", title="A title")
    run_job(job, answer, Context(job.id, seen.append), seen.append)
    assert {event.job for event in seen} == {job.id}
    return seen


def test_result_arrives() -> None:
    started, finished = run(result=42)
    assert isinstance(started, Started)
    assert started.title == "A title"
    assert isinstance(finished, Finished)
    assert finished.result == 42


def test_user_error_keeps_its_words_and_has_no_details() -> None:
    started, failed = run(UserError("It is broken.", "Mend it."))
    assert failed == Failed(started.job, "It is broken.", "Mend it.")


def test_cancelled_is_stopped() -> None:
    assert isinstance(run(Cancelled())[1], Stopped)


def test_job_cancelled_before_it_began_never_runs() -> None:
    seen: list[Event] = []
    job = Job("request")
    ctx = Context(job.id, seen.append)
    ctx.control.cancel()
    run_job(job, lambda ctx, request: pytest.fail("ran"), ctx, seen.append)
    assert [type(event) for event in seen] == [Started, Stopped]


@pytest.mark.parametrize(
    "error",
    [ValueError("a\nb"), RuntimeError("shapes"), MemoryError(), KeyError("x"), OSError(28, "full"),
     RecursionError(), KeyboardInterrupt(), SystemExit(3), GeneratorExit(), AssertionError(),
     Mute(), UnicodeDecodeError("utf-8", b"x", 0, 1, "bad"), StopIteration(1), Exception("\udcff"),
     BaseExceptionGroup("many", [ValueError("x"), KeyboardInterrupt()])],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_one_terminal_event_whatever_happens(error: BaseException) -> None:
    seen = run(error)
    assert [is_terminal(event) for event in seen] == [False, True]
    failed = seen[-1]
    assert isinstance(failed, Failed)
    assert failed.sentence
    assert "\n" not in failed.sentence
    assert "Traceback" not in failed.sentence
    assert failed.details


def test_jobs_have_numbers_of_their_own() -> None:
    assert len({Job("a").id for _ in range(50)}) == 50
