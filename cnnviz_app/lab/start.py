"""Making a lab that knows every handler and every technique."""

from __future__ import annotations

from collections.abc import Callable

from cnnviz_app import techniques
from cnnviz_app.core.context import Context
from cnnviz_app.lab import looking, models, opening, running
from cnnviz_app.lab.lab import Lab

# Importing these is what registers their handlers.
HANDLERS = (looking, models, opening, running)


def make_lab(device: str = "") -> Lab:
    techniques.discover()
    return Lab(device)


def make_answer() -> Callable[[Context, object], object]:
    """What the window's engine thread asks."""
    return make_lab().answer
