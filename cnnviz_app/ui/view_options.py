"""How things are shown, shared by panels and keys: overlay, boxes, gamma, grid or one map."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

GAMMAS = (1.0, 0.7, 0.5, 0.3)
Order = Literal["index", "strength", "mean", "alike"]


@dataclass(frozen=True)
class View:
    """Attributes:
    overlay: the selected unit's map over the picture.
    overlay_alpha: how strongly.
    field: the receptive-field box on the picture.
    one: one map large instead of the grid.
    gamma: exponent on maps; below 1 lifts the faint ones.
    order: tiles by index, strongest or largest mean first, or alike ones together.
    per_unit: each tile has its own maximum, else one scale for the layer.
    """

    overlay: bool = False
    overlay_alpha: float = 0.6
    field: bool = True
    one: bool = False
    gamma: float = 0.7
    order: Order = "index"
    per_unit: bool = True


class ViewOptions(QObject):
    """The current `View`.

    Signals:
        changed: the new `View`.
        asked_workspace: a panel wants another workspace in front.
        asked_command: a panel's button stands for a command of the window.
        wipe_toggled: the canvas should compare, or stop comparing.
        asked_drawing: the person wants to draw a picture.
        asked_dream: the selected unit should be made large in the canvas.
    """

    changed = Signal(object)
    asked_workspace = Signal(str)
    asked_drawing = Signal()
    asked_dream = Signal()
    asked_command = Signal(str)
    wipe_toggled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view = View()
        # How many tiles stand in a row of the grid: what arrow up and down walk by.
        self.columns = 1
        # The window is small for its text size: panels leave out what they can.
        self.compact = False

    def update(self, **values: Any) -> None:
        fresh = replace(self.view, **values)
        if fresh != self.view:
            self.view = fresh
            self.changed.emit(fresh)

    def toggle(self, name: str) -> None:
        self.update(**{name: not getattr(self.view, name)})

    def next_gamma(self) -> None:
        """The four steps everyone knows: 1, 0.7, 0.5, 0.3 and round again."""
        below = [gamma for gamma in GAMMAS if gamma < self.view.gamma - 1e-6]
        self.update(gamma=below[0] if below else GAMMAS[0])
