"""Curves of a map, and several methods side by side."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import numpy as np
import pytest

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import Cancelled, UserError
from cnnviz_app.core.events import Event, Frame, Metrics
from cnnviz_app.lab.attribution_requests import (
    COMPARED,
    Compared,
    CompareMethods,
    Curves,
    PlayCurves,
)
from cnnviz_app.lab.lab import Lab
from cnnviz_app.lab.requests import Outcome, RunTechnique
from cnnviz_app.sources.picture import Picture
from tests.lab.conftest import Heard


def seen() -> Picture:
    levels = np.zeros((28, 28, 3), np.uint8)
    levels[6:22, 12:16] = 255
    return Picture("bar", levels, "")


def test_the_curves_of_a_map_are_those_of_the_technique(lab: Lab, heard: Heard) -> None:
    params = {"faithfulness": True}
    made = lab.answer(Context.silent(), RunTechnique("gradient", "lenet5", params, seen()))
    assert isinstance(made, Outcome)
    assert made.result.values is not None
    curves = lab.answer(heard.ctx, PlayCurves("lenet5", seen(), made.result.values))
    assert isinstance(curves, Curves)
    assert curves.deletion_auc == pytest.approx(made.result.figures["deletion_auc"])
    assert curves.insertion_auc == pytest.approx(made.result.figures["insertion_auc"])
    assert len(heard.of(Metrics)) == len(curves.deletion)


def test_a_map_of_another_size_is_one_sentence(lab: Lab) -> None:
    values = np.zeros((5, 5), np.float32)
    with pytest.raises(UserError, match="another size"):
        lab.answer(Context.silent(), PlayCurves("lenet5", seen(), values))


def test_several_methods_answer_one_question(lab: Lab, heard: Heard) -> None:
    own = {"smoothgrad": {"samples": 2}, "integrated-gradients": {"steps": 2}}
    made = lab.answer(heard.ctx, CompareMethods("lenet5", seen(), own=own))
    assert isinstance(made, Compared)
    assert tuple(one.method for one in made.maps) == COMPARED
    assert all(one.values is not None and one.values.shape[:2] == (28, 28) for one in made.maps)
    names = {event.name for event in heard.of(Frame) if isinstance(event, Frame)}
    assert names == set(COMPARED)
    told = [key for e in heard.of(Metrics) if isinstance(e, Metrics) for key in e.values]
    assert {f"deletion {name}" for name in COMPARED} <= set(told)
    starts = {one.curves.deletion[0] for one in made.maps if one.curves is not None}
    assert max(starts) - min(starts) < 1e-5


def test_what_one_method_cannot_do_stays_its_own_trouble(lab: Lab) -> None:
    request = CompareMethods("lenet5", seen(), ("cam", "gradcam"), unit="conv2:3")
    made = lab.answer(Context.silent(), request)
    assert isinstance(made, Compared)
    assert made.maps[0].values is None
    assert "a unit has none" in made.maps[0].trouble
    assert made.maps[1].values is not None


def test_a_comparison_can_be_stopped_in_the_middle(lab: Lab) -> None:
    def tell(event: Event) -> None:
        if isinstance(event, Frame):
            ctx.control.cancel()

    ctx = Context(1, tell)
    with pytest.raises(Cancelled):
        lab.answer(ctx, CompareMethods("lenet5", seen()))


@pytest.mark.parametrize("compared", [True, False])
def test_a_pause_shows_the_newest_map(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, compared: bool
) -> None:
    """On a clock that stands still, only the first map is in time to be shown at once."""
    monkeypatch.setattr("cnnviz_app.core.context.time", SimpleNamespace(monotonic=lambda: 100.0))
    shown: list[int] = []
    checkpoints: list[int] = []
    paused = threading.Event()

    def tell(event: Event) -> None:
        if isinstance(event, Frame):
            shown.append(event.step)
            if len(shown) == 2:
                paused.set()

    def between() -> None:
        checkpoints.append(1)
        if len(checkpoints) == 8:
            ctx.control.pause()

    ctx = Context(1, tell, between=between)
    own = {"masks": 640, "faithfulness": False}
    request = (CompareMethods("lenet5", seen(), ("rise",), own={"rise": own}) if compared
               else RunTechnique("rise", "lenet5", own, seen()))  # fmt: skip
    work = threading.Thread(target=lambda: lab.answer(ctx, request))
    work.start()
    assert paused.wait(10.0)
    first, last = shown
    assert 2 * first < last < 640
    ctx.control.resume()
    work.join(10.0)
    assert not work.is_alive()
