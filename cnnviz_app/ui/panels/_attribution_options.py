"""What can be chosen of a map: method, whose answer, how it looks, and the method's parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from cnnviz_app.lab.requests import TechniqueFacts
from cnnviz_app.ui.form import ParamForm
from cnnviz_app.ui.panels._attribution_maps import LOOKS, OVERLAY
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.fold import Fold
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.parameter_row import ParameterRow
from cnnviz_app.ui.widgets.segmented import Segmented
from cnnviz_app.ui.widgets.slider import Slider

GROUP = "Attribution"
# The question itself is chosen above; the curves are always drawn.
_ELSEWHERE = ("target", "unit", "faithfulness")
FAMILIES = (
    ("Class activation maps", (
        "gradcam", "cam", "gradcam++", "hirescam", "layercam", "xgradcam", "eigencam",
        "guided-gradcam",
    )),
    ("Gradients", (
        "gradient", "gradient-x-input", "guided-backprop", "deconvnet", "integrated-gradients",
        "smoothgrad",
    )),
    ("Covering parts", ("occlusion", "rise", "scorecam", "ablationcam")),
    ("Know nothing, to compare with", ("random-cam", "edge-detector")),
)  # fmt: skip


class AttributionOptions(QWidget):
    """Signals:
    method_chosen, subject_chosen, look_chosen: a key.
    strength_moved: 0 … 1.
    value_edited: `(name, value)` of the method.
    refused: a sentence about a value that was not taken.
    """

    method_chosen = Signal(str)
    subject_chosen = Signal(str)
    look_chosen = Signal(str)
    strength_moved = Signal(float)
    value_edited = Signal(str, object)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._facts: dict[str, TechniqueFacts] = {}
        self._form: ParamForm | None = None
        self.method = ComboBox(name="Method")
        self.method.chosen.connect(self.method_chosen)
        self._summary = Label("", "caption", "t2", wrap=True)
        self.subject = ComboBox(name="What is explained")
        self.subject.chosen.connect(self.subject_chosen)
        self.look = Segmented(LOOKS, name="How the map is shown")
        self.look.chosen.connect(self._on_look)
        self.strength = Slider(0.0, 1.0, 0.6, step=0.05, name="Strength of the overlay")
        self.strength.moved.connect(self.strength_moved)
        self._strength_row = ParameterRow("Strength", self.strength)
        self._fold = Fold("Parameters", open=False)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        inner = QWidget()
        inner.setObjectName("scrolled")
        self._rows = QVBoxLayout(inner)
        self._rows.setContentsMargins(0, 0, 0, 0)
        for widget in (self.method, self._summary, ParameterRow("Explains", self.subject),
                       ParameterRow("Shown as", self.look), self._strength_row,
                       self._fold):  # fmt: skip
            self._rows.addWidget(widget)
        self._rows.addStretch(1)
        self._area.setWidget(inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._area)
        theme().changed.connect(self._restyle)
        self._restyle()

    def set_methods(self, techniques: Sequence[TechniqueFacts], current: str) -> None:
        """In families; one that is not in the list comes at the end."""
        self._facts = {t.name: t for t in techniques if t.group == GROUP}
        listed = [name for _, names in FAMILIES for name in names]
        rest = tuple(name for name in self._facts if name not in listed)
        families = [*FAMILIES, *([("Others", rest)] if rest else [])]
        choices: list[tuple[str, str]] = []
        headings: list[int] = []
        for title, names in families:
            known = [name for name in names if name in self._facts]
            if known:
                headings.append(len(choices))
                choices.append(("", title))
                choices += [(name, self._facts[name].title) for name in known]
        self.method.set_choices(choices, current)
        model = self.method.model()
        assert isinstance(model, QStandardItemModel)
        for row in headings:
            model.item(row).setEnabled(False)
        self.show_method(current, {})

    def title_of(self, method: str) -> str:
        facts = self._facts.get(method)
        return facts.title if facts is not None else method

    def show_method(self, method: str, values: dict[str, Any]) -> None:
        self.method.set_key(method)
        facts = self._facts.get(method)
        if facts is None:
            return
        self._summary.setText(facts.summary)
        if self._form is not None:
            self._form.deleteLater()
        specs = tuple(spec for spec in facts.specs if spec.name not in _ELSEWHERE)
        self._form = ParamForm(specs)
        self._form.set_values(values)
        self._form.edited.connect(self.value_edited)
        self._form.refused.connect(self.refused)
        self._fold.add(self._form)
        self._fold.setVisible(bool(specs))

    def set_for_one(self, one: bool) -> None:
        """The method and its parameters are of no use where all methods are shown."""
        for widget in (self.method, self._summary):
            widget.setVisible(one)
        self._fold.setVisible(one and self._has_parameters)

    @property
    def _has_parameters(self) -> bool:
        facts = self._facts.get(self.method.key)
        return facts is not None and any(s.name not in _ELSEWHERE for s in facts.specs)

    def set_subjects(self, choices: Sequence[tuple[str, str]], current: str) -> None:
        self.subject.set_choices(choices, current)

    def _on_look(self, key: str) -> None:
        self._strength_row.setVisible(key == OVERLAY)
        self.look_chosen.emit(key)

    def _restyle(self) -> None:
        self._rows.setSpacing(px(8))
