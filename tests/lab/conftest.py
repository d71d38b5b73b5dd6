"""A lab of each test's own, on the processor."""

from __future__ import annotations

import pytest

from cnnviz_app.core.context import Context
from cnnviz_app.core.events import Event
from cnnviz_app.lab.lab import Lab
from cnnviz_app.lab.start import make_lab


@pytest.fixture
def lab() -> Lab:
    return make_lab("cpu")


class Heard:
    """A context and everything said into it."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.ctx = Context(1, self.events.append)

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def heard() -> Heard:
    return Heard()
