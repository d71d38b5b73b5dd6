"""Attacks: nothing leaves its ball after rounding, and every stated success is that of the file."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.images import save_png, to_uint8
from cnnviz_app.core.params import build
from cnnviz_app.core.registry import TechniqueResult, find
from cnnviz_app.nets.network import Network
from cnnviz_app.techniques import discover
from tests.techniques.conftest import colour_module, open_colour, open_grey, seeded

discover()


def decided() -> Network:
    """Like the tiny network, but of firm opinions: its classes lie apart."""
    module = seeded(colour_module())
    with torch.no_grad():
        module[-1].weight.mul_(25.0)
    return open_colour(module)


NETS = {"colour": decided(), "grey": open_grey()}
ONE_PICTURE = ("fgsm", "bim", "pgd", "deepfool", "cw", "lbfgs", "few-pixel", "jsma", "square",
               "universal", "patch")  # fmt: skip
FAST: dict[str, dict[str, Any]] = {
    "cw": {"steps": 12, "searches": 2}, "lbfgs": {"steps": 8, "searches": 3},
    "few-pixel": {"population": 8, "generations": 4}, "jsma": {"steps": 10},
    "square": {"steps": 25}, "universal": {"steps": 4, "pictures": 4},
    "patch": {"steps": 3, "pictures": 3}, "deepfool": {"steps": 10},
}  # fmt: skip
random_nets = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def picture(net: Network, seed: int) -> torch.Tensor:
    shape = (1, net.spec.channels, net.spec.height, net.spec.width)
    levels = torch.randint(0, 256, shape, generator=torch.Generator().manual_seed(seed))
    return levels.float() / 255


def attack(name: str, net: Network, seed: int, **values: Any) -> TechniqueResult:
    found = find(name)
    params = build(found.params, FAST.get(name, {}) | values)
    return found.run(Context.silent(), net, picture(net, seed), params, seed)


def from_file(result: TechniqueResult, folder: Path) -> np.ndarray[Any, Any]:
    """The saved picture as somebody else's program reads it."""
    assert result.picture is not None
    save_png(folder / "attacked.png", to_uint8(result.picture))
    with Image.open(folder / "attacked.png") as opened:
        return np.asarray(opened.convert("RGB"))


def answer(net: Network, pixels: np.ndarray[Any, Any]) -> int:
    """The plain module's class for eight-bit pixels: nothing here knows the attack."""
    values = torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1)[None]
    values = values[:, : net.spec.channels]
    mean = torch.tensor(net.spec.mean).view(1, -1, 1, 1)
    std = torch.tensor(net.spec.std).view(1, -1, 1, 1)
    module = copy.deepcopy(net.module).eval()
    with torch.no_grad():
        return int(module((values - mean) / std).argmax())


def levels_of(net: Network, seed: int) -> np.ndarray[Any, Any]:
    shown = (picture(net, seed)[0] * 255).round().permute(1, 2, 0).expand(-1, -1, 3)
    return shown.numpy().astype(np.uint8)


@pytest.mark.parametrize("name", ONE_PICTURE)
@pytest.mark.parametrize("kind", ["colour", "grey"])
def test_what_is_stated_is_what_the_file_holds(name: str, kind: str, tmp_path: Path) -> None:
    net = NETS[kind]
    for seed in range(3):
        result = attack(name, net, seed)
        saved, clean = from_file(result, tmp_path), levels_of(net, seed)
        figures = result.figures
        assert figures["label_before"] == answer(net, clean)
        assert figures["label_after"] == answer(net, saved)
        assert figures["success"] == (answer(net, saved) != answer(net, clean))
        delta = saved.astype(int) - clean
        assert figures["linf"] == np.abs(delta).max()
        assert figures["pixels_changed"] == np.abs(delta).max(axis=2).astype(bool).sum()
        assert figures["l2"] == pytest.approx(
            np.sqrt((delta[:, :, : net.spec.channels] ** 2).sum()) / 255, rel=1e-5
        )
        assert figures["queries"] > 0  # type: ignore[operator]  # it is a number here


class Mistaken:
    """A network whose fast arithmetic is far off: only the plain one can be believed."""

    def __init__(self, net: Network) -> None:
        self._net = net

    def __getattr__(self, name: str) -> Any:
        return getattr(self._net, name)

    def logits(self, x: torch.Tensor) -> torch.Tensor:
        right = self._net.logits(x)
        wrong = torch.linspace(40, -40, right.shape[1])
        return right + wrong


