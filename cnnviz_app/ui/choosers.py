"""What opens when a part of the address bar is clicked: the palette, narrowed to that part."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnviz_app.ui.main_window import MainWindow


def open_chooser(window: MainWindow, part: str) -> None:
    match part:
        case "layer":
            window.palette_sheet.open("@")
        case "unit":
            window.palette_sheet.open(":")
        case "model":
            window.show_workspace("models")
        case "picture":
            window.show_panel("picture")
