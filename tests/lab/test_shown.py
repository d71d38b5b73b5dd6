"""The classes of a frame: the strongest first, followed ones kept."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz_app.core.context import Context
from cnnviz_app.lab.lab import Lab
from cnnviz_app.lab.looking import seen_by, to_image01
from cnnviz_app.lab.shown_requests import Classes, ClassesOf


def test_the_strongest_classes_are_those_of_a_plain_look(lab: Lab) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (40, 52, 3), np.uint8)
    found = lab.answer(Context.silent(), ClassesOf("lenet5", pixels, 7, follow=(9, 99)))
    assert isinstance(found, Classes)
    net = lab.network("lenet5")
    shares = net.logits(to_image01(net, seen_by(net, pixels))).softmax(1)[0].tolist()
    assert list(found.shares) == pytest.approx([shares[n] for n in found.numbers], abs=1e-6)
    assert found.shares[0] == pytest.approx(max(shares))
    assert 9 in found.numbers
    assert len(found.numbers) == 4
    assert found.step == 7
    assert found.names[0] == net.labels[found.numbers[0]]
