"""What the canvas is asked for: a technique, its values and its seed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from cnnviz_app.core import references
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.params import ParamSpec
from cnnviz_app.lab.requests import ListTechniques, RunTechnique, TechniqueFacts
from cnnviz_app.sources.picture import Picture
from cnnviz_app.ui import style_parts
from cnnviz_app.ui.engine_client import EngineClient
from cnnviz_app.ui.picture_field import title
from cnnviz_app.ui.settings import Settings
from cnnviz_app.ui.state import AppState

LARGEST_SEED = 2**32 - 1
# What a run is about, which no preset changes.
SUBJECT = ("layer", "unit", "target", "picture", "pictures", "mask", "shares")


class RunForm(QObject):
    """One technique and its values.

    Signals:
        techniques_changed: the declarations arrived.
        technique_changed: another technique was chosen (`TechniqueFacts`).
        values_changed: the form's values, by name.
        regions_asked: somebody wants to paint where which style goes.
        parts_asked: somebody wants to paint what is taken of the styles.
    """

    techniques_changed = Signal(object)
    technique_changed = Signal(object)
    values_changed = Signal(object)
    regions_asked = Signal()
    parts_asked = Signal()

    def __init__(
        self, state: AppState, engine: EngineClient, settings: Settings, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._engine = engine
        self._settings = settings
        self.techniques: tuple[TechniqueFacts, ...] = ()
        self.technique: TechniqueFacts | None = None
        self.values: dict[str, Any] = {}
        self.seed = 0
        # Pictures a restored recipe brought along, by the names its parameters give them.
        self.brought: dict[str, Picture] = {}

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
                    value = spec.check(stored)
                except UserError:
                    # It was stored by another version: the default takes its place.
                    continue
                if _are_there(spec, value):
                    self.values[spec.name] = value
        self.technique_changed.emit(found)
        self.values_changed.emit(self.values)

    def set_value(self, name: str, value: Any) -> None:
        """One parameter; a preset brings its own values and takes back all others."""
        if name == "preset" and self.technique is not None:
            defaults = {spec.name: spec.default for spec in self.technique.specs}
            subject = {s.name: self.values[s.name] for s in self.technique.specs
                       if s.kind in SUBJECT}  # fmt: skip
            self.set_values({**defaults, **self.technique.presets.get(value, {}), **subject})
        more = {}
        if name == "style" and self.values.get("style_masks"):
            before, masks = str(self.values["style"]), str(self.values["style_masks"])
            more["style_masks"] = style_parts.moved(before, masks, str(value))
        self.set_values({name: value, **more})

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
        brought = {name: found for name, found in self.brought.items() if name in named}
        return RunTechnique(
            self.technique.name, model.name, values, picture, self.seed, pictures=brought,
            edits=self._state.edits,
        )  # fmt: skip

    @property
    def about(self) -> str:
        """What Run would make now, in few words: network and unit, or the pictures."""
        model, picture, technique = self._state.model, self._state.picture, self.technique
        if model is None or technique is None:
            return ""
        kinds = {spec.kind for spec in technique.specs}
        if "pictures" not in kinds and kinds & {"layer", "unit"}:
            return f"{model.title} · {self._state.address}"
        named = [title(name) for spec in technique.specs if spec.kind == "pictures"
                 for name in references.of_value(spec, self.values[spec.name])
                 if "mask" not in spec.name]  # fmt: skip
        manner = " and ".join(named[:2])
        if technique.needs_picture and picture is not None:
            words = f"{picture.name} as {manner}" if manner else picture.name
        else:
            words = manner or self._state.address
        return f"{model.title} · {words}"

    def _on_techniques(self, techniques: tuple[TechniqueFacts, ...]) -> None:
        self.techniques = techniques
        self.techniques_changed.emit(techniques)
        if self.technique is None and techniques:
            names = [t.name for t in techniques]
            self.choose("feature-vis" if "feature-vis" in names else names[0])


def _are_there(spec: ParamSpec, value: Any) -> bool:
    """Whether the pictures a remembered value names can still be found."""
    if spec.kind not in references.KINDS:
        return True
    names = references.of_value(spec, value)
    return all(references.is_builtin(name) or Path(name).is_file() for name in names)
