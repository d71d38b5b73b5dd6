"""What every live source has in common: the newest frame wins, and the rate is counted."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

Frame = TypeVar("Frame")
_WINDOW = 1.5  # seconds over which the rate is taken


class Latest(Generic[Frame]):
    """A place for one frame: a newer one replaces what nobody fetched, so nothing queues up."""

    def __init__(self) -> None:
        self._frame: Frame | None = None
        self.dropped = 0

    def put(self, frame: Frame) -> None:
        if self._frame is not None:
            self.dropped += 1
        self._frame = frame

    def take(self) -> Frame | None:
        frame, self._frame = self._frame, None
        return frame

    def clear(self) -> None:
        self._frame = None
        self.dropped = 0


class Rate:
    """Frames per second over the last moment."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: deque[float] = deque()

    def tick(self) -> None:
        now = self._clock()
        self._times.append(now)
        while self._times and now - self._times[0] > _WINDOW:
            self._times.popleft()

    def clear(self) -> None:
        self._times.clear()

    @property
    def per_second(self) -> float:
        """0 until there are two frames, and again when none came for a while."""
        if len(self._times) < 2 or self._clock() - self._times[-1] > _WINDOW:
            return 0.0
        return (len(self._times) - 1) / max(self._times[-1] - self._times[0], 1e-6)
