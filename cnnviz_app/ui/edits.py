"""What is changed in the network while one looks: units taken away, scaled or held at a value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QObject, Signal

from cnnviz_app.lab.edit_requests import Edits as AllEdits
from cnnviz_app.lab.edit_requests import UnitEdit
from cnnviz_app.ui.state import AppState

Kind = Literal["scale", "clamp"]


class Edits(QObject):
    """The changes to the open model, oldest first; each unit is in one of them at most.

    Signals:
        changed: the tuple of `UnitEdit`; the state holds it.
    """

    changed = Signal(object)

    def __init__(self, state: AppState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        state.edits_changed.connect(self.changed)

    @property
    def all(self) -> AllEdits:
        return self._state.edits

    def of(self, layer: str, unit: int) -> UnitEdit | None:
        """The change this unit is part of."""
        return next((e for e in self.all if e.layer == layer and unit in e.units), None)

    def apply(self, layer: str, units: Sequence[int], kind: Kind, value: float) -> None:
        """Change these units; scaling by 1 is no change. The order on screen stays."""
        fresh = UnitEdit(layer, tuple(sorted(set(units))), kind, value)
        undone = kind == "scale" and value == 1.0
        kept: list[UnitEdit] = []
        placed = undone or not fresh.units
        for edit in self.all:
            if edit.layer == layer and edit.units == fresh.units and not placed:
                kept.append(fresh)
                placed = True
                continue
            rest = _without(edit, fresh)
            if rest is not None:
                kept.append(rest)
        if not placed:
            kept.append(fresh)
        self._state.set_edits(tuple(kept))

    def remove(self, edit: UnitEdit) -> None:
        self._state.set_edits(tuple(e for e in self.all if e != edit))

    def clear(self) -> None:
        self._state.set_edits(())

    def words(self, edit: UnitEdit) -> str:
        """`relu3:12 off`, for a chip."""
        model = self._state.model
        shape = model.map_shapes.get(edit.layer) if model is not None else None
        return f"{edit.what(shape[0] if shape else 0)} {edit.how}"


def _without(edit: UnitEdit, fresh: UnitEdit) -> UnitEdit | None:
    """What is left of a change when another takes some of its units."""
    if edit.layer != fresh.layer:
        return edit
    taken = set(fresh.units)
    units = tuple(unit for unit in edit.units if unit not in taken)
    if len(units) == len(edit.units):
        return edit
    return UnitEdit(edit.layer, units, edit.kind, edit.value) if units else None
