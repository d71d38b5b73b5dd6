"""Pictures, folders and recipes on their way in; results on their way out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cnnviz_app.core import images, png, recipe
from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.events import Note
from cnnviz_app.core.registry import TechniqueResult
from cnnviz_app.lab.lab import Lab
from cnnviz_app.lab.replaying import replay
from cnnviz_app.lab.requests import (
    Opened,
    OpenInFolder,
    OpenPicture,
    Outcome,
    RunTechnique,
    SaveOutcome,
)
from cnnviz_app.lab.saving import save, save_raw, shown_pixels
from cnnviz_app.sources.picture import Picture
from tests.core.picture_makers import encoded, grey16, photo
from tests.lab.conftest import Heard

SILENT = Context.silent()


def opened(lab: Lab, request: object, ctx: Context = SILENT) -> Opened:
    answer = lab.answer(ctx, request)
    assert isinstance(answer, Opened)
    return answer


@pytest.fixture
def outcome(lab: Lab) -> Outcome:
    params = {"steps": 1, "start": "picture", "unit": "conv2:3"}
    request = RunTechnique("feature-vis", "lenet5", params, Picture("p", photo(), ""), 3)
    answer = lab.answer(SILENT, request)
    assert isinstance(answer, Outcome)
    return answer


def test_a_picture_with_what_was_done_to_it(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "deep.png").write_bytes(grey16())
    found = opened(lab, OpenPicture(tmp_path / "deep.png"))
    assert found.folder is None
    assert found.recipe is None
    assert found.picture is not None
    assert "16 bits" in found.picture.notes[0]
    assert found.picture.origin == str(tmp_path / "deep.png")


def test_a_folder_begins_with_its_first_picture_and_walks_round(lab: Lab, tmp_path: Path) -> None:
    for name in ("10.png", "2.png", "1.png"):
        (tmp_path / name).write_bytes(encoded("PNG"))
    first = opened(lab, OpenPicture(tmp_path))
    assert first.folder is not None
    assert first.picture is not None
    assert first.picture.name == "1.png"
    walked = [opened(lab, OpenInFolder(first.folder, place)).picture for place in (1, 2, 3)]
    assert [p.name for p in walked if p is not None] == ["2.png", "10.png", "1.png"]
    back = opened(lab, OpenInFolder(first.folder, -1, -1)).picture
    assert back is not None
    assert back.name == "10.png"
    assert first.folder.position == 2


def test_a_recipe_is_handed_on_only_when_asked_for(
    lab: Lab, outcome: Outcome, tmp_path: Path
) -> None:
    path = save(outcome, tmp_path / "made.png")
    plain = opened(lab, OpenPicture(path))
    assert plain.recipe is None
    assert plain.picture is not None
    found = opened(lab, OpenPicture(path, recipes=True))
    assert found.picture is None
    assert found.recipe is not None
    assert found.recipe.technique == "feature-vis"


def test_a_damaged_recipe_is_told_and_the_picture_opens(
    lab: Lab, heard: Heard, tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(png.insert_texts(png.encode8(photo()), {"cnnviz": "{"}))
    found = opened(lab, OpenPicture(tmp_path / "a.png", recipes=True), heard.ctx)
    assert found.picture is not None
    assert [n.sentence for n in heard.of(Note) if isinstance(n, Note)] == [
        "The recipe in this picture is damaged."
    ]


def test_an_ordinary_picture_is_no_trouble(lab: Lab, heard: Heard, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encoded("PNG"))
    assert opened(lab, OpenPicture(tmp_path / "a.png", recipes=True), heard.ctx).picture
    assert heard.of(Note) == []


def test_the_recipe_says_everything_and_replays_to_the_bit(
    lab: Lab, outcome: Outcome, tmp_path: Path
) -> None:
    made = outcome.recipe
    assert made.model == "lenet5"
    assert made.seed == 3
    assert made.params["steps"] == 1
    assert np.array_equal(made.sources["picture"], photo())
    assert {"cnnviz", "torch", "torchvision", "python", "device", "threads"} <= set(made.versions)
    path = lab.answer(SILENT, SaveOutcome(outcome, tmp_path / "made.png"))
    assert path == tmp_path / "made.png"
    again, notes = replay(lab, SILENT, recipe.read(tmp_path / "made.png"))
    assert notes == ()
    assert np.array_equal(shown_pixels(again), shown_pixels(outcome))


def test_sources_stay_home_when_asked(outcome: Outcome, lab: Lab, tmp_path: Path) -> None:
    lab.answer(SILENT, SaveOutcome(outcome, tmp_path / "a.png", with_sources=False))
    back = recipe.read(tmp_path / "a.png")
    assert back.sources == {}
    with pytest.raises(UserError, match="left out"):
        replay(lab, SILENT, back)
    again, notes = replay(lab, SILENT, back, Picture("p", photo(), ""))
    assert notes == ()
    assert np.array_equal(shown_pixels(again), shown_pixels(outcome))


def test_a_name_without_ending_gets_one_and_a_wrong_one_is_refused(
    outcome: Outcome, tmp_path: Path
) -> None:
    assert save(outcome, tmp_path / "made") == tmp_path / "made.png"
    with pytest.raises(UserError, match=r"must be a PNG, not “\.jpg”"):
        save(outcome, tmp_path / "made.jpg")


def values_outcome(outcome: Outcome, values: np.ndarray, scale: str) -> Outcome:
    result = TechniqueResult(values=values.astype(np.float32), scale=scale)  # type: ignore[arg-type]  # one of the scales
    return Outcome(result, outcome.recipe, 0.0)


@pytest.mark.parametrize("scale", ["sequential", "signed"])
@pytest.mark.parametrize("kind", ["ramp", "zeros", "one-value"])
def test_maps_of_values_are_coloured_and_raw(
    outcome: Outcome, tmp_path: Path, scale: str, kind: str
) -> None:
    values = {"ramp": np.linspace(-1, 2, 12), "zeros": np.zeros(12), "one-value": np.full(12, 3.0)}
    made = values_outcome(outcome, values[kind].reshape(3, 4), scale)
    pixels = shown_pixels(made)
    assert pixels.shape == (3, 4, 3)
    assert pixels.dtype == np.uint8
    save_raw(made, tmp_path / "a.npy")
    raw = np.load(tmp_path / "a.npy", allow_pickle=False)
    assert raw.dtype == np.float32
    assert raw.shape == (3, 4)
    save(made, tmp_path / "a.png")
    assert np.array_equal(images.load(tmp_path / "a.png").pixels, pixels)


def test_nothing_to_save_is_a_sentence(outcome: Outcome) -> None:
    with pytest.raises(UserError, match="no picture to save"):
        shown_pixels(Outcome(TechniqueResult(), outcome.recipe, 0.0))
