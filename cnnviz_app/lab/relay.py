"""A context inside another: one job that runs several techniques lets each speak under its name."""

from __future__ import annotations

from dataclasses import replace

from cnnviz_app.core.context import Context
from cnnviz_app.core.events import Event, Frame, Metrics, Note


def relayed(ctx: Context, name: str) -> Context:
    """Frames and metrics carry `name`; progress stays with the job as a whole.

    Pausing, stopping and letting urgent questions through happen as in `ctx` itself, and a pause
    shows the newest picture.
    """

    def tell(event: Event) -> None:
        if isinstance(event, Metrics):
            values = {f"{key} {name}": value for key, value in event.values.items()}
            ctx.emit(replace(event, values=values))
        elif isinstance(event, Frame | Note):
            ctx.emit(event)

    return ctx.relayed(tell if ctx.watched else None, name)
