"""Timing every operator: what is measured, and that it gives way."""

from __future__ import annotations

import pytest

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import Cancelled
from cnnviz_app.core.events import Progress
from cnnviz_app.lab.lab import Lab
from cnnviz_app.lab.timing_requests import NodeTimes, TimeNodes
from tests.lab.conftest import Heard


def test_every_operator_is_timed(lab: Lab, heard: Heard) -> None:
    times = lab.answer(heard.ctx, TimeNodes("lenet5", runs=2))
    assert isinstance(times, NodeTimes)
    net = lab.network("lenet5")
    assert set(times.seconds) == {n.name for n in net.nodes if n.op != "input" and n.shape}
    assert all(value > 0 for value in times.seconds.values())
    assert times.runs == 2
    assert 0 < times.total < 5
    assert heard.of(Progress)


def test_it_can_be_stopped_between_two_operators(lab: Lab) -> None:
    ctx = Context(1)
    ctx.control.cancel()
    with pytest.raises(Cancelled):
        lab.answer(ctx, TimeNodes("lenet5"))
