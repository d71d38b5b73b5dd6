"""When the Inspector's sections may compute: those in view, the most important first, at rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer

from cnnviz_app.ui.panels._section_frame import SectionFrame

# While somebody runs through the units nothing starts; then one section after the other, so that
# the first has asked the engine before the second does, and no key waits for all of them.
REST_MS = 150
STEP_MS = 25


class Pace(QObject):
    """Gives and takes back each section's `wanted`."""

    def __init__(
        self,
        frames: Sequence[SectionFrame],
        in_view: Callable[[SectionFrame], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._frames = tuple(frames)
        self._in_view = in_view
        self._active = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._next)

    def set_active(self, active: bool) -> None:
        """The Inspector can be seen, or no longer."""
        self._active = active
        if active:
            self.review()
        else:
            self._timer.stop()
            self._stop_all()

    def moved(self) -> None:
        """The selection went on: what was being computed is of no use now."""
        self._stop_all()
        if self._active:
            self._timer.start(REST_MS)

    def review(self) -> None:
        """Something was folded, scrolled or resized; a rest that is going on goes on."""
        if self._active and not self._timer.isActive():
            self._timer.start(STEP_MS)

    def _stop_all(self) -> None:
        for frame in self._frames:
            frame.set_wanted(False)

    def _next(self) -> None:
        waiting = None
        for frame in self._frames:
            due = frame.unfolded and self._in_view(frame)
            if not due:
                frame.set_wanted(False)
            elif not frame.section.wanted and not frame.broken and waiting is None:
                waiting = frame
        if waiting is not None:
            waiting.set_wanted(True)
            self._timer.start(STEP_MS)
