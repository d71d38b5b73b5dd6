"""A job, and the one function that runs it to exactly one end."""

from __future__ import annotations

import itertools
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import Cancelled, UserError
from cnnviz_app.core.events import Event, Failed, Finished, Started, Stopped
from cnnviz_app.core.failures import explain

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Job:
    """Something to compute.

    Attributes:
        request: a frozen dataclass saying what; the lab finds who answers it.
        slot: asking again in the same slot replaces what was asked before.
        urgent: short, and somebody is waiting: it may run inside another job's checkpoint.
        background: nobody asked for it; it is stopped as soon as somebody asks for something.
        title: what the Jobs panel calls it.
    """

    request: object
    slot: str = ""
    urgent: bool = False
    background: bool = False
    title: str = ""
    id: int = field(default_factory=lambda: next(_numbers))


def run_job(
    job: Job,
    answer: Callable[[Context, object], object],
    ctx: Context,
    emit: Callable[[Event], None],
) -> None:
    """Run `job`; whatever happens, emit Started first and one terminal event last."""
    emit(Started(job.id, job.title))
    try:
        ctx.checkpoint()
        result = answer(ctx, job.request)
    except Cancelled:
        _show_last(ctx)
        emit(Stopped(job.id, ctx.control.seconds_since_cancel()))
    except UserError as error:
        _show_last(ctx)
        emit(Failed(job.id, error.sentence, error.hint))
    except BaseException as error:  # noqa: BLE001 - the engine thread must survive anything
        _show_last(ctx)
        sentence, hint = explain(error)
        emit(Failed(job.id, sentence, hint, traceback.format_exc()))
    else:
        emit(Finished(job.id, result))


def _show_last(ctx: Context) -> None:
    """What was reached stays on the screen; where even that fails, what is there must do."""
    with suppress(Exception):
        ctx.show_skipped()
