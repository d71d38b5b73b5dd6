"""Pictures given as parameters: read from anywhere, kept in the recipe, used by a replay."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnnviz_app.core import recipe
from cnnviz_app.core.images import content_id, load
from tests.cli.conftest import Ask
from tests.cli.test_run_and_replay import pixels
from tests.core.picture_makers import encoded

STYLE = ("run", "style", "--model", "shapes", "--image", "builtin:cat", "--size", "40",
         "--set", "steps=2")  # fmt: skip


def test_style_pictures_travel_in_the_recipe(cnnviz: Ask, tmp_path: Path) -> None:
    place = tmp_path / "secret folder" / "my style.png"
    place.parent.mkdir()
    place.write_bytes(encoded("PNG"))
    made, again = tmp_path / "made.png", tmp_path / "again.png"
    answer = cnnviz(*STYLE, "--set", f"style={place}, builtin:waves", "--out", made)
    assert (answer.code, answer.err) == (0, "")
    kept = recipe.read(made)
    assert set(kept.sources) == {"picture", "style", "style 2"}
    assert content_id(kept.sources["style"]) == content_id(load(place).pixels)
    assert kept.params["style"] == "my style.png, builtin:waves"
    assert b"secret folder" not in made.read_bytes()
    place.unlink()
    answer = cnnviz("replay", made, "--out", again)
    assert (answer.code, answer.err) == (0, "")
    assert pixels(made) == pixels(again)


@pytest.mark.parametrize("wrong", ["nowhere.png", "builtin:nowhere", "builtin:waves, nowhere.png"])
def test_a_picture_that_is_not_there_is_told_before_computing(
    cnnviz: Ask, tmp_path: Path, wrong: str
) -> None:
    out = tmp_path / "made.png"
    answer = cnnviz(*STYLE, "--set", f"style={wrong}", "--out", out)
    assert answer.code == 2
    assert "nowhere" in answer.err
    assert answer.err.count("\n") == 1
    assert not out.exists()
