"""A linear classifier told as sums of pixels, and the pushes that turn its answer."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.lab import Lab
from cnnviz_app.lab.linear import sums_of
from cnnviz_app.lab.linear_requests import MODEL, LinearRead, ReadLinear, with_random_signs
from cnnviz_app.lab.looking import to_image01
from cnnviz_app.sources import drawing
from cnnviz_app.sources.picture import Picture
from cnnviz_app.sources.worlds import digits
from tests.lab.conftest import Heard


def seven() -> Picture:
    return drawing.as_picture(digits.digit(7, np.random.default_rng(3)), "seven")


@pytest.fixture
def read(lab: Lab, heard: Heard) -> LinearRead:
    found = lab.answer(heard.ctx, ReadLinear(seven()))
    assert isinstance(found, LinearRead)
    return found


def exact(lab: Lab, levels: np.ndarray) -> np.ndarray:
    net = lab.network(MODEL)
    with torch.no_grad():
        return net.exact(to_image01(net, np.repeat(levels[..., None], 3, 2))).flatten().numpy()


def test_the_sums_are_the_answers_of_the_plain_network(lab: Lab, read: LinearRead) -> None:
    assert read.weights.shape == (10, 28, 28)
    for levels in (read.seen, with_random_signs(read.seen, 40), np.zeros((28, 28), np.uint8)):
        np.testing.assert_allclose(read.scores(levels), exact(lab, levels), atol=1e-4)
    assert int(read.scores(read.seen).argmax()) == 7
    assert read.chances(read.seen).sum() == pytest.approx(1)


def test_a_push_stays_in_its_box_and_adds_what_it_says(read: LinearRead) -> None:
    for epsilon in (0, 3, 50):
        changed = read.pushed(read.seen, epsilon, 7, 3)
        assert int(np.abs(changed.astype(int) - read.seen).max()) <= epsilon
        before, after = read.scores(read.seen), read.scores(changed)
        gained = (after[3] - after[7]) - (before[3] - before[7])
        assert float(read.gains(read.seen, changed, 7, 3).sum()) == pytest.approx(gained, abs=1e-3)
        assert (read.gains(read.seen, changed, 7, 3) >= 0).all()


def test_the_least_push_is_enough_and_one_less_is_not(lab: Lab, read: LinearRead) -> None:
    turned = 0
    for target in range(10):
        least = read.least(read.seen, 7, target)
        if not least:
            assert least is None or target == 7
            continue
        turned += 1
        assert exact(lab, read.pushed(read.seen, least, 7, target)).argmax() == target
        assert read.scores(read.pushed(read.seen, least - 1, 7, target)).argmax() != target
    assert turned >= 7


def test_pushes_that_agree_add_up_and_random_ones_do_not(read: LinearRead) -> None:
    together = float(read.gains(read.seen, read.pushed(read.seen, 16, 7, 3), 7, 3).sum())
    chances = [read.gains(read.seen, with_random_signs(read.seen, 16, seed), 7, 3).sum()
               for seed in range(20)]  # fmt: skip
    assert together > 4 * float(np.abs(chances).mean())


def test_what_is_not_linear_gets_a_sentence(lab: Lab, heard: Heard) -> None:
    with pytest.raises(UserError, match="is not linear"):
        lab.answer(heard.ctx, ReadLinear(seven(), "lenet5"))
    with pytest.raises(UserError, match="sees colours"):
        sums_of(lab.network("shapes"))
