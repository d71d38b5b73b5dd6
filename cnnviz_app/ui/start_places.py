"""The places a person can start from, and how the window gets there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cnnviz_app.ui.start_tiles import Place

if TYPE_CHECKING:
    from cnnviz_app.ui.main_window import MainWindow

PLACES = (
    Place("unit", "See what one unit looks for",
          "Click a unit; everything about it appears at once.", "unit.jpg"),
    Place("dream", "Let a unit paint",
          "Start from noise and watch a picture grow that one unit cannot resist.", "dream.jpg"),
    Place("style", "Paint a photo",
          "A cat in the manner of a painting: its shapes stay, the brush strokes change.",
          "style.jpg"),
    Place("robust", "A network that is hard to fool",
          "Ask it for a pizza, a spider, a bus: it paints things you recognise.", "robust.jpg"),
    Place("kernels", "Read the first layer",
          "The numbers everything starts with: edges, spots and colours.", "kernels.png"),
    Place("zoo", "Compare networks",
          "Eighty well-known ones: how good they are and what they cost.", "zoo.png"),
)  # fmt: skip
UNIT_LAYER, UNIT = "relu5", 7
PAINT_LAYER, PAINT_UNIT = "relu5", 21
# The photograph of the tile, its painting, and who paints it.
PHOTO, PAINTING, PAINTER = "cat", "builtin:waves", "lens-robust"


def open_place(window: MainWindow, id: str) -> None:
    """Bring the window to one of the places, and start what runs there."""
    desk = window.desk
    match id:
        case "unit":
            window.show_workspace("explore")
            window.show_panel("inspector")
            desk.conductor.open_model("lens", layer=UNIT_LAYER, unit=UNIT)
        case "dream":
            window.show_workspace("dream")
            ticket = desk.conductor.open_model("lens", layer=PAINT_LAYER, unit=PAINT_UNIT)
            ticket.finished.connect(lambda _: _when_known(window, desk.runs.dream_selection))
        case "style":
            window.show_workspace("style")
            desk.pictures.show_builtin(PHOTO)
            ticket = desk.conductor.open_model(PAINTER)
            ticket.finished.connect(lambda _: _when_known(window, lambda: _paint_photo(window)))
        case "robust":
            window.show_workspace("dream")
            ticket = desk.conductor.open_model("lens-robust")
            ticket.finished.connect(lambda _: _when_known(window, lambda: _paint_class(window)))
        case "kernels":
            window.show_workspace("explore")
            window.show_panel("kernels")
            desk.conductor.open_model("lens", layer="conv1")
        case "draw":
            window.show_workspace("explore")
            window.show_panel("picture")
            desk.conductor.open_model("lenet5")
            desk.view.asked_drawing.emit()
        case "zoo":
            window.show_workspace("models")


def _paint_photo(window: MainWindow) -> None:
    runs = window.desk.runs
    runs.choose("style")
    runs.set_values({"style": PAINTING, "mask": "", "style_masks": ""})
    runs.start()


def _paint_class(window: MainWindow) -> None:
    runs = window.desk.runs
    runs.choose("class-image")
    runs.set_value("preset", "lucid")
    runs.set_value("target", "pizza")
    runs.start()


def _when_known(window: MainWindow, act: Callable[[], None]) -> None:
    """The list of techniques may still be on its way in the first second."""
    runs = window.desk.runs
    if runs.techniques:
        act()
        return

    def once(*_: object) -> None:
        runs.techniques_changed.disconnect(once)
        act()

    runs.techniques_changed.connect(once)
