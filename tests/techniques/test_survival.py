"""Treatments of pictures: whole levels in, whole levels of the same size out, and honest votes."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from cnnviz_app.techniques._survival import TREATMENTS, VOTES, Treatment, answer
from tests.core.picture_makers import photo
from tests.techniques.conftest import open_colour, open_grey

NAMES = {treatment.key: treatment for treatment in TREATMENTS}


@pytest.mark.parametrize("treatment", TREATMENTS, ids=lambda t: t.key)
def test_every_treatment_gives_a_picture_of_the_same_size(treatment: Treatment) -> None:
    for shape in ((33, 47), (8, 8)):
        pixels = photo(*shape)
        kept = pixels.copy()
        treated = treatment.make(pixels, 0)
        assert treated.shape == pixels.shape
        assert treated.dtype == np.uint8
        assert np.array_equal(pixels, kept)
        assert np.array_equal(treated, treatment.make(pixels, 0))


def test_png_changes_nothing_and_jpeg_is_what_pillow_writes() -> None:
    pixels = photo(32, 32)
    assert np.array_equal(NAMES["png"].make(pixels, 0), pixels)
    kept = io.BytesIO()
    Image.fromarray(pixels).save(kept, "JPEG", quality=75)
    with Image.open(kept) as image:
        assert np.array_equal(NAMES["jpeg75"].make(pixels, 0), np.asarray(image))


def test_four_bits_are_sixteen_levels_from_black_to_white() -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    found = np.unique(NAMES["bits4"].make(ramp, 0))
    assert list(found) == [17 * i for i in range(16)]


def test_noise_differs_from_copy_to_copy_and_never_from_day_to_day() -> None:
    pixels = np.full((40, 40, 3), 128, np.uint8)
    first, second = (NAMES["noise"].make(pixels, copy) for copy in (0, 1))
    assert not np.array_equal(first, second)
    assert 7 < np.std(first.astype(float)) < 9


class Voter:
    """Says class 1 to bright pictures, 0 to others; never sure."""

    class spec:  # noqa: N801 - stands for an InputSpec
        channels = 3

    device = torch.device("cpu")
    asked = 0

    def exact(self, image01: torch.Tensor) -> torch.Tensor:
        self.asked += len(image01)
        bright = image01.mean((1, 2, 3)) > 0.5
        return torch.stack([(~bright).float(), bright.float()], 1)


def test_a_vote_asks_for_every_copy_and_the_majority_wins() -> None:
    voter = Voter()
    levels = [255, 0, 255, 255]
    split = Treatment("split", "Split", lambda p, c: np.full_like(p, levels[c]), 4)
    label, chance, shown = answer(voter, split, photo(8, 8))
    assert (label, voter.asked) == (1, 4)
    sure = float(torch.softmax(torch.tensor([0.0, 1.0]), 0)[1])
    assert chance == pytest.approx((3 * sure + (1 - sure)) / 4)
    assert np.array_equal(shown, np.full((8, 8, 3), 255))
    answer(voter, NAMES["noise"], photo(8, 8))
    assert voter.asked == 4 + VOTES


@pytest.mark.parametrize("net", [open_colour(), open_grey()], ids=["colour", "grey"])
def test_networks_of_colours_and_of_greys_can_be_asked(net: Any) -> None:
    pixels = photo(net.spec.height, net.spec.width)
    for treatment in TREATMENTS:
        label, chance, _ = answer(net, treatment, pixels)
        assert label >= 0
        assert 0 < chance <= 1
