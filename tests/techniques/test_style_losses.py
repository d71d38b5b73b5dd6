"""Style losses: as the lectures define them, whole or in tiles, with regions."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.network import Network, inspect
from cnnviz_app.techniques import _style_losses as losses
from cnnviz_app.techniques._style_evaluate import Evaluator
from cnnviz_app.techniques._style_job import Job, make_rung
from cnnviz_app.techniques._style_tiles import bytes_needed, tiles_for
from tests.techniques.conftest import open_colour, seeded
from tests.techniques.style_formulas import naive_content, naive_gram, naive_loss, naive_style


def nothing() -> None:
    """A checkpoint that never stops."""


def picture(height: int, width: int, seed: int = 0) -> Tensor:
    return torch.rand((1, 3, height, width), generator=torch.Generator().manual_seed(seed))


def deep() -> Network:
    """Pools of both roundings, strides and padding: everything a tile must respect."""
    module = nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 8, 5, stride=2, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True),
        nn.Conv2d(8, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 4),
    )  # fmt: skip
    spec = InputSpec(3, 64, 64, (0.5, 0.4, 0.3), (0.25, 0.2, 0.3))
    return inspect(seeded(module), spec, key="deep", title="Deep")


def job(net: Network, content: Tensor, **changes: Any) -> Job:
    given: dict[str, Any] = {
        "content": content, "content_layers": (("4", 0.7),), "styles": (picture(40, 48, 5),),
        "style_layers": (("1", 0.3), ("4", 0.5)), "shares": (1.0,), "alpha": 1.5, "beta": 2.5,
        "balanced": False,
    }  # fmt: skip
    return Job(net, (content.shape[2], content.shape[3]), **{**given, **changes})


def test_the_formulas_are_those_of_the_lectures() -> None:
    f, p = picture(5, 7, 1) - 0.3, picture(5, 7, 2) - 0.3
    m = float(f.shape[2] * f.shape[3])
    assert torch.allclose(losses.content_loss(f, p), naive_content(f, p))
    assert torch.allclose(losses.gram(f), naive_gram(f), atol=1e-5)
    found = losses.style_loss(losses.gram(f), m, losses.gram(p) / m)
    assert torch.allclose(found, naive_style(f, p), rtol=1e-5)


def test_the_gradients_are_those_of_autograd() -> None:
    f = (picture(5, 7, 1) - 0.3).requires_grad_(True)
    p = picture(5, 7, 2) - 0.3
    expected = torch.autograd.grad(naive_style(f, p), f)[0]
    with torch.no_grad():
        pull = losses.style_pull(losses.gram(f), 35.0, losses.gram(p) / 35.0, 1.0)
        assert torch.allclose(losses.style_gradient(f, pull), expected, rtol=1e-4, atol=1e-9)


def test_loss_and_gradient_of_a_picture_agree_with_the_naive_formula() -> None:
    net = open_colour()
    content, style, now = picture(32, 40, 1), picture(32, 40, 2), picture(32, 40, 3)
    given = job(net, content, styles=(style,), content_layers=(("5", 0.7),),
                style_layers=(("2", 0.3), ("5", 0.5)))  # fmt: skip
    evaluate = make_rung(given, (32, 40), nothing).evaluate
    loss, slope = evaluate(now)
    leaf = now.clone().requires_grad_(True)
    total, c, s = naive_loss(net, leaf, content, style, 1.5, 2.5, {"5": 0.7}, {"2": 0.3, "5": 0.5})
    assert loss == pytest.approx(float(total.detach()), rel=1e-4)
    assert evaluate.found.content == pytest.approx(float(c.detach()), rel=1e-4)
    assert evaluate.found.style == pytest.approx(float(s.detach()), rel=1e-4)
    expected = torch.autograd.grad(total, leaf)[0]
    assert torch.allclose(slope, expected, rtol=1e-3, atol=1e-5 * float(expected.abs().max()))


def test_balanced_losses_are_shares_of_an_empty_picture() -> None:
    net = open_colour()
    content = picture(32, 32, 1)
    given = job(net, content, styles=(content,), content_layers=(("5", 1.0),), balanced=True,
                style_layers=(("2", 0.5), ("5", 0.5)), alpha=1.0, beta=0.0)  # fmt: skip
    rung = make_rung(given, (32, 32), nothing)
    target = rung.evaluate.content[0]
    assert losses.content_loss(torch.zeros_like(target.pieces[0]), target.pieces[0]) * (
        target.weight
    ) == pytest.approx(1.0, rel=1e-5)
    assert rung.evaluate.losses(content).total == pytest.approx(0.0, abs=1e-6)


def test_the_lectures_losses_come_on_the_networks_own_scale() -> None:
    """Layers weigh as they are written, and the default of β means the same in any network."""
    net = open_colour()
    content, style, now = picture(32, 40, 1), picture(32, 40, 2), picture(32, 40, 3)
    layers = {"content_layers": (("5", 1.0),), "style_layers": (("2", 0.3), ("5", 0.7)),
              "styles": (style,), "alpha": 1.0, "beta": 20.0}  # fmt: skip
    raw = make_rung(job(net, content, **layers), (32, 40), nothing)
    scaled = make_rung(job(net, content, scaled=True, **layers), (32, 40), nothing)
    one, other = (rung.evaluate.style for rung in (raw, scaled))
    assert one[0].weight / one[1].weight == pytest.approx(other[0].weight / other[1].weight)
    sizes = [t.weight * losses.style_size(t.gram) for t in other]
    assert sum(sizes) == pytest.approx(20.0)
    goal = scaled.evaluate.content[0]
    assert goal.weight * losses.content_size(goal.pieces) == pytest.approx(1.0)
    assert raw.written == pytest.approx(20.0)
    assert scaled.written == pytest.approx(other[0].weight / other[0].share / goal.weight)
    # The two parts are told as they are written all the same.
    parts = [rung.evaluate.losses(now) for rung in (raw, scaled)]
    assert parts[0].style == pytest.approx(parts[1].style)
    assert parts[0].content == pytest.approx(parts[1].content)


@pytest.mark.parametrize(("height", "width"), [(96, 96), (101, 75), (64, 130)])
@pytest.mark.parametrize("masked", [False, True])
def test_tiles_change_nothing(height: int, width: int, masked: bool) -> None:
    net = deep()
    content, now = picture(height, width, 1), picture(height, width, 2)
    nodes = {"content_layers": (("7", 1.0),), "style_layers": (("1", 0.5), ("4", 0.5), ("7", 1.0))}
    if masked:
        mask = (picture(height, width, 3)[:, :1] > 0.5).float().expand(1, 3, -1, -1)
        styles = (picture(50, 60, 5), picture(60, 50, 6))
        nodes |= {"mask": mask, "feather": 3.0, "styles": styles, "shares": (0.4, 0.6)}  # type: ignore[dict-item]  # values of a job are of many kinds
    whole = make_rung(job(net, content, **nodes), (height, width), nothing).evaluate
    tiled = make_rung(job(net, content, tile=32, **nodes), (height, width), nothing).evaluate
    assert not whole.tiled
    assert tiled.tiled
    assert tiled.losses(now).total == pytest.approx(whole.losses(now).total, rel=1e-4)
    (a, slope), (b, pieced) = whole(now), tiled(now)
    assert b == pytest.approx(a, rel=1e-4)
    assert torch.allclose(slope, pieced, rtol=1e-3, atol=1e-5 * float(slope.abs().max()))


def test_regions_only_count_their_own_cells() -> None:
    """A region's style loss does not change when the picture changes far outside of it."""
    net = open_colour()
    mask = torch.zeros(1, 3, 64, 64)
    mask[..., :32] = 1.0
    styles = (picture(64, 64, 5), picture(64, 64, 6))
    given = job(net, picture(64, 64, 1), content_layers=(), style_layers=(("2", 1.0),),
                styles=styles, shares=(0.5, 0.5), mask=mask, feather=0.0)  # fmt: skip
    evaluate: Evaluator = make_rung(given, (64, 64), nothing).evaluate
    now = picture(64, 64, 2)
    other = now.clone()
    other[..., 48:] = 0.0
    grams, _ = evaluate._first_pass(now)
    changed, _ = evaluate._first_pass(other)
    assert torch.equal(grams["2", 0], changed["2", 0])
    assert not torch.allclose(grams["2", 1], changed["2", 1])


def test_a_budget_of_memory_decides_the_tiles() -> None:
    net = deep()
    needed = bytes_needed(net, ["7"], 512, 512)
    assert len(tiles_for(net, ["7"], 512, 512, budget=needed)) == 1
    pieces = tiles_for(net, ["7"], 512, 512, budget=needed / 4)
    largest = max((t.rows.last - t.rows.first) * (t.columns.last - t.columns.first) for t in pieces)
    assert len(pieces) > 4
    assert bytes_needed(net, ["7"], 1, 1) * largest <= needed / 4 * 1.3
