"""Attention weights computed from recorded queries and keys, against the modules' own answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models import swin_transformer
from torchvision.models.swin_transformer import SwinTransformer, SwinTransformerBlockV2
from torchvision.models.vision_transformer import VisionTransformer

from cnnviz_app.nets import attention
from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.network import Network, inspect

SPEC = InputSpec(3, 32, 32, (0.5,) * 3, (0.25,) * 3)


def picture(side: int = 32) -> Tensor:
    return torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(1))


@cache
def vit() -> tuple[VisionTransformer, Network]:
    torch.manual_seed(0)
    module = VisionTransformer(32, 8, 3, 2, 16, 32, num_classes=5).eval()
    with torch.no_grad():
        for name, weight in module.named_parameters():
            if "self_attention" in name:  # fresh ones look everywhere alike
                weight.mul_(4).add_(torch.randn_like(weight) * 0.3)
    return module, inspect(module, SPEC, key="vit", title="tiny ViT")


def answers_of(module: nn.Module, image: Tensor) -> list[Tensor]:
    """heads × tokens × tokens of every MultiheadAttention, asked of the module itself."""
    found: list[Tensor] = []

    def ask(part: nn.MultiheadAttention, args: tuple[Tensor, ...], output: object) -> None:
        handle = handles.pop(part)
        handle.remove()
        _, weights = part(*args, need_weights=True, average_attn_weights=False)
        found.append(weights[0])

    handles = {
        part: part.register_forward_hook(ask)
        for part in module.modules() if isinstance(part, nn.MultiheadAttention)
    }  # fmt: skip
    with torch.no_grad():
        module((image - 0.5) / 0.25)
    return found


def read_all(net: Network, image: Tensor) -> list[attention.Attention]:
    with torch.no_grad():
        return list(attention.read(net, image, attention.sites(net)))


def test_a_vit_gives_the_weights_its_modules_give() -> None:
    module, net = vit()
    names = [site.name for site in attention.sites(net)]
    assert names == [f"encoder.layers.encoder_layer_{i}.self_attention" for i in range(3)]
    wanted = answers_of(module, picture())
    for own, theirs in zip(read_all(net, picture()), wanted, strict=True):
        assert own.weights.shape == (2, 17, 17)
        assert (own.grid, own.skip) == ((4, 4), 1)
        assert torch.allclose(own.weights, theirs, atol=1e-5)


def test_rows_of_the_class_token_and_of_a_cell() -> None:
    _, net = vit()
    first = read_all(net, picture())[0]
    assert torch.equal(first.seen_from(None), first.weights[:, 0, 1:].reshape(2, 4, 4))
    assert torch.equal(first.seen_from((2, 1)), first.weights[:, 1 + 9, 1:].reshape(2, 4, 4))
    assert torch.allclose(first.kept(None), first.weights[:, 0, 0], atol=1e-6)
    assert ((first.distances() > 0) & (first.distances() < 4.3)).all()


def test_rollout_is_the_product_of_the_layers() -> None:
    module, net = vit()
    product = torch.eye(17)
    for weights in answers_of(module, picture()):
        product = (0.5 * weights.mean(0) + 0.5 * torch.eye(17)) @ product
    found = attention.rollout(iter(read_all(net, picture())))
    assert found is not None
    assert torch.allclose(found.flatten(), product[0, 1:], atol=1e-5)
    assert attention.rollout(iter(())) is None


def test_an_exported_vit_says_the_same() -> None:
    module, _ = vit()
    program = torch.export.export(module, (picture(),))
    net = inspect(program.module(), SPEC, key="e", title="exported")
    own = read_all(net, picture())
    assert len(own) == 3
    for one, theirs in zip(own, answers_of(module, picture()), strict=True):
        assert (one.grid, one.skip) == ((4, 4), 1)
        assert torch.allclose(one.weights, theirs, atol=1e-5)


@contextmanager
def softmaxes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Tensor]]:
    """What torchvision's window attention hands to softmax's users."""
    found: list[Tensor] = []
    real = functional.softmax

    def keep(*args: Any, **kwargs: Any) -> Tensor:
        found.append(real(*args, **kwargs))
        return found[-1]

    with monkeypatch.context() as patch:
        patch.setattr(swin_transformer.F, "softmax", keep)
        yield found


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("window", [4, 3], ids=["even", "padded"])
def test_swin_gives_the_weights_of_its_windows(
    version: int, window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(2)
    blocks: dict[str, Any] = {"block": SwinTransformerBlockV2} if version == 2 else {}
    module = SwinTransformer(
        [2, 2], 8, [2], [2], [window, window], num_classes=5, **blocks
    ).eval()  # fmt: skip
    net = inspect(module, SPEC, key="swin", title="tiny Swin")
    with softmaxes(monkeypatch) as wanted, torch.no_grad():
        module((picture() - 0.5) / 0.25)
    own = read_all(net, picture())
    assert len(own) == len(wanted) == 2
    for one, theirs in zip(own, wanted, strict=True):
        assert torch.allclose(one.weights, theirs, atol=1e-5)
        assert one.windows is not None
        assert sorted(p for p in one.windows.places.flatten().tolist() if p >= 0) == list(
            range(256)
        )
        assert torch.allclose(one.kept(None), torch.zeros(2))
        assert ((one.distances() > 0) & (one.distances() < window * 1.5)).all()
    assert attention.rollout(iter(own)) is None


def test_a_cell_of_swin_sees_its_own_window() -> None:
    torch.manual_seed(2)
    module = SwinTransformer([2, 2], 8, [2], [2], [4, 4], num_classes=5).eval()
    net = inspect(module, SPEC, key="swin", title="tiny Swin")
    plain, shifted = read_all(net, picture())
    seen = plain.seen_from((5, 6))
    assert seen.shape == (2, 16, 16)
    assert torch.allclose(seen.sum(dim=(1, 2)), torch.ones(2), atol=1e-5)
    assert torch.allclose(seen[:, 4:8, 4:8].sum(dim=(1, 2)), torch.ones(2), atol=1e-5)
    moved = shifted.seen_from((5, 6))
    assert torch.allclose(moved[:, 2:6, 6:10].sum(dim=(1, 2)), torch.ones(2), atol=1e-4)
    assert torch.allclose(plain.seen_from(None).sum(dim=(1, 2)), torch.ones(2), atol=1e-4)


class WrittenOut(nn.Module):
    """Attention as people write it themselves: two products and a softmax; no class token."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 16, 8, 8)
        self.qkv = nn.Linear(16, 48)
        self.head = nn.Linear(16, 5)

    def forward(self, image: Tensor) -> Tensor:
        x = self.patches(image).flatten(2).transpose(1, 2)
        q, k, v = self.qkv(x).reshape(x.shape[0], 16, 3, 2, 8).permute(2, 0, 3, 1, 4).unbind(0)
        weights = (q @ k.transpose(-2, -1) * 8**-0.5).softmax(dim=-1)
        x = (weights @ v).transpose(1, 2).reshape(x.shape[0], 16, 16)
        return self.head(x.mean(dim=1))


def test_a_softmax_in_the_graph_is_read_as_it_is() -> None:
    torch.manual_seed(3)
    net = inspect(WrittenOut().eval(), SPEC, key="own", title="own")
    (one,) = read_all(net, picture())
    assert one.weights.shape == (2, 16, 16)
    assert (one.grid, one.skip) == ((4, 4), 0)
    assert torch.allclose(one.weights.sum(-1), torch.ones(2, 16), atol=1e-5)
    assert torch.allclose(one.seen_from(None).flatten(1), one.weights.mean(1), atol=1e-6)
    assert attention.rollout(iter([one])) is not None


def test_networks_without_attention_have_no_sites() -> None:
    net = inspect(nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(3600, 5)),
                  SPEC, key="c", title="c")  # fmt: skip
    assert attention.sites(net) == ()
    assert list(attention.read(net, picture(), ())) == []
