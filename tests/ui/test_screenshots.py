"""Every stop of the tour in every theme and size on a real display, as pictures and as checks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from cnnviz_app.ui.settings import THEMES
from cnnviz_app.ui.smoke import settle
from cnnviz_app.ui.tour import Tour
from tests.ui.layout_checks import troubles

pytestmark = [pytest.mark.display, pytest.mark.slow]
SIZES = ((100, (1920, 1080)), (150, (1024, 768)))


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where the pictures go: CNNVIZ_SHOTS keeps them for looking at."""
    folder = Path(os.environ.get("CNNVIZ_SHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.parametrize(("scale", "size"), SIZES, ids=["wide", "compact"])
@pytest.mark.parametrize("theme", THEMES)
def test_nothing_is_cut_and_nothing_overlaps(
    theme: str, scale: int, size: tuple[int, int], shots: Path, qapp: QApplication
) -> None:
    tour = Tour(qapp, theme, scale, size, quick=True)
    found = []
    try:
        for number, stop in enumerate(tour.stops(), start=1):
            stop.go()
            settle(0.15)
            picture = tour.window.grab()
            name = f"{theme}-{size[0]}x{size[1]}-{number:02d}-{stop.name}"
            assert picture.save(str(shots / f"{name}.png"))
            actual = (tour.window.width(), tour.window.height())
            if actual != size:
                found.append(f"{stop.name}: the window is {actual[0]} × {actual[1]}")
            found += [f"{stop.name}: {t}" for t in troubles(tour.window, picture.toImage())]
    finally:
        tour.close()
    assert not found, "\n".join(found)
