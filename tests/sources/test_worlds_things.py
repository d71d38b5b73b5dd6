"""Drawn things repeat, are what they are called, and lie where their masks say."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets import bundled
from cnnviz_app.sources.worlds import held, things

SOME = tuple(things.things(2 * len(things.THINGS), 5))


def test_classes_come_in_turn_and_pictures_repeat() -> None:
    assert [t.label for t in SOME] == 2 * list(range(len(things.THINGS)))
    for one, two in zip(SOME[:5], things.things(5, 5), strict=True):
        assert np.array_equal(one.image, two.image)
        assert np.array_equal(one.mask, two.mask)
    assert not np.array_equal(SOME[0].image, things.thing((6, 0), 64, 0).image)
    assert 0 <= things.thing((6, 1)).label < len(things.THINGS)


def test_every_thing_is_one_that_the_colour_networks_know() -> None:
    assert set(things.THINGS) <= set(bundled.card("lens").labels)
    assert len(set(things.THINGS)) == len(things.THINGS) >= 12


@pytest.mark.parametrize("thing", SOME, ids=lambda t: things.THINGS[t.label])
def test_no_picture_is_blank_and_the_thing_stands_out(thing: things.Thing) -> None:
    assert thing.image.shape == (64, 64, 3)
    assert thing.image.dtype == np.uint8
    assert thing.image.std() > 15
    assert thing.mask.dtype == bool
    assert 0.02 < thing.mask.mean() < 0.95
    inside, outside = (
        thing.image[where].astype(float) for where in (thing.mask, ~thing.mask)
    )
    away = [np.quantile(inside, q, 0) - np.quantile(outside, q, 0) for q in (0.1, 0.5, 0.9)]
    assert np.abs(away).max() > 20, "it has other colours than what is around it"


@pytest.mark.parametrize("side", [32, 96, 224])
def test_other_sizes_show_the_same_picture(side: int) -> None:
    for label, small in list(enumerate(SOME[: len(things.THINGS)]))[::4]:
        drawn = things.thing((5, label), side, label)
        assert drawn.image.shape == (side, side, 3)
        assert drawn.mask.shape == (side, side)
        again = Image.fromarray(drawn.image).resize((16, 16), Image.Resampling.BOX)
        known = Image.fromarray(small.image).resize((16, 16), Image.Resampling.BOX)
        assert np.abs(np.asarray(again, float) - np.asarray(known, float)).mean() < 10


def test_what_is_held_is_numbered_as_the_network_counts() -> None:
    labels = bundled.card("lens").labels
    images, numbers = held.drawn(labels, 3, 64, 20)
    assert images.shape == (20, 64, 64, 3)
    assert [labels[n] for n in numbers[:15]] == list(things.THINGS)
    assert held.drawn(tuple("0123456789"), 1, 28, 12)[0].shape == (12, 28, 28, 1)
    with pytest.raises(UserError, match="Nothing is drawn"):
        held.drawn(labels, 1, 64, 20)
    with pytest.raises(UserError, match="at least 1"):
        held.drawn(labels, 3, 64, 0)
