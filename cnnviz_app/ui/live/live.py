"""The live source: at most one feed, whose newest frame becomes the current picture.

A frame is handed to the network only after it has answered for the one before, and whatever
arrived meanwhile but the newest is dropped: what is on screen is never old.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from cnnviz_app.lab.requests import Looked, Pixels
from cnnviz_app.sources.live import Latest, Rate
from cnnviz_app.sources.picture import Picture
from cnnviz_app.ui.live.feed import Feed
from cnnviz_app.ui.messages import Messages
from cnnviz_app.ui.state import AppState

ORIGIN = "live"
_PATIENCE = 2.0  # seconds: a look that failed must not stop the stream for good
_FROZEN_SIDE = 1024  # a frame that stays is worth keeping large: somebody may dream on it


class Live(QObject):
    """Which feed runs, whether it is frozen or mirrored, and how fast it is looked at.

    Signals:
        changed: feed, freeze or mirror.
        rate_changed: frames looked at per second.
    """

    changed = Signal()
    rate_changed = Signal(float)

    def __init__(self, state: AppState, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._messages = state, messages
        self.feed: Feed | None = None
        self.frozen = False
        self.mirrored = False
        # What is laid on every frame before anybody sees it: a sticker, for example.
        self.overlay: Callable[[Pixels], Pixels] | None = None
        self._latest: Latest[QImage] = Latest()
        self._rate = Rate()
        self._asked = ""  # content id of the frame the network is looking at
        self._asked_at = 0.0
        self._shown: QImage | None = None
        self._tell = QTimer(self)
        self._tell.setInterval(500)
        self._tell.timeout.connect(lambda: self.rate_changed.emit(self._rate.per_second))
        state.looked_changed.connect(self._on_looked)
        state.picture_changed.connect(self._on_picture)

    @property
    def dropped(self) -> int:
        return self._latest.dropped

    @property
    def rate(self) -> float:
        return self._rate.per_second

    def start(self, feed: Feed) -> None:
        """Run this feed instead of any other."""
        self.stop()
        self.feed, self.frozen, self.mirrored = feed, False, feed.mirrors
        feed.setParent(self)
        feed.arrived.connect(self._on_frame)
        feed.broke.connect(self._on_broke)
        self._latest.clear()
        self._rate.clear()
        self._asked = ""
        self._tell.start()
        self.changed.emit()
        feed.start()

    def stop(self) -> None:
        if self.feed is None:
            return
        feed, self.feed = self.feed, None
        feed.blockSignals(True)
        feed.stop()
        feed.deleteLater()
        self._tell.stop()
        self._latest.clear()
        self._shown = None
        self.frozen = False
        self.changed.emit()

    def freeze(self, frozen: bool) -> None:
        """Keep the present frame, at its full size, or go on."""
        if self.feed is None or frozen == self.frozen:
            return
        self.frozen = frozen
        self.feed.hold(frozen)
        if frozen and self._shown is not None:
            self._state.set_picture(self._picture(self._shown, _FROZEN_SIDE))
        self._latest.clear()
        self.changed.emit()

    def toggle_freeze(self) -> None:
        self.freeze(not self.frozen)

    def mirror(self, mirrored: bool) -> None:
        if mirrored != self.mirrored:
            self.mirrored = mirrored
            self.changed.emit()

    # ---- frames

    def _on_frame(self, image: QImage) -> None:
        if self.frozen or image.isNull():
            return
        self._latest.put(image)
        waiting = self._asked and time.monotonic() - self._asked_at < _PATIENCE
        if not waiting:
            self._show_next()

    def _show_next(self) -> None:
        image = self._latest.take()
        if image is None or self.frozen or self.feed is None:
            self._asked = ""
            return
        model = self._state.model
        side = max(224, 2 * max(model.input[1:]) if model is not None else 0)
        picture = self._picture(image, min(side, 448))
        self._shown = image
        current = self._state.picture
        if current is not None and current.content_id == picture.content_id:
            self._asked = ""
            self._rate.tick()  # looked at already: nothing moves
            return
        self._asked, self._asked_at = picture.content_id, time.monotonic()
        if model is None:
            self._asked = ""
        self._state.set_picture(picture)

    def _on_looked(self, looked: Looked) -> None:
        if self._asked and looked.picture.content_id == self._asked:
            self._asked = ""
            self._rate.tick()
            # Not at once: what waits in the event loop, such as a key, goes before a new frame.
            QTimer.singleShot(0, self._show_next)

    def _on_picture(self, picture: Picture) -> None:
        """Somebody chose another picture: that ends a stream, but not a slideshow."""
        if self.feed is not None and self.feed.streams and picture.origin != ORIGIN:
            self.stop()

    def _on_broke(self, sentence: str, hint: str) -> None:
        self.stop()
        self._messages.error(sentence, hint)

    def _picture(self, image: QImage, side: int) -> Picture:
        short = min(image.width(), image.height())
        if short > side:
            image = image.scaled(
                round(image.width() * side / short), round(image.height() * side / short),
                Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation,
            )  # fmt: skip
        if self.mirrored:
            image = image.flipped(Qt.Orientation.Horizontal)
        image = image.convertToFormat(QImage.Format.Format_RGB888)
        rows = np.frombuffer(image.constBits(), np.uint8)
        rows = rows.reshape(image.height(), image.bytesPerLine())[:, : image.width() * 3]
        pixels = rows.reshape(image.height(), image.width(), 3).copy()
        if self.overlay is not None:
            pixels = self.overlay(pixels)
        return Picture(self.feed.title if self.feed is not None else "Live", pixels, ORIGIN)
