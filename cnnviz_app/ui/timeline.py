"""The frames of a run as the window keeps them: in colours, and never too many."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnviz_app.core import colormaps
from cnnviz_app.core.events import Frame, Scale, Stage
from cnnviz_app.ui.settings import Preferences

TIMELINE_BYTES = 160_000_000
TIMELINE_FRAMES = 240
# A dive is a film of its own: every frame counts, so it may take more room.
DIVE_BYTES = 600_000_000
DIVE_FRAMES = 3600


@dataclass(frozen=True)
class TimelineFrame:
    """`bar`: the colour map of a map of values, its ends, and whether values lie beyond them."""

    step: int
    pixels: npt.NDArray[np.uint8]
    bar: tuple[str, float, float, bool] | None = None


@dataclass
class Timeline:
    """The frames of a run; when it grows too large every second one goes, the last stays.

    `room` in bytes and `most` in frames; 0 takes what suits a run.
    """

    frames: list[TimelineFrame] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    room: int = 0
    most: int = 0
    _bytes: int = 0

    def add(self, frame: TimelineFrame) -> None:
        self.frames.append(frame)
        self._bytes += frame.pixels.nbytes
        room, most = self.room or TIMELINE_BYTES, self.most or TIMELINE_FRAMES
        if self._bytes > room or len(self.frames) > most:
            self.thin()

    @property
    def nbytes(self) -> int:
        return self._bytes

    def thin(self) -> bool:
        """Every second frame goes, the last stays; False when there is but one."""
        if len(self.frames) < 2:
            return False
        first = [] if len(self.frames) == 2 else self.frames[:-1][::2]
        self.frames = first + self.frames[-1:]
        self._bytes = sum(f.pixels.nbytes for f in self.frames)
        return True


def in_colours(data: npt.NDArray[Any], scale: Scale, values: Preferences) -> npt.NDArray[np.uint8]:
    """A frame to look at: maps of values take the colours of the theme."""
    if scale == "picture":
        return data
    dark = values.theme == "dark"
    return colormaps.in_colour(data, scale, theme_is_dark=dark, sequential=values.sequential_map)


def frame_of(frame: Frame, values: Preferences) -> TimelineFrame:
    """What the timeline keeps of an engine's frame."""
    bar = None
    if frame.scale != "picture":
        bar = colormaps.bar_of(frame.data, frame.scale, values.sequential_map)
    return TimelineFrame(frame.step, in_colours(frame.data, frame.scale, values), bar)
