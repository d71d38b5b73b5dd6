"""Kernels, maps, layers, addresses of units, and the sentences wrong ones get."""

from __future__ import annotations

import pytest
import torch

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets import device, labels, units, zoo
from cnnviz_app.nets.network import InputSpec, Network, inspect


def test_the_kernel_behind_a_node_is_found(plain: Network, branching: Network) -> None:
    weight = plain.module.features[0].weight  # type: ignore[index, union-attr]
    for name in ("features.0", "features.1", "features.2"):
        kernel = plain.kernel(name)
        assert kernel is not None
        assert torch.equal(kernel, weight)
        assert not kernel.requires_grad
    head = plain.kernel("head")
    assert head is not None
    assert head.shape == (10, 288)
    for name in ("input", "features.3", "view"):
        assert plain.kernel(name) is None
    assert branching.kernel("cat") is None


def test_maps_of_every_kind_of_tensor(plain: Network) -> None:
    assert plain.maps("features.0", torch.zeros(2, 6, 28, 28)).shape == (2, 6, 28, 28)
    assert plain.maps("head", torch.zeros(2, 10)).shape == (2, 10, 1, 1)
    assert plain.map_shape("features") == (8, 6, 6)


def test_tokens_lie_where_their_patches_are() -> None:
    spec = InputSpec(3, 64, 64, (0.0,) * 3, (1.0,) * 3)
    net = inspect(zoo.build("vit_b_16", image_size=64, empty=True), spec, key="vit", title="ViT")
    tokens = torch.arange(17.0).reshape(1, 17, 1).expand(1, 17, 768)
    maps = net.maps("encoder.layers.encoder_layer_3", tokens)
    assert maps.shape == (1, 768, 4, 4)
    assert maps[0, 0].flatten().tolist() == list(range(1, 17))


@pytest.mark.parametrize("name", ["swin_t", "maxvit_t"])
def test_windowed_transformers_show_maps(name: str) -> None:
    spec = InputSpec(3, 224, 224, (0.0,) * 3, (1.0,) * 3)
    net = inspect(zoo.build(name, image_size=224, empty=True), spec, key=name, title=name)
    layer = {"swin_t": "features.7", "maxvit_t": "blocks.3"}[name]
    assert net.default_layer("cam") == layer
    assert net.map_shape(layer)[1:] == (7, 7)
    assert net.map_shape(layer)[0] in {768, 512}


def test_layers_are_in_order_and_none_is_named_twice(branching: Network) -> None:
    layers = branching.layers
    assert layers == (
        *("stem", "relu", "stage.0.conv1", "stage.0.relu", "stage.0.conv2", "stage.0"),
        *("stage.1.conv1", "stage.1.relu", "stage.1.conv2", "stage", "gate"),
        *("near", "far", "leaky_relu", "max_pool2d", "fc", "mul"),
    )
    resolved = [branching.resolve(layer) for layer in layers]
    order = [node.name for node in branching.nodes]
    assert resolved == sorted(resolved, key=order.index)


def test_a_wrong_name_gets_the_nearest_right_one(plain: Network) -> None:
    with pytest.raises(UserError, match=r"“feature\.4”\. Did you mean “features\.4”"):
        plain.run(torch.zeros(1, 1, 28, 28), ["feature.4"])


def test_addresses_go_there_and_back(plain: Network) -> None:
    for text in ("features.0:5", "features:7@0,5", "head:9", "head:9@0,0"):
        assert str(units.parse(text, plain)) == text
    assert units.parse(" features.0:5@1, 2", plain) == units.Unit("features.0", 5, (1, 2))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("features.0", "is not the address of a unit"),
        ("", "is not the address of a unit"),
        ("features.9:1", "no layer called “features.9”"),
        ("features.0:6", "has 6 channels, so there is no number 6"),
        ("features.0:-1", "has 6 channels, so there is no number -1"),
        ("features.0:one", "“one” in “features.0:one” is not a number"),
        ("features.0:1@28,0", "has 28 rows, so there is no number 28"),
        ("features.0:1@0,x", "“x” in “features.0:1@0,x” is not a number"),
        ("features.0:1@3", "is not"),
        ("head:3@1,0", "has 1 rows"),
    ],
)
def test_wrong_addresses_get_a_sentence(plain: Network, text: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence) as caught:
        units.parse(text, plain)
    assert caught.value.hint


def test_labels() -> None:
    names = ("tench", "goldfish", "great white shark")
    assert labels.label(names, 1) == "goldfish"
    assert labels.label(names, 12) == "class 12"
    assert labels.find(names, "Goldfish") == 1
    assert labels.find(names, "shark") == 2
    assert labels.find(names, "2") == 2
    assert labels.find(names, "unicorn") is None
    assert labels.fitting(names, 4) == ()
    assert len(labels.imagenet()) == 1000


def test_the_device_in_words() -> None:
    assert device.memory_text(512) == "512 B"
    assert device.memory_text(1_400_000_000) == "1.4 GB"
    assert device.choose("cpu") == torch.device("cpu")
    assert device.cores() >= 1
    assert device.describe(torch.device("cpu")).startswith("CPU")
    assert device.is_out_of_memory(MemoryError())
    assert device.is_out_of_memory(RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"))
    assert not device.is_out_of_memory(ValueError("out of memory"))
