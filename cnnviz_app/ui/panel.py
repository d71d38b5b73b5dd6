"""A panel is one file: a widget class with a declaration on top, found by discovery."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cnnviz_app.ui.desk import Desk


class Panel(QWidget):
    """Base of every panel: it gets the desk, and tells its dock's title bar what to say.

    Signals:
        note_changed: the short grey text beside the title.
    """

    note_changed = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    def title_buttons(self) -> list[QWidget]:
        """Up to three icon buttons for the title bar."""
        return []

    def controls(self) -> QWidget | None:
        """What stands in the side column while this panel is in front on the stage."""
        return None

    def copy_pixels(self) -> npt.NDArray[np.uint8] | None:
        """What "Copy picture" takes; None copies the panel as it looks."""
        return None

    def help_text(self) -> str:
        """What F1 says about this panel."""
        return (self.__doc__ or "").strip()


@dataclass(frozen=True)
class PanelSpec:
    """How a panel is called and built.

    Attributes:
        id: names its dock in saved layouts; never change it.
        tab: a shorter title where it is one tab among others.
        short: the shortest, where there is room for nothing else.
        stage: it has a heading of its own instead of a title bar.
    """

    id: str
    title: str
    icon: str
    build: Callable[[Desk], Panel]
    stage: bool = False
    tab: str = ""
    short: str = ""

    def tab_name(self, short: bool = False) -> str:
        return (short and self.short) or self.tab or self.title


_panels: dict[str, PanelSpec] = {}


def panel(
    id: str, title: str, icon: str, *, stage: bool = False, tab: str = "", short: str = ""
) -> Callable[[type], type]:
    """Declare the decorated `Panel` subclass; `stage` panels have their own heading."""

    def register(build: type) -> type:
        known = _panels.get(id)
        if known is not None and known.build.__module__ != build.__module__:
            raise ValueError(f"two panels are called {id!r}")
        _panels[id] = PanelSpec(id, title, icon, build, stage, tab, short)
        return build

    return register


def discover() -> tuple[PanelSpec, ...]:
    """Import every file of `ui/panels` and return what they declare, by title."""
    from cnnviz_app.ui import panels

    for module in pkgutil.iter_modules(panels.__path__):
        if not module.name.startswith("_"):
            importlib.import_module(f"{panels.__name__}.{module.name}")
    return tuple(sorted(_panels.values(), key=lambda spec: spec.title))
