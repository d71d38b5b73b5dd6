"""The attack that is on show: what was attacked, what came out, and how far along one looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from cnnviz_app.core.images import to_uint8
from cnnviz_app.lab.attack_requests import (
    FACTORS,
    GROUP,
    WHOLE,
    AttackRead,
    ReadAttack,
    Survival,
    TrySurvival,
)
from cnnviz_app.lab.edit_requests import Edits, edit_from_text
from cnnviz_app.lab.requests import Looked, Outcome
from cnnviz_app.sources.picture import Picture
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels._attack_words import at_share
from cnnviz_app.ui.timeline import TimelineFrame

Pixels = npt.NDArray[np.uint8]


class AttackSession(QObject):
    """Follows the canvas's runs; an attack that ends is read along its change, then treated.

    Signals:
        cleared: there is no attack on show, only the picture of now.
        running: uint8 pixels of an attack that is still being made.
        read_changed: `read`, `title` and `figures` are those of a new attack.
        survived: `survival` arrived.
        moved: `place` along the change is another.
    """

    cleared = Signal()
    running = Signal(object)
    read_changed = Signal()
    survived = Signal()
    moved = Signal(int)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.read: AttackRead | None = None
        self.survival: tuple[Survival, ...] = ()
        self.figures: Mapping[str, Any] = {}
        self.title = ""
        self.labels: tuple[str, ...] = ()
        self.channels = 3
        self.from_noise = False
        self.aim: int | None = None
        self.place = WHOLE
        self._name = ""
        self._ids: set[str] = set()
        self._edits: Edits = ()
        desk.runs.frame_added.connect(self._on_frame)
        desk.runs.outcome_changed.connect(self._on_outcome)
        desk.state.looked_changed.connect(self._on_looked)
        desk.state.model_changed.connect(lambda _facts: self.clear())
        if desk.runs.outcome is not None:
            self._on_outcome(desk.runs.outcome)

    # ---- what is on show

    @property
    def shown(self) -> Pixels | None:
        """The picture with as much of the change as is chosen."""
        if self.read is None:
            return None
        return at_share(self.read.clean, self.read.attacked, FACTORS[self.place])

    @property
    def pictures(self) -> tuple[Picture, Picture] | None:
        """The clean one and the attacked one, as every panel can show them."""
        if self.read is None:
            return None
        clean = Picture(self._name, self.read.clean, "attack")
        return clean, Picture(f"{self._name}, attacked", self.read.attacked, "attack")

    def move(self, place: int) -> None:
        place = max(0, min(place, len(FACTORS) - 1))
        if place != self.place:
            self.place = place
            self.moved.emit(place)

    def clear(self) -> None:
        self.read, self.survival, self.figures = None, (), {}
        self._ids = set()
        self.cleared.emit()

    # ---- what happens

    def _is_attack(self, name: str) -> bool:
        found = next((t for t in self._desk.runs.techniques if t.name == name), None)
        return found is not None and found.group == GROUP

    def _on_frame(self, frame: TimelineFrame) -> None:
        technique = self._desk.runs.technique
        if technique is not None and technique.group == GROUP:
            self.running.emit(frame.pixels)

    def _on_outcome(self, outcome: Outcome) -> None:
        recipe, result = outcome.recipe, outcome.result
        if result.picture is None or not self._is_attack(recipe.technique):
            return
        attacked = to_uint8(result.picture)
        source = recipe.sources.get("picture")
        name = recipe.source_names.get("picture", "")
        self.from_noise = source is None
        picture = Picture(name or "Made from noise", attacked if source is None else source, "")
        self.figures = dict(result.figures)
        self.title = next(t.title for t in self._desk.runs.techniques if t.name == recipe.technique)
        wanted = str(recipe.params.get("target", "none")).strip().lower()
        self.aim = None
        if wanted not in ("", "none") and self.figures.get("success"):
            self.aim = int(self.figures["label_after"])
        facts = self._desk.state.model
        if facts is not None and facts.name == recipe.model:
            self.labels, self.channels = facts.labels, facts.input[0]
        self._name = picture.name
        self._edits = tuple(edit_from_text(text) for text in recipe.edits)
        self._ids = {picture.content_id, Picture("", attacked).content_id}
        request = ReadAttack(recipe.model, picture, attacked, self._edits)
        ticket = self._desk.engine.ask(request, slot="attack-read", title="Read the attack")
        ticket.finished.connect(self._on_read)

    def _on_read(self, found: AttackRead) -> None:
        self.read, self.survival, self.place = found, (), WHOLE
        self._ids.add(Picture("", found.clean).content_id)
        self.read_changed.emit()
        if self.from_noise:
            return
        request = TrySurvival(found.model, found.clean, found.attacked, self._edits)
        ticket = self._desk.engine.ask(request, slot="attack-survival", title="Does it survive?")
        ticket.finished.connect(self._on_survived)

    def _on_survived(self, found: tuple[Survival, ...]) -> None:
        self.survival = found
        self.survived.emit()

    def _on_looked(self, looked: Looked) -> None:
        """Another picture than the two of the attack: the attack is over."""
        busy = self._desk.runs.status in ("running", "paused")
        if not busy and looked.picture.content_id not in self._ids:
            self.clear()
