"""The program as a user starts it: one process, one window, one screenshot, exit code 0."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from cnnviz_app import launch


def start(*arguments: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    here = Path(__file__).resolve().parent.parent.parent
    return subprocess.run(
        [sys.executable, "-m", "cnnviz_app", *arguments],
        cwd=folder, capture_output=True, text=True, timeout=100, check=False,
        env={**os.environ, "PYTHONPATH": str(here), **env},
    )  # fmt: skip


@pytest.mark.slow
def test_smoke_saves_a_window_with_something_in_it(tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    done = start("gui", "--smoke", str(out), "--size", "1280x800", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert done.stderr == ""
    with Image.open(out) as picture:
        assert picture.size == (1280, 800)
        colours = picture.convert("RGB").getcolors(maxcolors=1 << 24)
    assert colours is not None
    assert len(colours) > 1000


@pytest.mark.display
@pytest.mark.slow
def test_smoke_has_its_size_whatever_the_screen(tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    done = start("gui", "--smoke", str(out), "--size", "2560x1440", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    with Image.open(out) as picture:
        assert picture.size == (2560, 1440)


@pytest.mark.display
def test_a_display_is_recognised() -> None:
    assert launch.has_display()
