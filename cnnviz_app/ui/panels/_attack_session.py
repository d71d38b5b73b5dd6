"""The attack that is on show: what was attacked, what came out, and how far along one looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from cnnviz_app.core.events import Frame
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
from cnnviz_app.ui.live.live import ORIGIN
from cnnviz_app.ui.panels._attack_population import Population
from cnnviz_app.ui.panels._attack_sticker import Sticker, cut_out
from cnnviz_app.ui.panels._attack_words import at_share
from cnnviz_app.ui.timeline import TimelineFrame

Pixels = npt.NDArray[np.uint8]
STICKER = "patch"


class AttackSession(QObject):
    """Follows the canvas's runs; an attack that ends is read along its change, then treated.

    Signals:
        cleared: there is no attack on show, only the picture of now.
        running: uint8 pixels of an attack that is still being made.
        read_changed: `read`, `title` and `figures` are those of a new attack.
        survived: `survival` arrived.
        sticker_found: a sticker without a picture below it; see `sticker`.
        moved: `place` along the change is another.
        bred: a `Population` of patterns that compete.
    """

    cleared = Signal()
    running = Signal(object)
    read_changed = Signal()
    survived = Signal()
    sticker_found = Signal()
    moved = Signal(int)
    bred = Signal(object)

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
        self.edits: Edits = ()
        self.sticker: Sticker | None = None
        self.filmed: tuple[Survival, ...] = ()
        self._sheet: Pixels | None = None
        self._is_sticker = False
        desk.runs.frame_added.connect(self._on_frame)
        desk.engine.happened.connect(self._on_event)
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
        self.sticker, self.filmed, self.from_noise = None, (), False
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

    def _on_event(self, event: object) -> None:
        """Pictures of a whole population come beside the best one's."""
        if not isinstance(event, Frame) or not event.name.startswith("population"):
            return
        if event.name == "population":
            self._sheet = event.data
        elif self._sheet is not None:
            *sure, living = (float(value) for value in event.data.ravel())
            self.bred.emit(Population(self._sheet, tuple(sure), round(living), event.step))

    def _on_outcome(self, outcome: Outcome) -> None:
        recipe, result = outcome.recipe, outcome.result
        if result.picture is None or not self._is_attack(recipe.technique):
            return
        attacked = to_uint8(result.picture)
        self.sticker, self.filmed = None, ()
        source = recipe.sources.get("picture")
        name = recipe.source_names.get("picture", "")
        self.from_noise = source is None
        if self.from_noise:
            self.read = None  # of an earlier attack, which this one has no part in
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
        self.edits = tuple(edit_from_text(text) for text in recipe.edits)
        self._ids = {picture.content_id, Picture("", attacked).content_id}
        if recipe.technique == STICKER and recipe.params.get("alone"):
            # There is no attacked picture to read, only what can be laid on one.
            self.sticker = Sticker(attacked, float(recipe.params.get("share", 0.1)))
            self.running.emit(attacked)
            self.sticker_found.emit()
            return
        self._is_sticker = recipe.technique == STICKER
        request = ReadAttack(recipe.model, picture, attacked, self.edits)
        ticket = self._desk.engine.ask(request, slot="attack-read", title="Read the attack")
        ticket.finished.connect(self._on_read)

    def _on_read(self, found: AttackRead) -> None:
        self.read, self.survival, self.place = found, (), WHOLE
        self._ids.add(Picture("", found.clean).content_id)
        self.sticker = cut_out(found.clean, found.attacked) if self._is_sticker else None
        self.read_changed.emit()
        if self.from_noise:
            return
        request = TrySurvival(found.model, found.clean, found.attacked, self.edits)
        ticket = self._desk.engine.ask(request, slot="attack-survival", title="Does it survive?")
        ticket.finished.connect(self._on_survived)

    @property
    def rows(self) -> tuple[Survival, ...]:
        """What was tried on the attacked picture, the camera's part last."""
        return (*self.survival, *self.filmed)

    def set_filmed(self, rows: tuple[Survival, ...]) -> None:
        """What the camera found; rows of another way of filming stay."""
        kept = [row for row in self.filmed if row.key not in {new.key for new in rows}]
        self.filmed = (*kept, *rows)
        self.survived.emit()

    def fooled_by(self, label: int) -> bool:
        """Whether this answer is the one that the attack wants."""
        if self.aim is not None:
            return label == self.aim
        return self.read is not None and label != self.read.before

    def _on_survived(self, found: tuple[Survival, ...]) -> None:
        self.survival = found
        self.survived.emit()

    def _on_looked(self, looked: Looked) -> None:
        """Another picture ends the attack, unless it is a camera that looks at it."""
        busy = self._desk.runs.status in ("running", "paused")
        films = looked.picture.origin == ORIGIN and (self.read is not None or self.sticker)
        if not busy and not films and looked.picture.content_id not in self._ids:
            self.clear()
