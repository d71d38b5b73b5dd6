"""What of the session's runs is looked at: which run, which branch of it, which frame."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from cnnviz_app.core.events import Failed, Progress
from cnnviz_app.core.images import to_uint8
from cnnviz_app.lab.requests import Outcome
from cnnviz_app.ui import run_shelf
from cnnviz_app.ui.attempts import Attempt
from cnnviz_app.ui.engine_client import EngineClient
from cnnviz_app.ui.run_form import RunForm
from cnnviz_app.ui.run_shelf import RunStatus, Sitting
from cnnviz_app.ui.settings import Settings
from cnnviz_app.ui.state import AppState
from cnnviz_app.ui.timeline import Timeline, TimelineFrame, in_colours


class RunView(RunForm):
    """The runs there are, and the place of the person among their frames.

    Signals:
        attempts_changed: runs or branches came, went, or another one is shown.
        status_changed: see `RunStatus`.
        playhead_changed: index into the timeline, -1 for live.
        wipe_asked: the canvas is to show two of them beside each other.
    """

    attempts_changed = Signal()
    status_changed = Signal(str)
    playhead_changed = Signal(int)
    wipe_asked = Signal()

    def __init__(
        self, state: AppState, engine: EngineClient, settings: Settings, parent: QObject
    ) -> None:
        super().__init__(state, engine, settings, parent)
        self.sittings: list[Sitting] = []
        self.sitting = Sitting()
        self._running = self.sitting
        self.playhead = -1
        self.technique_changed.connect(lambda _technique: self._on_chosen())

    @property
    def status(self) -> RunStatus:
        """Of the run that is on its way, else of the one that is shown."""
        busy = self._running.status in ("running", "paused")
        return (self._running if busy else self.sitting).status

    @property
    def attempts(self) -> list[Attempt]:
        return self.sitting.attempts

    @property
    def current(self) -> Attempt:
        return self.sitting.current

    @property
    def partner(self) -> Attempt | None:
        return self.sitting.partner

    @property
    def progress(self) -> Progress | None:
        return self._shown_sitting.progress

    @property
    def failure(self) -> Failed | None:
        return self._shown_sitting.failure

    @property
    def _shown_sitting(self) -> Sitting:
        busy = self._running.status in ("running", "paused")
        return self._running if busy else self.sitting

    @property
    def timeline(self) -> Timeline:
        return self.current.timeline

    @property
    def metrics(self) -> list[tuple[int, Mapping[str, float]]]:
        return self.current.metrics

    @property
    def dive(self) -> Timeline:
        return self.current.dive

    @property
    def outcome(self) -> Outcome | None:
        return self.current.outcome

    @property
    def subject(self) -> str:
        return self.current.subject

    def show_attempt(self, attempt: Attempt, step: int) -> None:
        """Look at another branch; the one left is what the wipe compares it with."""
        sitting = self.sitting
        if attempt is not self.current:
            sitting.partner, sitting.current = self.current, attempt
            self.playhead = -1
            self.attempts_changed.emit()
        frames = self.timeline.frames
        if frames:
            nearest = min(range(len(frames)), key=lambda i: abs(frames[i].step - step))
            self.set_playhead(nearest)

    def look_back(self, by: int) -> None:
        """An earlier run of this session, or a later one, with all it left and its form."""
        place = self.place + by
        if not 0 <= place < len(self.sittings) or by == 0:
            return
        found = self.sitting = self.sittings[place]
        self.playhead = -1
        self.choose(found.technique)
        if self.technique is not None and self.technique.name == found.technique:
            self.set_values(found.values)
            self.set_seed(found.seed)
        self._take_stage(found)

    def compare_with(self, other: Attempt) -> None:
        """The wipe uncovers another run, or a kept picture, under the one that is shown."""
        if other is not self.current and self.timeline.frames:
            self.sitting.partner = other
            self.attempts_changed.emit()
            self.wipe_asked.emit()

    def compare_kept(self, one: Attempt, other: Attempt) -> None:
        """Two finished pictures from elsewhere take the stage; the runs are one step back."""
        self._take_stage(Sitting([one, other], other, one))
        self.wipe_asked.emit()

    def run_of(self, attempt: Attempt | None) -> int:
        """The place of the run that a branch belongs to, -1 for none."""
        found = (i for i, s in enumerate(self.sittings) if attempt in s.attempts)
        return next(found, -1)

    @property
    def comparing(self) -> bool:
        """Whether what is shown are two pictures from elsewhere, and no run."""
        return self.sitting.partner is not None and self.current.request is None

    def _take_stage(self, sitting: Sitting) -> None:
        self.sitting = sitting
        self.playhead = -1
        self.attempts_changed.emit()
        self.status_changed.emit(self.status)
        self.playhead_changed.emit(-1)

    @property
    def place(self) -> int:
        """Which of the session's runs is shown; behind the last when none is."""
        known = self.sitting in self.sittings
        return self.sittings.index(self.sitting) if known else len(self.sittings)

    def _on_chosen(self) -> None:
        """Another technique: its own last run of this session, or an empty stage; the run that
        was shown is one step back."""
        name = self.technique.name if self.technique is not None else ""
        if self.status in ("running", "paused") or self.sitting.technique in ("", name):
            return
        last = (s for s in reversed(self.sittings) if s.technique == name)
        self._take_stage(next(last, Sitting()))

    def _sit_down(self, sitting: Sitting) -> None:
        """A new run takes the stage; the earlier ones stay, as far as there is room."""
        sitting.technique = self.technique.name if self.technique is not None else ""
        sitting.values, sitting.seed = dict(self.values), self.seed
        self.sitting = sitting
        self.sittings = run_shelf.fit([*self.sittings, sitting], (sitting,))
        self.playhead = -1

    def walk(self, by: int) -> None:
        """One frame back or forward."""
        frames = len(self.timeline.frames)
        here = self.playhead if self.playhead >= 0 else frames - 1
        if frames:
            self.set_playhead(max(0, here + by))

    def first(self) -> None:
        if self.timeline.frames:
            self.set_playhead(0)

    def set_playhead(self, index: int) -> None:
        """Scrub to a frame; -1, or the last frame, follows the run again."""
        last = len(self.timeline.frames) - 1
        index = -1 if index < 0 or index >= last else index
        if index != self.playhead:
            self.playhead = index
            self.playhead_changed.emit(index)

    @property
    def shown(self) -> TimelineFrame | None:
        """The frame under the playhead."""
        frames = self.timeline.frames
        return frames[self.playhead] if frames else None

    def suggested_name(self) -> str:
        """A file name, without ending, that says what the picture is."""
        subject = self.subject.split(" · ")[-1].replace(":", "-").replace("/", "-")
        return f"{self.sitting.technique or 'picture'}_{subject}"

    def film(self) -> tuple[npt.NDArray[np.uint8], ...]:
        """What a film of this run shows: the dive where there is one, else the frames made."""
        kept = self.dive.frames or self.timeline.frames
        return tuple(frame.pixels for frame in kept)

    def outcome_pixels(self) -> npt.NDArray[np.uint8] | None:
        """The finished picture, or map of values in colours."""
        if self.outcome is None:
            return None
        result = self.outcome.result
        if result.picture is not None:
            return to_uint8(result.picture)
        return None if result.values is None else in_colours(
            result.values, result.scale, self._settings.values
        )
