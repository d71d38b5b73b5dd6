"""Attribution against what can be worked out by hand, without anybody else's program."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.events import Note
from cnnviz_app.core.params import build
from cnnviz_app.core.registry import TechniqueResult, find
from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.network import Network, inspect
from cnnviz_app.techniques import discover, rise, scorecam, smoothgrad
from cnnviz_app.techniques.integrated_gradients import coarse_first, points
from tests.techniques.attribution_nets import MEAN, SIDE, STD, WRITTEN, seeded
from tests.techniques.conftest import Listener, open_grey

ATTRIBUTIONS = [t for t in discover() if t.group == "Attribution"]
SPEC = InputSpec(3, SIDE, SIDE, MEAN, STD)


def opened(module: nn.Module, spec: InputSpec = SPEC) -> Network:
    return inspect(module.eval(), spec, key="net", title="Net")


def picture(seed: int = 5, spec: InputSpec = SPEC) -> Tensor:
    shape = (1, spec.channels, spec.height, spec.width)
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed))


def run(net: Network, name: str, image: Tensor | None = None, **settings: Any) -> TechniqueResult:
    technique = find(name)
    image = picture(spec=net.spec) if image is None else image
    params = build(technique.params, settings)
    return technique.run(Context.silent(), net, image, params, 0)


def values(net: Network, name: str, image: Tensor | None = None, **settings: Any) -> np.ndarray:
    found = run(net, name, image, **settings).values
    assert found is not None
    return found


@pytest.fixture(scope="module")
def net() -> Network:
    return opened(seeded("functional"))


@pytest.fixture(scope="module")
def linear() -> Network:
    torch.manual_seed(0)
    spec = InputSpec(3, 8, 8, (0.0, 0.0, 0.0), (0.5, 0.5, 0.5))
    return opened(nn.Sequential(nn.Flatten(), nn.Linear(192, 3)), spec)


def weights_of(linear: Network, target: int) -> np.ndarray:
    """What a pixel in [0, 1] counts: the weight over the standard deviation."""
    return linear.module[1].weight[target].detach().view(3, 8, 8).numpy() / 0.5


@pytest.mark.parametrize("technique", ATTRIBUTIONS, ids=lambda t: t.name)
def test_every_map_has_the_size_of_what_the_network_sees(technique: Any, net: Network) -> None:
    names = {spec.name for spec in technique.specs}
    quick = {"masks": 4, "samples": 3, "steps": 3, "window": 16}
    result = run(net, technique.name, **{k: v for k, v in quick.items() if k in names})
    assert result.values is not None
    assert result.values.shape == (SIDE, SIDE)
    assert result.scale in ("sequential", "signed")
    if result.scale == "sequential":
        assert result.values.min() >= 0
    assert result.figures["probability"] > 0
    assert result.settled["target"] == str(result.figures["target"])
    assert {"target", "unit", "faithfulness"} <= names


def test_twenty_attributions_are_there() -> None:
    assert len(ATTRIBUTIONS) == 20


def test_a_linear_network_gives_its_weights_away(linear: Network) -> None:
    weights = weights_of(linear, 1)
    image = picture(spec=linear.spec)
    for colour, wanted in (("each", weights.transpose(1, 2, 0)), ("sum", weights.sum(0)),
                           ("largest", np.abs(weights).max(0))):  # fmt: skip
        found = values(linear, "gradient", target=1, colour=colour)
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)
    product = values(linear, "gradient-x-input", image, target=1)
    np.testing.assert_allclose(product, (weights * image[0].numpy()).sum(0), rtol=1e-4, atol=1e-5)
    shares = values(linear, "integrated-gradients", image, target=1, steps=1, baseline="grey")
    wanted = (weights * (image[0].numpy() - 0.5)).sum(0)
    np.testing.assert_allclose(shares, wanted, rtol=1e-4, atol=1e-5)


def test_a_kept_colour_has_a_picture_around_grey(linear: Network) -> None:
    result = run(linear, "gradient", colour="each")
    assert result.picture is not None
    assert result.values is not None
    assert result.values.shape == result.picture.shape == (8, 8, 3)
    np.testing.assert_array_equal(result.picture > 0.5, result.values > 0)


def test_occlusion_of_a_linear_network_is_the_covered_sum(linear: Network) -> None:
    image = picture(spec=linear.spec)
    found = values(linear, "occlusion", image, target=2, window=4, stride=4, baseline="black")
    lost = (weights_of(linear, 2) * image[0].numpy()).sum(0)
    blocks = lost.reshape(2, 4, 2, 4).sum((1, 3))
    np.testing.assert_allclose(found, blocks.repeat(4, 0).repeat(4, 1), rtol=1e-3, atol=1e-4)


def test_the_gradient_is_what_a_small_step_shows(net: Network) -> None:
    image = picture()
    slopes = values(net, "gradient", image, target=3, colour="each")
    rng = np.random.default_rng(0)
    for y, x, c in rng.integers(0, (SIDE, SIDE, 3), (12, 3)):
        step = torch.zeros_like(image)
        step[0, c, y, x] = 1e-2
        more, less = net.logits(image + step)[0, 3], net.logits(image - step)[0, 3]
        assert float(more - less) / 2e-2 == pytest.approx(slopes[y, x, c], rel=0.05, abs=1e-4)


@pytest.mark.parametrize("method", ["gausslegendre", "middle", "left", "right", "trapezoid"])
def test_integrated_gradients_add_up(net: Network, method: str) -> None:
    result = run(net, "integrated-gradients", steps=400, method=method)
    assert result.values is not None
    assert result.figures["difference"] == pytest.approx(result.values.sum(), rel=0.05, abs=0.05)
    gap = result.values.sum() - result.figures["difference"]
    assert result.figures["completeness_gap"] == pytest.approx(gap, abs=1e-4)
    places, weights = points(method, 7)
    assert weights.sum() == pytest.approx(1)
    assert ((places >= 0) & (places <= 1)).all()


def test_the_order_is_coarse_first_and_whole() -> None:
    for count in (1, 2, 7, 50):
        assert sorted(coarse_first(count)) == list(range(count))
    assert list(coarse_first(8)) == [0, 4, 2, 6, 1, 5, 3, 7]


def test_cam_is_gradcam_times_the_cells_where_the_maps_are_averaged(net: Network) -> None:
    cam = values(net, "cam", target=1)
    cells = (SIDE // 2) ** 2
    np.testing.assert_allclose(cam, cells * values(net, "gradcam", target=1, relu=False), rtol=1e-4,
                               atol=1e-4)  # fmt: skip
    for name in ("hirescam", "xgradcam"):
        np.testing.assert_allclose(values(net, name, target=1), values(net, "gradcam", target=1),
                                   rtol=1e-4, atol=1e-6)  # fmt: skip


def test_cam_gives_every_place_its_own_weight_where_maps_are_flattened() -> None:
    grey = open_grey()
    cam = run(grey, "cam", target=4)
    assert cam.values is not None
    same = values(grey, "hirescam", target=4, relu=False, layer=cam.figures["layer"])
    np.testing.assert_allclose(cam.values, same, rtol=1e-4, atol=1e-6)


def test_cam_becomes_gradcam_where_a_network_ends_otherwise(net: Network) -> None:
    hidden = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                           nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 2))  # fmt: skip
    stands_in = run(opened(hidden), "cam", relu=True, target=1)
    assert stands_in.figures["computed_as"] == "gradcam"
    same = values(opened(hidden), "gradcam", target=1)
    np.testing.assert_allclose(stands_in.values, same, rtol=1e-5, atol=1e-7)
    with pytest.raises(UserError):
        run(net, "cam", layer="conv1")
    with pytest.raises(UserError):
        run(net, "cam", unit="conv1:2")


class OnePath(nn.Module):
    """Two numbers in, ReLUs whose signs on the way up and down can be chosen."""

    def __init__(self, act: nn.Module) -> None:
        super().__init__()
        self.first, self.act, self.last = nn.Conv2d(1, 4, 1), act, nn.Conv2d(4, 1, 1)
        with torch.no_grad():
            self.first.weight.copy_(torch.tensor([1.0, 2.0, -1.0, -3.0]).view(4, 1, 1, 1))
            self.first.bias.zero_()
            self.last.weight.copy_(torch.tensor([1.0, -1.0, 1.0, -1.0]).view(1, 4, 1, 1))
            self.last.bias.fill_(5.0)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.act(self.first(x))).mean((2, 3))


@pytest.mark.parametrize("act", [nn.ReLU(), nn.ReLU(inplace=True), nn.ReLU6()])
def test_the_rules_by_hand(act: nn.Module) -> None:
    small = opened(OnePath(act), InputSpec(1, 1, 1, (0.0,), (1.0,)))
    image = torch.full((1, 1, 1, 1), 0.5)
    # Up: 0.5, 1, −0.5, −1.5. Down: +1, −1, +1, −1. So open above: 1 − 2; both: 1; below: 1 − 1.
    for name, wanted in (("gradient", -1.0), ("guided-backprop", 1.0), ("deconvnet", 0.0)):
        assert values(small, name, image, colour="sum") == pytest.approx(wanted)


def test_an_activation_without_a_rule_is_told() -> None:
    small = opened(OnePath(nn.Hardswish()), InputSpec(1, 1, 1, (0.0,), (1.0,)))
    listener = Listener()
    technique = find("guided-backprop")
    result = technique.run(
        listener.context, small, torch.full((1, 1, 1, 1), 0.5), build(technique.params, {}), 0
    )
    assert result.figures["rectifiers"] == 0
    assert any("hardswish" in e.sentence for e in listener.events if isinstance(e, Note))


@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.parametrize("name", ["guided-backprop", "deconvnet", "guided-gradcam"])
def test_a_rule_does_not_ask_how_a_relu_is_written(kind: str, name: str, net: Network) -> None:
    other = run(opened(seeded(kind)), name, target=2)
    assert other.figures["rectifiers"] == 3
    np.testing.assert_allclose(other.values, values(net, name, target=2), rtol=1e-4, atol=1e-6)


def test_a_unit_is_explained_inside_its_field(net: Network) -> None:
    found = values(net, "gradient", unit="conv1:3@10,20")
    assert found[9:12, 19:22].max() > 0
    found[9:12, 19:22] = 0
    assert found.max() == 0


def test_a_unit_without_a_place_takes_its_strongest(net: Network) -> None:
    image = picture()
    result = run(net, "gradient", image, unit="conv2:4")
    maps = net.run(image, ["conv2"])["conv2"][0, 4]
    y, x = divmod(int(maps.argmax()), maps.shape[1])
    assert result.settled == {"unit": f"conv2:4@{y},{x}"}
    assert result.figures["activation"] == pytest.approx(float(maps.max()), rel=1e-4)
    both = run(net, "gradient", image, unit="conv2:4 - 0.5*conv1:1@2,3", colour="each")
    again = values(net, "gradient", image, unit=both.settled["unit"], colour="each")
    np.testing.assert_array_equal(both.values, again)


def test_a_map_of_a_unit_needs_a_layer_before_it(net: Network) -> None:
    assert values(net, "gradcam", layer="pool", unit="conv3:2").shape == (SIDE, SIDE)
    with pytest.raises(UserError, match="does not depend"):
        run(net, "gradcam", layer="conv3", unit="conv1:2")
    with pytest.raises(UserError, match="one number per channel"):
        run(net, "gradcam", layer="fc")


def test_smoothgrad_without_noise_is_the_gradient(net: Network) -> None:
    plain = values(net, "gradient", target=0)
    smooth = {"target": 0, "sigma": 0.0, "samples": 5}
    np.testing.assert_allclose(values(net, "smoothgrad", **smooth), plain, rtol=1e-4, atol=1e-6)
    squares = values(net, "smoothgrad", kind="squared", **smooth)
    np.testing.assert_allclose(squares, plain**2, rtol=1e-3, atol=1e-6)
    assert values(net, "smoothgrad", kind="variance", **smooth).max() < 1e-5


@pytest.mark.parametrize(("name", "module"), [("rise", rise), ("smoothgrad", smoothgrad)])
def test_chance_does_not_depend_on_how_many_go_together(
    name: str, module: Any, net: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"masks": 20} if name == "rise" else {"samples": 9}
    whole = values(net, name, **settings)
    np.testing.assert_array_equal(whole, values(net, name, **settings))
    monkeypatch.setattr(module, "at_once", lambda *_: 3)
    np.testing.assert_allclose(whole, values(net, name, **settings), rtol=1e-3, atol=1e-5)


def test_rise_finds_the_only_pixels_that_count() -> None:
    spec = InputSpec(1, 16, 16, (0.0,), (1.0,))
    look = nn.Linear(256, 2)
    with torch.no_grad():
        look.weight.zero_()
        look.weight[1].view(16, 16)[2:6, 9:13] = 1.0
    found = values(opened(nn.Sequential(nn.Flatten(), look), spec), "rise",
                   torch.ones(1, 1, 16, 16), target=1, masks=600)  # fmt: skip
    y, x = np.unravel_index(found.argmax(), found.shape)
    assert 1 <= y <= 6
    assert 8 <= x <= 13


def test_scorecam_repeats_itself(net: Network) -> None:
    np.testing.assert_array_equal(values(net, "scorecam"), values(net, "scorecam"))


def test_ablation_reckons_the_same_the_short_way(
    net: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scorecam.is_only_way(net, net.resolve("conv3"), (net.output,))
    assert not scorecam.is_only_way(net, net.resolve("conv2"), (net.output,))
    short = values(net, "ablationcam")
    monkeypatch.setattr(scorecam, "is_only_way", lambda *_: False)
    np.testing.assert_allclose(short, values(net, "ablationcam"), rtol=1e-4, atol=1e-6)
    assert values(net, "ablationcam", layer="conv2", channels=3).shape == (SIDE, SIDE)


def test_a_unit_is_explained_from_the_last_maps_before_it(net: Network) -> None:
    made = run(net, "gradcam", unit="conv2:3")
    assert net.node(str(made.figures["layer"])).name != "conv2"
    assert np.isfinite(made.values).all()
