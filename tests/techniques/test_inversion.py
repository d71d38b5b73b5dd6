"""Inversion, its ladder, and caricature."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.params import build
from cnnviz_app.techniques import _inversion as shared
from cnnviz_app.techniques._strip import Strip, columns_for
from cnnviz_app.techniques.caricature import CaricatureParams, caricature
from cnnviz_app.techniques.inversion import OneInversionParams, inversion
from cnnviz_app.techniques.inversion_ladder import LadderParams, chosen, inversion_ladder
from tests.techniques.conftest import Listener, open_colour
from tests.techniques.test_dream import photo


def test_psnr_is_that_of_the_textbook() -> None:
    one = torch.zeros(1, 3, 4, 4)
    assert shared.psnr(one, one) == 99.0
    assert shared.psnr(one, one + 0.1) == pytest.approx(20.0, abs=1e-4)


def test_regularisers_are_the_published_ones() -> None:
    picture = torch.full((1, 1, 3, 3), 0.5)
    picture[0, 0, 1, 1] += 80 / 255
    assert float(shared.alpha_norm(6.0, 2.0)(picture)) == pytest.approx(2.0 / 9)
    # Of the four places with both neighbours, the middle steps both ways, two step once.
    expected = (1 + 1 + 2) * 6.5**2 / 4
    assert float(shared.total_variation(2.0, 1.0)(picture)) == pytest.approx(expected, rel=1e-4)


def test_a_first_layer_gives_the_photo_back() -> None:
    picture = photo(32, 32)
    params = build(OneInversionParams, {"layer": "0", "steps": 150, "tv_weight": 1e-4})
    result = inversion(Context.silent(), open_colour(), picture, params, 0)
    assert float(result.figures["psnr"] or 0) > 25.0
    assert float(result.figures["feature_error"] or 1) < 0.1
    assert float(result.figures["objective_end"] or -9) > -0.01
    assert result.figures["same_class"] is True


def test_the_ladder_holds_the_photo_and_every_layer() -> None:
    listener = Listener()
    params = build(LadderParams, {"layers": "0, 5, 8", "steps": 5})
    result = inversion_ladder(listener.context, open_colour(), photo(32, 32), params, 0)
    assert result.steps == 15
    assert {"psnr 0", "psnr 5", "psnr 8", "class 8"} <= set(result.figures)
    assert result.picture is not None
    assert {event.data.shape for event in listener.frames} == {result.picture.shape}
    assert [event.step for event in listener.metrics] == list(range(1, 16))
    assert math.isfinite(float(result.figures["psnr 8"] or 0))


def test_layers_of_the_ladder_are_chosen_from_first_to_last() -> None:
    net = open_colour()
    assert chosen(net, "all") == list(net.layers)
    few = chosen(net, "")
    assert (few[0], few[-1]) == (net.layers[0], net.layers[-1])
    assert len(few) <= 6
    with pytest.raises(UserError):
        chosen(net, "0, nowhere")


def test_a_strip_breaks_into_rows_that_suit_a_stage() -> None:
    assert [columns_for(count, 200, 300) for count in (1, 3, 7, 13, 40)] == [1, 3, 4, 5, 8]
    paper = Strip(["the photo", *"abcdef"], 64, 64, lines=2).pixels()
    assert 1.1 < paper.shape[1] / paper.shape[0] < 1.6
    assert paper.max() == 1.0


def test_a_strip_shows_what_is_there_and_what_is_to_come() -> None:
    strip = Strip(["the photo", "a.very.long.name." * 9 + "end"], 64, 64)
    empty = strip.levels()
    strip.put(1, np.zeros((64, 64, 3), np.float32))
    strip.put_words(1, ("12 dB",))
    full = strip.levels()
    assert np.array_equal(empty[:, : empty.shape[1] // 2], full[:, : empty.shape[1] // 2])
    assert (full == 0).all(axis=2).sum() == 192 * 192
    # Words of a picture that is there are darker.
    below = np.s_[200:, empty.shape[1] // 2 :]
    assert full[below].mean() < empty[below].mean()
    assert np.abs(strip.pixels() * 255 - full).max() <= 0.5


def test_a_caricature_says_more_of_the_same() -> None:
    params = build(CaricatureParams, {"layer": "4", "steps": 20})
    result = caricature(Context.silent(), open_colour(), photo(32, 32), params, 0)
    assert float(result.figures["objective_start"] or 0) == pytest.approx(1.0, abs=0.01)
    assert float(result.figures["objective_end"] or 0) > 1.1
