"""Class images as a person would ask for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from cnnviz_app.core.context import Context
from cnnviz_app.core.events import Note
from cnnviz_app.core.params import build, presets
from cnnviz_app.core.registry import TechniqueResult
from cnnviz_app.nets.network import Network
from cnnviz_app.techniques.class_image import ClassImageParams, class_image
from tests.techniques.conftest import Listener, open_colour, open_grey


def run(
    net: Network, ctx: Context | None = None, image01: torch.Tensor | None = None, **values: Any
) -> TechniqueResult:
    params = build(ClassImageParams, {"steps": 20, "l2": 0.0, **values})
    return class_image(ctx or Context.silent(), net, image01, params, 0)


def number(result: TechniqueResult, name: str) -> float:
    found = result.figures[name]
    assert isinstance(found, float)
    return found


@pytest.mark.parametrize("preset", sorted(presets(ClassImageParams)))
def test_the_class_becomes_likelier(preset: str) -> None:
    result = run(open_colour(), preset=preset, target="dog")
    assert number(result, "objective_end") > number(result, "objective_start")
    assert result.figures["class"] == "dog (3)"
    assert 0.0 <= number(result, "probability") <= 1.0


def test_negative_makes_it_less_likely() -> None:
    net = open_colour()
    chances = [
        number(run(net, target="dog", negative=negative, objective="probability"), "probability")
        for negative in (False, True)
    ]
    assert chances[0] > chances[1]


def test_top_is_what_the_network_sees_in_the_picture() -> None:
    net = open_colour()
    picture = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(4))
    top = int(net.logits(picture).argmax())
    result = run(net, image01=picture)
    assert result.figures["target"] == top
    assert result.settled["target"] == str(top)


def test_without_a_picture_it_says_which_class_it_took() -> None:
    listener = Listener()
    assert run(open_grey(), listener.context).figures["target"] == 0
    notes = [event for event in listener.events if isinstance(event, Note)]
    assert len(notes) == 1
    assert "class 0" in notes[0].sentence


def test_it_can_start_from_the_present_picture() -> None:
    picture = torch.full((1, 3, 32, 48), 0.25)
    result = run(open_colour(), image01=picture, start="picture", target="1", steps=1)
    assert result.picture is not None
    assert result.picture.shape == (32, 48, 3)
    assert np.abs(result.picture - 0.25).mean() < 0.1
