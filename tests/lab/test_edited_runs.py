"""Whatever is asked of a changed network is answered by the changed network, and made again so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from cnnviz_app import Lab as ScriptLab
from cnnviz_app.cli import main
from cnnviz_app.core import recipe as recipes
from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.events import Note
from cnnviz_app.lab.attention_requests import Attended, ReadAttention
from cnnviz_app.lab.attribution_requests import Compared, CompareMethods, Curves, PlayCurves
from cnnviz_app.lab.edit_requests import UnitEdit, edit_from_text
from cnnviz_app.lab.fields_requests import MeasureField, UnitField
from cnnviz_app.lab.kept import kept
from cnnviz_app.lab.lab import Lab
from cnnviz_app.lab.replaying import replay
from cnnviz_app.lab.requests import Outcome, RunTechnique
from cnnviz_app.lab.sanity_requests import CheckSanity, Sanity
from cnnviz_app.lab.saving import save
from cnnviz_app.lab.start import make_lab
from cnnviz_app.lab.tuning_requests import LayerTuning, SurveyTuning, TuneUnit, UnitTuning
from cnnviz_app.nets.forgetting import Forgetting
from cnnviz_app.sources import builtin

LENET = "lenet5"
OFF = (UnitEdit("relu1", (0, 1, 2)),)
PICTURE = builtin.load("cat")


@pytest.fixture(scope="module")
def lab() -> Lab:
    return make_lab("cpu")


def ask(lab: Lab, request: object, kind: type[Any], ctx: Context | None = None) -> Any:
    found = lab.answer(ctx or Context.silent(), request)
    assert isinstance(found, kind)
    return found


def run(lab: Lab, technique: str, edits: tuple[UnitEdit, ...] = (), **params: Any) -> Outcome:
    request = RunTechnique(technique, LENET, params, PICTURE, 3, edits=edits)
    found: Outcome = ask(lab, request, Outcome)
    return found


def pixels(outcome: Outcome) -> Any:
    result = outcome.result
    return result.values if result.values is not None else result.picture


@pytest.mark.parametrize(
    ("technique", "params"),
    [
        ("feature-vis", {"layer": "relu2", "unit": "3", "steps": 6}),
        ("class-image", {"target": "8", "steps": 6}),
        ("deepdream", {"octaves": 1, "steps": 2, "size": 64}),
        ("gradcam", {}),
        ("guided-backprop", {"target": "8"}),
        ("fgsm", {"epsilon": 8.0}),
    ],
)
def test_a_run_is_of_the_changed_network_and_replays(
    lab: Lab, tmp_path: Path, technique: str, params: dict[str, Any]
) -> None:
    plain, changed = run(lab, technique, **params), run(lab, technique, OFF, **params)
    assert not np.array_equal(pixels(plain), pixels(changed))
    np.testing.assert_array_equal(pixels(plain), pixels(run(lab, technique, **params)))
    assert (plain.recipe.edits, changed.recipe.edits) == ((), ("relu1:0-2=off",))
    read = recipes.read(save(changed, tmp_path / "made.png"))
    again, _notes = replay(make_lab("cpu"), Context.silent(), read)
    np.testing.assert_array_equal(pixels(changed), pixels(again))
    assert again.recipe.edits == changed.recipe.edits


def test_the_command_line_and_scripts_change_units_too(lab: Lab, tmp_path: Path) -> None:
    out = tmp_path / "why.png"
    raw = tmp_path / "why.npy"
    words = ["run", "gradcam", "--model", LENET, "--image", "builtin:cat", "--edit",
             "relu1:0,1-2=off", "--seed", "3", "--out", str(out), "--raw", str(raw)]  # fmt: skip
    assert main(words) == 0
    np.testing.assert_array_equal(np.load(raw), pixels(run(lab, "gradcam", OFF)))
    script = ScriptLab("cpu")
    found = script.run("gradcam", LENET, "builtin:cat", seed=3, edits=["relu1:0-2=off"])
    np.testing.assert_array_equal(found.values, np.load(raw))
    assert main([*words[:6], "--edit", "relu1=loud", "--out", str(out)]) == 2


def test_the_questions_of_the_panels_follow(lab: Lab) -> None:
    values = np.ones((28, 28), np.float32)
    asked: list[tuple[Any, Any, type[Any]]] = [
        (PlayCurves(LENET, PICTURE, values), lambda a: a.deletion, Curves),
        (
            CompareMethods(LENET, PICTURE, ("gradient",)),
            lambda a: a.maps[0].values.tobytes(),
            Compared,
        ),
        (
            CheckSanity(LENET, PICTURE, "gradient", most=1),
            lambda a: [step.values.tobytes() for step in a.steps],
            Sanity,
        ),
        (SurveyTuning(LENET, "relu2", 4, 2, 2), lambda a: a.curves.tobytes(), LayerTuning),
        (TuneUnit(LENET, "relu2", 3, 4, 2), lambda a: a.orientation.best.tobytes(), UnitTuning),
        (MeasureField(LENET, "relu2", 3, pictures=8), lambda a: a.effective.tobytes(), UnitField),
    ]
    for request, read, kind in asked:
        changed = type(request)(**{**vars(request), "edits": OFF})
        plain = read(ask(lab, request, kind))
        assert plain != read(ask(lab, changed, kind)), kind.__name__
        assert plain == read(ask(lab, request, kind)), f"{kind.__name__}: nothing is mixed up"


def test_attention_is_that_of_the_changed_network(lab: Lab) -> None:
    name = "torchvision/vit_b_32"
    small = make_lab("cpu")
    net = _tiny_transformer()
    small._open[(name, "")] = net
    layer = next(node.name for node in net.nodes if "attention" in node.op)
    first = next(node.name for node in net.nodes if node.op == "conv2d")
    request = ReadAttention(name, PICTURE, layer)
    plain = ask(small, request, Attended)
    edit = (UnitEdit(first, tuple(range(4)), "scale", 3.0),)
    changed = ask(small, ReadAttention(name, PICTURE, layer, edits=edit), Attended)
    assert np.abs(plain.heads - changed.heads).max() > 1e-4
    np.testing.assert_array_equal(plain.heads, ask(small, request, Attended).heads)


def _tiny_transformer() -> Any:
    from torchvision.models import VisionTransformer

    from cnnviz_app.nets.network import InputSpec, inspect

    torch.manual_seed(0)
    module = VisionTransformer(32, 8, 1, 2, 8, 16, num_classes=4).eval()
    spec = InputSpec(3, 32, 32, (0.5,) * 3, (0.5,) * 3)
    return inspect(module, spec, key="vit", title="ViT", device="cpu")


def test_what_is_kept_of_a_network_is_not_kept_of_the_changed_one(lab: Lab) -> None:
    plain, changed = lab.network(LENET), lab.network(LENET, edits=OFF)
    assert changed is lab.network(LENET, edits=OFF)
    assert kept(plain) is not kept(changed)
    other = lab.network(LENET, edits=(UnitEdit("relu1", (0,)),))
    assert len({id(plain), id(changed), id(other)}) == 3
    assert plain.edits == {}


def test_a_run_s_own_changes_come_after_the_lasting_ones(lab: Lab) -> None:
    net = lab.network(LENET)
    x = torch.rand(2, 1, 28, 28)
    tripled = net.edited({"relu1": lambda value: value * 3})
    found = tripled.run(x, ["relu1"], edit={"relu1": lambda value: value + 1})["relu1"]
    assert torch.equal(found, net.run(x, ["relu1"])["relu1"] * 3 + 1)
    twice = tripled.edited({"relu1": lambda value: value * 2})
    assert torch.equal(twice.run(x, ["relu1"])["relu1"], net.run(x, ["relu1"])["relu1"] * 6)
    assert torch.equal(tripled.exact(x), tripled.logits(x))
    assert Forgetting(tripled).net.edits == tripled.edits


def test_who_asks_what_a_held_unit_looks_for_is_told(lab: Lab) -> None:
    heard: list[object] = []
    request = RunTechnique(
        "feature-vis", LENET, {"layer": "relu2", "unit": "3", "steps": 2},
        edits=(UnitEdit("relu2", (3,)),),
    )  # fmt: skip
    ask(lab, request, Outcome, Context(1, heard.append))
    assert any("same answer" in event.sentence for event in heard if isinstance(event, Note))


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("relu3:3,7-9=off", UnitEdit("relu3", (3, 7, 8, 9))),
        ("layer1.0.relu:1=x1.5", UnitEdit("layer1.0.relu", (1,), "scale", 1.5)),
        ("relu5:2=-3.25", UnitEdit("relu5", (2,), "clamp", -3.25)),
        ("relu5=x2", UnitEdit("relu5", (), "scale", 2.0)),
    ],
)
def test_a_change_as_text(text: str, edit: UnitEdit) -> None:
    assert edit_from_text(text) == edit
    assert edit_from_text(edit.text) == edit


@pytest.mark.parametrize("text", ["", "relu5", "relu5:=off", "relu5:1=loud", "relu5:1=xnan", "=3"])
def test_a_change_that_says_nothing_is_one_sentence(text: str) -> None:
    with pytest.raises(UserError):
        edit_from_text(text)


def test_all_units_without_naming_them(lab: Lab) -> None:
    silent = lab.network(LENET, edits=(UnitEdit("relu1", ()),))
    assert not silent.run(torch.rand(1, 1, 28, 28), ["relu1"])["relu1"].any()
