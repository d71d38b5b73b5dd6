"""Turns changes of the selection into jobs, and their answers into the state.

Panels change the state; only the conductor asks the engine on behalf of all of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cnnviz_app.core.recipe import Recipe
from cnnviz_app.lab.edit_requests import Edits as AllEdits
from cnnviz_app.lab.edit_requests import edit_from_text
from cnnviz_app.lab.requests import (
    FetchWeights,
    ImportWeights,
    ListModels,
    Look,
    Looked,
    ModelFacts,
    OpenModel,
    TrustCode,
)
from cnnviz_app.sources.drawing import ORIGIN as DRAWING
from cnnviz_app.sources.picture import Picture
from cnnviz_app.ui.edits import Edits
from cnnviz_app.ui.engine_client import EngineClient, Ticket
from cnnviz_app.ui.state import AppState

if TYPE_CHECKING:
    from cnnviz_app.nets.catalog import Entry


FALLBACK = "lenet5"


class Conductor(QObject):
    """The verbs of the window.

    Signals:
        entries_changed: the models that can be opened, a tuple of `Entry`.
        opening: the name of a model being opened.
    """

    entries_changed = Signal(object)
    opening = Signal(str)

    def __init__(
        self, state: AppState, edits: Edits, engine: EngineClient, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._edits = edits
        self._engine = engine
        self.entries: tuple[Entry, ...] = ()
        self._wanted: tuple[str, int, AllEdits | None] = ("", 0, None)
        self._looking: Ticket | None = None
        self._look_again = False
        state.layer_changed.connect(self._look)
        state.picture_changed.connect(self._on_picture)
        edits.changed.connect(self._on_edits)

    def list_models(self) -> None:
        ticket = self._engine.ask(ListModels(), slot="list-models", title="List models")
        ticket.finished.connect(self._on_entries)

    def open_model(
        self,
        name: str,
        *,
        layer: str = "",
        unit: int = 0,
        weights: str = "",
        untrained: bool = False,
        expected: str = "",
        edits: AllEdits | None = None,
    ) -> Ticket:
        """Open a model; the selection moves to it once it is ready, with these changes if any."""
        self._wanted = (layer, unit, edits)
        self.opening.emit(name)
        request = OpenModel(name, weights, untrained, expected)
        title = f"Open {_short(name)}"
        ticket = self._engine.ask(request, slot="open-model", title=title, urgent=True)
        ticket.finished.connect(self._on_model)
        return ticket

    def choose_model(self, name: str) -> None:
        """Open a model by name, for callers that do not care how it goes."""
        self.open_model(name)

    def open_first(self, name: str, layer: str, unit: int) -> None:
        """The model of the last run; when it is gone, a bundled one, and a sentence."""
        ticket = self.open_model(name, layer=layer, unit=unit)
        ticket.failed.connect(lambda _: self.open_model(FALLBACK) if name != FALLBACK else None)

    def open_for_recipe(self, recipe: Recipe) -> None:
        """A recipe was dropped: its model first, with the layer and unit it was made from."""
        params = recipe.params
        layer = str(params.get("layer") or recipe.layer)
        address = str(params.get("unit") or recipe.unit)
        number = address.rpartition(":")[2].partition("@")[0]
        self.open_model(
            recipe.model,
            layer=layer,
            unit=int(number) if number.isdecimal() else 0,
            untrained=not recipe.weights_hash,
            expected=recipe.weights_hash,
            edits=tuple(edit_from_text(text) for text in recipe.edits),
        )

    def show_picture(self, picture: Picture) -> None:
        self._state.set_picture(picture)

    def fetch_weights(self, name: str) -> Ticket:
        ticket = self._engine.ask(
            FetchWeights(name), slot=f"download {name}", title=f"Download {_short(name)}"
        )
        ticket.finished.connect(self.list_models)
        return ticket

    def import_weights(self, path: Path, model: str = "") -> Ticket:
        ticket = self._engine.ask(
            ImportWeights(path, model), slot="import", title=f"Import {path.name}"
        )
        ticket.finished.connect(self._on_imported)
        return ticket

    def trust_code(self, path: Path) -> Ticket:
        ticket = self._engine.ask(TrustCode(path), slot="import", title=f"Open {path.name}")
        ticket.finished.connect(self._on_imported)
        return ticket

    def _on_entries(self, entries: tuple[Entry, ...]) -> None:
        self.entries = entries
        self.entries_changed.emit(entries)

    def _on_imported(self, entry: object) -> None:
        self.list_models()
        name = getattr(entry, "name", "")
        if name:
            self.open_model(name)

    def _on_model(self, facts: ModelFacts) -> None:
        layer, unit, edits = self._wanted
        named = None if edits is None else tuple(
            edit.named(facts.map_shapes[edit.layer][0]) if edit.layer in facts.map_shapes else edit
            for edit in edits
        )
        self._state.set_model(facts, layer, unit, named)

    def _look(self, *_: object) -> None:
        state = self._state
        if state.model is None or state.picture is None or not state.layer:
            return
        request = Look(state.model.name, state.picture, state.layer, self._edits.all)
        ticket = self._engine.ask(request, slot="look", urgent=True, title="Feature maps")
        self._looking, self._look_again = ticket, False
        ticket.finished.connect(self._on_looked)
        for end in (ticket.finished, ticket.stopped, ticket.failed):
            end.connect(self._on_look_ended)

    def _on_picture(self, picture: Picture) -> None:
        """A hand draws faster than a large network answers: as with a slider, the answer on its
        way is shown first, or nothing would be seen before the hand rests."""
        if self._looking is not None and self._drawing(self._looking.job.request, picture):
            self._look_again = True
        else:
            self._look()

    def _drawing(self, request: object, picture: Picture) -> bool:
        """The look under way is at an earlier stroke of the drawing that is made now."""
        state = self._state
        return (
            isinstance(request, Look)
            and state.model is not None
            and (request.model, request.layer) == (state.model.name, state.layer)
            and request.picture.origin == picture.origin == DRAWING
        )

    def _on_edits(self, _edits: object) -> None:
        """A slider that is dragged changes faster than a large network answers: the answer on its
        way is shown first, then the newest is asked for."""
        if self._looking is None:
            self._look()
        else:
            self._look_again = True

    def _on_look_ended(self, _: object) -> None:
        self._looking = None
        if self._look_again:
            self._look()

    def _on_looked(self, looked: Looked) -> None:
        state = self._state
        same = (
            state.model is not None
            and state.picture is not None
            and (looked.model, looked.layer) == (state.model.name, state.layer)
            and (
                looked.picture.content_id == state.picture.content_id
                or looked.picture.origin == state.picture.origin == DRAWING
            )
        )
        if same:
            state.set_looked(looked)


def _short(name: str) -> str:
    """A model's name without its room, for titles of jobs."""
    return name.removeprefix("torchvision/")
