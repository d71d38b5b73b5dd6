"""A folder, or the built-in pictures, one after the other."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer

from cnnviz_app.ui.live.feed import Feed


class SlideshowFeed(Feed):
    """Turns the page by itself; the pictures come the way they always come."""

    icon = "images"
    streams = False

    def __init__(self, turn: Callable[[], None], seconds: float) -> None:
        super().__init__(f"Slideshow, every {seconds:g} s")
        self._timer = QTimer(self)
        self._timer.setInterval(round(seconds * 1000))
        self._timer.timeout.connect(turn)

    def start(self) -> None:
        self._timer.start()

    def hold(self, held: bool) -> None:
        if held:
            self._timer.stop()
        else:
            self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
