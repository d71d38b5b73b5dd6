"""Feature visualization as a person would ask for it."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
import torch

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.params import build, presets
from cnnviz_app.core.registry import TechniqueResult
from cnnviz_app.nets.network import Network
from cnnviz_app.techniques._objectives import Objective
from cnnviz_app.techniques.feature_interpolation import (
    BetweenParams,
    between,
    feature_interpolation,
)
from cnnviz_app.techniques.feature_vis import FeatureVisParams, feature_vis
from cnnviz_app.techniques.feature_wall import WallParams, each_its_own, feature_wall
from tests.techniques.conftest import Listener, colour_module, open_colour, open_grey, seeded


def run(
    net: Network, ctx: Context | None = None, image01: torch.Tensor | None = None,
    seed: int = 0, **values: Any,
) -> TechniqueResult:  # fmt: skip
    params = build(FeatureVisParams, {"steps": 12, **values})
    return feature_vis(ctx or Context.silent(), net, image01, params, seed)


def rise(result: TechniqueResult) -> float:
    start, end = result.figures["objective_start"], result.figures["objective_end"]
    assert isinstance(start, float)
    assert isinstance(end, float)
    return end - start


@pytest.mark.parametrize(
    "objective", ["channel", "unit", "channel-norm", "layer", "logit", "probability"]
)
@pytest.mark.parametrize("optimizer", ["adam", "lbfgs", "ascent"])
def test_every_objective_rises_with_every_optimizer(objective: str, optimizer: str) -> None:
    for redirect in (0, 5):
        result = run(
            open_colour(), objective=objective, optimizer=optimizer, target="2", redirect=redirect
        )
        assert rise(result) > 0


@pytest.mark.parametrize("optimizer", ["adam", "lbfgs", "ascent"])
def test_a_unit_that_is_off_wakes_up(optimizer: str) -> None:
    module = seeded(colour_module())
    with torch.no_grad():
        grey = open_colour(module).run(torch.full((1, 3, 32, 32), 0.5), ["4"])["4"]
        module[4].bias[2] -= grey[0, 2].max() + 0.1
    asleep = run(open_colour(module), layer="5", unit="2", steps=2, optimizer=optimizer, redirect=0)
    assert asleep.figures["objective_start"] == 0.0
    awake = run(open_colour(module), layer="5", unit="2", steps=60, optimizer=optimizer)
    assert rise(awake) > 0


@pytest.mark.parametrize("space", ["fft", "pixels", "laplacian"])
@pytest.mark.parametrize("start", ["noise", "uniform", "grey", "picture"])
def test_it_rises_in_every_space_from_every_start(space: str, start: str) -> None:
    picture = torch.rand(1, 3, 32, 48, generator=torch.Generator().manual_seed(1))
    result = run(open_colour(), image01=picture, space=space, start=start, steps=20)
    assert rise(result) > 0
    assert result.picture is not None
    assert result.picture.shape == ((32, 48, 3) if start == "picture" else (32, 32, 3))


@pytest.mark.parametrize("preset", sorted(presets(FeatureVisParams)))
def test_every_preset_climbs(preset: str) -> None:
    # Without the penalty, which outweighs the faint logits of a network that learned nothing.
    picture = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    small: dict[str, Any] = {"size": 32, "steps": 30} if preset in ("maco", "horama") else {}
    result = run(open_colour(), image01=picture, preset=preset, target="1", l2=0.0, **small)
    assert rise(result) > 0


@pytest.mark.parametrize("space", ["phase", "cppn"])
@pytest.mark.parametrize("start", ["noise", "grey"])
def test_it_rises_in_the_bent_spaces(space: str, start: str) -> None:
    assert rise(run(open_colour(), space=space, start=start, steps=30)) > 0


@pytest.mark.parametrize("objective", ["direction", "cosine"])
def test_a_direction_is_a_sum_of_units(objective: str) -> None:
    assert rise(run(open_colour(), objective=objective, unit="3 - 0.5*5", steps=20)) > 0
    with pytest.raises(UserError, match="one layer"):
        run(open_colour(), objective=objective, unit="0:1 + 4:2", steps=1)


def test_a_wall_shows_many_units_and_stops_at_the_last() -> None:
    params = build(WallParams, {"layer": "4", "first": 6, "count": 9, "size": 32, "steps": 20})
    result = feature_wall(Context.silent(), open_colour(), None, params, 0)
    assert result.figures["unit"] == "6 to 11"
    assert rise(result) > 0
    assert result.picture is not None
    assert result.picture.shape == (2 * 34 - 2, 3 * 34 - 2, 3)


def test_each_picture_of_a_wall_has_its_own_unit() -> None:
    maps = torch.arange(4.0).reshape(1, 4, 1, 1).expand(6, 4, 2, 2)
    found = each_its_own(open_colour(), "4", 1, 3).of({"4": maps})
    assert found.tolist() == [1.0, 2.0, 3.0, 1.0, 2.0, 3.0]


def test_the_way_between_two_units_is_a_row() -> None:
    given = {"layer": "4", "unit": "1", "other": "7", "count": 3, "size": 32, "steps": 20}
    params = build(BetweenParams, given)
    result = feature_interpolation(Context.silent(), open_colour(), None, params, 0)
    assert rise(result) > 0
    assert result.picture is not None
    assert result.picture.shape == (32, 3 * 34 - 2, 3)
    one, other = (
        Objective((), lambda _: torch.ones(3), "a"),
        Objective((), lambda _: -torch.ones(3), "b"),
    )
    assert between(one, other, 3).of({}).tolist() == [1.0, 0.0, -1.0]


def test_a_preset_gives_way_to_what_is_set_beside_it() -> None:
    params = build(FeatureVisParams, {"preset": "lecture slide", "steps": 7})
    assert params.objective == "channel-norm"
    assert params.start == "uniform"
    assert params.optimizer == "ascent"
    assert not params.transforms
    assert params.steps == 7


def test_negative_and_sums_of_units() -> None:
    net = open_colour()
    down = run(net, unit="3", negative=True)
    assert rise(down) > 0
    same = run(net, unit="-3")
    assert same.picture is not None
    assert down.picture is not None
    assert np.array_equal(down.picture, same.picture)
    both = run(net, layer="0", unit="1 + 2*4:3 - 0.5*0:2@4,5", transforms=False)
    assert rise(both) > 0
    assert both.figures["unit"] == "0:1 + 2*4:3 + -0.5*0:2@4,5"


def test_it_says_where_it_looked() -> None:
    result = run(open_colour(), layer="4", unit="5")
    assert result.figures["layer"] == "4"
    assert result.figures["unit"] == "4:5"
    assert result.steps == 12
    assert result.settled["layer"] == "4"
    named = run(open_colour(), objective="logit", target="house cat")
    assert named.figures["class"] == "cat (2)"


def test_the_figures_are_the_plain_objective_on_the_pictures_themselves() -> None:
    net = open_colour()
    result = run(net, layer="4", unit="5", l2=3.0)
    assert result.picture is not None
    picture = torch.from_numpy(result.picture).permute(2, 0, 1)[None]
    with torch.no_grad():
        value = net.run(picture, ["4"])["4"][:, 5].mean()
    assert result.figures["objective_end"] == pytest.approx(float(value), rel=1e-4)


def test_a_grey_network_of_one_size_gets_a_grey_picture_of_that_size() -> None:
    result = run(open_grey())
    assert result.picture is not None
    assert result.picture.shape == (28, 28, 3)
    assert np.array_equal(result.picture[..., 0], result.picture[..., 2])
    assert rise(result) > 0
    assert rise(run(open_grey(), objective="logit", target="3")) > 0
    with pytest.raises(UserError, match="cannot look at 64×64"):
        run(open_grey(), size=64, objective="logit")
    assert run(open_grey(), size=64, layer="0").picture is not None


def test_variants_come_as_a_sheet_and_differ() -> None:
    result = run(open_colour(), variants=4, diversity=5.0, size=24)
    assert result.picture is not None
    assert result.picture.shape == (50, 50, 3)
    assert np.abs(result.picture[:24, :24] - result.picture[26:, 26:]).mean() > 0.005


def test_another_seed_gives_another_picture() -> None:
    one, two = run(open_colour(), seed=-1), run(open_colour(), seed=2**70)
    assert one.picture is not None
    assert two.picture is not None
    assert not np.array_equal(one.picture, two.picture)


def test_it_reports_every_step_and_each_term() -> None:
    listener = Listener()
    run(open_colour(), listener.context, l1=0.5, tv=0.1)
    assert [event.step for event in listener.metrics] == list(range(1, 13))
    assert set(listener.metrics[0].values) == {"objective", "gradient_norm", "l1", "tv"}
    assert listener.frames[-1].step == 12
    assert listener.frames[-1].data.dtype == np.uint8


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"layer": "convolution"}, "convolution"),
        ({"unit": "99"}, "There is no unit 99"),
        ({"unit": "a cat"}, "does not name a unit"),
        ({"unit": ""}, "does not name a unit"),
        ({"unit": "1 2"}, "does not name a unit"),
        ({"target": "unicorn"}, "no class called"),
        ({"target": "17"}, "no class 17"),
        ({"size": 7}, "too small"),
        ({"start": "picture"}, "no picture to start from"),
        ({"steps": "many"}, "whole number"),
    ],
)
def test_what_does_not_exist_is_refused_with_a_way_out(values: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        run(open_colour(), **values)
    assert caught.value.hint


def test_a_time_budget_is_kept_and_can_be_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    from cnnviz_app.techniques import _budget

    monkeypatch.setitem(_budget.SECONDS, "5 s", 1.5)
    run(open_colour())
    began = time.perf_counter()
    result = run(open_colour(), budget="5 s")
    assert time.perf_counter() - began == pytest.approx(1.5, rel=0.25)
    assert result.settled["budget"] == "full"
    again = run(open_colour(), **result.settled)
    assert result.picture is not None
    assert again.picture is not None
    assert np.array_equal(result.picture, again.picture)
