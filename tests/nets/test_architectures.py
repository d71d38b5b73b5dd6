"""Our own networks: shapes, sizes of input, names of layers, seeds."""

from __future__ import annotations

import pytest
import torch

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets import architectures
from cnnviz_app.nets.presets import PRESETS

NAMES = sorted(architectures.ARCHITECTURES)


@pytest.mark.parametrize("name", NAMES)
def test_one_logit_per_class(name: str) -> None:
    about = architectures.architecture(name)
    module = architectures.build(name, 7).eval()
    with torch.no_grad():
        logits = module(torch.rand(2, about.channels, about.side, about.side))
    assert logits.shape == (2, 7)
    assert torch.isfinite(logits).all()


@pytest.mark.parametrize("name", ["lens", "lens-mean", "shapes", "res20", "plain20"])
@pytest.mark.parametrize("size", [(32, 32), (45, 70), (128, 96)])
def test_colour_networks_take_any_size_from_32(name: str, size: tuple[int, int]) -> None:
    module = architectures.build(name, 5).eval()
    with torch.no_grad():
        assert module(torch.rand(1, 3, *size)).shape == (1, 5)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_network(name: str) -> None:
    first, again, other = (architectures.build(name, 4, seed).state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(value, again[key]) for key, value in first.items())
    assert any(not torch.equal(value, other[key]) for key, value in first.items())


def test_building_leaves_the_shared_generator_alone() -> None:
    module = architectures.architecture("lens").build(3)
    state = torch.random.get_rng_state()
    architectures.initialise(module, 5)
    assert torch.equal(state, torch.random.get_rng_state())


def test_lens_has_the_size_of_the_lectures() -> None:
    count = sum(p.numel() for p in architectures.build("lens", 24).parameters())
    assert 1_100_000 < count < 1_300_000


def test_skips_are_the_only_difference_of_the_two_deep_ones() -> None:
    with_skips = dict(architectures.build("res20", 3).named_parameters())
    without = dict(architectures.build("plain20", 3).named_parameters())
    extra = set(with_skips) - set(without)
    assert extra
    assert all("shortcut" in name for name in extra)
    assert set(without) <= set(with_skips)


def test_class_activation_maps_are_exact() -> None:
    """The mean over places of the last maps, through the linear layer, is the logit."""
    module = architectures.build("lens", 6).eval()
    x = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        maps = module[: list(dict(module.named_children())).index("gap")](x)
        linear = module.get_submodule("fc")
        by_place = torch.einsum("kc,nchw->nkhw", linear.weight, maps)
        logits = by_place.mean((2, 3)) + linear.bias
        torch.testing.assert_close(logits, module(x), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_default_layers_exist(name: str) -> None:
    preset = PRESETS[name]
    known = dict(architectures.build(preset.architecture, 3).named_modules())
    for layers in preset.layers.values():
        assert all(layer in known for layer in layers.split(","))


def test_an_unknown_name_is_a_sentence() -> None:
    with pytest.raises(UserError, match="no architecture called 'vgg'"):
        architectures.build("vgg", 3)
