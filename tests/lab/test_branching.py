"""A branch with unchanged parameters is the original continuation bit for bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnviz_app.core import recipe as recipes
from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.events import Frame
from cnnviz_app.core.images import save_png
from cnnviz_app.lab.branch_requests import Stretch
from cnnviz_app.lab.branch_requests import kept as kept_run
from cnnviz_app.lab.lab import Lab
from cnnviz_app.lab.replaying import replay
from cnnviz_app.lab.requests import Outcome, RunTechnique
from cnnviz_app.lab.saving import save
from cnnviz_app.lab.scripts import save_script
from cnnviz_app.sources.picture import Picture
from tests.lab.conftest import Heard

NOISE = np.random.default_rng(1).integers(0, 256, (40, 44, 3), np.uint8)
PICTURE = Picture("noise", NOISE, "")
FEATURE = {"unit": "conv2:3", "steps": 9, "size": 28}
DREAM = {"layer": "conv1", "octaves": 3, "steps": 4, "size": 44}
STYLE = {"steps": 8, "size": 40, "style_layers": "conv1", "content_layers": "conv2",
         "ladder": False, "style": "noise"}  # fmt: skip
CASES: list[tuple[str, dict[str, Any]]] = [
    ("feature-vis", FEATURE),
    ("feature-vis", {**FEATURE, "optimizer": "lbfgs", "redirect": 2}),
    ("feature-vis", {**FEATURE, "space": "cppn"}),
    ("feature-vis", {**FEATURE, "preset": "yosinski blur"}),
    ("deepdream", DREAM),
    ("deepdream", {**DREAM, "frames": 2, "octaves": 2}),
    ("style", {**STYLE, "optimizer": "lbfgs"}),
    ("style", {**STYLE, "optimizer": "adam"}),
]


def asked(name: str, params: dict[str, Any], seed: int = 5) -> RunTechnique:
    return RunTechnique(name, "lenet5", params, PICTURE, seed, pictures={"noise": PICTURE})


def pixels(outcome: object) -> np.ndarray[Any, Any]:
    assert isinstance(outcome, Outcome)
    assert outcome.result.picture is not None
    return outcome.result.picture


@pytest.mark.parametrize(("name", "params"), CASES)
@pytest.mark.parametrize("known", [True, False])
def test_a_branch_with_unchanged_parameters_is_the_original(
    lab: Lab, heard: Heard, name: str, params: dict[str, Any], known: bool
) -> None:
    run = asked(name, params)
    plain = pixels(lab.answer(Context.silent(), run))
    kept = pixels(lab.answer(heard.ctx, kept_run(run, "first")))
    assert np.array_equal(kept, plain)
    for until in (1, 5):
        past = (Stretch(params, 5, until),)
        parent = "first" if known else ""
        branch = lab.answer(Context.silent(), kept_run(run, "b", parent, past))
        assert np.array_equal(pixels(branch), plain)


def test_other_parameters_lead_elsewhere_and_the_file_leads_there_again(
    lab: Lab, heard: Heard, tmp_path: Path
) -> None:
    run = asked("feature-vis", FEATURE)
    plain = pixels(lab.answer(heard.ctx, kept_run(run, "first")))
    other = asked("feature-vis", {**FEATURE, "tv": 30.0})
    late = Heard()
    past = (Stretch(FEATURE, 5, 6),)
    branch = lab.answer(late.ctx, kept_run(other, "second", "first", past))
    assert isinstance(branch, Outcome)
    assert not np.array_equal(pixels(branch), plain)
    assert min(e.step for e in late.of(Frame) if isinstance(e, Frame)) > 6
    from_start = pixels(lab.answer(Context.silent(), other))
    assert not np.array_equal(pixels(branch), from_start)
    third = (*past, Stretch(other.params, 5, 8))
    again = lab.answer(Context.silent(), kept_run(other, "third", "second", third))
    assert np.array_equal(pixels(again), pixels(branch))
    path = save(branch, tmp_path / "a.png")
    found = recipes.read(path)
    assert found.earlier[0]["until"] == 6
    replayed, _ = replay(lab, Context.silent(), found)
    assert np.array_equal(pixels(replayed), pixels(branch))


def test_a_branch_as_a_script_makes_the_same_picture(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Style with a picture of its own: its file lies beside the script."""
    params = {**STYLE, "optimizer": "adam"}
    later = asked("style", {**params, "tv": 3.0, "learning_rate": 0.05}, 8)
    past = (Stretch(params, 5, 3), Stretch({**params, "beta": 90.0}, 5, 5))
    branch = lab.answer(Context.silent(), kept_run(later, "b", "", past))
    assert isinstance(branch, Outcome)
    path = save_script(branch.recipe, tmp_path / "a.py")
    monkeypatch.chdir(tmp_path)
    found: dict[str, Any] = {}
    exec(compile(path.read_text("utf-8"), str(path), "exec"), found)
    assert np.array_equal(found["result"].values, pixels(branch))
    assert "earlier=[" in path.read_text("utf-8")
    with pytest.raises(UserError, match="no end"):
        found["lab"].run("style", model="lenet5", picture="builtin:cat", earlier=[{}])


