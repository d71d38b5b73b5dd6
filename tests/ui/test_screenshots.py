"""Every stop of the tour in every size and theme on a real display, as pictures and as checks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from cnnviz_app.ui.settings import THEMES
from cnnviz_app.ui.smoke import settle
from cnnviz_app.ui.tour import Tour
from tests.ui.layout_checks import troubles

pytestmark = [pytest.mark.display, pytest.mark.slow]
# A small window is a projector's; themes change colours, not places.
WALKS = ((100, (1920, 1080), THEMES), (150, (1024, 768), ("projector",)))


@pytest.fixture
def shots() -> Path | None:
    """Where the pictures go: the folder that CNNVIZ_SHOTS names; writing them takes a minute."""
    named = os.environ.get("CNNVIZ_SHOTS")
    if not named:
        return None
    folder = Path(named)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("scale", "size", "themes"), WALKS, ids=["wide", "compact"])
def test_nothing_is_cut_and_nothing_overlaps(
    scale: int, size: tuple[int, int], themes: tuple[str, ...], shots: Path | None,
    qapp: QApplication,
) -> None:  # fmt: skip
    """One walk for each size, in which every stop is looked at in the themes of that size."""
    tour = Tour(qapp, themes[0], scale, size, quick=True)
    theme = tour.application.theme
    found = []
    try:
        for number, stop in enumerate(tour.stops(), start=1):
            stop.go()
            for name in themes:
                theme.set(name, scale, True)
                theme.apply(qapp)
                settle(0.15)
                picture, seen = _looked_at(tour)
                if shots is not None:
                    file = f"{name}-{size[0]}x{size[1]}-{number:02d}-{stop.name}.png"
                    assert picture.save(str(shots / file))
                actual = (tour.window.width(), tour.window.height())
                if actual != size:
                    found.append(f"{stop.name}: the window is {actual[0]} × {actual[1]}")
                found += [f"{stop.name}, {name}: {trouble}" for trouble in seen]
    finally:
        tour.close()
    assert not found, "\n".join(found)


def _looked_at(tour: Tour) -> tuple[QPixmap, list[str]]:
    """The window and its troubles; an answer that came this moment gets time to find its place."""
    picture = tour.window.grab()
    seen = list(troubles(tour.window, picture.toImage()))
    if seen:
        settle(0.5)
        picture = tour.window.grab()
        seen = list(troubles(tour.window, picture.toImage()))
    return picture, seen