@pytest.mark.parametrize("name", ONE_PICTURE)
def test_fast_arithmetic_is_never_believed(name: str, tmp_path: Path) -> None:
    net = NETS["colour"]
    for seed in range(3):
        result = attack(name, Mistaken(net), seed)  # type: ignore[arg-type]  # has all it has
        after = answer(net, from_file(result, tmp_path))
        assert result.figures["label_before"] == answer(net, levels_of(net, seed))
        assert result.figures["label_after"] == after
        assert result.figures["success"] == (after != result.figures["label_before"])


@pytest.mark.parametrize("name", [name for name in ONE_PICTURE if name != "deepfool"])
def test_towards_a_class_only_that_class_counts(name: str, tmp_path: Path) -> None:
    net = NETS["colour"]
    before = answer(net, levels_of(net, 0))
    for target in {(before + 1) % 5, (before + 3) % 5, before}:
        result = attack(name, net, 0, target=str(target))
        after = answer(net, from_file(result, tmp_path))
        assert result.figures["success"] == (after == target)


@random_nets
@example(name="fgsm", kind="colour", epsilon=7.6, seed=0)  # eight levels would be too many
@example(name="universal", kind="grey", epsilon=0.7, seed=0)
@given(
    name=st.sampled_from(["fgsm", "bim", "pgd", "square", "universal"]),
    kind=st.sampled_from(["colour", "grey"]), epsilon=st.floats(0, 40), seed=st.integers(0, 2**20),
)
def test_nothing_leaves_the_ball_of_channels(
    name: str, kind: str, epsilon: float, seed: int, tmp_path: Path
) -> None:
    net = NETS[kind]
    result = attack(name, net, seed, epsilon=epsilon)
    delta = from_file(result, tmp_path).astype(int) - levels_of(net, seed)
    assert np.abs(delta).max() <= epsilon + 1e-6


@random_nets
@example(name="pgd", kind="colour", epsilon=20.0, seed=0)  # below half a level nearly everywhere
@given(
    name=st.sampled_from(["bim", "pgd"]), kind=st.sampled_from(["colour", "grey"]),
    epsilon=st.floats(0.5, 600), seed=st.integers(0, 2**20),
)
def test_nothing_leaves_the_ball_of_lengths(
    name: str, kind: str, epsilon: float, seed: int, tmp_path: Path
) -> None:
    net = NETS[kind]
    result = attack(name, net, seed, epsilon=epsilon, norm="l2", alpha=epsilon / 4, steps=5)
    delta = from_file(result, tmp_path).astype(float) - levels_of(net, seed)
    assert np.linalg.norm(delta[:, :, : net.spec.channels]) <= epsilon + 1e-3


@random_nets
@given(pixels=st.integers(1, 12), kind=st.sampled_from(["colour", "grey"]),
       colour=st.sampled_from(["", "#ff0000"]), seed=st.integers(0, 2**20))  # fmt: skip
def test_few_pixels_are_few(
    pixels: int, kind: str, colour: str, seed: int, tmp_path: Path
) -> None:
    net = NETS[kind]
    result = attack("few-pixel", net, seed, pixels=pixels, colour=colour)
    saved = from_file(result, tmp_path)
    changed = (saved != levels_of(net, seed)).any(axis=2)
    assert changed.sum() <= pixels
    if colour and kind == "colour" and changed.any():
        assert (saved[changed] == [255, 0, 0]).all()


@pytest.mark.parametrize("name", ["bim", "pgd", "cw", "lbfgs", "deepfool"])
def test_a_tiny_network_has_no_chance(name: str) -> None:
    net = NETS["colour"]
    values = {"epsilon": 16.0} if name in ("bim", "pgd") else {"steps": 30}
    won = [attack(name, net, seed, **values).figures["success"] for seed in range(3)]
    assert all(won)


@pytest.mark.parametrize("name", ["pgd", "cw", "lbfgs", "jsma"])
def test_a_targeted_attack_reaches_its_class(name: str) -> None:
    net = NETS["colour"]
    values: dict[str, Any] = {"pgd": {"epsilon": 64.0, "alpha": 8.0, "steps": 40},
                              "jsma": {"share": 0.9, "steps": 100}}.get(
        name, {"steps": 40, "searches": 4}
    )  # fmt: skip
    first = attack(name, net, 1, **values)
    other = (int(first.figures["label_before"]) + 1) % 5  # type: ignore[arg-type]  # a number
    for target in (other, (other + 1) % 5, (other + 2) % 5):
        result = attack(name, net, 1, target=str(target), **values)
        if result.figures["success"]:
            assert result.figures["label_after"] == target
            return
    pytest.fail("no class could be reached")


