"""Worlds made by rule repeat exactly, look like pictures, and are named truthfully."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from cnnviz_app.core.errors import UserError
from cnnviz_app.sources import worlds
from cnnviz_app.sources.worlds import digits, gratings, paintings, photos, textures

MAKERS = {name: make for name, (_title, make) in {**worlds.PAINTINGS, **worlds.TEXTURES}.items()}


# the sheets of "paintings" take seconds; their makers are tested one by one below
@pytest.mark.parametrize("name", sorted(set(worlds.POPULATIONS) - {"paintings"}))
def test_populations_repeat_and_do_not_depend_on_their_length(name: str) -> None:
    first = list(worlds.population(name, 6, seed=3))
    longer = list(itertools.islice(worlds.population(name, 1000, seed=3), 6))
    side = worlds.POPULATIONS[name].side
    for one, two in zip(first, longer, strict=True):
        assert one.dtype == np.uint8
        assert one.shape == (side, side, 3)
        assert np.array_equal(one, two)
    other = next(iter(worlds.population(name, 1, seed=4)))
    assert not np.array_equal(first[0], other)


def test_a_population_has_the_side_one_asks_for() -> None:
    for name in ("photos", "scenes", "gratings", "digits"):
        assert next(iter(worlds.population(name, 1, side=40))).shape == (40, 40, 3)


def test_an_unknown_population_is_a_sentence() -> None:
    with pytest.raises(UserError, match="no built-in population called 'cats'"):
        worlds.population("cats")


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_painters_paint_the_same_picture_again(name: str) -> None:
    make = getattr(paintings, name, None) or getattr(textures, name.replace("-", "_"))
    small = make(2, 72, 96)
    assert small.shape == (72, 96, 3)
    assert small.dtype == np.uint8
    assert np.array_equal(small, make(2, 72, 96))
    assert not np.array_equal(small, make(3, 72, 96))
    assert small.std() > 20, "a picture that is nearly one colour shows nothing"


def test_the_gallery_has_photographs_first_and_unique_names() -> None:
    entries = worlds.gallery()
    ids = [entry[0] for entry in entries]
    assert ids[:4] == ["cat", "coffee", "astronaut", "rocket"]
    assert len(set(ids)) == len(ids)
    for name, title, make in entries:
        if name in MAKERS:
            continue
        picture = make()
        assert picture.dtype == np.uint8, title
        assert picture.ndim == 3, title
        assert picture.shape[2] == 3, title


def test_photographs_are_fresh_arrays() -> None:
    first = photos.photo("cat")
    first[:] = 0
    assert photos.photo("cat").max() > 0
    with pytest.raises(UserError, match="no built-in photograph called 'dog'"):
        photos.photo("dog")


def test_crops_show_every_photograph_sooner_or_later() -> None:
    seen = {photos.crop(0, number, 16)[0] for number in range(300)}
    assert seen == {photo.id for photo in photos.PHOTOS}


def test_digits_are_white_ink_on_black_and_differ() -> None:
    pictures, labels = digits.digits(40, 1)
    assert pictures.shape == (40, 28, 28)
    assert labels[:11].tolist() == [*range(10), 0]
    ink = (pictures > 127).mean((1, 2))
    assert (ink > 0.02).all()
    assert (ink < 0.4).all()
    assert max(pictures[:, 0].max(), pictures[:, -1].max()) < 128, "no digit touches the border"
    assert not np.array_equal(pictures[0], pictures[10])


def test_a_grating_has_its_angle_and_frequency() -> None:
    vertical = gratings.grating(64, angle=0, cycles=8)[..., 0].astype(float)
    assert vertical.std(0).max() < 1, "columns are constant"
    spectrum = np.abs(np.fft.rfft(vertical[0] - vertical[0].mean()))
    assert int(spectrum.argmax()) == 8
    turned = gratings.grating(64, angle=90, cycles=8)[..., 0]
    assert np.array_equal(turned, gratings.grating(64, angle=0, cycles=8)[..., 0].T)


def test_a_bar_and_a_spot_are_where_they_should_be() -> None:
    spot = gratings.spot(64, x=0.25, y=0.75, radius=0.1)[..., 0].astype(float) - 128
    rows, columns = np.nonzero(spot > 100)
    assert columns.mean() == pytest.approx(15.5, abs=0.6)
    assert rows.mean() == pytest.approx(47.5, abs=0.6)
    bar = gratings.bar(64, angle=0, position=0.25, width=0.1)[..., 0]
    assert np.nonzero(bar[10] > 200)[0].mean() == pytest.approx(47.5, abs=0.6)


def test_tuning_stimuli_cover_half_a_turn() -> None:
    stimuli = gratings.angles(32, count=12, phases=2)
    assert len(stimuli) == 24
    assert {s.values["angle"] for s in stimuli} == {15.0 * i for i in range(12)}
    cycles = [s.values["cycles"] for s in gratings.frequencies(32, count=5, phases=1)]
    assert cycles == sorted(cycles)
    assert cycles[-1] == pytest.approx(8.0)
