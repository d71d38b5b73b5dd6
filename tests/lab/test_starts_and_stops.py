"""Runs that are stopped, paused, interrupted by other models or by a lack of memory."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from cnnviz_app.core.context import Context, JobControl
from cnnviz_app.core.events import Event, Failed, Finished, Frame, Metrics, Stopped, is_terminal
from cnnviz_app.core.job import Job, run_job
from cnnviz_app.lab.branch_requests import kept
from cnnviz_app.lab.lab import Lab
from cnnviz_app.lab.requests import Outcome, RunTechnique
from cnnviz_app.lab.start import make_lab
from cnnviz_app.nets.network import Network
from cnnviz_app.sources.picture import Picture

NOISE = np.random.default_rng(1).integers(0, 256, (40, 44, 3), np.uint8)
PICTURE = Picture("noise", NOISE, "")
FEATURE = {"unit": "conv2:3", "steps": 12, "size": 28, "redirect": 2}
STYLE = {"steps": 8, "size": 40, "style_layers": "conv1", "content_layers": "conv2",
         "style": "noise"}  # fmt: skip
DREAM = {"layer": "conv1", "octaves": 3, "steps": 4, "size": 44}
RUNS: list[tuple[str, dict[str, Any]]] = [
    ("feature-vis", {**FEATURE, "optimizer": "adam"}),
    ("feature-vis", {**FEATURE, "optimizer": "lbfgs"}),
    ("style", {**STYLE, "optimizer": "lbfgs"}),
    ("deepdream", DREAM),
    ("inversion", {"layer": "conv2", "steps": 6}),
]  # fmt: skip
ENDLESS = 1000
_ROUND = 3 * len(RUNS)


def asked(name: str, params: dict[str, Any], model: str = "lenet5") -> RunTechnique:
    return RunTechnique(name, model, params, PICTURE, 5, pictures={"noise": PICTURE})


class Ran:
    """A job run to its one end in this thread; `on` hears every event on the way."""

    def __init__(
        self, lab: Lab, request: object, on: Callable[[Event, JobControl], None] | None = None
    ) -> None:
        self.events: list[Event] = []
        self.control = JobControl()

        def hear(event: Event) -> None:
            self.events.append(event)
            if on is not None:
                on(event, self.control)

        job = Job(request)
        run_job(job, lab.answer, Context(job.id, hear, self.control), hear)
        assert [event for event in self.events if is_terminal(event)] == [self.events[-1]]

    @property
    def end(self) -> Event:
        return self.events[-1]

    @property
    def frames(self) -> list[Frame]:
        return [event for event in self.events if isinstance(event, Frame)]


def stop_at(step: int) -> Callable[[Event, JobControl], None]:
    def hear(event: Event, control: JobControl) -> None:
        if isinstance(event, Metrics) and event.step >= step:
            control.cancel()

    return hear


def pixels(end: Event) -> np.ndarray[Any, Any]:
    assert isinstance(end, Finished), end
    assert isinstance(end.result, Outcome)
    assert end.result.result.picture is not None
    return end.result.result.picture


def tensors_alive() -> tuple[int, int]:
    """How many, and their bytes."""
    gc.collect()
    found = [thing for thing in gc.get_objects() if type(thing) is torch.Tensor]
    return len(found), sum(thing.nbytes for thing in found)


@pytest.fixture(scope="module")
def one_lab() -> Lab:
    return make_lab("cpu")


def test_two_hundred_starts_and_stops_leave_nothing(one_lab: Lab) -> None:
    """Every kind of run in turn, stopped after one to three steps; each keeps marks."""
    for name, params in RUNS:
        Ran(one_lab, kept(asked(name, params), "warm"))
    before: list[tuple[int, int, int]] = []
    for number in range(200):
        name, params = RUNS[number % len(RUNS)]
        params = {**params, "steps": ENDLESS}
        ran = Ran(one_lab, kept(asked(name, params), f"run {number}"), stop_at(1 + number % 3))
        assert isinstance(ran.end, Stopped), ran.end
        # The same kinds of run, stopped after as many steps, are kept each time it looks.
        if number % _ROUND == _ROUND - 1:
            before.append((*tensors_alive(), threading.active_count()))
    early, late = before[1], before[-1]
    assert late[0] < early[0] + _ROUND, before
    assert late[1] < early[1] + 100_000, before
    assert len({threads for *_, threads in before}) == 1
    for name, params in RUNS:
        pixels(Ran(one_lab, asked(name, params)).end)


@pytest.mark.parametrize(("name", "params"), RUNS)
def test_a_pause_changes_nothing(
    one_lab: Lab, monkeypatch: pytest.MonkeyPatch, name: str, params: dict[str, Any]
) -> None:
    """A minute passes in the pause, by a clock that jumps; the picture is the same."""
    plain = pixels(Ran(one_lab, asked(name, params)).end)
    jumped = [0.0]
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + jumped[0])

    def pause_once(event: Event, control: JobControl) -> None:
        if isinstance(event, Metrics) and event.step == 3 and not jumped[0]:
            jumped[0] = 1e-9
            control.pause()
            threading.Timer(0.05, wake, [control]).start()
        if isinstance(event, Metrics):
            steps.append(event.step)

    def wake(control: JobControl) -> None:
        at_end_of_pause.append(steps[-1])
        jumped[0] = 60.0
        control.resume()

    steps: list[int] = []
    at_end_of_pause: list[int] = []
    ran = Ran(one_lab, asked(name, params), pause_once)
    assert np.array_equal(pixels(ran.end), plain)
    assert at_end_of_pause == [3]
    assert steps[-1] > 3


@pytest.mark.parametrize(("name", "params"), RUNS)
def test_a_single_step_is_one_step_of_the_run(
    one_lab: Lab, name: str, params: dict[str, Any]
) -> None:
    """However often it looks up on the way, as line searches and branches do."""
    steps: list[int] = []
    control = JobControl()

    def hear(event: Event) -> None:
        if isinstance(event, Metrics):
            steps.append(event.step)
            if event.step == 1:
                control.pause()

    def rests(count: int) -> bool:
        end = time.monotonic() + 10.0
        while len(steps) < count and time.monotonic() < end:
            time.sleep(0.002)
        time.sleep(0.05)
        return len(steps) == count

    ctx = Context(1, hear, control)
    run = Job(kept(asked(name, {**params, "steps": ENDLESS}), "stepped"))
    work = threading.Thread(target=run_job, args=(run, one_lab.answer, ctx, hear))
    work.start()
    try:
        assert rests(1)
        for count in (2, 3, 4):
            control.step()
            assert rests(count), steps
    finally:
        control.cancel()
        work.join(10.0)
    assert not work.is_alive()


@pytest.mark.parametrize("error", [
    MemoryError(), torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
    RuntimeError("[enforce fail at alloc_cpu.cpp:118] DefaultCPUAllocator: can't allocate memory"),
])  # fmt: skip
@pytest.mark.parametrize(("name", "params"), RUNS)
def test_a_lack_of_memory_is_one_sentence_and_keeps_the_last_picture(
    one_lab: Lab, monkeypatch: pytest.MonkeyPatch, name: str, params: dict[str, Any],
    error: BaseException,
) -> None:  # fmt: skip
    plain = pixels(Ran(one_lab, asked(name, params)).end)
    steps = [0]
    run = Network.run

    def scarce(self: Network, *args: Any, **more: Any) -> Any:
        if steps[0] >= 3:
            raise error
        return run(self, *args, **more)

    def count(event: Event, control: JobControl) -> None:
        steps[0] += isinstance(event, Metrics)

    with monkeypatch.context() as patch:
        patch.setattr(Network, "run", scarce)
        ran = Ran(one_lab, kept(asked(name, params), "scarce"), count)
    assert isinstance(ran.end, Failed), ran.end
    assert ran.end.sentence == "Not enough memory for this."
    assert ran.end.hint
    assert ran.frames[-1].step == 3, "the picture of the last finished step is shown"
    assert np.array_equal(pixels(Ran(one_lab, asked(name, params)).end), plain)


@pytest.mark.parametrize(("name", "params"), RUNS)
def test_another_model_in_between_changes_nothing(
    one_lab: Lab, name: str, params: dict[str, Any]
) -> None:
    """So many that the one in use is let go of; the run goes on with it all the same."""
    plain = pixels(Ran(one_lab, asked(name, params)).end)

    def switch(event: Event, control: JobControl) -> None:
        if isinstance(event, Metrics) and event.step == 2:
            one_lab.forget("lenet5")
            one_lab.network("shapes")

    in_use = one_lab.network("lenet5")
    assert np.array_equal(pixels(Ran(one_lab, asked(name, params), switch).end), plain)
    assert one_lab.network("lenet5") is not in_use


@pytest.mark.parametrize(
    ("name", "params"),
    [("feature-vis", {**FEATURE, "space": "pixels", "limits": "clip"}),
     ("style", {**STYLE, "beta": 1e5, "precision": "single"})],
)  # fmt: skip
def test_a_stop_inside_the_line_search_takes_one_evaluation(
    one_lab: Lab, monkeypatch: pytest.MonkeyPatch, name: str, params: dict[str, Any]
) -> None:
    """In a step that would go on looking: found first, in a run that nobody stops."""
    params = {**params, "optimizer": "lbfgs", "steps": 60}
    run = Network.run
    evaluations: list[int] = []
    step = [0]
    stop_in = [0]
    controls: list[JobControl] = []

    def watched(self: Network, *args: Any, **more: Any) -> Any:
        evaluations.append(step[0] + 1)
        if controls and evaluations[-1] == stop_in[0]:
            controls[0].cancel()
        return run(self, *args, **more)

    def hear(event: Event, control: JobControl) -> None:
        if isinstance(event, Metrics):
            step[0] = event.step
            controls[:] = [control]

    monkeypatch.setattr(Network, "run", watched)
    Ran(one_lab, asked(name, params), hear)
    searched = [number for number in range(3, 60) if evaluations.count(number) > 1]
    assert searched, evaluations
    stop_in[0], step[0] = searched[0], 0
    evaluations.clear()
    controls.clear()
    stopped = Ran(one_lab, asked(name, params), hear)
    assert isinstance(stopped.end, Stopped)
    assert evaluations.count(searched[0]) == 1
    assert evaluations[-1] == searched[0]
    assert stopped.frames[-1].step == searched[0] - 1, "the last accepted picture is shown"
