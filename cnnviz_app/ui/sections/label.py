"""What a person sees in the unit: words and a category, kept with the weights."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets.annotations import CATEGORIES
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels import _files
from cnnviz_app.ui.panels._flow import FlowLayout
from cnnviz_app.ui.section import section
from cnnviz_app.ui.sections._watching import Watching
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.fields import TextField
from cnnviz_app.ui.widgets.labels import Label

KINDS = "Unit labels (*.json *.csv)"
CHOICES = (("", "No category"), *((c, c.capitalize()) for c in CATEGORIES))


@section("label", "Label", 70)
class LabelSection(Watching):
    """Found again by Ctrl K; stands below the tile and in the address."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._words = TextField("What does it look for?", "edit", name="Label of the unit")
        self._words.setMaxLength(80)
        self._words.editingFinished.connect(self._keep)
        self._unit: tuple[str, str, int] = ("", "", -1)
        self._category = ComboBox(CHOICES, name="Category of the unit")
        self._category.chosen.connect(lambda _: self._keep())
        self._count = Label("", "caption", "t3", wrap=True)
        load = Button("Import…", "ghost", "open", tip="Read labels from a JSON or CSV file")
        load.clicked.connect(self._import)
        self._save = Button("Export…", "ghost", "save", tip="Write this network's labels to a file")
        self._save.clicked.connect(self._export)
        self._row = QHBoxLayout()
        self._row.addWidget(self._words, 3)
        self._row.addWidget(self._category, 2)
        files = FlowLayout(6)
        files.addWidget(load)
        files.addWidget(self._save)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._row)
        self._column.addWidget(self._count)
        self._column.addLayout(files)
        desk.annotations.changed.connect(self._on_changed)
        follow_theme(self._restyle)

    def refresh(self) -> None:
        state, kept = self.desk.state, self.desk.annotations
        unit = (kept.weights, state.layer, state.unit)
        if unit != self._unit:
            if self._words.isModified():
                # What was typed for the unit before belongs to it, not to the new one.
                self._keep()
            self._unit = unit
        found = kept.of(*unit[1:])
        if not self._words.isModified():
            self._words.setText(found.label if found is not None else "")
        self._category.set_key(found.category if found is not None else "")
        count = len(kept.here())
        named = "One unit" if count == 1 else f"{count} units"
        self._count.setText(f"{named} of this network labelled." if count else
                            "Labels are kept with the weights; Ctrl K finds them.")  # fmt: skip
        self._save.setEnabled(count > 0)
        self.note_changed.emit(found.label if found is not None else "")

    def _keep(self) -> None:
        weights, layer, unit = self._unit
        self._words.setModified(False)
        if weights != self.desk.annotations.weights or unit < 0:
            return
        category = self._category.key
        self.desk.annotations.set(layer, unit, self._words.text(), category)

    def _import(self) -> None:
        path = _files.ask_open(self, "Import unit labels", KINDS)
        if path is not None:
            self.take(path)

    def take(self, path: Path) -> None:
        """Read a file of labels and say what came of it."""
        messages = self.desk.messages
        try:
            came, kept = self.desk.annotations.take(path)
        except UserError as error:
            messages.complain(error)
            return
        hint = f"{kept} that have another label here keep it." if kept else ""
        messages.done(f"{came} labels imported from {path.name}.", hint)

    def _export(self) -> None:
        model = self.desk.state.model
        name = f"{model.name.rpartition('/')[2]}-labels.json" if model is not None else ""
        path = _files.ask_save(self, "Export unit labels", name, KINDS)
        if path is not None:
            self.give(path)

    def give(self, path: Path) -> None:
        try:
            count = self.desk.annotations.give(path)
        except UserError as error:
            self.desk.messages.complain(error)
            return
        self.desk.messages.done(f"{count} labels exported to {path.name}.")

    def _restyle(self) -> None:
        self._row.setSpacing(px(8))
        self._column.setSpacing(px(6))
