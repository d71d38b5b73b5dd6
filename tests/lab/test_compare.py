"""Two pictures or two networks side by side, asked through the laboratory."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz_app.core.context import Context
from cnnviz_app.lab.compare_requests import (
    Compared,
    CompareLayers,
    CompareSides,
    LayerDistance,
    Side,
)
from cnnviz_app.lab.lab import Lab
from cnnviz_app.lab.requests import Look, Looked
from cnnviz_app.sources.picture import Picture
from tests.core.picture_makers import photo

SILENT = Context.silent()
FIRST = Picture("first", photo(28, 28), "")
SECOND = Picture("second", 255 - photo(28, 28), "")


def compared(lab: Lab, a: Side, b: Side) -> Compared:
    answer = lab.answer(SILENT, CompareSides(a, b))
    assert isinstance(answer, Compared)
    return answer


def distances(lab: Lab, a: Side, b: Side) -> dict[str, float]:
    answer = lab.answer(SILENT, CompareLayers(a, b))
    assert isinstance(answer, tuple)
    assert all(isinstance(layer, LayerDistance) for layer in answer)
    return {layer.layer: layer.distance for layer in answer}


def test_the_difference_is_that_of_two_looks(lab: Lab) -> None:
    one, two = Side("lenet5", FIRST, "relu2"), Side("lenet5", SECOND, "relu2")
    found = compared(lab, one, two)
    looks = [lab.answer(SILENT, Look("lenet5", p, "relu2")) for p in (FIRST, SECOND)]
    first, second = (look.maps for look in looks if isinstance(look, Looked))
    assert found.difference is not None
    assert np.allclose(found.difference, first - second)
    share = np.linalg.norm(first - second) / np.linalg.norm(first)
    assert found.distance == pytest.approx(share, rel=1e-5)
    assert found.note == ""
    every = distances(lab, one, two)
    assert list(every) == [x for x in lab.network("lenet5").layers if x in every]
    assert every["relu2"] == pytest.approx(share, rel=1e-4)


def test_a_picture_against_itself_is_nothing(lab: Lab) -> None:
    side = Side("lenet5", FIRST, "relu1")
    assert compared(lab, side, side).distance == 0
    assert set(distances(lab, side, side).values()) == {0.0}


def test_layers_of_other_shapes_get_a_sentence(lab: Lab) -> None:
    found = compared(lab, Side("lenet5", FIRST, "relu1"), Side("lenet5", FIRST, "relu2"))
    assert found.difference is None
    assert found.distance is None
    assert "nothing to subtract" in found.note


def test_two_networks_are_compared_with_a_caution(lab: Lab) -> None:
    a, b = Side("lens", FIRST, "relu1"), Side("lens-robust", FIRST, "relu1")
    found = compared(lab, a, b)
    assert found.difference is not None
    assert "no pair" in found.note
    assert set(distances(lab, a, b)) == set(lab.network("lens").layers)
    assert distances(lab, a, Side("lenet5", FIRST, "relu1")) == {}


def test_a_is_looked_at_once_while_b_changes(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    from cnnviz_app.lab import compare

    looked: list[str] = []
    real = compare._look

    def count(lab: Lab, ctx: Context, side: Side) -> Looked:
        looked.append(side.picture.name)
        return real(lab, ctx, side)

    monkeypatch.setattr(compare, "_look", count)
    held = Side("lenet5", FIRST, "relu1")
    for _ in range(3):
        compared(lab, held, Side("lenet5", SECOND, "relu1"))
    assert looked.count("first") == 1
    assert looked.count("second") == 3