def test_smaller_is_better_for_those_that_minimise() -> None:
    net = NETS["colour"]
    lengths = {
        name: np.mean([float(attack(name, net, seed, **values).figures["l2"])  # type: ignore[arg-type]
                       for seed in range(2)])
        for name, values in {
            "fgsm": {"epsilon": 16.0}, "deepfool": {}, "cw": {"steps": 100, "searches": 5},
        }.items()
    }  # fmt: skip
    assert lengths["cw"] <= lengths["deepfool"] * 1.05
    assert lengths["deepfool"] < lengths["fgsm"]


def test_restarts_go_on_until_one_wins() -> None:
    net = NETS["colour"]
    # Less than half a level cannot win, and sixteen levels always do.
    lost = attack("pgd", net, 3, epsilon=0.4, restarts=3)
    assert not lost.figures["success"]
    assert lost.steps == 3 * attack("pgd", net, 3, epsilon=0.4).steps
    won = attack("pgd", net, 3, epsilon=16.0, restarts=6)
    assert won.figures["success"]
    assert won.steps == attack("pgd", net, 3, epsilon=16.0).steps


def test_transfer_variants_change_the_way_but_not_the_ball(tmp_path: Path) -> None:
    net = NETS["colour"]
    plain = attack("bim", net, 2).picture
    for change in ({"momentum": 1.0}, {"diverse": 0.7}, {"smooth": 7}):
        result = attack("bim", net, 2, **change)
        assert not np.array_equal(result.picture, plain)
        delta = from_file(result, tmp_path).astype(int) - levels_of(net, 2)
        assert np.abs(delta).max() <= 8


def test_a_sticker_changes_its_disc_only() -> None:
    net = NETS["colour"]
    result = attack("patch", net, 0, share=0.1)
    assert result.picture is not None
    changed = (to_uint8(result.picture) != levels_of(net, 0)).any(axis=2)
    assert 0.05 * changed.size < changed.sum() < 0.16 * changed.size
    alone = attack("patch", net, 0, share=0.1, alone=True).picture
    assert alone is not None
    assert alone.shape[0] == alone.shape[1] < 32
    assert (alone[0, 0] == 1).all()  # paper around the disc


@pytest.mark.parametrize("method", ["gradient", "evolution"])
@pytest.mark.parametrize(("confidence", "steps"), [(0.6, 200), (0.999999, 1)])
def test_a_picture_of_nothing_is_taken_for_something(
    method: str, confidence: float, steps: int, tmp_path: Path
) -> None:
    net = NETS["colour"]
    found = find("fooling")
    asked = {"target": "3", "method": method, "confidence": confidence, "steps": steps}
    result = found.run(Context.silent(), net, None, build(found.params, asked), 0)
    assert result.figures["success"] is (steps > 1)
    if steps > 1:
        assert answer(net, from_file(result, tmp_path)) == 3
    mistaken = found.run(Context.silent(), Mistaken(net), None, build(found.params, asked), 0)
    after = answer(net, from_file(mistaken, tmp_path))
    assert mistaken.figures["label_after"] == after
    assert not mistaken.figures["success"] or after == 3


@pytest.mark.parametrize("method", ["gradient", "evolution"])
def test_without_a_class_the_nearest_is_bred(method: str) -> None:
    found, net = find("fooling"), NETS["colour"]
    asked = {"method": method, "confidence": 0.6, "steps": 200}
    result = found.run(Context.silent(), net, None, build(found.params, asked), 0)
    assert result.figures["success"]
    assert result.figures["target"] == result.figures["label_after"]
    assert result.settled["target"] == str(result.figures["target"])


def test_bad_values_get_a_sentence() -> None:
    net = NETS["colour"]
    with pytest.raises(UserError, match="not a colour"):
        attack("few-pixel", net, 0, colour="reddish")
    with pytest.raises(UserError, match="no class called"):
        attack("pgd", net, 0, target="unicorn")
    with pytest.raises(UserError, match="epsilon"):
        attack("pgd", net, 0, epsilon=-1)
