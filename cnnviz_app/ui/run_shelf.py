"""The runs of this session, one after the other: their frames stay, in bounded room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from cnnviz_app.core.events import Failed, Progress
from cnnviz_app.ui.attempts import Attempt

RunStatus = Literal["idle", "running", "paused", "finished", "stopped", "failed"]
MOST = 40
# All earlier runs together; the run being looked at has its own room.
ROOM = 320_000_000


@dataclass(eq=False)
class Sitting:
    """One run with its branches, and the form that it was asked with.

    Attributes:
        current: the branch that is shown; `partner` is what the wipe compares it with.
        values: what the form said: an empty layer is still the selected one.
    """

    attempts: list[Attempt] = field(default_factory=list)
    current: Attempt = field(default_factory=Attempt)
    partner: Attempt | None = None
    status: RunStatus = "idle"
    progress: Progress | None = None
    failure: Failed | None = None
    technique: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0

    @property
    def nbytes(self) -> int:
        return sum(attempt.nbytes for attempt in self.attempts)

    @property
    def shown(self) -> bool:
        """Whether there is anything to come back to."""
        return any(attempt.timeline.frames for attempt in self.attempts)

    def thin(self) -> bool:
        """Give up half of the largest film, at the end the unrounded result; the last frame of
        each stays. False when nothing is left to give."""
        for attempt in sorted(self.attempts, key=lambda attempt: -attempt.nbytes):
            if attempt.thin():
                return True
        return False


def fit(sittings: Sequence[Sitting], keep: Sequence[Sitting], room: int = 0) -> list[Sitting]:
    """The newest runs, the oldest among them thinned first until all fit their room."""
    room = room or ROOM
    kept = [s for s in sittings if s in keep or s.shown][-MOST:]
    earlier = [s for s in kept if s not in keep]
    for sitting in earlier:
        while sum(s.nbytes for s in earlier) > room and sitting.thin():
            pass
    return kept
