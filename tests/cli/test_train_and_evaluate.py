"""`cnnviz train` and `cnnviz evaluate` on tiny folders: files, JSON, and complaints."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnviz_app.cli import main


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """Two classes: red and blue, with noise."""
    rng = np.random.default_rng(0)
    for name, channel in (("red", 0), ("blue", 2)):
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for i in range(24):
            pixels = rng.integers(0, 100, (32, 32, 3), dtype=np.uint8)
            pixels[..., channel] += 130
            Image.fromarray(pixels).save(tmp_path / "pictures" / name / f"{i:02}.png")
    return tmp_path / "pictures"


def train(folders: Path, out: Path, *more: str) -> int:
    return main([
        "train", "--data", str(folders), "--architecture", "shapes", "--as", "colours",
        "--out", str(out), "--epochs", "2", "--batch", "12", "--held", "0.25",
        "--device", "cpu", *more,
    ])  # fmt: skip


def test_train_then_evaluate(
    folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(folders, tmp_path / "out", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["epochs"] == 2
    card = json.loads(Path(told["card"]).read_text(encoding="utf-8"))
    assert card["labels"] == ["blue", "red"]
    assert card["training"]["epochs_done"] == 2
    assert len(card["curves"]["held_accuracy"]) == 2

    arguments = ["evaluate", told["weights"], "--data", str(folders), "--json"]
    assert main([*arguments, "--attack", "l2:0.5:2"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {"accuracy", "n", "robust_accuracy"}
    assert answer["n"] == 48
    assert main(arguments) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"accuracy", "n"}


def test_figures_can_be_written_into_the_card(
    folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train(folders, tmp_path / "out")
    weights = tmp_path / "out" / "colours.safetensors"
    code = main([
        "evaluate", str(weights), "--data", str(folders), "--record", "all", "--dead-units",
    ])  # fmt: skip
    assert code == 0
    assert "48 pictures" in capsys.readouterr().out
    card = json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))
    assert {"all", "all dead units, worst layer", "held_accuracy"} <= set(card["accuracy"])


def test_robust_training_and_going_on(folders: Path, tmp_path: Path) -> None:
    state = ("--state", str(tmp_path / "run.state"), "--attack", "l2:0.5:1")
    assert train(folders, tmp_path / "out", *state) == 0
    assert train(folders, tmp_path / "out", *state, "--epochs", "3") == 0
    card = json.loads((tmp_path / "out" / "colours.json").read_text(encoding="utf-8"))
    assert card["training"]["epochs_done"] == 3
    assert card["training"]["attack"] == "l2:0.5:1"
    assert len(card["curves"]["held_robust_accuracy"]) == 3


@pytest.mark.parametrize(("name", "least"), [("lenet5", 0.95), ("shapes", 0.8), ("lens", 0.5)])
def test_evaluating_drawn_pictures(
    name: str, least: float, capsys: pytest.CaptureFixture[str]
) -> None:
    """Digits, shapes or things, whichever it knows."""
    assert main(["evaluate", name, "--drawn", "60", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {"accuracy", "n"}
    assert answer["n"] == 60
    assert answer["accuracy"] > least


def test_nothing_is_drawn_for_classes_nobody_foresaw(
    folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train(folders, tmp_path / "out")
    weights = str(tmp_path / "out" / "colours.safetensors")
    assert main(["evaluate", weights, "--drawn"]) == 2
    assert "Nothing is drawn for the classes" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["train"], "Nothing to train on"),
        (["train", "vgg"], "no training called 'vgg'"),
        (["train", "lens"], "needs pictures"),
        (["train", "lenet5"], "needs MNIST"),
        (["train", "--data", "nowhere", "--out", "x"], "does not exist"),
        (["train", "lens", "--data", "nowhere", "--epochs", "0"], "--epochs must be greater"),
        (["train", "lens", "--data", "nowhere", "--attack", "l7:1:1"], "is not an attack"),
        (["train", "lens", "--data", "nowhere", "--device", "tpu"], "is not a device"),
        (["train", "lens", "--data", "nowhere", "--held", "2"], "between 0 and 1"),
        (["evaluate", "vgg", "--drawn", "3"], "No bundled network"),
        (["evaluate", "lenet5", "--drawn", "0"], "at least 1"),
        (["evaluate", "lenet5", "--data", "nowhere"], "does not exist"),
        (["evaluate", "lenet5", "--drawn", "3", "--attack", "l2"], "is not an attack"),
    ],
)
def test_bad_input_is_one_line_and_code_2(
    arguments: list[str], complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert complaint in told.err
    assert len(told.err.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir()), "nothing half-written is left"
