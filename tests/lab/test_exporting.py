"""Results as files: the ending decides, all or nothing, one sentence on failure."""

from __future__ import annotations

import ast
import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnviz_app.core import png, recipe
from cnnviz_app.core.context import Context, JobControl
from cnnviz_app.core.errors import Cancelled, UserError
from cnnviz_app.core.events import Progress
from cnnviz_app.core.registry import TechniqueResult
from cnnviz_app.lab.export_requests import Export, ExportKept
from cnnviz_app.lab.lab import Lab
from cnnviz_app.lab.requests import Outcome
from tests.lab.conftest import Heard

PICTURE = np.random.default_rng(0).random((9, 13, 3), dtype=np.float32)
RECIPE = recipe.Recipe("feature-vis", "lenet5", params={"steps": 3}, seed=7)
OUTCOME = Outcome(TechniqueResult(picture=PICTURE, steps=3), RECIPE, 0.5)
FRAMES = tuple(np.full((9, 13, 3), 40 * k, np.uint8) for k in range(4))


def test_sixteen_bits_keep_what_eight_round_away(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    lab.answer(Context.silent(), Export(path, OUTCOME, deep=True))
    data = path.read_bytes()
    assert png.bit_depth(data) == 16
    assert recipe.read(path).seed == 7
    raw = b"".join(body for kind, body in png.chunks(data) if kind == b"IDAT")
    assert len(raw) > 9 * 13 * 3
    with Image.open(path) as opened:  # it shows the upper eight bits
        seen = np.asarray(opened.convert("RGB"), int)
    assert np.abs(seen - PICTURE * 255).max() <= 1


def test_a_map_of_values_has_no_sixteen_bits(lab: Lab, tmp_path: Path) -> None:
    values = dataclasses.replace(OUTCOME, result=TechniqueResult(values=PICTURE[..., 0]))
    with pytest.raises(UserError, match="Only pictures"):
        lab.answer(Context.silent(), Export(tmp_path / "a.png", values, deep=True))


@pytest.mark.parametrize("ending", [".gif", ".mp4"])
def test_a_film_has_its_recipe_beside_it_and_tells_how_far_it_is(
    lab: Lab, heard: Heard, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"dive{ending}"
    lab.answer(heard.ctx, Export(path, OUTCOME, frames=FRAMES, fps=8))
    assert path.stat().st_size > 100
    assert recipe.read(path).params["steps"] == 3
    told = [e.done for e in heard.of(Progress) if isinstance(e, Progress)]
    assert told == [1, 2, 3, 4]
    if ending == ".gif":
        with Image.open(path) as film:
            assert getattr(film, "n_frames", 0) == 4


def test_a_stopped_film_leaves_nothing_behind(lab: Lab, tmp_path: Path) -> None:
    control = JobControl()
    control.cancel()
    ctx = Context(1, lambda _: None, control)
    with pytest.raises(Cancelled):
        lab.answer(ctx, Export(tmp_path / "a.mp4", OUTCOME, frames=FRAMES))
    assert list(tmp_path.iterdir()) == []


def test_a_stopped_run_makes_a_film_without_recipe(lab: Lab, tmp_path: Path) -> None:
    lab.answer(Context.silent(), Export(tmp_path / "a.gif", None, frames=FRAMES))
    assert [path.name for path in tmp_path.iterdir()] == ["a.gif"]


def test_script_and_notebook(lab: Lab, tmp_path: Path) -> None:
    lab.answer(Context.silent(), Export(tmp_path / "a.py", OUTCOME))
    assert ast.parse((tmp_path / "a.py").read_text())
    lab.answer(Context.silent(), Export(tmp_path / "a.ipynb", OUTCOME))
    assert json.loads((tmp_path / "a.ipynb").read_text())["nbformat"] == 4


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (Export(Path("a.jpg"), OUTCOME), "cannot be saved as"),
        (Export(Path("a.png")), "no finished picture"),
        (Export(Path("a.gif"), OUTCOME), "no frames"),
        (Export(Path("no such folder/a.png"), OUTCOME), "a.png"),
        (Export(Path("no such folder/a.mp4"), OUTCOME, frames=FRAMES), "a.mp4"),
        (ExportKept(Path("gone.png"), Path("a.png")), "gone.png"),
        (ExportKept(Path("gone.png"), Path("a.mp4")), "cannot be saved as"),
    ],
)
def test_what_cannot_be_written_is_said_in_one_sentence(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request_: object, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=sentence):
        lab.answer(Context.silent(), request_)
    assert list(tmp_path.iterdir()) == []


def test_a_kept_picture_goes_elsewhere_and_becomes_a_script(lab: Lab, tmp_path: Path) -> None:
    kept = tmp_path / "kept.png"
    lab.answer(Context.silent(), Export(kept, OUTCOME))
    lab.answer(Context.silent(), ExportKept(kept, tmp_path / "mine"))
    assert (tmp_path / "mine.png").read_bytes() == kept.read_bytes()
    lab.answer(Context.silent(), ExportKept(kept, tmp_path / "again.py"))
    assert "seed=7" in (tmp_path / "again.py").read_text()


def test_a_frame_of_a_run_that_was_stopped_is_a_plain_picture(lab: Lab, tmp_path: Path) -> None:
    lab.answer(Context.silent(), Export(tmp_path / "a.png", None, frames=FRAMES))
    with Image.open(tmp_path / "a.png") as opened:
        assert np.array_equal(np.asarray(opened), FRAMES[-1])
    with pytest.raises(UserError, match="no recipe"):
        recipe.read(tmp_path / "a.png")
