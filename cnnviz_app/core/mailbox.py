"""Events on their way to the window: of frames only the newest, everything else in order."""

from __future__ import annotations

import threading

from cnnviz_app.core.events import Event, Frame


class Mailbox:
    """Filled by the engine thread, emptied by the window when it has time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events: list[Event] = []
        self._frames: dict[tuple[int, str], int] = {}

    def put(self, event: Event) -> None:
        with self._lock:
            if not isinstance(event, Frame):
                self._events.append(event)
                return
            key = (event.job, event.name)
            place = self._frames.get(key)
            if place is None:
                self._frames[key] = len(self._events)
                self._events.append(event)
            else:
                # The newer frame takes the older one's place, so it stays before its job's end.
                self._events[place] = event

    def drain(self) -> list[Event]:
        with self._lock:
            events, self._events = self._events, []
            self._frames.clear()
        return events
