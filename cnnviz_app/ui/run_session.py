"""The canvas's run: what is asked for, what came back so far, and where the playhead stands."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from cnnviz_app.core import references
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.events import Failed, Frame, Metrics, Progress, Stage
from cnnviz_app.core.images import to_uint8
from cnnviz_app.core.recipe import Recipe
from cnnviz_app.lab.export_requests import FILMS, Export
from cnnviz_app.lab.requests import (
    ListTechniques,
    Outcome,
    RunTechnique,
    TechniqueFacts,
)
from cnnviz_app.sources.picture import Picture
from cnnviz_app.ui import run_recipes
from cnnviz_app.ui.engine_client import EngineClient, Ticket
from cnnviz_app.ui.settings import Settings
from cnnviz_app.ui.state import AppState
from cnnviz_app.ui.timeline import (
    DIVE_BYTES,
    DIVE_FRAMES,
    Timeline,
    TimelineFrame,
    frame_of,
    in_colours,
)

RunStatus = Literal["idle", "running", "paused", "finished", "stopped", "failed"]
LARGEST_SEED = 2**32 - 1
FPS = 24.0


class RunSession(QObject):
    """One technique, its values, and its latest run.

    Signals:
        techniques_changed: the declarations arrived.
        technique_changed: another technique was chosen (`TechniqueFacts`).
        values_changed: the form's values, by name.
        status_changed: see `RunStatus`.
        frame_added: the newest `TimelineFrame`.
        metrics_added: `(step, values)`.
        progress_changed: `Progress`.
        playhead_changed: index into the timeline, -1 for live.
        outcome_changed: the `Outcome` of a finished run.
        saved: the `Path` written.
        restoring: a `Recipe` whose model must be opened before it can run.
        troubled: a `UserError` about a recipe, to be told.
    """

    techniques_changed = Signal(object)
    technique_changed = Signal(object)
    values_changed = Signal(object)
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
        super().__init__(parent)
        self._state = state
        self._engine = engine
        self._settings = settings
        self._ticket: Ticket | None = None
        self.techniques: tuple[TechniqueFacts, ...] = ()
        self.technique: TechniqueFacts | None = None
        self.values: dict[str, Any] = {}
        self.seed = 0
        self.status: RunStatus = "idle"
        self.timeline = Timeline()
        self.dive = Timeline(room=DIVE_BYTES, most=DIVE_FRAMES)
        self.metrics: list[tuple[int, Mapping[str, float]]] = []
        self.progress: Progress | None = None
        self.playhead = -1
        self.outcome: Outcome | None = None
        self.failure: Failed | None = None
        self.subject = ""
        self._pending: tuple[Recipe, str] | None = None
        # Pictures a restored recipe brought along, by the names its parameters give them.
        self._brought: dict[str, Picture] = {}
        state.model_changed.connect(self._on_model)

    def load(self) -> None:
        ticket = self._engine.ask(ListTechniques(), slot="techniques", title="List techniques")
        ticket.finished.connect(self._on_techniques)

    def choose(self, name: str) -> None:
        found = next((t for t in self.techniques if t.name == name), None)
        if found is None or found is self.technique:
            return
        self.technique = found
        self.values = {spec.name: spec.default for spec in found.specs}
        for spec in found.specs:
            stored = self._settings.technique_values(name).get(spec.name)
            if stored is not None:
                try:
                    self.values[spec.name] = spec.check(stored)
                except UserError:
                    # It was stored by another version: the default takes its place.
                    continue
        self.technique_changed.emit(found)
        self.values_changed.emit(self.values)

    def set_value(self, name: str, value: Any) -> None:
        """One parameter; a preset brings its own values and takes back all others."""
        if name == "preset" and self.technique is not None:
            defaults = {spec.name: spec.default for spec in self.technique.specs}
            subject = {s.name: self.values[s.name] for s in self.technique.specs
                       if s.kind in ("layer", "unit", "target")}  # fmt: skip
            self.set_values({**defaults, **self.technique.presets.get(value, {}), **subject})
        self.set_values({name: value})

    def set_values(self, values: Mapping[str, Any]) -> None:
        self.values = {**self.values, **values}
        if self.technique is not None:
            changed = {s.name: self.values[s.name] for s in self.technique.specs
                       if self.values[s.name] != s.default}  # fmt: skip
            self._settings.set_technique_values(self.technique.name, changed)
        self.values_changed.emit(self.values)

    def set_seed(self, seed: int) -> None:
        self.seed = max(0, min(seed, LARGEST_SEED))
        self.values_changed.emit(self.values)

    def request(self) -> RunTechnique | None:
        """What Run would ask now: empty layer and unit mean the selected ones."""
        model = self._state.model
        if self.technique is None or model is None:
            return None
        values = dict(self.values)
        for spec in self.technique.specs:
            if spec.kind == "layer" and not values[spec.name]:
                values[spec.name] = self._state.layer
            if spec.kind == "unit" and values[spec.name] == "":
                values[spec.name] = str(self._state.unit)
        picture = self._state.picture
        named = set(references.by_role(self.technique.specs, values).values())
        brought = {name: found for name, found in self._brought.items() if name in named}
        return RunTechnique(
            self.technique.name, model.name, values, picture, self.seed, pictures=brought
        )

    def start(self) -> None:
        request = self.request()
        if request is None or self.technique is None or self._state.model is None:
            return
        self.timeline = Timeline()
        self.dive = Timeline(room=DIVE_BYTES, most=DIVE_FRAMES)
        self.metrics = []
        self.progress = None
        self.outcome = None
        self.failure = None
        self.subject = f"{self._state.model.title} · {self._state.address}"
        self.set_playhead(-1)
        self._ticket = self._engine.ask(request, slot="canvas", title=self.technique.title)
        self._connect(self._ticket)
        self._set_status("running")

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
        self.start()

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

    def _on_techniques(self, techniques: tuple[TechniqueFacts, ...]) -> None:
        self.techniques = techniques
        self.techniques_changed.emit(techniques)
        if self.technique is None and techniques:
            names = [t.name for t in techniques]
            self.choose("feature-vis" if "feature-vis" in names else names[0])
        self.resume_restore()

    def _on_frame(self, frame: Frame) -> None:
        if frame.name == "dive":
            self.dive.add(frame_of(frame, self._settings.values))
        if frame.name == "picture":
            added = frame_of(frame, self._settings.values)
            self.timeline.add(added)
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
        self.metrics.append((metrics.step, metrics.values))
        self.metrics_added.emit(metrics.step, metrics.values)

    def _on_progress(self, progress: Progress) -> None:
        self.progress = progress
        self.progress_changed.emit(progress)

    def _on_stage(self, stage: Stage) -> None:
        self.timeline.stages.append(stage)

    def _on_finished(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self._set_status("finished")
        self.outcome_changed.emit(outcome)

    def _on_stopped(self, *_: object) -> None:
        self._set_status("stopped")

    def _on_failed(self, failed: Failed) -> None:
        self.failure = failed
        self._set_status("failed")
