"""Take the unit away, scale it or hold it at a value, and see what the network makes of that."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.edit_requests import UnitEdit, units_from_text
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels._flow import FlowLayout
from cnnviz_app.ui.panels._top_classes import points, softmax
from cnnviz_app.ui.section import section
from cnnviz_app.ui.sections._watching import Watching
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.buttons import Button, IconButton
from cnnviz_app.ui.widgets.class_bars import Bar, ClassBars
from cnnviz_app.ui.widgets.fields import NumberField, TextField
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.segmented import Segmented
from cnnviz_app.ui.widgets.slider import SliderField

ROWS = 3
REACHES = (("unit", "This unit"), ("units", "Some"), ("layer", "All"))


@section("change", "Change this unit", 60)
class ChangeSection(Watching):
    """Maps and predictions follow at once; the line below the header says what is changed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._reach = Segmented(REACHES, name="What is changed")
        self._reach.chosen.connect(self._on_reach)
        self._group = TextField("3, 7-12", name="Units to change")
        self._group.editingFinished.connect(self.refresh)
        self._wrong = Label("", "caption", "err", wrap=True)
        self._wrong.hide()
        self._scale = SliderField(
            100, (0, 200), (0, 10_000), unit="%", integer=True, noun="per cent", name="Scale"
        )
        self._scale.value_changed.connect(lambda value: self._apply("scale", value / 100))
        self._reset = IconButton("reset", "Leave it as it is", small=True)
        self._reset.clicked.connect(lambda: self._apply("scale", 1.0))
        ablate = Button("Ablate", icon="close", tip="Take it away: its value is 0 everywhere")
        ablate.clicked.connect(lambda: self._apply("scale", 0.0))
        self._value = NumberField(1.0, name="Value to clamp at", width=66)
        clamp = Button("Clamp at", tip="Hold it at this value everywhere")
        clamp.clicked.connect(lambda: self._apply("clamp", self._value.value))
        self._value.value_edited.connect(self._on_value)
        self._value_typed = False
        self._moves = Label("Moves most", "section", "t2", elide=True)
        self._bars = ClassBars(ROWS)
        self._compare = Button(
            "Before and after", "ghost", "columns", tip="All maps without and with the change"
        )
        self._compare.clicked.connect(desk.state.comparison.compare_unchanged)
        self._build(ablate, clamp)
        desk.edits.changed.connect(self._on_changed)
        follow_theme(self._restyle)

    def _build(self, ablate: Button, clamp: Button) -> None:
        scale = QHBoxLayout()
        scale.addWidget(self._scale, 1)
        scale.addWidget(self._reset)
        self._buttons = FlowLayout(6)
        for widget in (ablate, clamp, self._value):
            self._buttons.addWidget(widget)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._reach)
        self._column.addWidget(self._group)
        self._column.addWidget(self._wrong)
        self._column.addLayout(scale)
        self._column.addLayout(self._buttons)
        self._column.addWidget(self._moves)
        self._column.addWidget(self._bars)
        self._column.addWidget(self._compare)

    # ---- what is asked for

    def _units(self) -> tuple[int, ...]:
        """The units meant; a sentence below the field where they cannot be read."""
        state = self.desk.state
        if self._reach.key == "layer":
            return tuple(range(state.units))
        if self._reach.key == "unit":
            return (state.unit,)
        try:
            units = units_from_text(self._group.text(), state.units)
        except UserError as error:
            self._complain(f"{error.sentence} {error.hint}")
            return ()
        self._complain("")
        return units

    def _complain(self, sentence: str) -> None:
        self._wrong.setText(sentence)
        self._wrong.setVisible(bool(sentence))

    def _apply(self, kind: str, value: float) -> None:
        state = self.desk.state
        units = self._units()
        if state.model is None or not units:
            if not self._wrong.text():
                self._complain("Write which units, such as 3, 7-12.")
            return
        self.desk.edits.apply(state.layer, units, "clamp" if kind == "clamp" else "scale", value)

    def _on_reach(self, reach: str) -> None:
        if reach == "units" and not self._group.text():
            self._group.setText(str(self.desk.state.unit))
        if reach != "units":
            self._complain("")
        self.refresh()
        if reach == "units":
            self._group.setFocus()

    def _on_value(self, value: float) -> None:
        self._value.set_value(value)
        self._value_typed = True
        edit = self._edit()
        if edit is not None and edit.kind == "clamp":
            self._apply("clamp", value)

    # ---- what is in force

    def _edit(self) -> UnitEdit | None:
        units = self._units()
        return self.desk.edits.of(self.desk.state.layer, units[0]) if units else None

    def refresh(self) -> None:
        self._group.setVisible(self._reach.key == "units")
        edit = self._edit()
        scale = 100.0
        if edit is not None:
            scale = 100 * edit.value if edit.kind == "scale" else 100.0
            if edit.kind == "clamp":
                self._value.set_value(edit.value)
        elif not self._value_typed:
            self._value.set_value(self._usual_value())
        if self._scale.value != scale:
            self._scale.set_value(scale)
        self._reset.setEnabled(edit is not None)
        own = self.desk.edits.of(self.desk.state.layer, self.desk.state.unit)
        self.note_changed.emit(f"{own.how} now" if own is not None else "")
        self._show_moves()

    def _usual_value(self) -> float:
        """The unit's own largest value here: clamping at it means "fully on, everywhere"."""
        state = self.desk.state
        if state.looked is None or state.unit >= len(state.looked.maps):
            return 1.0
        return float(f"{float(state.looked.maps[state.unit].max()):.3g}")

    def _show_moves(self) -> None:
        looked, model = self.desk.state.looked, self.desk.state.model
        changed = looked is not None and looked.plain is not None and model is not None
        self._moves.setVisible(changed)
        self._bars.setVisible(changed)
        self._compare.setVisible(changed)
        if looked is None or looked.plain is None or model is None:
            return
        before = softmax(looked.plain)
        gains = looked.probabilities - before
        most = [int(i) for i in np.argsort(-np.abs(gains), kind="stable")[:ROWS]]
        self._bars.set_bars([
            Bar(model.labels[i] if i < len(model.labels) else f"class {i}",
                float(looked.probabilities[i]), index=i, before=float(before[i]),
                change=points(float(gains[i])))
            for i in most
        ])  # fmt: skip

    def _restyle(self) -> None:
        self._column.setSpacing(px(7))
