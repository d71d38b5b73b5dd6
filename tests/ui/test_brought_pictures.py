"""A recipe's own pictures: seen in the form, found again in a later session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnviz_app.core.context import Context
from cnnviz_app.core.images import load
from cnnviz_app.core.recipe import Recipe
from cnnviz_app.lab.brought_requests import KeepPictures
from cnnviz_app.lab.requests import ListTechniques, OpenModel, RunTechnique
from cnnviz_app.lab.start import make_lab
from cnnviz_app.sources import brought
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.picture_field import thumbnail, title
from tests.ui.desks import desk, techniques
from tests.ui.fakes import engine_of, lenet_facts

__all__ = ["desk"]
PAINTING = np.random.default_rng(0).integers(0, 256, (12, 9, 3), np.uint8)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CNNVIZ_CACHE", str(tmp_path))
    return tmp_path


def keep(pictures: dict[str, Any]) -> dict[str, str]:
    found = make_lab("cpu").answer(Context.silent(), KeepPictures(pictures))
    assert isinstance(found, dict)
    return found


def test_a_style_recipe_shows_its_pictures_and_remembers_where_they_are(desk: Desk) -> None:
    desk.runs.load()
    engine_of(desk).finish(ListTechniques, techniques())
    made = Recipe(
        "style", "lenet5", seed=3,
        params={"style": "wave.jpg, builtin:waves", "style_weights": "2, 1"},
        sources={"picture": PAINTING, "style": PAINTING},
    )  # fmt: skip
    desk.runs.restore(made, Path("a.png"))
    engine_of(desk).finish(OpenModel, lenet_facts())
    asked = engine_of(desk).asked_for(KeepPictures)
    assert list(asked[0].pictures) == ["wave.jpg"]
    engine_of(desk).finish(KeepPictures, keep(dict(asked[0].pictures)))
    request = engine_of(desk).asked_for(RunTechnique)[-1]
    path = request.params["style"].split(",")[0]
    assert Path(path).is_file()
    assert np.array_equal(load(path).pixels, PAINTING)
    assert title(path) == "wave.jpg"
    assert thumbnail(path).std() > 10
    # What is stored can be found by a later session.
    assert path in desk.settings.technique_values("style")["style"]


def test_a_picture_that_is_gone_is_not_remembered(desk: Desk) -> None:
    desk.runs.load()
    engine_of(desk).finish(ListTechniques, techniques())
    desk.settings.set_technique_values("style", {"style": "wave.jpg", "beta": 7.0})
    desk.runs.choose("style")
    assert desk.runs.values["style"] == "builtin:starry"
    assert desk.runs.values["beta"] == 7.0


def test_names_lead_nowhere_else_and_pictures_are_kept_once(cache: Path) -> None:
    other = 255 - PAINTING
    found = keep({"../../up.png": PAINTING, "C:\\a\\b.png": other, "": PAINTING})
    assert all(Path(path).is_relative_to(cache / "pictures") for path in found.values())
    assert Path(found["../../up.png"]).name == "up.png"
    assert Path(found["C:\\a\\b.png"]).name == "b.png"
    assert keep({"../../up.png": PAINTING})["../../up.png"] == found["../../up.png"]


def test_old_ones_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brought, "MOST", 2)
    kept = [brought.keep(b"x", str(n) * 32, "a.png") for n in range(4)]
    assert sum(path.is_file() for path in kept) == 2


def test_a_preset_leaves_the_pictures_alone(desk: Desk) -> None:
    desk.runs.load()
    engine_of(desk).finish(ListTechniques, techniques())
    desk.runs.choose("style")
    desk.runs.set_values({"style": "builtin:waves, builtin:pond", "style_weights": "2, 1"})
    desk.runs.set_value("preset", "bold")
    values = desk.runs.values
    assert (values["style"], values["style_weights"]) == ("builtin:waves, builtin:pond", "2, 1")
    assert values["beta"] == 200.0
