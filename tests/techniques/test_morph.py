"""Morph: from a photo to another class."""

from __future__ import annotations

import pytest
import torch

from cnnviz_app.core.context import Context
from cnnviz_app.core.params import build
from cnnviz_app.core.registry import TechniqueResult
from cnnviz_app.lab.looking import seen_by, to_image01
from cnnviz_app.lab.start import make_lab
from cnnviz_app.nets.network import Network
from cnnviz_app.sources import builtin
from cnnviz_app.techniques.morph import MorphParams, morph
from tests.techniques.conftest import Listener, open_colour
from tests.techniques.test_dream import photo


def turn(
    net: Network, image01: torch.Tensor, ctx: Context | None = None, **values: object
) -> TechniqueResult:
    return morph(ctx or Context.silent(), net, image01, build(MorphParams, values), 0)


def test_lens_robust_sees_the_other_class() -> None:
    net = make_lab().network("lens-robust")
    image01 = to_image01(net, seen_by(net, builtin.load("cat").pixels))
    listener = Listener()
    result = turn(net, image01, listener.context, target="bus", steps=60)
    assert str(result.figures["class_end"]).startswith("bus")
    assert float(result.figures["probability"] or 0) > 0.5
    assert float(result.figures["probability_start"] or 1) < 0.1
    told = [event.values for event in listener.metrics]
    assert told[0]["probability"] < 0.5 < told[-1]["probability"]
    assert told[-1]["probability_before"] < told[0]["probability_before"]


def test_the_weight_of_the_distance_keeps_the_photo() -> None:
    free = turn(open_colour(), photo(32, 32), distance=0.0, steps=30)
    near = turn(open_colour(), photo(32, 32), distance=1000.0, steps=30)
    assert float(near.figures["psnr"] or 0) > float(free.figures["psnr"] or 99)


def test_unasked_it_goes_to_what_is_seen_second_most() -> None:
    net, image01 = open_colour(), photo(32, 32)
    ranked = net.logits(image01)[0].argsort(descending=True).tolist()
    result = turn(net, image01, steps=2)
    assert result.figures["target"] == ranked[1]
    assert result.settled["target"] == str(ranked[1])


@pytest.mark.parametrize("name", ["cat", "2"])
def test_the_class_has_a_name_or_a_number(name: str) -> None:
    assert turn(open_colour(), photo(32, 32), target=name, steps=1).figures["target"] == 2
