"""The card that appears beside a tile after the pointer has rested on it."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, QRect, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from .floating import PictureCard

REST_MS = 150


class _Grid(Protocol):
    def isVisible(self) -> bool: ...
    def window(self) -> QWidget: ...
    def card_content(self, unit: int) -> tuple[QPixmap, QRect, tuple[str, str, str], str]: ...


class TileCard(QObject):
    """Waits, then shows what the grid says about the tile under the pointer."""

    def __init__(self, grid: _Grid) -> None:
        super().__init__(grid if isinstance(grid, QObject) else None)
        self._grid = grid
        self._unit = -1
        self._card: PictureCard | None = None
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(REST_MS)
        self._wait.timeout.connect(self._show)

    def point_at(self, unit: int) -> None:
        """The pointer moved to another tile, or away (−1)."""
        self._unit = unit
        if self._card is not None:
            self._card.hide()
        if unit >= 0:
            self._wait.start()
        else:
            self._wait.stop()

    def refresh(self) -> None:
        """New values arrived while the card is open."""
        if self._card is not None and self._card.isVisible() and self._unit >= 0:
            self._show()

    def _show(self) -> None:
        if self._unit < 0 or not self._grid.isVisible():
            return
        window = self._grid.window()
        if self._card is None or self._card.parentWidget() is not window:
            self._card = PictureCard(window)
        picture, anchor, words, token = self._grid.card_content(self._unit)
        self._card.set_content(picture, *words, token=token)
        self._card.show_near(anchor)
