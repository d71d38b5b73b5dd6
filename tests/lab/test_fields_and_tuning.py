"""The lab answers about receptive fields and tuning, can be stopped, and says what it cannot do."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

import numpy as np
import pytest

from cnnviz_app.core.context import Context, JobControl
from cnnviz_app.core.errors import Cancelled, UserError
from cnnviz_app.core.events import Frame, Metrics
from cnnviz_app.lab.fields_requests import (
    MOST_LAYERS,
    CoverField,
    MeasureField,
    MeasureLayers,
    layers_to_measure,
)
from cnnviz_app.lab.lab import Lab
from cnnviz_app.lab.start import make_lab
from cnnviz_app.lab.tuning_requests import SurveyColours, SurveyTuning, TuneUnit
from cnnviz_app.nets.graph import ReceptiveField
from cnnviz_app.sources import builtin
from cnnviz_app.sources.worlds import stimuli
from cnnviz_app.techniques import _tuning as tuning
from tests.lab.conftest import Heard

QUIET = Context.silent()


def ask(lab: Lab, ctx: Context, request: object) -> Any:
    return lab.answer(ctx, request)


def test_the_field_of_a_unit_of_a_grey_network(lab: Lab, heard: Heard) -> None:
    picture = builtin.load("cat")
    request = MeasureField("lenet5", "relu2", 3, picture, pictures=24, most=8)
    found = ask(lab, heard.ctx, request)
    assert found.window.size == (14, 14)
    assert found.effective.shape == (14, 14)
    assert 0 < found.used <= 8
    sizes = found.sizes
    assert 0 < sizes.effective68 <= sizes.effective95 <= sizes.theoretical == 14
    assert 0 < sizes.support <= 14
    frames = [event for event in cast("list[Frame]", heard.of(Frame)) if event.name == "effective"]
    assert frames
    assert frames[0].data.shape == (14, 14)
    again = ask(lab, QUIET, request)
    np.testing.assert_array_equal(again.effective, found.effective)


def test_covering_reports_a_region_and_its_pictures(lab: Lab, heard: Heard) -> None:
    found = ask(lab, heard.ctx, CoverField("lenet5", "relu2", 3, pictures=24, top=2, detail=7))
    assert found.drops.shape == found.region.shape == (14, 14)
    assert len(found.crops) == len(found.cells) == 2
    assert found.crops[0].shape == (28, 28, 3)
    assert 0 < found.size <= 14
    assert [event.name for event in cast("list[Frame]", heard.of(Frame))].count("empirical") >= 1


def test_the_layers_of_a_network_grow_and_are_larger_in_theory(lab: Lab, heard: Heard) -> None:
    found = ask(lab, heard.ctx, MeasureLayers("lenet5", samples=6, covered=1, detail=5))
    assert found.layers == ("relu1", "pool1", "relu2", "pool2")
    theory = [row.theoretical for row in found.sizes]
    assert theory == [5, 6, 14, 16]
    assert all(row.effective68 <= row.theoretical for row in found.sizes)
    assert all(row.empirical > 0 for row in found.sizes)
    told = [event.step for event in cast("list[Metrics]", heard.of(Metrics))]
    assert told == [0, 1, 2, 3, 0, 1, 2, 3]


def test_tuning_of_a_layer_and_of_a_unit(lab: Lab) -> None:
    layer = ask(lab, QUIET, SurveyTuning("lenet5", "relu1", 8, 4, 4))
    assert layer.curves.shape == (32, 8)
    assert ((layer.angle >= 0) & (layer.angle < 180)).all()
    assert ((layer.selectivity >= 0) & (layer.selectivity <= 1 + 1e-6)).all()
    unit = int(layer.selectivity.argmax())
    found = ask(lab, QUIET, TuneUnit("lenet5", "relu1", unit))
    assert not found.silent
    assert len(found.turning.best) == 48
    assert found.orientation.best.max() > found.rest
    away = abs(found.orientation.preferred - layer.angle[unit])
    assert min(away, 180 - away) < 40


def test_opposite_colours_come_from_opposite_phases() -> None:
    """Half of the hues are read from the other half; here all are shown to one unit."""
    lab = make_lab("cpu")
    net = lab.network("lens")
    found = ask(lab, QUIET, SurveyColours("lens", "relu1", hues=3))
    unit = int(found.gains.argmax())
    known, stage = found.units[unit], found.stage
    makers = [
        partial(stimuli.coloured, stage, float(found.angle[unit]), float(found.cycles[unit]),
                known.phase, float(hue))
        for hue in known.curve.x
    ]  # fmt: skip
    cell = ask(lab, QUIET, SurveyTuning("lens", "relu1")).cell
    shown = tuning.answers(QUIET, net, "relu1", cell, makers)[:, unit]
    # Rounded levels of opposite gratings differ by one at most.
    np.testing.assert_allclose(known.curve.best, shown, atol=0.05 * float(shown.max()))
    assert known.grey >= float(found.rest[unit]) - 1e-5


@pytest.mark.parametrize(
    "request_",
    [
        MeasureField("lenet5", "relu2", 3),
        CoverField("lenet5", "relu2", 3),
        MeasureLayers("lenet5"),
        SurveyTuning("lenet5", "relu2"),
        TuneUnit("lenet5", "relu2", 3),
    ],
    ids=lambda r: type(r).__name__,
)
def test_every_measurement_can_be_stopped(lab: Lab, request_: object) -> None:
    control = JobControl()
    looks = 0

    def third_look() -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            control.cancel()

    with pytest.raises(Cancelled):
        ask(lab, Context(1, None, control, third_look), request_)


def test_a_unit_or_a_cell_that_is_not_there_is_named(lab: Lab) -> None:
    for request in (
        MeasureField("lenet5", "relu2", 99, pictures=2),
        CoverField("lenet5", "relu2", 99, pictures=2),
        TuneUnit("lenet5", "relu2", 99),
    ):
        with pytest.raises(UserError, match="no unit 99"):
            ask(lab, QUIET, request)
    picture = builtin.load("cat")
    with pytest.raises(UserError, match="no cell 14, 0"):
        ask(lab,
            QUIET, MeasureField("lenet5", "relu2", 0, picture, (14, 0), pictures=2)
        )


def test_layers_are_measured_in_order_and_not_too_many() -> None:
    def field(size: int) -> ReceptiveField:
        return ReceptiveField((size, size), (1, 1), (0, 0))

    small, large = (8, 4, 4), (16, 4, 4)
    made = [("conv", field(3), small), ("wide", field(5), large), ("relu", field(3), small),
            ("attention", None, small), ("vector", field(9), (10, 1, 1))]  # fmt: skip
    assert layers_to_measure(made) == ("wide", "relu")
    many = layers_to_measure([(f"l{n}", field(n + 1), small) for n in range(60)])
    assert len(many) == MOST_LAYERS
    assert (many[0], many[-1]) == ("l0", "l59")


def test_a_unit_that_minds_a_colour_is_found_out() -> None:
    """Red minus green at one place, an edge of grey, and blue beside red."""
    import torch

    from cnnviz_app.nets.network import InputSpec, inspect

    conv = torch.nn.Conv2d(3, 3, 3, padding=1, bias=False)
    with torch.no_grad():
        conv.weight.zero_()
        conv.weight[0, :, 1, 1] = torch.tensor([1.0, -1.0, 0.0])
        conv.weight[1, :, 1, 0], conv.weight[1, :, 1, 2] = -1.0, 1.0
        conv.weight[2, :, 1, 0] = torch.tensor([-1.0, 0.0, 1.0])
        conv.weight[2, :, 1, 2] = torch.tensor([1.0, 0.0, -1.0])
    head = [torch.nn.ReLU(), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten()]
    spec = InputSpec(3, 24, 24, (0.0,) * 3, (1.0,) * 3)
    net = inspect(torch.nn.Sequential(conv, *head), spec, key="hues", title="Hues", device="cpu")
    lab = make_lab("cpu")
    lab._open[("hues", "")] = net
    layer = ask(lab, QUIET, SurveyColours("hues", "1"))
    assert layer.gains[0] > 0.9
    assert layer.gains[1] < -0.9
    assert layer.gains[2] > 0.9
    assert [unit.is_plain for unit in layer.units] == [True, False, False]
    assert layer.units[0].hue == pytest.approx(330, abs=10)
    assert layer.units[2].hue % 180 == pytest.approx(30, abs=15)
    assert not layer.silent.any()
    red, edge, both = (ask(lab, QUIET, TuneUnit("hues", "1", unit, 8, 4)) for unit in range(3))
    assert red.colour.is_plain
    assert abs(red.colour.hue - 330) < 10
    assert red.colour_gain > 0.9
    assert red.lines_blank
    assert not red.silent
    assert edge.colour_gain < -0.9
    assert not both.colour.is_plain
    assert both.colour.hue % 180 == pytest.approx(30, abs=12), "blue beside orange"
    assert both.colour_gain > 0.9


def test_a_network_of_greys_is_asked_about_no_colours(lab: Lab) -> None:
    assert ask(lab, QUIET, TuneUnit("lenet5", "relu2", 3, 4, 2)).colour is None
    with pytest.raises(UserError, match="sees no colours"):
        ask(lab, QUIET, SurveyColours("lenet5", "relu2"))
