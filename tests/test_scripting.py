"""The interface for scripts: the README's examples run, and what the window does, scripts can."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnviz_app import Lab
from cnnviz_app.core import movies, recipe
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.scripts import save_script
from cnnviz_app.scripting import save_film

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def lab() -> Lab:
    return Lab("cpu")


def examples() -> list[str]:
    text = (ROOT / "README.md").read_text("utf-8")
    section = text.split("## From a script", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```python\n(.*?)```", section, re.S)


def test_there_are_five_examples() -> None:
    assert len(examples()) == 5


@pytest.mark.parametrize("number", range(5))
def test_an_example_of_the_readme_runs(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    # the README shows what is worth waiting for; a test need not
    code = re.sub(r"steps=\d+", "steps=6", examples()[number])
    exec(compile(code, f"README example {number + 1}", "exec"), {"__name__": "example"})


def test_asking_for_the_lab_is_what_imports_torch() -> None:
    code = "import sys, cnnviz_app; assert 'torch' not in sys.modules; cnnviz_app.Lab; " \
           "assert 'torch' in sys.modules and 'PySide6' not in sys.modules"  # fmt: skip
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_frames_come_while_it_computes_and_the_result_after(lab: Lab) -> None:
    run = lab.start(
        "feature-vis", "lenet5", layer="conv2", unit="3", steps=5, every_frame=True
    )
    frames = [frame for frame in run if frame.name == "picture"]
    assert len(frames) >= 5
    assert [frame.step for frame in frames] == sorted(frame.step for frame in frames)
    assert frames[-1].pixels.dtype == np.uint8
    assert frames[-1].metrics
    assert run.result.recipe.technique == "feature-vis"
    np.testing.assert_array_equal(frames[-1].pixels, run.result.pixels)


def test_leaving_the_loop_ends_the_computation(lab: Lab) -> None:
    before = threading.active_count()
    with lab.start("feature-vis", "lenet5", layer="conv2", unit="3", steps=20_000) as run:
        for _frame in run:
            break
    assert threading.active_count() == before


def test_trouble_in_the_thread_is_raised_where_it_is_watched(lab: Lab) -> None:
    with pytest.raises(UserError, match="no layer"):
        list(lab.start("feature-vis", "lenet5", layer="nowhere", unit="0"))
    with pytest.raises(UserError, match="needs a picture"):
        lab.run("gradcam", "lens")


def test_a_saved_result_replays_to_the_same_pixels(lab: Lab, tmp_path: Path) -> None:
    made = lab.run("feature-vis", "lenet5", layer="conv2", unit="3", steps=3, seed=5)
    path = made.save(tmp_path / "unit.png")
    np.testing.assert_array_equal(lab.replay(path).pixels, made.pixels)


@pytest.mark.parametrize("ending", [".py", ".ipynb"])
def test_the_exported_script_makes_the_same_picture(
    lab: Lab, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (28, 28, 3), np.uint8)
    made = lab.run("gradient", "lenet5", pixels, target="3")
    path = save_script(made.recipe, tmp_path / f"again{ending}")
    text = path.read_text("utf-8")
    if ending == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells)
    assert str(tmp_path) not in text  # it travels with the pictures beside it
    monkeypatch.chdir(tmp_path)
    exec(compile(text, str(path), "exec"), {"__name__": "script"})
    again = recipe.read(tmp_path / "again-again.png")
    assert again.params == made.recipe.params
    with Image.open(tmp_path / "again-again.png") as saved:
        np.testing.assert_array_equal(np.asarray(saved), made.pixels)


def fading(count: int, width: int, height: int) -> list[np.ndarray]:
    return [np.full((height, width, 3), 20 * number, np.uint8) for number in range(count)]


@pytest.mark.parametrize("size", [(48, 32), (33, 47)])
def test_a_gif_holds_every_frame(tmp_path: Path, size: tuple[int, int]) -> None:
    path = save_film(tmp_path / "fade.gif", fading(8, *size), 10)
    with Image.open(path) as film:
        assert film.size == size
        assert film.n_frames == 8
        assert film.info["duration"] == 100
        film.seek(7)
        assert abs(np.asarray(film.convert("RGB")).astype(int).mean() - 140) < 3


@pytest.mark.parametrize("size", [(48, 32), (33, 47)])
def test_an_mp4_holds_every_frame(tmp_path: Path, size: tuple[int, int]) -> None:
    import av

    path = save_film(tmp_path / "fade.mp4", fading(8, *size), 10)
    with av.open(str(path)) as container:
        levels = [frame.to_ndarray(format="rgb24").mean() for frame in container.decode(video=0)]
    assert len(levels) == 8
    assert np.abs(np.array(levels) - 20 * np.arange(8)).max() < 6


def test_frames_that_grow_become_one_size(tmp_path: Path) -> None:
    path = movies.save(tmp_path / "a.gif", [*fading(2, 16, 16), *fading(2, 32, 24)])
    with Image.open(path) as film:
        assert film.size == (32, 24)


def test_bad_films_and_scripts_get_a_sentence(lab: Lab, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no frames"):
        save_film(tmp_path / "a.gif", [])
    with pytest.raises(UserError, match=r"GIF or an MP4"):
        save_film(tmp_path / "a.webp", fading(1, 8, 8))
    made = lab.run("feature-vis", "lenet5", layer="conv2", unit="3", steps=1)
    with pytest.raises(UserError, match=r"\.py or \.ipynb"):
        save_script(made.recipe, tmp_path / "a.txt")
    assert not list(tmp_path.iterdir())
