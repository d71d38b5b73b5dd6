"""The attack of training and evaluation stays in its ball and leaves the network as it was."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets import data
from cnnviz_app.nets.attack import Attack, attackable, parse_attack, perturb
from cnnviz_app.nets.evaluation import dead_units, evaluate, folded


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(144, 3)
    )


@pytest.fixture
def batch() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return torch.rand(6, 3, 8, 8, generator=generator), torch.arange(6) % 3


@pytest.mark.parametrize("attack", [Attack("l2", 0.7, 6), Attack("linf", 0.03, 6)])
def test_it_stays_in_the_ball_and_raises_the_loss(
    attack: Attack, batch: tuple[torch.Tensor, torch.Tensor]
) -> None:
    x, labels = batch
    module = network().eval()
    moved = perturb(module, x, labels, attack, torch.Generator().manual_seed(0))
    difference = (moved - x).flatten(1)
    size = difference.norm(dim=1) if attack.norm == "l2" else difference.abs().amax(1)
    assert float(size.max()) <= attack.epsilon + 1e-5
    assert moved.min() >= 0
    assert moved.max() <= 1
    with torch.no_grad():
        assert F.cross_entropy(module(moved), labels) > F.cross_entropy(module(x), labels)


def test_the_network_is_as_before_also_after_an_exception() -> None:
    module = network().train()
    during: list[bool] = []

    def fail() -> None:
        with attackable(module):
            during.extend([module.training, any(p.requires_grad for p in module.parameters())])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert during == [False, False]
    assert module.training
    assert all(p.requires_grad for p in module.parameters())


def test_the_same_seed_gives_the_same_attack(batch: tuple[torch.Tensor, torch.Tensor]) -> None:
    x, labels = batch
    module = network().eval()
    first, again = (
        perturb(module, x, labels, Attack(), torch.Generator().manual_seed(4)) for _ in range(2)
    )
    assert torch.equal(first, again)


def test_attacks_are_read_from_text() -> None:
    assert parse_attack("l2:1.0:20") == Attack("l2", 1.0, 20)
    assert parse_attack("LINF:0.03:5").norm == "linf"
    assert parse_attack("l2:1.0:20").stride == pytest.approx(0.125)


@pytest.mark.parametrize("text", ["l2", "l1:1:2", "l2:-1:2", "l2:nan:3", "l2:1:0", "l2:1:2:3"])
def test_nonsense_is_a_sentence(text: str) -> None:
    with pytest.raises(UserError, match="is not an attack"):
        parse_attack(text)


def test_evaluation_counts_every_picture_and_says_how_robust() -> None:
    generator = torch.Generator().manual_seed(2)
    images = (torch.rand(230, 8, 8, 3, generator=generator) * 255).byte().numpy()
    labels = torch.arange(230).remainder(3).numpy()
    pictures = data.from_arrays(images, labels, ("a", "b", "c"))
    module = network().train()
    result = evaluate(module, pictures, Attack("l2", 0.5, 3))
    assert result["n"] == 230
    assert 0 <= result["robust_accuracy"] <= result["accuracy"] <= 1
    assert module.training


def test_dead_units_are_found() -> None:
    module = network().eval()
    with torch.no_grad():
        module[1].bias[2] = -100.0
        module[1].weight[2] = 0.0
    images = torch.randint(0, 255, (20, 8, 8, 3), dtype=torch.uint8).numpy()
    pictures = data.from_arrays(images, torch.zeros(20).numpy(), ("a", "b", "c"))
    assert dead_units(module, pictures) == {"2": 0.25}
    assert not module[2]._forward_hooks


def test_folding_changes_nothing_but_the_time() -> None:
    torch.manual_seed(0)
    inner = nn.Sequential(nn.Conv2d(3, 4, 3, bias=False), nn.BatchNorm2d(4), nn.ReLU())
    inner[1].running_mean.uniform_(-1, 1)
    inner[1].running_var.uniform_(0.5, 2)
    module = nn.Sequential(inner, nn.Flatten(), nn.Linear(144, 3)).eval()
    x = torch.rand(2, 3, 8, 8)
    quick = folded(module)
    assert not any(isinstance(part, nn.BatchNorm2d) for part in quick.modules())
    assert any(isinstance(part, nn.BatchNorm2d) for part in module.modules())
    torch.testing.assert_close(quick(x), module(x), atol=1e-5, rtol=1e-5)
