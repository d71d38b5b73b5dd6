"""An order that is found anew at most twice a second, however many pictures arrive."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from cnnviz_app.lab.requests import Values
from cnnviz_app.ui.panels._unit_filter import Units, order_of

SECONDS = 0.5
# Orders that take longer than a frame of a live source may.
_SLOW = "alike"


class CalmOrder:
    """Keeps the last slow order while pictures follow each other fast, and tells when to ask."""

    def __init__(self, again: Callable[[], None], parent: QObject) -> None:
        self._kept: Units | None = None
        self._shape: tuple[int, ...] = ()
        self._at = 0.0
        self._later = QTimer(parent)
        self._later.setSingleShot(True)
        self._later.timeout.connect(again)

    def order(self, key: str, maps: Values) -> Units | None:
        """The order of these maps, or for a moment that of the maps before them."""
        if key != _SLOW:
            self._kept = None
            return order_of(key, maps)
        wait = SECONDS - (time.monotonic() - self._at)
        if self._kept is not None and self._shape == maps.shape and wait > 0:
            if not self._later.isActive():
                self._later.start(round(wait * 1000))
            return self._kept
        self._later.stop()
        self._kept, self._shape = order_of(key, maps), maps.shape
        self._at = time.monotonic()
        return self._kept
