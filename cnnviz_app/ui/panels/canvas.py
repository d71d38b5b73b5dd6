"""The picture being made, its run bar and its filmstrip."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from cnnviz_app.core.events import Progress
from cnnviz_app.lab.requests import Outcome, TechniqueFacts
from cnnviz_app.ui.attempts import Attempt
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.exporting import export_menu
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.timeline import TimelineFrame
from cnnviz_app.ui.widgets.branch_rows import BranchRow, BranchRows
from cnnviz_app.ui.widgets.buttons import Button, IconButton
from cnnviz_app.ui.widgets.colour_bar import ColourBar
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.filmstrip import Filmstrip
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.picture_view import PictureView
from cnnviz_app.ui.widgets.run_bar import RunBar

BUDGETS = {"5": "5 s", "15": "15 s", "full": "full"}


NOTHING_YET = (
    "Nothing made yet",
    "Run, below, paints the picture that the selected unit responds to most.",
)


@panel("canvas", "Canvas", "dream", stage=True)
class CanvasPanel(Panel):
    """The picture while it is made. Space runs and pauses, the full stop makes one step, Esc stops;
    drag along the filmstrip to go back to any frame, B goes on from there with the form's present
    parameters, X compares it with the start or with the branch looked at before."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._title = Label("", "display", elide=True)
        self._subject = Label("", "body", "t2", elide=True)
        self._wipe = IconButton("wipe", "Compare with the start  (X)", checkable=True)
        self._wipe.clicked.connect(lambda on: self._show(wipe=bool(on)))
        self._fit = IconButton("fit", "Fit the picture")
        self._save = Button("Save picture", "normal", "save", tip="Save with its recipe  (S)")
        self._save.clicked.connect(lambda: desk.view.asked_command.emit("save"))
        self._save.setEnabled(False)
        self._more = IconButton("export", "Save as a 16-bit picture, film, script or notebook")
        self._more.clicked.connect(self._on_more)
        self._view = PictureView(pixels="smooth", name="Picture being made")
        self._fit.clicked.connect(self._view.fit)
        self._empty = EmptyState("dream", *NOTHING_YET)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._view)
        self._scale = ColourBar()
        self._scale.hide()
        self._bar = RunBar()
        self._strip = Filmstrip()
        self._rows = BranchRows()
        self._rows.hide()
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addWidget(self._subject, 1)
        for widget in (self._wipe, self._fit, self._more, self._save):
            head.addWidget(widget)
        self._head = head
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        column.addWidget(self._scale, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._bar)
        column.addWidget(self._strip)
        column.addWidget(self._rows)
        self._column = column
        self._wire()
        theme().changed.connect(self._restyle)
        self._restyle()
        self._on_technique(desk.runs.technique)
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
        self.desk.state.unit_changed.connect(lambda _unit: self._refresh_subject())
        self.desk.state.layer_changed.connect(lambda _layer: self._refresh_subject())
        self.desk.view.wipe_toggled.connect(self._wipe.click)

    def copy_pixels(self) -> npt.NDArray[np.uint8] | None:
        shown = self.desk.runs.shown
        return shown.pixels if shown is not None else None

    def _on_more(self) -> None:
        menu = export_menu(self.desk, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    # ---- the run

    def _on_technique(self, technique: TechniqueFacts | None) -> None:
        self._title.setText(technique.title if technique is not None else "Canvas")
        self._refresh_subject()

    def _on_values(self, values: dict[str, object]) -> None:
        keys = {words: key for key, words in BUDGETS.items()}
        self._bar.budget.setVisible("budget" in values)
        if "budget" in values:
            self._bar.budget.set_key(keys[str(values["budget"])])

    def _on_budget(self, key: str) -> None:
        if "budget" in self.desk.runs.values:
            self.desk.runs.set_value("budget", BUDGETS[key])

    def _refresh_subject(self) -> None:
        runs, state = self.desk.runs, self.desk.state
        busy = runs.status in ("running", "paused")
        if runs.subject and (busy or runs.timeline.frames):
            self._subject.setText(runs.subject)
        elif state.model is not None:
            self._subject.setText(f"{state.model.title} · {state.address}")

    def _on_status(self, status: str) -> None:
        runs = self.desk.runs
        names = {"idle": "ready", "stopped": "finished"}
        self._bar.set_state(names.get(status, status))  # type: ignore[arg-type]
        if status == "running" and not runs.timeline.frames:
            self._strip.clear()
        if status == "stopped":
            self._bar.set_status(f"stopped at step {self._steps_done}", "stop", "t2")
        if status == "failed" and runs.failure is not None:
            self._bar.set_status(runs.failure.sentence, "err", "err")
            self._empty.set_content("warn", runs.failure.sentence, runs.failure.hint)
        else:
            self._empty.set_content("dream", *NOTHING_YET)
        if status == "paused":
            self._on_progress(runs.progress)
        self._save.setEnabled(runs.outcome is not None)
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
        self._save.setEnabled(runs.outcome is not None)
        self._show()

    @property
    def _others(self) -> list[Attempt]:
        runs = self.desk.runs
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
        compared = attempt is self.desk.runs.partner and self._wipe.isChecked()
        return BranchRow(attempt.title, attempt.left_at, frames, compared)

    def _on_row(self, index: int, step: int) -> None:
        self.desk.runs.show_attempt(self._others[index], step)

    def _on_outcome(self, outcome: Outcome) -> None:
        steps = outcome.result.steps
        words = f"finished, {steps} step{'' if steps == 1 else 's'} in {_spent(outcome.seconds)}"
        self._bar.set_status(words, "ok", "ok")
        self._save.setEnabled(True)
        self._show()

    def _on_scrubbed(self, step: int) -> None:
        frames = self.desk.runs.timeline.frames
        if frames:
            index = min(range(len(frames)), key=lambda i: abs(frames[i].step - step))
            self.desk.runs.set_playhead(index)

    def _show(self, wipe: bool | None = None) -> None:
        runs = self.desk.runs
        shown = runs.shown
        self._stack.setCurrentWidget(self._view if shown is not None else self._empty)
        if shown is None:
            return
        live = runs.playhead < 0
        pixels, step = shown.pixels, shown.step
        finished = runs.outcome_pixels() if live else None
        if finished is not None and runs.outcome is not None:
            pixels, step = finished, runs.outcome.result.steps
        self._view.set_picture(pixels)
        self._scale.setVisible(shown.bar is not None)
        if shown.bar is not None:
            self._scale.set_scale(*shown.bar)
        self._strip.set_position(step)
        on = self._wipe.isChecked() if wipe is None else wipe
        before, name = self._compared(step)
        self._view.set_before(before if on else None)
        self._view.set_wipe(on)
        self._view.set_tags(name if on else "", f"step {step}" if on else "")

    def _compared(self, step: int) -> tuple[npt.NDArray[np.uint8], str]:
        """What the wipe uncovers: the other branch at the same step, or the start."""
        runs = self.desk.runs
        partner = runs.partner
        first = runs.timeline.frames[0]
        if partner is None or not partner.timeline.frames:
            return first.pixels, "start"
        near = min(partner.timeline.frames, key=lambda frame: abs(frame.step - step))
        same = near.pixels.shape == (runs.shown or first).pixels.shape
        return (near.pixels, f"{partner.title}, step {near.step}") if same else (
            first.pixels, "start")  # fmt: skip

    # ---- sizes

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = self.width() < px(640)
        self._subject.setVisible(not narrow)
        self._save.setText("" if narrow else "Save picture")
        self._head.setStretchFactor(self._title, 1 if narrow else 0)

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(14), px(10), px(14), px(10))
        self._column.setSpacing(px(8))
        self._head.setSpacing(px(8))


def _spent(seconds: float) -> str:
    """A time as people say it; a short one is never nothing."""
    if seconds < 1:
        return f"{max(1, round(seconds * 1000))} ms"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes:.0f} min {rest:.0f} s" if minutes else f"{seconds:.1f} s"
