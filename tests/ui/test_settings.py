"""What is remembered: every field checked alone, and nothing of another version does harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from cnnviz_app.ui.settings import LAYOUT_VERSION, SCALES, THEMES, Preferences, Settings


@pytest.fixture
def path(qapp: object, tmp_path: Path) -> Path:
    return tmp_path / "settings.ini"


def test_everything_comes_back(path: Path) -> None:
    before = Settings(path)
    before.update(theme="projector", scale=150, unit=12, layer="a.b", recipe_sources=False,
                  seen_start=True, model="yours/кот.py", folder="/a b/ц")  # fmt: skip
    before.set_technique_values("feature-vis", {"steps": 4, "rate": 1e-06, "plain": True})
    before.set_layout("explore", QByteArray(b"\0\1layout"))
    before.set_geometry(QByteArray(b"geometry"))
    before.sync()
    after = Settings(path)
    assert after.values == before.values
    assert after.technique_values("feature-vis") == {"steps": 4, "rate": 1e-06, "plain": True}
    assert after.layout("explore") == QByteArray(b"\0\1layout")
    assert after.geometry() == QByteArray(b"geometry")


@pytest.mark.parametrize("stored", [None, Path("memory")], ids=["memory", "file"])
def test_nothing_stored_gives_the_defaults(path: Path, stored: Path | None) -> None:
    settings = Settings(path if stored else None)
    assert settings.values == Preferences()
    assert settings.layout("explore") is None
    assert settings.geometry() is None
    assert settings.technique_values("feature-vis") == {}


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("theme=neon", "theme"), ("theme=", "theme"), ("scale=101", "scale"),
        ("scale=big", "scale"), ("unit=1.5", "unit"), ("unit=", "unit"),
        ("seen_start=perhaps", "seen_start"), ("recipe_sources=2", "recipe_sources"),
        ("sequential_map=jet", "sequential_map"), ("theme=a, b", "theme"),
        ("model=a, b", "model"), ("scale=@Invalid()", "scale"),
    ],
)  # fmt: skip
def test_a_bad_value_falls_back_alone(path: Path, line: str, field: str) -> None:
    path.write_text(f"[preferences]\nworkspace=models\n{line}\n")
    values = Settings(path).values
    assert getattr(values, field) == getattr(Preferences(), field)
    assert values.workspace == "models"


@pytest.mark.parametrize("stored", ["{", "[1]", "7", "", "null", "\\xff\\xfe"])
def test_garbage_for_a_technique_is_nothing(path: Path, stored: str) -> None:
    path.write_text(f'[techniques]\nfeature-vis="{stored}"\n', encoding="utf-8")
    assert Settings(path).technique_values("feature-vis") == {}


def test_layouts_of_another_version_are_left_alone(path: Path) -> None:
    settings = Settings(path)
    settings._write(f"layouts-{LAYOUT_VERSION + 1}/explore", QByteArray(b"newer"))
    settings.sync()
    again = Settings(path)
    assert again.layout("explore") is None
    again.set_layout("explore", QByteArray(b"mine"))
    again.sync()
    assert f"layouts-{LAYOUT_VERSION + 1}" in path.read_text()


def test_a_layout_can_be_forgotten(path: Path) -> None:
    settings = Settings(path)
    settings.set_layout("explore", QByteArray(b"x"))
    settings.set_layout("explore", None)
    assert settings.layout("explore") is None


def test_only_changes_are_told(path: Path) -> None:
    settings = Settings(path)
    heard: list[str] = []
    settings.changed.connect(heard.append)
    settings.update(theme="dark", scale=115, unit=3)
    settings.update(scale=115)
    assert heard == ["scale", "unit"]


def test_an_unknown_preference_is_a_mistake_of_ours(path: Path) -> None:
    with pytest.raises(TypeError):
        Settings(path).update(colour="red")


def test_a_folder_that_cannot_be_written_costs_only_the_memory(
    tmp_path: Path, qapp: object
) -> None:
    (tmp_path / "file").write_text("in the way")
    settings = Settings(tmp_path / "file" / "settings.ini")
    settings.update(theme="light")
    settings.sync()
    assert settings.values.theme == "light"


def test_choices_hold_their_defaults() -> None:
    assert Preferences().theme in THEMES
    assert Preferences().scale in SCALES
    assert SCALES[0] == 100
    assert SCALES[-1] == 250
