"""`run` and `replay`: figures, raw values, the recipe, and the same pixels again."""

from __future__ import annotations

import io
import math
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from PIL import Image

from cnnviz_app import paths, techniques
from cnnviz_app.core import png, recipe, registry
from cnnviz_app.core.recipe import Recipe
from tests.cli.conftest import Ask
from tests.core.picture_makers import encoded, photo

RUN = ("run", "feature-vis", "--model", "lenet5", "--set", "steps=3")
REPORT = {"technique", "model", "seed", "steps", "seconds", "objective_start", "objective_end"}


def pixels(path: Path) -> bytes:
    with Image.open(io.BytesIO(path.read_bytes())) as image:
        return image.convert("RGB").tobytes()


@pytest.fixture
def made(cnnviz: Ask, tmp_path: Path) -> Path:
    """A picture made from a photograph, with its recipe inside."""
    (tmp_path / "photo.png").write_bytes(encoded("PNG"))
    out = tmp_path / "made.png"
    answer = cnnviz(*RUN, "--set", "start=picture", "--image", tmp_path / "photo.png",
                    "--seed", "7", "--out", out)  # fmt: skip
    assert (answer.code, answer.err) == (0, "")
    return out


def test_run_reports_as_json_and_nothing_else(cnnviz: Ask, tmp_path: Path) -> None:
    answer = cnnviz(*RUN, "--seed", "5", "--json", "--out", tmp_path / "a.png")
    assert (answer.code, answer.err) == (0, "")
    report = answer.json
    assert set(report) >= REPORT
    assert (report["technique"], report["model"]) == ("feature-vis", "lenet5")
    assert (report["seed"], report["steps"]) == (5, 3)
    assert report["seconds"] >= 0
    assert math.isfinite(report["objective_start"])
    assert report["objective_end"] > report["objective_start"]
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_run_for_people_says_where_the_picture_is(cnnviz: Ask, tmp_path: Path) -> None:
    answer = cnnviz(*RUN, "--out", tmp_path / "a.png")
    assert str(tmp_path / "a.png") in answer.out
    assert "3 steps" in answer.out


def test_every_technique_runs_with_no_setting(cnnviz: Ask, tmp_path: Path) -> None:
    """On a small network and, to be quick, with few steps where there are steps."""
    techniques.discover()
    for number, technique in enumerate(registry.all_techniques()):
        quick = ["--set", "steps=1"] if "steps" in {s.name for s in technique.specs} else []
        answer = cnnviz("run", technique.name, "--model", "lenet5", *quick,
                        "--image", "builtin:cat", "--json",
                        "--out", tmp_path / f"{number}.png")  # fmt: skip
        assert answer.code == 0, answer.err
        assert set(answer.json) >= REPORT


def test_raw_is_float32_and_the_picture_is_its_rounding(cnnviz: Ask, tmp_path: Path) -> None:
    out, raw = tmp_path / "a.png", tmp_path / "a.npy"
    report = cnnviz(*RUN, "--json", "--out", out, "--raw", raw).json
    values = np.load(raw, allow_pickle=False)
    assert values.dtype == np.float32
    assert values.shape == (report["size"], report["size"], 3)
    assert values.min() >= 0
    assert values.max() <= 1
    shown = np.frombuffer(pixels(out), np.uint8).reshape(values.shape)
    assert np.abs(shown - values * 255).max() <= 0.5001


def test_size_is_a_setting_of_its_own(cnnviz: Ask, tmp_path: Path) -> None:
    by_option = cnnviz(*RUN, "--size", "28", "--out", tmp_path / "a.png")
    by_setting = cnnviz(*RUN, "--set", "size=28", "--out", tmp_path / "b.png")
    assert (by_option.code, by_setting.code) == (0, 0)
    assert pixels(tmp_path / "a.png") == pixels(tmp_path / "b.png")


