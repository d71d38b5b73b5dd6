"""How often things follow the picture while it moves: the one place that knows.

A camera shows thirty pictures a second, a hand draws, a slider drags. Maps and predictions follow
every one of them; what costs, or what nobody can read that fast, follows the pace.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from cnnviz_app.ui.state import AppState

if TYPE_CHECKING:
    from cnnviz_app.ui.engine_client import EngineClient

EASY_MS = 80  # numbers, ticks and bars: faster than anybody reads
CALM_MS = 150  # questions to the engine while the pointer moves over a still picture
MOVING_MS = 350  # the same while the picture itself moves
BUSY_MS = 1000  # and while a job somebody asked for computes as well
REST_MS = 500  # a picture that has stood this long rests


class Throttle(QObject):
    """Passes the first call on at once, then the newest at most once per interval, the last always.

    Signals:
        due: it is time.
    """

    due = Signal()

    def __init__(self, interval_ms: int, parent: QObject) -> None:
        super().__init__(parent)
        self.interval_ms = interval_ms
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go)
        self._last = 0.0

    def call(self) -> None:
        if self._timer.isActive():
            return
        wait = self.interval_ms - 1000 * (time.monotonic() - self._last)
        if wait <= 0:
            self._go()
        else:
            self._timer.start(max(1, round(wait)))

    def stop(self) -> None:
        self._timer.stop()

    def _go(self) -> None:
        self._last = time.monotonic()
        self.due.emit()


class Pace(QObject):
    """Three paces below that of the picture.

    Signals:
        easy: maps and predictions are new; for what is cheap to show.
        calm: maps or the position are new; for what asks the engine about them.
        rested: the picture moved and stands still now; for what takes long.
    """

    easy = Signal()
    calm = Signal()
    rested = Signal()

    def __init__(self, state: AppState, engine: EngineClient, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._looked_at = 0.0
        self.moving = False
        self._easy = Throttle(EASY_MS, self)
        self._easy.due.connect(self.easy)
        self._calm = Throttle(CALM_MS, self)
        self._calm.due.connect(self.calm)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._on_rest)
        state.looked_changed.connect(self._on_looked)
        state.position_changed.connect(lambda _: self._calm.call())

    def _on_looked(self, _looked: object) -> None:
        now = time.monotonic()
        self.moving = now - self._looked_at < REST_MS / 1000
        self._looked_at = now
        self._calm.interval_ms = self._interval()
        self._easy.call()
        self._calm.call()
        if self.moving:
            self._rest.start()

    def stop(self) -> None:
        """The window closes."""
        for timer in (self._easy, self._calm, self._rest):
            timer.stop()

    def _interval(self) -> int:
        if not self.moving:
            return CALM_MS
        asked = (t.job for t in self._engine.tickets)
        return BUSY_MS if any(not (j.urgent or j.background) for j in asked) else MOVING_MS

    def _on_rest(self) -> None:
        self.moving = False
        self._calm.interval_ms = CALM_MS
        self.rested.emit()
