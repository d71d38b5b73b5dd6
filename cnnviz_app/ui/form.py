"""A technique's form, made from its declaration alone: one row per parameter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnviz_app.core import references
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.params import ParamSpec
from cnnviz_app.ui.form_help import FormHelp
from cnnviz_app.ui.layers_field import LayersField
from cnnviz_app.ui.picture_field import PictureField
from cnnviz_app.ui.shares_field import SharesField
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.fields import TextField
from cnnviz_app.ui.widgets.fold import Fold
from cnnviz_app.ui.widgets.parameter_row import ParameterRow
from cnnviz_app.ui.widgets.slider import SliderField
from cnnviz_app.ui.widgets.toggle import Toggle


class Editor:
    """One parameter's widget with its way in and out.

    Attributes:
        below: it takes the whole width under its label.
        follow: hears all values whenever one changes; says whether the row is of any use.
    """

    def __init__(
        self, widget: QWidget, show: Callable[[Any], None], *, below: bool = False,
        follow: Callable[[Mapping[str, Any]], bool] | None = None,
    ) -> None:  # fmt: skip
        self.widget = widget
        self.show = show
        self.below = below
        self.follow = follow


Tell = Callable[[Any], None]


def _number(spec: ParamSpec, tell: Tell, help: FormHelp | None) -> Editor:
    low = 0.0 if spec.low is None else spec.low
    high = max(4.0 * abs(float(spec.default)), low + 1.0) if spec.high is None else spec.high
    whole = spec.kind == "int"
    field = SliderField(
        float(spec.default), spec.slider or (low, high), (spec.low, spec.high), unit=spec.unit,
        integer=whole, log=spec.log, name=spec.title,
    )  # fmt: skip
    field.value_changed.connect(lambda value: tell(round(value) if whole else value))
    return Editor(field, lambda value: field.set_value(float(value)))


def _switch(spec: ParamSpec, tell: Tell, help: FormHelp | None) -> Editor:
    toggle = Toggle(name=spec.title, checked=bool(spec.default))
    toggle.toggled.connect(tell)
    return Editor(toggle, lambda value: toggle.setChecked(bool(value)))


def _choice(spec: ParamSpec, tell: Tell, help: FormHelp | None) -> Editor:
    combo = ComboBox([(key, _words(key)) for key in spec.choices], spec.default, name=spec.title)
    combo.chosen.connect(tell)
    return Editor(combo, lambda value: combo.set_key(str(value)))


def _text(spec: ParamSpec, tell: Tell, help: FormHelp | None) -> Editor:
    placeholder = {"layer": "selected layer", "unit": "selected unit",
                   "target": "the top class"}.get(spec.kind, "automatic")  # fmt: skip
    field = TextField(placeholder, name=spec.title)
    field.setText(str(spec.default))
    if help is not None and spec.kind in ("layer", "target"):
        help.complete(field, spec.kind)
    field.editingFinished.connect(lambda: tell(field.text().strip()))
    return Editor(field, lambda value: field.setText(str(value)))


def _picture(spec: ParamSpec, tell: Tell, help: FormHelp | None) -> Editor:
    several = spec.kind == "pictures"
    parts = spec.name == "style_masks"
    words = "Paint the parts" if parts else ""
    field = PictureField(str(spec.default), several=several, name=spec.title, paint=words)
    field.edited.connect(tell)
    if help is not None and parts:
        field.paint_asked.connect(help.parts_asked)
    return Editor(field, lambda value: field.set_value(str(value)), below=True)


def _mask(spec: ParamSpec, tell: Tell, help: FormHelp | None) -> Editor:
    field = PictureField(str(spec.default), several=False, name=spec.title,
                         paint="Paint the regions")  # fmt: skip
    field.edited.connect(tell)
    if help is not None:
        field.paint_asked.connect(help.paint_asked)
    return Editor(field, lambda value: field.set_value(str(value)), below=True)


def _shares(spec: ParamSpec, tell: Tell, help: FormHelp | None) -> Editor:
    field = SharesField(spec.title)
    field.edited.connect(tell)
    # They belong to the pictures of the same beginning: `style_weights` to `style`.
    of = spec.name.partition("_")[0]

    def follow(values: Mapping[str, Any]) -> bool:
        pictures = references.split(str(values.get(of, "")))
        field.set_pictures(pictures)
        return len(pictures) > 1

    return Editor(field, lambda value: field.set_value(str(value)), below=True, follow=follow)


def _layers(spec: ParamSpec, tell: Tell, help: FormHelp | None) -> Editor:
    field = LayersField(spec.name, spec.title)
    field.edited.connect(tell)
    if help is not None:
        field.follow(help)
    return Editor(field, lambda value: field.set_value(str(value)), below=True)


_EDITORS: dict[str, Callable[[ParamSpec, Tell, FormHelp | None], Editor]] = {
    "int": _number, "float": _number, "bool": _switch, "choice": _choice, "text": _text,
    "layer": _text, "unit": _text, "target": _text, "picture": _picture,
    "pictures": _picture, "mask": _mask, "shares": _shares, "layers": _layers,
}  # fmt: skip


class ParamForm(QWidget):
    """Rows in the groups of the declaration; only what differs from the default is marked.

    Signals:
        edited: `(name, value)`, always legal.
        refused: a sentence about a value that was not.
    """

    edited = Signal(str, object)
    refused = Signal(str)

    def __init__(
        self, specs: tuple[ParamSpec, ...], folded: tuple[str, ...] = (),
        help: FormHelp | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self._help = help
        self._specs = {spec.name: spec for spec in specs}
        self._values = {spec.name: spec.default for spec in specs}
        self._rows: dict[str, ParameterRow] = {}
        self._editors: dict[str, Editor] = {}
        self._groups: dict[str, Fold] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for spec in specs:
            self._group(spec.group, folded).add(self._make_row(spec))
        self._column.addStretch(1)
        theme().changed.connect(self._restyle)
        self._restyle()
        self._show_conditions()

    @property
    def values(self) -> dict[str, Any]:
        return dict(self._values)

    @property
    def changed_count(self) -> int:
        return sum(self._values[name] != spec.default for name, spec in self._specs.items())

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show values that came from elsewhere, without telling anyone."""
        for name, value in values.items():
            if name in self._editors and value != self._values[name]:
                self._values[name] = value
                self._show(name, value)
            if name in self._rows:
                self._mark(name)
        self._show_conditions()

    def show_help(self, on: bool) -> None:
        for row in self._rows.values():
            row.show_help(on)

    def _make_row(self, spec: ParamSpec) -> ParameterRow:
        tell = partial(self._on_told, spec.name)
        editor = _EDITORS[spec.kind](spec, tell, self._help)
        row = ParameterRow(spec.title, editor.widget, help_text=spec.help, below=editor.below)
        row.reset_asked.connect(lambda: self._on_reset(spec.name))
        self._rows[spec.name] = row
        self._editors[spec.name] = editor
        return row

    def _group(self, title: str, folded: tuple[str, ...]) -> Fold:
        if title not in self._groups:
            fold = Fold(title, open=title not in folded)
            self._groups[title] = fold
            self._column.addWidget(fold)
        return self._groups[title]

    def _on_told(self, name: str, value: Any) -> None:
        try:
            value = self._specs[name].check(value)
        except UserError as error:
            self.refused.emit(str(error))
            self._show(name, self._values[name])
            return
        if value == self._values[name]:
            return
        self._values[name] = value
        self._mark(name)
        self._show_conditions()
        self.edited.emit(name, value)

    def _on_reset(self, name: str) -> None:
        default = self._specs[name].default
        self._show(name, default)
        self._on_told(name, default)

    def _show(self, name: str, value: Any) -> None:
        widget = self._editors[name].widget
        widget.blockSignals(True)
        self._editors[name].show(value)
        widget.blockSignals(False)

    def _mark(self, name: str) -> None:
        self._rows[name].set_changed(self._values[name] != self._specs[name].default)

    def _show_conditions(self) -> None:
        """A row whose `when` does not hold is not there."""
        for name, spec in self._specs.items():
            follow = self._editors[name].follow
            if follow is not None:
                self._rows[name].setVisible(follow(self._values))
            if spec.when is not None:
                other, allowed = spec.when
                self._rows[name].setVisible(self._values.get(other) in allowed)

    def _restyle(self) -> None:
        self._column.setSpacing(px(8))


# Names that are no words.
_SPELLED = {"fft": "FFT", "lbfgs": "L-BFGS", "linf": "L∞", "l2": "L2", "l1": "L1"}


def _words(key: str) -> str:
    """A choice's key as people read it."""
    if key in _SPELLED:
        return _SPELLED[key]
    return key.replace("-", " ").replace("_", " ").capitalize() if key.islower() else key
