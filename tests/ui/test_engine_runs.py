"""Runs in the real engine thread: started and stopped in quick succession, nothing stays behind."""

from __future__ import annotations

import threading
from collections import Counter
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtWidgets import QApplication

from cnnviz_app.core.events import Event, Finished, Metrics, Stopped, is_terminal
from cnnviz_app.lab.branch_requests import kept
from cnnviz_app.lab.requests import OpenModel, Outcome, RunTechnique
from cnnviz_app.lab.start import make_lab
from cnnviz_app.ui.engine_client import EngineClient
from tests.ui.waiting import turn, wait_for

FEATURE = {"unit": "conv2:3", "size": 28, "redirect": 2}


def asked(steps: int, optimizer: str) -> RunTechnique:
    params: dict[str, Any] = {**FEATURE, "steps": steps, "optimizer": optimizer}
    return kept(RunTechnique("feature-vis", "lenet5", params, seed=5), f"{steps} {optimizer}")


def test_starts_and_stops_switches_and_pauses_leave_nothing_running(qapp: QApplication) -> None:
    client = EngineClient(lambda: make_lab("cpu").answer)
    events: list[Event] = []
    client.happened.connect(events.append)

    def under_way(job: int) -> bool:
        return sum(isinstance(e, Metrics) and e.job == job for e in events) > 2

    def ends_of(job: int) -> list[Event]:
        return [e for e in events if e.job == job and is_terminal(e)]

    first = client.ask(asked(6, "lbfgs"), slot="canvas").job.id
    wait_for(lambda: ends_of(first))
    threads = threading.active_count()
    asked_for = []
    for number in range(50):
        ticket = client.ask(asked(1000, ("adam", "lbfgs")[number % 2]), slot="canvas")
        asked_for.append(ticket.job.id)
        if number % 10 == 0:
            wait_for(partial(under_way, ticket.job.id))
        if number % 10 == 5:
            ticket.pause()
            client.ask(OpenModel("shapes"), urgent=True)
            turn(5)
        if number % 3 == 0:
            ticket.cancel()
    last = client.ask(asked(6, "lbfgs"), slot="canvas").job.id
    wait_for(lambda: ends_of(last))
    assert not client.tickets
    assert Counter(len(ends_of(job)) for job in asked_for) == {1: 50}
    assert all(isinstance(ends_of(job)[0], Stopped) for job in asked_for)
    pictures = []
    for job in (first, last):
        (end,) = ends_of(job)
        assert isinstance(end, Finished)
        assert isinstance(end.result, Outcome)
        assert end.result.result.picture is not None
        pictures.append(end.result.result.picture)
    assert np.array_equal(pictures[0], pictures[1])
    assert threading.active_count() <= threads
    assert client.shut_down(10_000)
