"""The picture being made, its run bar and its filmstrip."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from cnnviz_app.core.events import Progress
from cnnviz_app.lab.requests import Outcome, TechniqueFacts
from cnnviz_app.ui.attempts import Attempt
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels._canvas_head import REGIONS, RESULT, WIPE, CanvasHead
from cnnviz_app.ui.panels._canvas_stage import CanvasStage
from cnnviz_app.ui.panels._regions_page import PHOTO
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.timeline import TimelineFrame
from cnnviz_app.ui.widgets.branch_rows import BranchRow, BranchRows
from cnnviz_app.ui.widgets.colour_bar import ColourBar
from cnnviz_app.ui.widgets.filmstrip import Filmstrip
from cnnviz_app.ui.widgets.run_bar import RunBar

BUDGETS = {"5": "5 s", "15": "15 s", "full": "full"}


@panel("canvas", "Canvas", "dream", stage=True)
class CanvasPanel(Panel):
    """The picture while it is made. Space runs and pauses, the full stop makes one step, Esc stops;
    drag along the filmstrip to go back to any frame, B goes on from there with the form's present
    parameters, X compares it with what it began with or with the branch looked at before, Ctrl Z
    brings back the run before this one."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._lent = False
        self.head = CanvasHead(desk)
        self.head.save.setEnabled(False)
        self.stage = CanvasStage(desk)
        self._scale = ColourBar()
        self._scale.hide()
        self._bar = RunBar()
        self._strip = Filmstrip()
        self._rows = BranchRows()
        self._rows.hide()
        column = QVBoxLayout(self)
        column.addWidget(self.head)
        column.addWidget(self.stage, 1)
        column.addWidget(self._scale, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._bar)
        column.addWidget(self._strip)
        column.addWidget(self._rows)
        self._column = column
        self._wire()
        theme().changed.connect(self._restyle)
        self._restyle()
        self._on_values(desk.runs.values)
        self._on_attempts()
        self._on_status(desk.runs.status)

    def _wire(self) -> None:
        runs = self.desk.runs
        bar = self._bar
        for signal in (bar.run_asked, bar.pause_asked, bar.resume_asked):
            signal.connect(runs.toggle)
        bar.step_asked.connect(runs.step)
        bar.stop_asked.connect(runs.stop)
        bar.branch_asked.connect(runs.branch)
        self._rows.picked.connect(self._on_row)
        runs.attempts_changed.connect(self._on_attempts)
        bar.budget_changed.connect(self._on_budget)
        self._strip.scrubbed.connect(self._on_scrubbed)
        self._strip.live_asked.connect(lambda: runs.set_playhead(-1))
        runs.technique_changed.connect(self._on_technique)
        runs.values_changed.connect(self._on_values)
        runs.status_changed.connect(self._on_status)
        runs.frame_added.connect(self._on_frame)
        runs.progress_changed.connect(self._on_progress)
        runs.playhead_changed.connect(lambda _index: self._show())
        runs.outcome_changed.connect(self._on_outcome)
        runs.wipe_asked.connect(self._compare)
        self.desk.state.picture_changed.connect(lambda _picture: self._refresh_subject())
        self.desk.state.unit_changed.connect(lambda _unit: self._refresh_subject())
        self.desk.state.layer_changed.connect(lambda _layer: self._refresh_subject())
        runs.regions_asked.connect(lambda: self._paint_on(PHOTO))
        runs.parts_asked.connect(lambda: self._paint_on(0))
        self.stage.regions.done.connect(lambda: self.head.set_view(RESULT))
        self.head.view_chosen.connect(lambda _key: self._show())
        self.head.fit_asked.connect(self.stage.view.fit)
        self.desk.view.wipe_toggled.connect(self._toggle_wipe)

    def copy_pixels(self) -> npt.NDArray[np.uint8] | None:
        shown = self.desk.runs.shown
        return shown.pixels if shown is not None else None

    def _compare(self) -> None:
        """Until the next run, which is looked at for itself."""
        self.head.set_view(WIPE)
        self._lent = True

    def _paint_on(self, side: int) -> None:
        self.head.set_view(REGIONS)
        self.stage.regions.turn_to(side)

    def _toggle_wipe(self) -> None:
        self.head.set_view(RESULT if self.head.view == WIPE else WIPE)

    # ---- the run

    def _on_technique(self, technique: TechniqueFacts | None) -> None:
        self.head.set_technique(technique)
        self._refresh_subject()
        self._show()

    def _on_values(self, values: dict[str, object]) -> None:
        keys = {words: key for key, words in BUDGETS.items()}
        self._bar.offer_budget("budget" in values)
        self._refresh_subject()
        if "budget" in values:
            self._bar.budget.set_key(keys[str(values["budget"])])

    def _on_budget(self, key: str) -> None:
        if "budget" in self.desk.runs.values:
            self.desk.runs.set_value("budget", BUDGETS[key])

    def _refresh_subject(self) -> None:
        runs = self.desk.runs
        busy = runs.status in ("running", "paused")
        if runs.subject and (busy or runs.timeline.frames):
            self.head.set_subject(runs.subject)
        else:
            self.head.set_subject(runs.about)
            self.stage.show_empty()

    def _on_status(self, status: str) -> None:
        runs = self.desk.runs
        names = {"idle": "ready", "stopped": "finished"}
        self._bar.set_state(names.get(status, status))  # type: ignore[arg-type]
        if status == "running" and (self._lent or self.head.view not in (RESULT, WIPE)):
            self._lent = False
            self.head.set_view(RESULT)
        if status == "running" and not runs.timeline.frames:
            self._strip.clear()
        if status == "running" and runs.progress is None:
            self._bar.set_status("starting")
        if status == "idle":
            self._bar.set_status("")
        if status in ("stopped", "failed", "finished"):
            self._tell_end()
        if runs.shown is None:
            self.stage.show_empty()
        if status == "paused":
            self._on_progress(runs.progress)
        self._refresh_subject()

    @property
    def _steps_done(self) -> int:
        progress = self.desk.runs.progress
        return round(progress.done) if progress is not None else 0

    def _on_progress(self, progress: Progress | None) -> None:
        if progress is None or self.desk.runs.status not in ("running", "paused"):
            return
        left = progress.seconds_left
        right = "" if left is None else f"{max(0, round(left))} s left"
        if self.desk.runs.status == "paused":
            right = "paused"
        total = f"of {progress.total:.0f}  {progress.text}".strip()
        self._bar.set_progress(
            progress.done / progress.total if progress.total else 0.0,
            f"step {progress.done:.0f}", total, right,
        )  # fmt: skip

    def _on_frame(self, frame: TimelineFrame) -> None:
        total = self.desk.runs.progress.total if self.desk.runs.progress is not None else 0
        self._strip.set_total(max(int(total), frame.step, self._total))
        self._rows.set_total(max(int(total), frame.step))
        self._strip.add_frame(frame.step, frame.pixels)
        bands = [(stage.first_step, stage.name) for stage in self.desk.runs.timeline.stages]
        self._strip.set_bands(bands)
        if self.desk.runs.playhead < 0:
            self._show()

    def _on_attempts(self) -> None:
        """Another branch is shown or begun: the strip is its own, the rows are the others."""
        runs = self.desk.runs
        frames = [(frame.step, frame.pixels) for frame in runs.timeline.frames]
        self._strip.clear()
        self._strip.set_frames(frames, self._total)
        self._strip.set_bands([(s.first_step, s.name) for s in runs.timeline.stages])
        self._strip.set_branches([a.left_at for a in runs.attempts if a.left_at])
        self._rows.set_rows([self._row(attempt) for attempt in self._others], self._total)
        self._strip.setVisible(not runs.comparing)
        self.head.refresh_title()
        self._refresh_subject()
        self._show()

    @property
    def _others(self) -> list[Attempt]:
        runs = self.desk.runs
        if runs.comparing:
            return []
        return [attempt for attempt in runs.attempts if attempt is not runs.current]

    @property
    def _total(self) -> int:
        """The last step of the axis that the strip and the rows share."""
        runs = self.desk.runs
        ends = [a.timeline.frames[-1].step for a in runs.attempts if a.timeline.frames]
        asked = runs.progress.total if runs.progress is not None else 0
        return max([int(asked), *ends], default=0)

    def _row(self, attempt: Attempt) -> BranchRow:
        frames = tuple((f.step, f.pixels) for f in attempt.timeline.frames
                       if f.step >= attempt.left_at)  # fmt: skip
        compared = attempt is self.desk.runs.partner and self.head.view == WIPE
        return BranchRow(attempt.title, attempt.left_at, frames, compared)

    def _on_row(self, index: int, step: int) -> None:
        self.desk.runs.show_attempt(self._others[index], step)

    def _tell_end(self) -> None:
        """How the shown run ended."""
        runs = self.desk.runs
        outcome = runs.outcome
        if runs.status == "failed" and runs.failure is not None:
            self._bar.set_status(runs.failure.sentence, "err", "err")
        elif outcome is not None:
            steps = outcome.result.steps
            words = f"{steps} step{'' if steps == 1 else 's'} in {_spent(outcome.seconds)}"
            self._bar.set_status(f"finished, {words}", "ok", "ok", _spent(outcome.seconds))
        elif runs.status == "stopped":
            self._bar.set_status(f"stopped at step {self._steps_done}", "stop", "t2")

    def _on_outcome(self, outcome: Outcome) -> None:
        self._tell_end()
        self._show()

    def _on_scrubbed(self, step: int) -> None:
        frames = self.desk.runs.timeline.frames
        if frames:
            index = min(range(len(frames)), key=lambda i: abs(frames[i].step - step))
            self.desk.runs.set_playhead(index)

    def _show(self) -> None:
        runs = self.desk.runs
        shown = runs.shown
        self.stage.show_view(self.head.view)
        self.head.save.setEnabled(shown is not None and not runs.comparing)
        self._scale.setVisible(shown is not None and shown.bar is not None)
        if shown is None:
            return
        if shown.bar is not None:
            self._scale.set_scale(*shown.bar)
        self._strip.set_position(self.stage.now()[1])

    # ---- sizes

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(14), px(10), px(14), px(10))
        self._column.setSpacing(px(8))


def _spent(seconds: float) -> str:
    """A time as people say it; a short one is never nothing."""
    if seconds < 1:
        return f"{max(1, round(seconds * 1000))} ms"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes:.0f} min {rest:.0f} s" if minutes else f"{seconds:.1f} s"
