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
def shots() -> Path | None:
    """Where the pictures go: the folder that CNNVIZ_SHOTS names; writing them takes a minute."""
    named = os.environ.get("CNNVIZ_SHOTS")
    if not named:
        return None
    folder = Path(named)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("scale", "size"), SIZES, ids=["wide", "compact"])
def test_nothing_is_cut_and_nothing_overlaps(
    scale: int, size: tuple[int, int], shots: Path | None, qapp: QApplication
) -> None:
    """One walk for each size, in which every stop is looked at in every theme."""
    tour = Tour(qapp, THEMES[0], scale, size, quick=True)
    theme = tour.application.theme
    found = []
    try:
        for number, stop in enumerate(tour.stops(), start=1):
            stop.go()
            for name in THEMES:
                theme.set(name, scale, True)
                theme.apply(qapp)
                settle(0.15)
                picture = tour.window.grab()
                if shots is not None:
                    file = f"{name}-{size[0]}x{size[1]}-{number:02d}-{stop.name}.png"
                    assert picture.save(str(shots / file))
                actual = (tour.window.width(), tour.window.height())
                if actual != size:
                    found.append(f"{stop.name}: the window is {actual[0]} × {actual[1]}")
                seen = troubles(tour.window, picture.toImage())
                found += [f"{stop.name}, {name}: {trouble}" for trouble in seen]
    finally:
        tour.close()
    assert not found, "\n".join(found)