def in_folder(folder: Path, shade: int) -> str:
    folder.mkdir()
    pixels = np.random.default_rng(shade).integers(0, 256, (30, 34, 3), np.uint8)
    save_png(folder / "a.png", pixels)
    return str(folder / "a.png")


@pytest.mark.parametrize(
    ("name", "params", "role"), [
        ("style", {**STYLE, "style": ""}, "style"), ("deepdream", {**DREAM, "guide": ""}, "guide"),
    ],
)  # fmt: skip
def test_a_branch_with_another_picture_carries_the_earlier_one(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    name: str, params: dict[str, Any], role: str,
) -> None:  # fmt: skip
    """Three pictures of one file name in three folders, and then no folder at all."""
    first, second, third = (in_folder(tmp_path / str(shade), shade) for shade in (1, 2, 3))
    past = (Stretch({**params, role: first}, 5, 3), Stretch({**params, role: second}, 5, 5),
            Stretch({**params, role: first}, 5, 6))  # fmt: skip
    run = RunTechnique(name, "lenet5", {**params, role: third}, PICTURE, 5)
    branch = lab.answer(Context.silent(), kept_run(run, "b", "", past))
    assert isinstance(branch, Outcome)
    unbranched = pixels(lab.answer(Context.silent(), run))
    assert not np.array_equal(pixels(branch), unbranched)
    path = save(branch, tmp_path / "out.png")
    script = save_script(branch.recipe, tmp_path / "out.py")
    for shade in (1, 2, 3):
        (tmp_path / str(shade) / "a.png").unlink()
    found = recipes.read(path)
    assert set(found.sources) == {"picture", role, f"{role} before 1", f"{role} before 2"}
    replayed, _ = replay(lab, Context.silent(), found)
    assert np.array_equal(pixels(replayed), pixels(branch))
    # What a replay is saved with is complete, too.
    again, _ = replay(lab, Context.silent(), recipes.read(save(replayed, tmp_path / "2.png")))
    assert np.array_equal(pixels(again), pixels(branch))
    monkeypatch.chdir(tmp_path)
    ran: dict[str, Any] = {}
    exec(compile(script.read_text("utf-8"), str(script), "exec"), ran)
    assert np.array_equal(ran["result"].values, pixels(branch))


def test_a_branch_carries_the_photo_that_only_its_past_began_with(lab: Lab, tmp_path: Path) -> None:
    past = (Stretch({**FEATURE, "start": "picture"}, 5, 4),)
    branch = lab.answer(Context.silent(), kept_run(asked("feature-vis", FEATURE), "b", "", past))
    assert isinstance(branch, Outcome)
    replayed, _ = replay(lab, Context.silent(), recipes.read(save(branch, tmp_path / "a.png")))
    assert np.array_equal(pixels(replayed), pixels(branch))
    alone = lab.answer(Context.silent(), asked("feature-vis", FEATURE))
    assert isinstance(alone, Outcome)
    assert "picture" not in alone.recipe.sources


def test_an_earlier_picture_left_out_for_privacy_is_asked_for(lab: Lab, tmp_path: Path) -> None:
    first = in_folder(tmp_path / "1", 1)
    past = (Stretch({**STYLE, "style": first}, 5, 3),)
    run = asked("style", {**STYLE, "style": "builtin:waves"})
    branch = lab.answer(Context.silent(), kept_run(run, "b", "", past))
    assert isinstance(branch, Outcome)
    found = recipes.read(save(branch, tmp_path / "a.png", with_sources=False))
    with pytest.raises(UserError, match="left out"):
        replay(lab, Context.silent(), found, PICTURE)


@pytest.mark.parametrize(
    "other", [{"space": "pixels"}, {"size": 20}, {"optimizer": "ascent", "learning_rate": 0.1},
              {"limits": "clip"}, {"variants": 2}]
)  # fmt: skip
def test_a_branch_may_change_what_the_picture_is_made_of(
    lab: Lab, heard: Heard, other: dict[str, Any]
) -> None:
    lab.answer(heard.ctx, kept_run(asked("feature-vis", FEATURE), "first"))
    changed = asked("feature-vis", {**FEATURE, **other})
    branch = lab.answer(
        Context.silent(), kept_run(changed, "b", "first", (Stretch(FEATURE, 5, 5),))
    )
    assert np.isfinite(pixels(branch)).all()


def test_a_step_that_never_was_is_no_place_to_branch(lab: Lab) -> None:
    past = (Stretch(FEATURE, 5, 99),)
    with pytest.raises(UserError, match="no step 99"):
        lab.answer(Context.silent(), kept_run(asked("feature-vis", FEATURE), "b", "", past))
