"""A feed delivers frames until it is stopped; `Live` decides which of them are looked at."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class Feed(QObject):
    """Base of the camera, the video file and the screen region.

    Signals:
        arrived: a QImage, upright.
        broke: `(sentence, hint)`; nothing more will come.
    """

    arrived = Signal(object)
    broke = Signal(str, str)

    icon = "camera"
    streams = True  # delivers frames itself
    mirrors = False  # a camera that looks at its audience is shown as a mirror

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title

    def start(self) -> None:
        """Begin to deliver; trouble is told through `broke`, also later."""

    def hold(self, held: bool) -> None:
        """The present frame is kept for a while: a video waits, a camera goes on unseen."""

    def stop(self) -> None:
        """Deliver nothing more and let go of the device."""
