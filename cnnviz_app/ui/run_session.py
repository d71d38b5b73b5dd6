"""The canvas's run: what is asked for, what came back so far, and where the playhead stands."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from cnnviz_app.core.errors import UserError
from cnnviz_app.core.events import Failed, Frame, Metrics, Progress, Stage
from cnnviz_app.core.images import to_uint8
from cnnviz_app.core.recipe import Recipe
from cnnviz_app.lab.branch_requests import Stretch, kept
from cnnviz_app.lab.export_requests import FILMS, Export
from cnnviz_app.lab.requests import Outcome
from cnnviz_app.sources.picture import Picture
from cnnviz_app.ui import run_recipes
from cnnviz_app.ui.attempts import MOST, Attempt, branch_of, new_key
from cnnviz_app.ui.engine_client import EngineClient, Ticket
from cnnviz_app.ui.run_form import RunForm
from cnnviz_app.ui.settings import Settings
from cnnviz_app.ui.state import AppState
from cnnviz_app.ui.timeline import Timeline, TimelineFrame, frame_of, in_colours

RunStatus = Literal["idle", "running", "paused", "finished", "stopped", "failed"]
FPS = 24.0


class RunSession(RunForm):
    """One technique, its values, its latest run and the branches of that.

    Signals:
        status_changed: see `RunStatus`.
        frame_added: the newest `TimelineFrame`.
        metrics_added: `(step, values)`.
        progress_changed: `Progress`.
        attempts_changed: branches came, went, or another one is shown.
        playhead_changed: index into the timeline, -1 for live.
        outcome_changed: the `Outcome` of a finished run.
        saved: the `Path` written.
        restoring: a `Recipe` whose model must be opened before it can run.
        troubled: a `UserError` about a recipe, to be told.
    """

    attempts_changed = Signal()
    status_changed = Signal(str)
    frame_added = Signal(object)
    metrics_added = Signal(int, object)
    progress_changed = Signal(object)
    playhead_changed = Signal(int)
    outcome_changed = Signal(object)
    saved = Signal(object)
    restoring = Signal(object)
    troubled = Signal(object)

    def __init__(
        self, state: AppState, engine: EngineClient, settings: Settings, parent: QObject
    ) -> None:
        super().__init__(state, engine, settings, parent)
        self._ticket: Ticket | None = None
        self.status: RunStatus = "idle"
        self.attempts: list[Attempt] = []
        self.current = Attempt()
        self.partner: Attempt | None = None
        self._busy = self.current
        self.progress: Progress | None = None
        self.playhead = -1
        self.failure: Failed | None = None
        self._pending: tuple[Recipe, str] | None = None
        self.techniques_changed.connect(lambda _found: self.resume_restore())
        state.model_changed.connect(self._on_model)

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

    def start(self, earlier: tuple[Stretch, ...] = ()) -> None:
        request = self.request()
        if request is None or self.technique is None or self._state.model is None:
            return
        subject = f"{self._state.model.title} · {self._state.address}"
        asked = kept(request, new_key(), earlier=earlier)
        self.attempts = []
        self._begin(Attempt(asked, subject, title="first run"), self.technique.title)

    def branch(self) -> None:
        """Go on from the shown frame with the form's present parameters."""
        request, shown = self.request(), self.shown
        if request is None or shown is None or self.technique is None:
            return
        try:
            made = branch_of(self.current, request, shown.step, self.attempts)
        except UserError as error:
            self.troubled.emit(error)
            return
        self.partner = self.current
        self._begin(made, f"{self.technique.title}, branch")

    def show_attempt(self, attempt: Attempt, step: int) -> None:
        """Look at another branch; the one left is what the wipe compares it with."""
        if attempt is not self.current:
            self.partner, self.current = self.current, attempt
            self.playhead = -1
            self.attempts_changed.emit()
        frames = self.timeline.frames
        if frames:
            nearest = min(range(len(frames)), key=lambda i: abs(frames[i].step - step))
            self.set_playhead(nearest)

    def adopt(self, attempt: Attempt) -> None:
        """A finished run made elsewhere becomes the canvas's, and is kept like any other."""
        self.stop()
        if self._ticket is not None:
            self._ticket.blockSignals(True)
        self._ticket = None
        self.attempts = [attempt]
        self.current = self._busy = attempt
        self.partner = None
        self.progress = None
        self.failure = None
        self.playhead = -1
        self._set_status("finished")
        self.attempts_changed.emit()
        self.playhead_changed.emit(-1)
        self.outcome_changed.emit(attempt.outcome)

    def _begin(self, attempt: Attempt, title: str) -> None:
        if not self.attempts:
            self.partner = None
        self.attempts = [*self.attempts, attempt][-MOST:]
        self.current = self._busy = attempt
        self.progress = None
        self.failure = None
        self.playhead = -1
        self._ticket = self._engine.ask(attempt.request, slot="canvas", title=title)
        self._connect(self._ticket)
        self._set_status("running")
        self.attempts_changed.emit()
        self.playhead_changed.emit(-1)

    def toggle(self) -> None:
        """The one primary button: run, pause, resume or run again."""
        if self._ticket is None or self.status not in ("running", "paused"):
            self.start()
        elif self.status == "running":
            self._ticket.pause()
            self._set_status("paused")
        else:
            self._ticket.resume()
            self._set_status("running")

    def step(self) -> None:
        if self._ticket is None or self.status not in ("running", "paused"):
            return
        self._ticket.step()
        self._set_status("paused")

    def stop(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()

    def dream_selection(self) -> None:
        """Feature visualization of the selected unit, from now on following the selection."""
        self.choose("feature-vis")
        if self.technique is not None:
            self.set_values({spec.name: "" for spec in self.technique.specs
                             if spec.kind in ("layer", "unit")})  # fmt: skip
        self.start()

    def restore(self, recipe: Recipe, path: Path) -> None:
        """Bring back model, selection, parameters, seed and sources of a saved picture, and run."""
        if self.techniques:
            try:
                run_recipes.values_of(self.techniques, recipe)
            except UserError as error:
                # Nothing is touched for a recipe that could not run anyway.
                self.troubled.emit(error)
                return
        self._pending = (recipe, path.stem)
        self.restoring.emit(recipe)

    def resume_restore(self) -> None:
        """Run a recipe again once its model is open and the techniques are known."""
        model = self._state.model
        if self._pending is None or model is None or not self.techniques:
            return
        recipe, name = self._pending
        if recipe.model != model.name:
            return
        self._pending = None
        try:
            values = run_recipes.values_of(self.techniques, recipe)
            self._brought = run_recipes.pictures_of(self.techniques, recipe)
        except UserError as error:
            self.troubled.emit(error)
            return
        try:
            picture = recipe.source()
        except UserError as error:
            # Left out for privacy or size: the person can open it and run again.
            self.troubled.emit(error)
        else:
            if picture is not None:
                self._state.set_picture(Picture(name, picture, "recipe"))
        self.choose(recipe.technique)
        self.set_values(values)
        self.set_seed(recipe.seed)
        self.start(tuple(Stretch(**stretch) for stretch in recipe.earlier))

    def walk(self, by: int) -> None:
        """One frame back or forward."""
        frames = len(self.timeline.frames)
        here = self.playhead if self.playhead >= 0 else frames - 1
        if frames:
            self.set_playhead(max(0, here + by))

    def first(self) -> None:
        if self.timeline.frames:
            self.set_playhead(0)

    def as_command(self) -> str:
        """The command line that makes the same picture."""
        request = self.request()
        if request is None or self.technique is None:
            return "cnnviz techniques"
        return run_recipes.command_of(request, self.technique)

    def suggested_name(self) -> str:
        """A file name, without ending, that says what the picture is."""
        subject = self.subject.split(" · ")[-1].replace(":", "-").replace("/", "-")
        return f"{self.technique.name if self.technique else 'picture'}_{subject}"

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

    def save(self, path: Path, *, deep: bool = False, fps: float = FPS) -> None:
        """Write the result, its film or its program, as the ending says."""
        frames = self.film() if path.suffix.lower() in FILMS else ()
        if self.outcome is None and not frames:
            return
        sources = self._settings.values.recipe_sources
        request = Export(path, self.outcome, deep, sources, frames, fps)
        # A film takes a while: it waits for the run, and may be stopped in Jobs.
        ticket = self._engine.ask(request, urgent=not frames, title=f"Save {path.name}")
        ticket.finished.connect(self.saved)

    def film(self) -> tuple[npt.NDArray[np.uint8], ...]:
        """What a film of this run shows: the dive where there is one, else the frames made."""
        kept = self.dive.frames or self.timeline.frames
        return tuple(frame.pixels for frame in kept)

    def _connect(self, ticket: Ticket) -> None:
        ticket.frame.connect(self._on_frame)
        ticket.metrics.connect(self._on_metrics)
        ticket.progress.connect(self._on_progress)
        ticket.stage.connect(self._on_stage)
        ticket.finished.connect(self._on_finished)
        ticket.stopped.connect(self._on_stopped)
        ticket.failed.connect(self._on_failed)

    def _set_status(self, status: RunStatus) -> None:
        self.status = status
        self.status_changed.emit(status)

    def _on_model(self, *_: object) -> None:
        self.stop()
        model = self._state.model
        if self._pending is not None and model is not None and self._pending[0].model != model.name:
            self._pending = None  # the person went on to something else
        self.resume_restore()

    def _on_frame(self, frame: Frame) -> None:
        if frame.name == "dive":
            self._busy.dive.add(frame_of(frame, self._settings.values))
        if frame.name == "picture":
            added = frame_of(frame, self._settings.values)
            self._busy.timeline.add(added)
            if self._busy is self.current:
                self.frame_added.emit(added)

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

    def _on_metrics(self, metrics: Metrics) -> None:
        self._busy.metrics.append((metrics.step, metrics.values))
        if self._busy is self.current:
            self.metrics_added.emit(metrics.step, metrics.values)

    def _on_progress(self, progress: Progress) -> None:
        self.progress = progress
        self.progress_changed.emit(progress)

    def _on_stage(self, stage: Stage) -> None:
        stages = self._busy.timeline.stages
        if stage.first_step not in {known.first_step for known in stages}:
            stages.append(stage)

    def _on_finished(self, outcome: Outcome) -> None:
        self._busy.outcome = outcome
        self._set_status("finished")
        self.outcome_changed.emit(outcome)

    def _on_stopped(self, *_: object) -> None:
        self._set_status("stopped")

    def _on_failed(self, failed: Failed) -> None:
        self.failure = failed
        self._set_status("failed")
