"""What to compute and how: the technique, its presets and its form."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from cnnviz_app.lab.requests import TechniqueFacts
from cnnviz_app.ui import workspaces
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.form import ParamForm
from cnnviz_app.ui.form_help import FormHelp
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.buttons import Button, IconButton
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.fields import NumberField
from cnnviz_app.ui.widgets.labels import Hairline, Label
from cnnviz_app.ui.widgets.parameter_row import ParameterRow


@panel("technique", "Technique", "sliders")
class TechniquePanel(Panel):
    """Choose a technique and set its parameters. A blue dot marks what differs from the default;
    click it to go back. Copy as command gives the same run for a terminal."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._form: ParamForm | None = None
        self._help = FormHelp(desk.state, desk.engine, self)
        self._help.paint_asked.connect(desk.runs.regions_asked)
        self._help.parts_asked.connect(desk.runs.parts_asked)
        self._choice = ComboBox((), name="Technique")
        self._choice.chosen.connect(desk.runs.choose)
        self._summary = Label("", "caption", "t2", wrap=True)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(EmptyState("sliders", "Loading techniques"))
        self._seed = NumberField(0, integer=True, name="Seed", width=64)
        self._seed.value_edited.connect(self._on_seed)
        dice = IconButton("dice", "Another seed", small=True)
        dice.clicked.connect(lambda: desk.runs.set_seed(desk.runs.seed + 1))
        seed = QWidget()
        seed_row = QHBoxLayout(seed)
        seed_row.setContentsMargins(0, 0, 0, 0)
        seed_row.addWidget(self._seed)
        seed_row.addWidget(dice)
        seed_row.addStretch(1)
        self._seed_row = ParameterRow(
            "Seed", seed, help_text="The same seed gives the same picture."
        )
        self._seed_row.reset_asked.connect(lambda: desk.runs.set_seed(0))
        self._count = Label("", "caption", "t2")
        self._changed = 0, 0
        self._reset = Button("Reset", "ghost")
        self._reset.clicked.connect(self._on_reset)
        self._copy = Button("Copy as command", "ghost", "command")
        self._copy.clicked.connect(self._on_copy)
        foot = QHBoxLayout()
        foot.addWidget(self._count)
        foot.addStretch(1)
        foot.addWidget(self._reset)
        foot.addWidget(self._copy)
        column = QVBoxLayout(self)
        for widget in (self._choice, self._summary):
            column.addWidget(widget)
        column.addWidget(self._area, 1)
        column.addWidget(self._seed_row)
        column.addWidget(Hairline())
        column.addLayout(foot)
        self._column = column
        desk.runs.techniques_changed.connect(self._on_techniques)
        desk.runs.technique_changed.connect(self._on_technique)
        desk.runs.values_changed.connect(self._on_values)
        theme().changed.connect(self._restyle)
        self._restyle()
        if desk.runs.techniques:
            self._on_techniques(desk.runs.techniques)
        if desk.runs.technique is not None:
            self._on_technique(desk.runs.technique)
            self._on_values(desk.runs.values)

    def _on_techniques(self, techniques: tuple[TechniqueFacts, ...]) -> None:
        self._offer()

    def _offer(self) -> None:
        """Those at home where the current one is come first."""
        current = self.desk.runs.technique
        home = workspaces.of_group(current.group) if current is not None else ""
        offered = sorted(
            self.desk.runs.techniques, key=lambda t: workspaces.of_group(t.group) != home
        )
        choices = [(t.name, t.title) for t in offered]
        self._choice.set_choices(choices, current.name if current else None)

    def _on_technique(self, technique: TechniqueFacts) -> None:
        self._offer()
        self._summary.setText(technique.summary)
        groups = list(dict.fromkeys(spec.group for spec in technique.specs if spec.group))
        # In a narrow window only the first group is open: the run bar must stay in sight.
        folded = groups[1:] if self.desk.view.compact else groups[2:]
        form = ParamForm(technique.specs, tuple(folded), self._help)
        form.edited.connect(self.desk.runs.set_value)
        form.refused.connect(lambda sentence: self.desk.messages.warn(sentence))
        old = self._area.takeWidget()
        if old is not None:
            old.deleteLater()
        form.setObjectName("scrolled")
        self._area.setWidget(form)
        self._form = form

    def _on_values(self, values: dict[str, Any]) -> None:
        if self._form is None:
            return
        self._form.set_values(values)
        self._seed.set_value(self.desk.runs.seed)
        self._seed_row.set_changed(self.desk.runs.seed != 0)
        changed = self._form.changed_count + (self.desk.runs.seed != 0)
        self._changed = changed, len(values) + 1
        self._fit()
        self._reset.setEnabled(changed > 0)

    def _on_seed(self, value: float) -> None:
        self.desk.runs.set_seed(max(0, round(value)))

    def _on_reset(self) -> None:
        technique = self.desk.runs.technique
        if technique is not None:
            self.desk.runs.set_seed(0)
            self.desk.runs.set_values({spec.name: spec.default for spec in technique.specs})

    def _on_copy(self) -> None:
        command = self.desk.runs.as_command()
        QGuiApplication.clipboard().setText(command)
        self.desk.messages.done("The command is on the clipboard.", command)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        wide = self.width() >= px(345)
        changed, all_of_them = self._changed
        self._copy.setText("Copy as command" if wide else "")
        self._count.setText(f"{changed} of {all_of_them} changed" if wide else f"{changed} changed")

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(12), px(2), px(12), px(8))
        self._column.setSpacing(px(8))