def test_same_seed_same_picture_other_seed_another(cnnviz: Ask, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        assert cnnviz(*RUN, "--seed", seed, "--out", tmp_path / f"{name}.png").code == 0
    assert pixels(tmp_path / "a.png") == pixels(tmp_path / "b.png")
    assert pixels(tmp_path / "a.png") != pixels(tmp_path / "c.png")


def test_a_picture_that_plays_no_part_is_not_given_away(cnnviz: Ask, tmp_path: Path) -> None:
    cnnviz(*RUN, "--image", "builtin:cat", "--out", tmp_path / "a.png")
    assert recipe.read(tmp_path / "a.png").sources == {}


def test_replay_gives_the_same_pixels(cnnviz: Ask, made: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.png"
    answer = cnnviz("replay", made, "--out", again, "--json")
    assert answer.code == 0
    assert answer.err == ""
    assert answer.json["seed"] == 7
    assert pixels(again) == pixels(made)
    assert recipe.to_json(recipe.read(again)) == recipe.to_json(recipe.read(made))


def test_replay_of_a_replay_and_raw(cnnviz: Ask, made: Path, tmp_path: Path) -> None:
    cnnviz("replay", made, "--out", tmp_path / "1.png")
    answer = cnnviz("replay", tmp_path / "1.png", "--out", tmp_path / "2.png",
                    "--raw", tmp_path / "2.npy")  # fmt: skip
    assert answer.code == 0
    assert pixels(tmp_path / "2.png") == pixels(made)
    assert np.load(tmp_path / "2.npy").dtype == np.float32


def with_recipe(path: Path, changed: Recipe, **options: bool) -> Path:
    path.write_bytes(png.insert_texts(png.encode8(photo(8, 8)), recipe.embed(changed, **options)))
    return path


def altered(made: Path, path: Path, **changes: object) -> Path:
    import dataclasses

    return with_recipe(path, dataclasses.replace(recipe.read(made), **changes))  # type: ignore[arg-type]  # names come from the test


def test_other_versions_are_a_note_and_no_error(cnnviz: Ask, made: Path, tmp_path: Path) -> None:
    old = {**recipe.read(made).versions, "torch": "1.0.0"}
    answer = cnnviz("replay", altered(made, tmp_path / "old.png", versions=old), "--json",
                    "--out", tmp_path / "again.png")  # fmt: skip
    assert answer.code == 0
    assert answer.json["technique"] == "feature-vis"
    assert answer.err.startswith("cnnviz: note: ")
    assert "PyTorch 1.0.0" in answer.err
    assert pixels(tmp_path / "again.png") == pixels(made)


def test_weights_that_are_not_here(cnnviz: Ask, made: Path, tmp_path: Path) -> None:
    lost = altered(made, tmp_path / "lost.png", weights_hash="cd" * 32)
    answer = cnnviz("replay", lost, "--out", tmp_path / "again.png")
    assert answer.code == 2
    assert answer.err.count("\n") == 1
    assert "lenet5" in answer.err
    assert not (tmp_path / "again.png").exists()


def test_given_weights_are_used_and_said(cnnviz: Ask, made: Path, tmp_path: Path) -> None:
    bundled = paths.resource("bundled") / "lenet5.safetensors"
    state = safetensors.torch.load_file(bundled)
    first = next(name for name, value in state.items() if value.is_floating_point())
    state[first] = state[first] + 0.25 * torch.randn(
        state[first].shape, generator=torch.Generator().manual_seed(0)
    )
    other = tmp_path / "other.safetensors"
    safetensors.torch.save_file(state, other)
    answer = cnnviz("replay", made, "--weights", other, "--out", tmp_path / "again.png")
    assert answer.code == 0
    assert "The weights are not the ones the recipe was made with." in answer.err
    assert pixels(tmp_path / "again.png") != pixels(made)


def test_a_copy_of_the_weights_is_as_good(cnnviz: Ask, made: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.safetensors"
    shutil.copy(paths.resource("bundled") / "lenet5.safetensors", copy)
    answer = cnnviz("replay", made, "--weights", copy, "--out", tmp_path / "again.png")
    assert (answer.code, answer.err) == (0, "")
    assert pixels(tmp_path / "again.png") == pixels(made)


def test_a_private_recipe_takes_its_picture_from_the_option(
    cnnviz: Ask, made: Path, tmp_path: Path
) -> None:
    private = with_recipe(tmp_path / "private.png", recipe.read(made), with_sources=False)
    refused = cnnviz("replay", private, "--out", tmp_path / "again.png")
    assert refused.code == 2
    assert "was left out" in refused.err
    answer = cnnviz("replay", private, "--image", tmp_path / "photo.png",
                    "--out", tmp_path / "again.png")  # fmt: skip
    assert (answer.code, answer.err) == (0, "")
    assert pixels(tmp_path / "again.png") == pixels(made)


def test_another_picture_is_said(cnnviz: Ask, made: Path, tmp_path: Path) -> None:
    answer = cnnviz("replay", made, "--image", "builtin:cat", "--out", tmp_path / "again.png")
    assert answer.code == 0
    assert "not the one the recipe was made from" in answer.err


def test_an_existing_picture_is_replaced_only_by_a_whole_one(
    cnnviz: Ask, made: Path, tmp_path: Path
) -> None:
    before = made.read_bytes()
    assert cnnviz(*RUN, "--set", "layer=conv9", "--out", made).code == 2
    assert made.read_bytes() == before
    assert cnnviz(*RUN, "--out", made).code == 0
    assert made.read_bytes() != before
    assert {p.name for p in tmp_path.iterdir()} == {"photo.png", "made.png"}


def test_random_weights_are_used_only_with_a_word(cnnviz: Ask, tmp_path: Path) -> None:
    answer = cnnviz("run", "feature-vis", "--model", "torchvision/squeezenet1_1", "--size", "32",
                    "--set", "steps=1", "--json", "--out", tmp_path / "a.png")  # fmt: skip
    assert answer.code == 0
    assert "has learned nothing" in answer.err
    assert answer.json["model"] == "torchvision/squeezenet1_1"
    assert recipe.read(tmp_path / "a.png").weights_hash == ""
    again = cnnviz("replay", tmp_path / "a.png", "--out", tmp_path / "b.png")
    assert again.code == 0
    assert pixels(tmp_path / "a.png") == pixels(tmp_path / "b.png")


def test_the_module_is_the_same_program(tmp_path: Path) -> None:
    """In a process of its own: exit code, streams, and a picture made elsewhere is the same."""
    done = subprocess.run(
        [sys.executable, "-m", "cnnviz_app", *RUN, "--json", "--out", tmp_path / "a.png"],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    wrong = subprocess.run(
        [sys.executable, "-m", "cnnviz_app", "replay", tmp_path / "none.png", "--out", "b.png"],
        capture_output=True, text=True, check=False, timeout=120, cwd=tmp_path,
    )  # fmt: skip
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.count("\n") == 1
