"""A time budget ends in time, and what it decided repeats the picture without a clock."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
import torch

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.events import Progress
from cnnviz_app.core.params import build
from cnnviz_app.core.registry import TechniqueResult, find
from cnnviz_app.techniques import _budget, discover
from cnnviz_app.techniques._budget import Budget, parse_steps
from cnnviz_app.techniques._dream_course import Course, fitted
from cnnviz_app.techniques._optimise import Limit
from tests.techniques.conftest import Listener, open_colour

discover()
SECONDS = 0.6
TIMED: list[tuple[str, dict[str, Any]]] = [
    ("feature-vis", {"layer": "4", "unit": "3"}),
    ("class-image", {"target": "2"}),
    ("caricature", {"layer": "4"}),
    ("deepdream", {"layer": "4", "octaves": 2, "steps": 3}),
    ("deepdream", {"layer": "4", "octaves": 2, "steps": 2, "frames": 3}),
    ("inversion", {"layer": "4", "steps": 5}),
    ("inversion-ladder", {"layers": "0, 4", "steps": 5}),
    ("morph", {"target": "2", "steps": 5}),
    ("style", {"style": "manner", "steps": 6, "style_layers": "2", "content_layers": "5"}),
    ("texture", {"style": "manner", "steps": 6, "style_layers": "2", "size": 48}),
    ("style-grid", {"style": "manner", "steps": 6, "style_layers": "0, 2", "content_layers": "5",
                    "ratios": "0.5, 0.05", "size": 32}),
]


def run(name: str, ctx: Context, **values: Any) -> TechniqueResult:
    found = find(name)
    generator = torch.Generator().manual_seed(7)
    image = torch.rand((1, 3, 40, 44), generator=generator)
    if not found.whole_picture:
        image = image[..., :32, :32]
    ctx.pictures = {"manner": np.random.default_rng(9).integers(0, 256, (40, 40, 3), np.uint8)}
    return found.run(ctx, open_colour(), image, build(found.params, values), 3)


@pytest.mark.parametrize(("name", "values"), TIMED)
def test_it_ends_in_time_and_repeats_itself(
    monkeypatch: pytest.MonkeyPatch, name: str, values: dict[str, Any]
) -> None:
    monkeypatch.setitem(_budget.SECONDS, "5 s", SECONDS)
    listener = Listener()
    began = time.perf_counter()
    timed = run(name, listener.context, **values, budget="5 s")
    # Wide enough for a busy machine; `tests/bench/budget.py` has the precise figures.
    assert 0.5 * SECONDS < time.perf_counter() - began < 3.0 * SECONDS
    progress = [event for event in listener.events if isinstance(event, Progress)]
    shares = [event.done / event.total for event in progress]
    assert shares == sorted(shares)
    assert 0.5 < shares[-1] <= 1.0
    assert timed.settled["budget"] == "full"
    again = run(name, Context.silent(), **{**values, **timed.settled})
    assert again.steps == timed.steps
    assert timed.picture is not None
    assert again.picture is not None
    assert timed.picture.tobytes() == again.picture.tobytes()


def test_a_pause_takes_nothing_of_the_time() -> None:
    ctx = Context.silent()
    budget = Budget(ctx, "5 s")
    ctx.control.paused_seconds += 60.0
    assert budget.left() > 60.0
    assert Budget(ctx, "full").left() == float("inf")


def test_a_limit_ends_where_the_next_step_would_end_further_off() -> None:
    limit = Limit(10, seconds=5.0, before=1.0)
    assert not limit.reached(0, 9.0), "one step is always made"
    assert not limit.reached(2, 3.0)
    assert limit.reached(2, 3.3)
    assert Limit(10).reached(10, 0.0)


def course(frames: int = 1) -> Course:
    return Course([(71, 100), (100, 140)], frames, (10,), Budget(Context.silent(), "5 s"))


def test_a_dream_without_time_shrinks_and_one_with_time_takes_finer_steps() -> None:
    work = sum(course().work())
    hurried = fitted(course(), 1.5, 4 * 4.5 / work, fixed=False)
    assert hurried.side == 96
    assert hurried.step == 1.5
    assert fitted(course(), 1.5, 1.44 * 4.5 / work, fixed=False).side == pytest.approx(117, abs=1)
    at_leisure = fitted(course(), 1.5, 0.1 * 4.5 / work, fixed=False)
    assert at_leisure.side == 140
    assert at_leisure.step == pytest.approx(0.15, rel=0.01)
    assert fitted(course(), 1.5, 4 * 4.5 / work, fixed=True).side == 140


def test_the_octaves_share_what_is_left() -> None:
    one, three = course(), course(frames=3)
    assert one.limit(1).seconds == pytest.approx(5.0, abs=0.01)
    first = one.limit(0).seconds
    assert first is not None
    assert first == pytest.approx(5.0 * 71 / (71 + 140 * 1.0), abs=0.2)
    assert three.total == 60
    assert len(three.work(2)) == 4


@pytest.mark.parametrize("text", ["10, x", "0", "-3", "10; 20", "99999999"])
def test_a_list_of_steps_is_whole_numbers(text: str) -> None:
    with pytest.raises(UserError):
        parse_steps(text)
    assert parse_steps(" 10, 20 ,") == (10, 20)
