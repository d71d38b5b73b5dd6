"""Makes the README's pictures of the window with the real window and the real engine.

    CNNVIZ_CHECK_DATA=FOLDER python packaging/draw_window_pictures.py [explore] [dream] [models]

Needs no display. The dream is a GoogLeNet's, from that folder, added as one's own model is.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import given_networks as given  # before the program: it moves the settings out of the way
from contact_sheet import save
from PIL import Image
from PySide6.QtGui import QImage

from cnnviz_app.lab.population_requests import PictureSet
from cnnviz_app.sources import builtin
from cnnviz_app.ui.app import make_application
from cnnviz_app.ui.population import session_of
from cnnviz_app.ui.smoke import settle, wait_until
from cnnviz_app.ui.tour import Tour

SIZE = (1920, 1080)
SHOWN = (1600, 900)
PATIENCE = 240.0
PHOTO, LAYER, UNIT = "cat", "relu3", 11
# What the dream paints, with side and steps: the last in view, the others among the results.
DREAMS = (
    ("inception_3a.b5x5.conv", 30, 96, 64), ("inception_4b.pool_proj.conv", 63, 128, 64),
    ("inception_4d.pool_proj.conv", 61, 128, 64), ("inception_4c.pool_proj.conv", 46, 192, 128),
)  # fmt: skip


def explore(tour: Tour) -> None:
    """A unit, and everything the Inspector knows of it."""
    state, desk = tour.application.state, tour.application.desk
    desk.view.update(one=False, overlay=False)
    state.set_picture(builtin.load(PHOTO))
    state.set_layer(LAYER, UNIT)
    session = session_of(desk)
    session.choose(PictureSet("world", "photos", 1500))
    session.start()
    _until(lambda: session.status == "ready")
    tour.window.show_panel("inspector")
    _rest(tour)


def dream(tour: Tour) -> None:
    """A finished feature visualization with its film, its curve and earlier results."""
    runs, conductor = tour.application.desk.runs, tour.application.desk.conductor
    state = tour.application.state
    conductor.open_model(given.GOOGLENET)
    _until(lambda: state.model is not None and state.model.name == given.GOOGLENET)
    tour.window.show_workspace("dream")
    runs.choose("feature-vis")
    for layer, unit, side, steps in DREAMS:
        state.set_layer(layer, unit)
        runs.set_values({"size": side, "steps": steps, "layer": "", "unit": ""})
        runs.start()
        _until(lambda: runs.status == "finished")
        settle(0.5)
    tour.window.show_panel("results")
    _rest(tour)


def models(tour: Tour) -> None:
    tour.window.show_workspace("models")
    _rest(tour)


# The dream comes last: it opens a network from a file, whose card would show where that lies.
MAKERS: dict[str, Callable[[Tour], None]] = {"explore": explore, "models": models, "dream": dream}


def _rest(tour: Tour) -> None:
    """Until nothing has been computed for a while: some jobs wait for the eye to rest."""
    calm = 0
    while calm < 12:
        settle(0.25)
        calm = 0 if tour.application.desk.engine.tickets else calm + 1


def _until(condition: Callable[[], bool]) -> None:
    if not wait_until(condition, PATIENCE):
        raise TimeoutError("the window did not get there in time")


def shot(tour: Tour) -> Image.Image:
    if (focused := tour.window.focusWidget()) is not None:
        focused.clearFocus()
    settle(0.5)
    image = tour.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    pixels = Image.frombytes(
        "RGB", (image.width(), image.height()), bytes(image.constBits()), "raw", "RGB",
        image.bytesPerLine(),
    )  # fmt: skip
    return pixels.resize(SHOWN, Image.Resampling.LANCZOS)


def main(names: list[str]) -> None:
    names = [name for name in MAKERS if not names or name in names]
    if "dream" in names:
        given.add_all()
    app = make_application(sys.argv[:1])
    tour = Tour(app, "dark", 100, SIZE)
    try:
        for name in names:
            began = time.perf_counter()
            MAKERS[name](tour)
            save(shot(tour), f"{name}.jpg")
            print(f"{time.perf_counter() - began:.0f} s")
    finally:
        tour.close()


if __name__ == "__main__":
    main(sys.argv[1:])
