"""Makes the README's pictures of the window with the real window and the real engine.

    [CNNVIZ_CHECK_DATA=FOLDER] python packaging/draw_window_pictures.py [explore] [dream] [models]

Needs no display. The dream is that of a GoogLeNet where the folder holds one, else of Lens.
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
PHOTO, LAYER, UNIT = "cat", "relu5", 20
# What the dream paints, the last of them in view; the others fill the list of results.
DREAMS = (("inception_4b.pool_proj.conv", 63), ("inception_4d.pool_proj.conv", 61),
          ("inception_4c.pool_proj.conv", 46))  # fmt: skip


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
    settle(1.0)
    _until(lambda: desk.engine.tickets == ())


def dream(tour: Tour) -> None:
    """A finished feature visualization with its film, its curve and earlier results."""
    runs, conductor = tour.application.desk.runs, tour.application.desk.conductor
    state = tour.application.state
    ticket = conductor.open_model(given.GOOGLENET)
    _until(lambda: state.model is not None and state.model.name == given.GOOGLENET)
    assert ticket is not None
    tour.window.show_workspace("dream")
    runs.choose("feature-vis")
    for layer, unit in DREAMS:
        state.set_layer(layer, unit)
        runs.set_values({"size": 256, "steps": 256, "layer": "", "unit": ""})
        runs.start()
        _until(lambda: runs.status == "finished")
        settle(0.5)
    tour.window.show_panel("results")
    _until(lambda: tour.application.desk.engine.tickets == ())


def models(tour: Tour) -> None:
    tour.window.show_workspace("models")
    settle(1.0)


MAKERS: dict[str, Callable[[Tour], None]] = {"explore": explore, "dream": dream, "models": models}


def _until(condition: Callable[[], bool]) -> None:
    if not wait_until(condition, PATIENCE):
        raise TimeoutError("the window did not get there in time")


def shot(tour: Tour) -> Image.Image:
    settle(0.5)
    image = tour.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    pixels = Image.frombytes(
        "RGB", (image.width(), image.height()), bytes(image.constBits()), "raw", "RGB",
        image.bytesPerLine(),
    )  # fmt: skip
    return pixels.resize(SHOWN, Image.Resampling.LANCZOS)


def main(names: list[str]) -> None:
    app = make_application(sys.argv[:1])
    tour = Tour(app, "dark", 100, SIZE)
    try:
        for name in names or list(MAKERS):
            began = time.perf_counter()
            MAKERS[name](tour)
            save(shot(tour), f"{name}.jpg")
            print(f"{time.perf_counter() - began:.0f} s")
    finally:
        tour.close()


if __name__ == "__main__":
    main(sys.argv[1:])
