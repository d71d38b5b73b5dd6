"""Parameters and multiply-adds of the whole torchvision zoo against torchvision's own figures."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torchvision.models as tv
from torch import nn

from cnnviz_app.nets import zoo
from cnnviz_app.nets.network import InputSpec, inspect
from tests.nets.conftest import COLOUR, GREY, Branching, Plain, opened, randomised

ATTENTIVE = ("vit", "swin", "maxvit")


def _sizes(name: str) -> dict[int, Any]:
    """Crop size → the weights entry that states figures for it."""
    return {preset.transforms().crop_size[0]: preset for preset in tv.get_model_weights(name)}


@pytest.mark.parametrize("name", tv.list_models(module=tv))
def test_figures_equal_those_torchvision_states(name: str) -> None:
    for size, weights in _sizes(name).items():
        module = zoo.build(name, image_size=size, empty=True)
        spec = InputSpec(3, size, size, (0.5,) * 3, (0.2,) * 3)
        net = inspect(module, spec, key=name, title=name)
        assert sum(node.params for node in net.nodes) == weights.meta["num_params"]
        if not name.startswith(ATTENTIVE):
            assert net.macs / 1e9 == pytest.approx(weights.meta["_ops"], rel=0.02)
        names = [node.name for node in net.nodes]
        assert len(set(names)) == len(names)
        assert all(source in names for node in net.nodes for source in node.inputs)
        assert names[0] == "input"
        assert net.node(net.output).shape == (1000,)
        for purpose in ("cam", "dream", "explore", "feature-vis"):
            assert min(net.map_shape(net.default_layer(purpose))[1:]) > 1


def test_the_default_layers_people_expect() -> None:
    expected = {"squeezenet1_1": "features.12", "resnet18": "layer4", "googlenet": "inception5b"}
    spec = InputSpec(3, 224, 224, (0.5,) * 3, (0.2,) * 3)
    for name, layer in expected.items():
        net = inspect(zoo.build(name, empty=True), spec, key=name, title=name)
        assert net.default_layer("cam") == layer
    assert net.default_layer("dream") == "inception4c"


def test_every_node_of_a_small_network() -> None:
    net = opened(randomised(Plain()), GREY)
    table = {n.name: (n.op, n.inputs, n.shape, n.params, n.macs, n.scope) for n in net.nodes}
    assert table["input"] == ("input", (), (1, 28, 28), 0, 0, "")
    stem = ("conv2d", ("input",), (6, 28, 28), 156, 28 * 28 * 6 * 25, "features")
    assert table["features.0"] == stem
    assert table["features.1"][3] == 12
    assert table["view"] == ("view", ("features.6",), (288,), 0, 0, "")
    assert table["head"] == ("linear", ("view",), (10,), 2890, 2880, "")
    assert next(iter(table)) == "input"
    assert net.output == "head"


def test_a_direct_parameter_counts_at_the_operator_that_reads_it() -> None:
    net = opened(randomised(Branching()), COLOUR)
    assert net.node("mul").params == 1
    assert net.params == sum(p.numel() for p in net.module.parameters())


def test_modules_that_take_no_part_are_listed_with_their_parameters() -> None:
    class Extra(Plain):
        def __init__(self) -> None:
            super().__init__()
            self.auxiliary = nn.Sequential(nn.Linear(10, 4), nn.Linear(4, 2))

    net = opened(randomised(Extra()), GREY)
    assert net.node("auxiliary").params == 54
    assert net.node("auxiliary").shape == ()
    assert "auxiliary" not in net.layers
    assert net.nodes[-1].name == net.output


def test_shared_weights_count_once() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 3, 3, padding=1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.conv(self.conv(x))

    net = opened(Twice(), COLOUR)
    assert [n.name for n in net.nodes] == ["input", "conv", "conv_1"]
    assert [n.params for n in net.nodes] == [0, 84, 0]
    assert net.nodes[1].macs == net.nodes[2].macs == 32 * 32 * 3 * 27
