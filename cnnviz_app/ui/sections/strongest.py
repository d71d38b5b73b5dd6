"""The nine strongest patches of the selected unit, and the pixels that excite it in each.

After Zeiler and Fergus, "Visualizing and understanding convolutional networks" (2014), figure 2.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from cnnviz_app.core.events import Failed
from cnnviz_app.lab.population_requests import ExplainPatch, Method, Patch, PatchMap, ReadPatches
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.section import section
from cnnviz_app.ui.sections._patch_sheet import PatchSheet
from cnnviz_app.ui.sections._population import PopulationSection
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.labels import Label

METHODS: tuple[tuple[Method, str], ...] = (
    ("deconvnet", "Deconvnet"), ("guided-backprop", "Guided"),
    ("gradient", "Gradient"),
)  # fmt: skip
KEPT = 240
Key = tuple[str, str, int, int, str]


@section("strongest", "Strongest pictures", 30)
class StrongestSection(PopulationSection):
    """The patches of nine different pictures where the unit is strongest, cut to what it sees;
    beside each what excites it there. Click one to look at that picture."""

    sentence = "The pass that fills the histogram over the population finds them too."
    names_them = False

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._kept: OrderedDict[Key, npt.NDArray[np.float32]] = OrderedDict()
        self._again = False
        self._method = ComboBox(METHODS, "deconvnet", name="How the pixels are found")
        self._method.chosen.connect(self._on_method)
        self.sheet = PatchSheet()
        self.sheet.chosen.connect(self._on_chosen)
        self._silent = Label("", "caption", "t2", wrap=True)
        head = QHBoxLayout()
        self._beside = Label("Beside each:", "caption", "t2")
        head.addWidget(self._beside)
        head.addWidget(self._method, 1)
        self._head = head
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.sheet)
        column.addWidget(self._silent)
        self._column = column
        desk.engine.busy_changed.connect(self._on_busy)
        follow_theme(self._restyle)

    @property
    def method(self) -> Method:
        return next(name for name, _ in METHODS if name == self._method.key)

    def read(self) -> None:
        state = self.desk.state
        assert state.model is not None
        self._again = False
        asked = (state.model.name, state.layer, state.unit)
        self._ticket = self.desk.engine.ask(
            ReadPatches(*asked), slot="unit-patches", urgent=True, background=True,
            title="Strongest pictures",
        )  # fmt: skip
        self._ticket.finished.connect(partial(self._on_patches, asked))
        self._ticket.stopped.connect(self._on_stopped)

    def _on_patches(self, asked: tuple[str, str, int], patches: tuple[Patch, ...]) -> None:
        self._ticket = None
        state = self.desk.state
        if state.model is None or asked != (state.model.name, state.layer, state.unit):
            return
        never = bool(patches) and patches[0].value <= 0 and "relu" in _op(self.desk)
        self.sheet.setVisible(bool(patches) and not never)
        self._method.setVisible(bool(patches) and not never)
        self._beside.setVisible(bool(patches) and not never)
        self._silent.setVisible(never or not patches)
        self._silent.setText(
            "Not above zero in any of these pictures."
            if never
            else "This layer was left out when the pictures were looked at."
        )
        self.sheet.clear_maps()
        self.sheet.set_patches(patches if not never else ())
        for patch in self.sheet.patches:
            kept = self._kept.get(self._key(patch))
            if kept is not None:
                self.sheet.set_map(patch.key, kept)
        self._explain()

    def _key(self, patch: Patch) -> Key:
        state = self.desk.state
        place = f"{patch.place} {self.method} {patch.picture.origin}"
        model = state.model
        weights = f"{model.name} {model.weights_hash}" if model is not None else ""
        return weights, state.layer, state.unit, patch.key, place

    # ---- the pixels, one patch after the other

    def _explain(self) -> None:
        """Ask about the next patch; while pictures still come in they may be others soon."""
        state = self.desk.state
        if not self.wanted or state.model is None or self.population.status == "running":
            return
        for patch in self.sheet.patches:
            if not self.sheet.has_map(patch.key):
                request = ExplainPatch(
                    state.model.name, state.layer, state.unit, patch, self.method
                )
                self._ticket = self.desk.engine.ask(
                    request, slot="unit-patches", urgent=True, background=True,
                    title="What excites it there",
                )  # fmt: skip
                self._ticket.finished.connect(partial(self._on_map, self._key(patch)))
                self._ticket.failed.connect(self._on_failed)
                self._ticket.stopped.connect(self._on_stopped)
                return

    def _on_map(self, key: Key, found: PatchMap) -> None:
        self._ticket = None
        self._kept[key] = found.picture
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        if any(self._key(patch) == key for patch in self.sheet.patches):
            self.sheet.set_map(found.key, found.picture)
        self._explain()

    def _on_failed(self, failed: Failed) -> None:
        self._ticket = None
        self._silent.setText(f"{failed.sentence} {failed.hint}".strip())
        self._silent.setVisible(True)

    def _on_stopped(self, _: object) -> None:
        """It gave way; it goes on when the engine is free."""
        self._ticket = None
        self._again = True

    def _on_busy(self, jobs: int) -> None:
        if jobs == 0 and self._again and self.wanted:
            self._soon.start(0)

    def _on_method(self, _: str) -> None:
        self.sheet.clear_maps()
        self.follow()

    def _on_chosen(self, patch: Patch) -> None:
        state = self.desk.state
        if os.path.isfile(patch.picture.origin):
            self.desk.pictures.open_path(Path(patch.picture.origin))
        else:
            self.desk.pictures.show(patch.picture)
        if patch.box is not None:
            state.set_position(patch.place)

    def _restyle(self) -> None:
        self._column.setSpacing(px(6))
        self._head.setSpacing(px(8))


def _op(desk: Desk) -> str:
    model = desk.state.model
    return model.node(desk.state.layer).op if model is not None else ""
