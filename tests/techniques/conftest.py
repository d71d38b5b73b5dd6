"""Tiny seeded networks, and a context that remembers what it was told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from cnnviz_app.core.context import Context, JobControl
from cnnviz_app.core.events import Event, Frame, Metrics
from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.network import Network, inspect


def seeded(module: nn.Sequential, seed: int = 0) -> nn.Sequential:
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            fan = max(1, parameter[0].numel()) if parameter.dim() > 1 else 100
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * (2 / fan) ** 0.5)
    return module


def colour_module() -> nn.Sequential:
    """Takes pictures of any size."""
    return nn.Sequential(
        nn.Conv2d(3, 8, 5, padding=2), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 12, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(12, 5),
    )  # fmt: skip


def grey_module() -> nn.Sequential:
    """Takes pictures of 28×28 only."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(4), nn.Flatten(),
        nn.Linear(6 * 49, 10),
    )  # fmt: skip


def open_colour(module: nn.Module | None = None) -> Network:
    spec = InputSpec(3, 32, 32, (0.48, 0.45, 0.40), (0.25, 0.25, 0.25))
    names = ("ant", "bee", "cat, house cat", "dog", "eel")
    return inspect(module or seeded(colour_module()), spec, key="tiny", title="Tiny", labels=names)


def open_grey() -> Network:
    spec = InputSpec(1, 28, 28, (0.13,), (0.31,))
    return inspect(seeded(grey_module()), spec, key="grey", title="Grey")


@pytest.fixture
def colour_net() -> Network:
    return open_colour()


@pytest.fixture
def grey_net() -> Network:
    return open_grey()


class Listener:
    """A watched context; `on` may react to each event."""

    def __init__(self, on: Callable[[Event], None] | None = None) -> None:
        self.events: list[Event] = []
        self.control = JobControl()
        self._on = on
        self.context = Context(1, self._hear, self.control)

    def _hear(self, event: Event) -> None:
        self.events.append(event)
        if self._on is not None:
            self._on(event)

    @property
    def frames(self) -> list[Frame]:
        return [event for event in self.events if isinstance(event, Frame)]

    @property
    def metrics(self) -> list[Metrics]:
        return [event for event in self.events if isinstance(event, Metrics)]
