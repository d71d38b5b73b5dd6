"""Style transfer, textures, content and the grid: what comes out, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import Cancelled, UserError
from cnnviz_app.core.params import build
from cnnviz_app.core.registry import TechniqueResult, find
from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.network import Network, inspect
from cnnviz_app.techniques import _style_layers as layers
from cnnviz_app.techniques import _style_pictures as pictures
from cnnviz_app.techniques import _style_sizes as sizes
from cnnviz_app.techniques import discover
from cnnviz_app.techniques._style_lbfgs import BoundedLBFGS
from tests.techniques.conftest import open_colour, seeded

discover()


def noise(height: int, width: int, seed: int = 0) -> Tensor:
    return torch.rand((1, 3, height, width), generator=torch.Generator().manual_seed(seed))


def given(**named: Tensor) -> Context:
    """A context that brings pictures along by name."""
    ctx = Context.silent()
    ctx.pictures = {
        name: (value[0].permute(1, 2, 0) * 255).round().byte().numpy()
        for name, value in named.items()
    }
    return ctx


def perform(
    technique: str, image: Tensor | None, ctx: Context | None = None, net: Network | None = None,
    **params: Any,
) -> TechniqueResult:  # fmt: skip
    found = find(technique)
    params = {"steps": 6, **params}
    ctx = ctx or given(manner=noise(40, 40, 9))
    if any(spec.name == "style" for spec in found.specs):
        params.setdefault("style", "manner")
    return found.run(ctx, net or open_colour(), image, build(found.params, params), 0)


def figure(result: TechniqueResult, name: str) -> float:
    found = result.figures[name]
    assert isinstance(found, float)
    return found


def vgg_like() -> Network:
    """The plan of VGG-16 with few channels."""
    parts: list[nn.Module] = []
    before = 3
    for block, count in enumerate((2, 2, 3, 3, 3)):
        for _ in range(count):
            parts += [nn.Conv2d(before, 4 + block, 3, padding=1), nn.ReLU()]
            before = 4 + block
        parts.append(nn.MaxPool2d(2))
    parts += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, 3)]
    spec = InputSpec(3, 64, 64, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))
    return inspect(seeded(nn.Sequential(*parts)), spec, key="vgg", title="VGG")


def test_a_vgg_gets_the_layers_of_the_paper() -> None:
    net = vgg_like()
    names = layers.paper_names(net)
    style = [name for name, _ in layers.default_style(net)]
    assert style == [names[f"relu{block}_1"] for block in (1, 2, 3, 4, 5)]
    assert layers.default_content(net) == ((names["relu4_2"], 1.0),)
    assert layers.parse_layers(net, "conv1_2, 3*relu2_2") == (("2", 0.5), ("8", 3.0))
    assert layers.parse_layers(net, layers.written(layers.default_style(net))) == (
        layers.default_style(net)
    )


@pytest.mark.parametrize("wrong", ["relu9_9", "nowhere", "0*relu1_1", "33", "relu1_1, 1"])
def test_wrong_layers_are_refused(wrong: str) -> None:
    with pytest.raises(UserError) as caught:
        perform("style", noise(32, 32), net=vgg_like(), style_layers=wrong)
    assert caught.value.hint


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam", "ascent"])
@pytest.mark.parametrize("technique", ["style", "texture", "content"])
def test_the_objective_rises(technique: str, optimizer: str) -> None:
    result = perform(technique, noise(32, 48), optimizer=optimizer, steps=12, tv=0.0)
    assert figure(result, "objective_end") > figure(result, "objective_start")
    assert result.steps == 12


def test_the_result_has_the_pictures_own_size() -> None:
    result = perform("style", noise(37, 51))
    assert result.picture is not None
    assert result.picture.shape == (37, 51, 3)
    smaller = perform("style", noise(64, 128), size=32)
    assert smaller.picture is not None
    assert smaller.picture.shape == (16, 32, 3)


def test_luminance_keeps_the_photographs_colours() -> None:
    photo = noise(32, 32) * 0.4 + 0.3
    result = perform("style", photo, colours="luminance", beta=1000.0)
    assert result.picture is not None
    difference = result.picture - photo[0].permute(1, 2, 0).numpy()
    # One value is added to all three colours, where nothing is cut off.
    assert np.median(np.ptp(difference, axis=2)) < 1e-5
    assert np.abs(difference).max() > 0.02


def test_matched_colours_have_the_same_mean_and_covariance() -> None:
    mix = torch.tensor([[0.3, 0.1, 0.0], [0.0, 0.2, 0.1], [0.1, 0.0, 0.2]])
    photo = 0.3 + torch.einsum("ij,njhw->nihw", mix, noise(40, 40, 1)) * 0.5
    moved = pictures.match_histogram(noise(30, 50, 2), photo)
    a, b = moved.flatten(2)[0], photo.flatten(2)[0]
    assert torch.allclose(a.mean(1), b.mean(1), atol=2e-3)
    assert torch.allclose(torch.cov(a), torch.cov(b), atol=1e-3)


def test_outside_of_the_mask_the_photograph_stays() -> None:
    photo, mask = noise(48, 48), torch.zeros(1, 3, 48, 48)
    mask[..., :24] = 1.0
    ctx = given(manner=noise(40, 40, 9), mask=mask)
    result = perform("style", photo, ctx, mask="mask", feather=2.0, beta=1000.0)
    assert result.picture is not None
    difference = np.abs(result.picture - photo[0].permute(1, 2, 0).numpy())
    assert difference[:, 32:].max() < 1e-6
    assert difference[:, :16].mean() > 0.01


def test_a_mask_gives_every_style_its_region() -> None:
    light, dark = torch.full((1, 3, 32, 32), 0.9), torch.full((1, 3, 32, 32), 0.1)
    mask = torch.zeros(1, 3, 64, 64)
    mask[..., :32, :] = 1.0
    ctx = given(light=light, dark=dark, mask=mask)
    result = perform(
        "style", noise(64, 64) * 0.2 + 0.4, ctx, style="light, dark", mask="mask", feather=1.0,
        beta=1e5, steps=30, tv=0.0, style_layers="2",
    )  # fmt: skip
    assert result.picture is not None
    assert result.picture[:24].mean() > result.picture[40:].mean() + 0.1


def test_grey_levels_tell_regions_apart() -> None:
    ramp = torch.tensor([1.0, 0.9, 0.5, 0.1, 0.0]).reshape(1, 1, 1, 5).expand(1, 3, 2, 5)
    found = torch.cat(pictures.regions(ramp, 3))[:, 0, 0]
    assert found.tolist() == [[1, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 1]]
    soft = pictures.feathered(torch.eye(9).reshape(1, 1, 9, 9), 1.0)
    assert float(soft.sum()) == pytest.approx(9.0, rel=0.2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"style": ""}, {"style_weights": "1, 2"}, {"style_weights": "much"},
        {"style_weights": "0"}, {"style_masks": "manner, manner"}, {"alpha": 0, "beta": 0},
        {"stages": "64"}, {"stages": "64:0"}, {"size": 3}, {"style": "builtin:nothing"},
        {"style": "nowhere.png"},
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_sentence(wrong: dict[str, Any]) -> None:
    with pytest.raises(UserError) as caught:
        perform("style", noise(32, 32), **wrong)
    assert caught.value.sentence.endswith(".")
    assert caught.value.hint


def test_shares_mix_styles() -> None:
    light, dark = torch.full((1, 3, 32, 32), 0.9), torch.full((1, 3, 32, 32), 0.1)
    means = []
    for shares in ("1, 0", "0, 1"):
        ctx = given(light=light, dark=dark)
        result = perform("texture", None, ctx, style="light, dark", style_weights=shares, size=32)
        assert result.picture is not None
        means.append(result.picture.mean())
    assert means[0] > means[1] + 0.1


@pytest.mark.parametrize("pooling", ["average", "max"])
def test_pooling_can_be_exchanged(pooling: str) -> None:
    usual = perform("style", noise(32, 32))
    other = perform("style", noise(32, 32), pooling=pooling)
    same = usual.figures["style_loss"] == other.figures["style_loss"]
    assert same == (pooling == "max")  # the network pools by maximum already


def test_the_ladder_makes_all_steps() -> None:
    assert sizes.rungs(512, 301, ladder=True) == (
        (128, 61), (181, 60), (256, 60), (362, 60), (512, 60)
    )  # fmt: skip
    assert sizes.rungs(512, 3, ladder=True) == ((256, 1), (362, 1), (512, 1))
    assert sizes.rungs(100, 7, ladder=True) == sizes.rungs(100, 7, ladder=False) == ((100, 7),)
    result = perform("style", noise(16, 24), stages="24:2, 48:3")
    assert result.steps == 5
    assert result.settled["stages"] == "24:2, 48:3"


def test_the_grid_has_a_row_for_each_layer() -> None:
    result = perform("style-grid", noise(32, 32), ratios="1, 0.01", size=32, steps=2)
    assert result.picture is not None
    assert result.figures["columns"] == "1, 0.01"
    assert result.steps == 2 * 2 * 2
    with pytest.raises(UserError):
        perform("style-grid", noise(32, 32), ratios="1, none")


def test_each_picture_of_the_grid_may_have_stages_of_its_own() -> None:
    asked = {"ratios": "1, 0.01", "size": 32, "cell_stages": "24:1, 32:2; 32:4"}
    result = perform("style-grid", noise(32, 32), **asked)
    assert result.steps == 2 * (3 + 4)
    with pytest.raises(UserError, match="one size"):
        perform("style-grid", noise(32, 32), **{**asked, "cell_stages": "24:1; 32:2"})
    with pytest.raises(UserError, match="no rung"):
        perform("style-grid", noise(32, 32), **{**asked, "cell_stages": "24"})


class Interrupted:
    """A valley with its floor outside of the bounds; it may be left at a given evaluation."""

    def __init__(self, variable: Tensor, leave_at: int = 0) -> None:
        self.variable, self.leave_at, self.count = variable, leave_at, 0

    def __call__(self) -> tuple[float, list[Tensor]]:
        self.count += 1
        if self.count == self.leave_at:
            raise Cancelled
        away = self.variable - torch.tensor([-1.0, 0.3, 2.0])
        steep = torch.tensor([1.0, 30.0, 5.0])
        return float((steep * away**2).sum()), [2.0 * steep * away]


def test_bounded_lbfgs_finds_the_lowest_point_inside() -> None:
    variable = torch.full((3,), 0.5)
    valley = Interrupted(variable)
    stepper = BoundedLBFGS(variable)
    for _ in range(12):
        stepper.step(valley)
    assert torch.allclose(variable, torch.tensor([0.0, 0.3, 1.0]), atol=1e-4)
    assert valley.count < 40


def test_leaving_a_line_search_puts_the_accepted_point_back() -> None:
    variable = torch.full((3,), 0.5)
    stepper = BoundedLBFGS(variable)
    stepper.step(Interrupted(variable))
    before = variable.clone()
    with pytest.raises(Cancelled):
        stepper.step(Interrupted(variable, leave_at=1))
    assert torch.equal(variable, before)
