"""The canvas's run: what is asked for, what came back so far, and where the playhead stands."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cnnviz_app.core.errors import UserError
from cnnviz_app.core.events import Failed, Frame, Metrics, Progress, Stage
from cnnviz_app.core.recipe import Recipe
from cnnviz_app.lab.branch_requests import Stretch, kept
from cnnviz_app.lab.export_requests import FILMS, Export
from cnnviz_app.lab.requests import Outcome
from cnnviz_app.ui import run_recipes, workspaces
from cnnviz_app.ui.attempts import MOST, Attempt, branch_of, new_key
from cnnviz_app.ui.engine_client import EngineClient, Ticket
from cnnviz_app.ui.run_restore import Restorer
from cnnviz_app.ui.run_shelf import RunStatus, Sitting
from cnnviz_app.ui.run_view import RunView
from cnnviz_app.ui.settings import Settings
from cnnviz_app.ui.state import AppState
from cnnviz_app.ui.timeline import frame_of

FPS = 24.0


class RunSession(RunView):
    """One technique, its values, its runs in this session and the branches of each.

    Signals:
        frame_added: the newest `TimelineFrame`.
        metrics_added: `(step, values)`.
        progress_changed: `Progress`.
        outcome_changed: the `Outcome` of a finished run.
        saved: the `Path` written.
        restoring: a `Recipe` whose model must be opened before it can run.
        troubled: a `UserError` about a recipe, to be told.
    """

    frame_added = Signal(object)
    metrics_added = Signal(int, object)
    progress_changed = Signal(object)
    outcome_changed = Signal(object)
    saved = Signal(object)
    restoring = Signal(object)
    troubled = Signal(object)

    def __init__(
        self, state: AppState, engine: EngineClient, settings: Settings, parent: QObject
    ) -> None:
        super().__init__(state, engine, settings, parent)
        self._ticket: Ticket | None = None
        self._busy = self.current
        self.restorer = Restorer(self, state, engine)
        self.restorer.model_asked.connect(self.restoring)
        self.restorer.troubled.connect(self.troubled)
        self.restorer.ready.connect(self.start)
        self.techniques_changed.connect(lambda _found: self._on_known())
        settings.changed.connect(self._on_setting)
        state.model_changed.connect(self._on_model)

    def start(self, earlier: tuple[Stretch, ...] = ()) -> None:
        request = self.request()
        if request is None or self.technique is None or self._state.model is None:
            return
        asked = kept(request, new_key(), earlier=earlier)
        self._leave()
        self._sit_down(Sitting())
        self._begin(Attempt(asked, self.about, title="first run"), self.technique.title)

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
        self.sitting.partner = self.current
        self._begin(made, f"{self.technique.title}, branch")

    def adopt(self, attempt: Attempt) -> None:
        """A finished run made elsewhere becomes the canvas's, and is kept like any other."""
        self.stop()
        if self._ticket is not None:
            self._ticket.blockSignals(True)
            self._leave()
        self._ticket = None
        self._sit_down(Sitting([attempt], attempt, status="finished"))
        self._running, self._busy = self.sitting, attempt
        self._set_status("finished")
        self.attempts_changed.emit()
        self.playhead_changed.emit(-1)
        self.outcome_changed.emit(attempt.outcome)

    def _leave(self) -> None:
        """The run on its way is cut off: its ticket falls silent, so nobody else says so."""
        if self._running.status in ("running", "paused"):
            self._running.status = "stopped"

    def _begin(self, attempt: Attempt, title: str) -> None:
        sitting = self.sitting
        self._leave()
        sitting.attempts = self._with_room([*sitting.attempts, attempt])
        sitting.current = self._busy = attempt
        sitting.progress = sitting.failure = None
        self._running = sitting
        self.playhead = -1
        self._ticket = self._engine.ask(attempt.request, slot="canvas", title=title)
        self._connect(self._ticket)
        self._set_status("running")
        self.attempts_changed.emit()
        self.playhead_changed.emit(-1)

    def _with_room(self, attempts: list[Attempt]) -> list[Attempt]:
        """What is one branch too many becomes an earlier run of its own."""
        sitting = self.sitting
        for old in attempts[:-MOST]:
            status: RunStatus = "stopped" if old.outcome is None else "finished"
            alone = Sitting([old], old, status=status, technique=sitting.technique,
                            values=sitting.values, seed=sitting.seed)  # fmt: skip
            self.sittings.insert(self.place, alone)
        return attempts[-MOST:]

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
        """Bring back everything that made a saved picture, and run."""
        self.restorer.begin(recipe, path)

    def as_command(self) -> str:
        """The command line that makes the same picture."""
        request = self.request()
        if request is None or self.technique is None:
            return "cnnviz techniques"
        return run_recipes.command_of(request, self.technique)

    def save(
        self, path: Path, *, deep: bool = False, fps: float = FPS, shown: bool = False
    ) -> None:
        """Write the result, its film or its program, as the ending says; `shown` the frame under
        the playhead instead, which also a run that was stopped has."""
        frames = self.film() if path.suffix.lower() in FILMS else ()
        outcome = None if shown else self.outcome
        if shown and self.shown is not None:
            frames = (self.shown.pixels,)
        if outcome is None and not frames:
            return
        sources = self._settings.values.recipe_sources
        request = Export(path, outcome, deep, sources, frames, fps)
        # A film takes a while: it waits for the run, and may be stopped in Jobs.
        ticket = self._engine.ask(request, urgent=not frames, title=f"Save {path.name}")
        ticket.finished.connect(self.saved)

    def _connect(self, ticket: Ticket) -> None:
        ticket.frame.connect(self._on_frame)
        ticket.metrics.connect(self._on_metrics)
        ticket.progress.connect(self._on_progress)
        ticket.stage.connect(self._on_stage)
        ticket.finished.connect(self._on_finished)
        ticket.stopped.connect(self._on_stopped)
        ticket.failed.connect(self._on_failed)

    def _set_status(self, status: RunStatus) -> None:
        self._running.status = status
        self.status_changed.emit(self.status)

    def _on_known(self) -> None:
        self._suit_workspace()
        self.restorer.go_on()

    def _on_setting(self, name: str) -> None:
        if name == "workspace":
            self._suit_workspace()

    def _suit_workspace(self) -> None:
        """A technique that is at home in the workspace; a run is never disturbed."""
        here = workspaces.find(self._settings.values.workspace)
        known = {t.name for t in self.techniques}
        if here.technique not in known or self.status in ("running", "paused"):
            return
        if self.technique is None or workspaces.of_group(self.technique.group) != here.id:
            self.choose(here.technique)

    def _on_model(self, *_: object) -> None:
        self.stop()
        self.restorer.forget_if_other()
        self.restorer.go_on()

    def _on_frame(self, frame: Frame) -> None:
        if frame.name == "dive":
            self._busy.dive.add(frame_of(frame, self._settings.values))
        if frame.name == "picture":
            added = frame_of(frame, self._settings.values)
            self._busy.timeline.add(added)
            if self._busy is self.current:
                self.frame_added.emit(added)

    def _on_metrics(self, metrics: Metrics) -> None:
        self._busy.metrics.append((metrics.step, metrics.values))
        if self._busy is self.current:
            self.metrics_added.emit(metrics.step, metrics.values)

    def _on_progress(self, progress: Progress) -> None:
        self._running.progress = progress
        self.progress_changed.emit(progress)

    def _on_stage(self, stage: Stage) -> None:
        stages = self._busy.timeline.stages
        if stage.first_step not in {known.first_step for known in stages}:
            stages.append(stage)

    def _on_finished(self, outcome: Outcome) -> None:
        self._ticket = None  # it deletes itself when it is done
        self._busy.outcome = outcome
        self._set_status("finished")
        self.outcome_changed.emit(outcome)

    def _on_stopped(self, *_: object) -> None:
        self._ticket = None
        self._set_status("stopped")

    def _on_failed(self, failed: Failed) -> None:
        self._ticket = None
        self._running.failure = failed
        self._set_status("failed")
