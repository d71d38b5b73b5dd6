"""Deletion and insertion curves, and what takes the place of pixels."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz_app.core.events import Metrics
from cnnviz_app.core.params import build
from cnnviz_app.core.registry import find
from cnnviz_app.nets.network import Network
from cnnviz_app.techniques import _perturb, discover
from cnnviz_app.techniques._faithfulness import STEPS, area
from tests.techniques.conftest import Listener
from tests.techniques.test_attribution import linear, net, picture, run

discover()
__all__ = ["linear", "net"]  # fixtures


def test_curves_tell_a_good_map_from_its_opposite(linear: Network) -> None:
    good = run(linear, "gradient-x-input", target=1, faithfulness=True).figures
    bad = run(linear, "edge-detector", target=1, faithfulness=True).figures
    assert good["insertion_auc"] > good["deletion_auc"]
    assert good["insertion_auc"] > bad["insertion_auc"]
    assert good["deletion_auc"] < bad["deletion_auc"]


def test_the_curves_are_told_point_by_point(linear: Network) -> None:
    listener, technique = Listener(), find("gradient")
    params = build(technique.params, {"target": 1, "faithfulness": True})
    result = technique.run(listener.context, linear, picture(spec=linear.spec), params, 0)
    told = [event.values for event in listener.events if isinstance(event, Metrics)]
    assert len(told) == STEPS + 1
    assert told[-1]["insertion"] == pytest.approx(result.figures["probability"], rel=1e-4)
    assert told[0]["deletion"] == pytest.approx(result.figures["probability"], rel=1e-4)
    areas = area(np.array([point["deletion"] for point in told]))
    assert result.figures["deletion_auc"] == pytest.approx(areas)


def test_backdrops_are_pictures(net: Network) -> None:
    image = picture()
    for name in _perturb.BACKDROPS:
        made = _perturb.backdrop(net, image, name)
        assert made.shape == image.shape
        assert 0 <= float(made.min()) <= float(made.max()) <= 1
    assert float(_perturb.blurred(image).std()) < 0.5 * float(image.std())
