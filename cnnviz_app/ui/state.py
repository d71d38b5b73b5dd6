"""The one selection: model, layer, unit, position and picture, observable by every panel."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from cnnviz_app.lab.edit_requests import Edits
from cnnviz_app.lab.requests import Looked, ModelFacts
from cnnviz_app.sources.picture import Picture
from cnnviz_app.ui.comparison import Comparison

Position = tuple[int, int]


class AppState(QObject):
    """What is selected, and what the network makes of it.

    Setters do nothing when the value is the same already, so panels may echo freely.

    Signals:
        model_changed: a `ModelFacts` was opened; layer and unit follow.
        layer_changed, unit_changed, position_changed, picture_changed: the new value.
        looked_changed: maps and predictions for the selection arrived.
        pinned_changed: the class whose bar stays on screen, or None.
        edits_changed: what is changed in the model while one looks.
    """

    model_changed = Signal(object)
    layer_changed = Signal(str)
    unit_changed = Signal(int)
    position_changed = Signal(object)
    picture_changed = Signal(object)
    looked_changed = Signal(object)
    pinned_changed = Signal(object)
    edits_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model: ModelFacts | None = None
        self.layer = ""
        self.unit = 0
        self.position: Position | None = None
        self.picture: Picture | None = None
        self.looked: Looked | None = None
        self.pinned: int | None = None
        # Every question about the network takes these along.
        self.edits: Edits = ()
        # What the selection is compared with; see there for "picture A against picture B".
        self.comparison = Comparison(self)

    @property
    def units(self) -> int:
        """How many units the selected layer has."""
        if self.model is None or not self.layer:
            return 0
        return self.model.map_shapes[self.layer][0]

    @property
    def address(self) -> str:
        """The selected unit as people write it: `layer:unit` or `layer:unit@y,x`."""
        if not self.layer:
            return ""
        where = f"@{self.position[0]},{self.position[1]}" if self.position else ""
        return f"{self.layer}:{self.unit}{where}"

    def set_model(
        self, facts: ModelFacts, layer: str = "", unit: int = 0, edits: Edits | None = None
    ) -> None:
        """The same network opened again keeps its changes; another has units of its own."""
        same = self.model is not None and self.model.name == facts.name
        before = self.edits
        self.edits = edits if edits is not None else before if same else ()
        self.model = facts
        self.looked = None
        self.pinned = None
        self.position = None
        self.layer = layer if layer in facts.layers else facts.defaults["explore"]
        self.unit = max(0, min(unit, self.units - 1))
        self.model_changed.emit(facts)
        self.layer_changed.emit(self.layer)
        self.unit_changed.emit(self.unit)
        if self.edits != before:
            self.edits_changed.emit(self.edits)

    def set_layer(self, layer: str, unit: int | None = None) -> None:
        if self.model is None or layer not in self.model.map_shapes or layer == self.layer:
            if unit is not None:
                self.set_unit(unit)
            return
        self.layer = layer
        self.looked = None
        self.set_position(None)
        self.unit = max(0, min(self.unit if unit is None else unit, self.units - 1))
        self.layer_changed.emit(layer)
        self.unit_changed.emit(self.unit)

    def set_unit(self, unit: int) -> None:
        unit = max(0, min(unit, self.units - 1))
        if unit != self.unit:
            self.unit = unit
            self.unit_changed.emit(unit)

    def set_position(self, position: Position | None) -> None:
        if position != self.position:
            self.position = position
            self.position_changed.emit(position)

    def set_picture(self, picture: Picture) -> None:
        if self.picture is None or picture.content_id != self.picture.content_id:
            self.picture = picture
            self.picture_changed.emit(picture)

    def set_edits(self, edits: Edits) -> None:
        if edits != self.edits:
            self.edits = edits
            self.edits_changed.emit(edits)

    @property
    def edits_elsewhere(self) -> Edits:
        """The changes without those to the selected unit: what it looks for is not of their making,
        and need not be found anew while its own slider is dragged."""
        found = []
        for edit in self.edits:
            if edit.layer == self.layer and self.unit in edit.units:
                rest = tuple(unit for unit in edit.units if unit != self.unit)
                if rest:
                    found.append(replace(edit, units=rest))
            else:
                found.append(edit)
        return tuple(found)

    def set_looked(self, looked: Looked) -> None:
        self.looked = looked
        self.looked_changed.emit(looked)

    def set_pinned(self, label: int | None) -> None:
        if label != self.pinned:
            self.pinned = label
            self.pinned_changed.emit(label)

    def walk_units(self, by: int) -> None:
        self.set_unit(self.unit + by)

    def walk_layers(self, by: int) -> None:
        if self.model is None or self.layer not in self.model.layers:
            return
        layers = self.model.layers
        place = max(0, min(layers.index(self.layer) + by, len(layers) - 1))
        self.set_layer(layers[place])
