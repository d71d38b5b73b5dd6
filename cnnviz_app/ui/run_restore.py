"""Brings a recipe back: its model, its pictures, its form, and then its run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from cnnviz_app.core.errors import UserError
from cnnviz_app.core.recipe import Recipe
from cnnviz_app.core.references import is_builtin
from cnnviz_app.lab.branch_requests import Stretch
from cnnviz_app.lab.brought_requests import KeepPictures
from cnnviz_app.sources.picture import Picture
from cnnviz_app.ui import run_recipes
from cnnviz_app.ui.engine_client import EngineClient
from cnnviz_app.ui.state import AppState

if TYPE_CHECKING:
    from cnnviz_app.ui.run_form import RunForm


class Restorer(QObject):
    """One recipe at a time, in as many moves as it takes until everything is there.

    Signals:
        model_asked: a `Recipe` whose model must be opened before it can run.
        ready: the earlier stretches of the recipe; the form says the rest.
        troubled: a `UserError`, to be told.
    """

    model_asked = Signal(object)
    ready = Signal(object)
    troubled = Signal(object)

    def __init__(self, form: RunForm, state: AppState, engine: EngineClient) -> None:
        super().__init__(form)
        self._form, self._state, self._engine = form, state, engine
        self._pending: tuple[Recipe, str] | None = None

    def begin(self, recipe: Recipe, path: Path) -> None:
        """Bring back model, selection, parameters, seed and sources of a saved picture, and run."""
        if self._form.techniques:
            try:
                run_recipes.values_of(self._form.techniques, recipe)
            except UserError as error:
                # Nothing is touched for a recipe that could not run anyway.
                self.troubled.emit(error)
                return
        self._pending = (recipe, path.stem)
        self.model_asked.emit(recipe)

    def forget_if_other(self) -> None:
        """The person went on to another model."""
        model = self._state.model
        if self._pending is not None and model is not None and self._pending[0].model != model.name:
            self._pending = None

    def go_on(self) -> None:
        """Run it again once its model is open and the techniques are known."""
        model, techniques = self._state.model, self._form.techniques
        if self._pending is None or model is None or not techniques:
            return
        recipe, name = self._pending
        if recipe.model != model.name:
            return
        self._pending = None
        try:
            values = run_recipes.values_of(techniques, recipe)
            brought = run_recipes.pictures_of(techniques, recipe)
        except UserError as error:
            self.troubled.emit(error)
            return
        self._bring_picture(recipe, name)
        own = {n: found for n, found in brought.items() if is_builtin(n)}
        files = {n: found.pixels for n, found in brought.items() if n not in own}
        if not files:
            self._fill(recipe, values, own, {})
            return
        # They become files: the form shows them, and a later session finds them, by their paths.
        ticket = self._engine.ask(KeepPictures(files), slot="brought", title="Keep its pictures")
        ticket.finished.connect(lambda paths: self._fill(recipe, values, own, paths))

    def _bring_picture(self, recipe: Recipe, name: str) -> None:
        try:
            picture = recipe.source()
        except UserError as error:
            # Left out for privacy or size: the person can open it and run again.
            self.troubled.emit(error)
            return
        if picture is not None:
            self._state.set_picture(Picture(name, picture, "recipe"))

    def _fill(
        self, recipe: Recipe, values: Mapping[str, Any], own: dict[str, Picture],
        paths: Mapping[str, str],
    ) -> None:  # fmt: skip
        form = self._form
        form.choose(recipe.technique)
        specs = form.technique.specs if form.technique is not None else ()
        form.brought = own
        form.set_values(run_recipes.renamed(specs, values, paths))
        form.set_seed(recipe.seed)
        self.ready.emit(
            tuple(
                Stretch(**{**part, "params": run_recipes.renamed(specs, part["params"], paths)})
                for part in recipe.earlier
            )
        )
