"""A form made from a declaration loses no value, and says why it refuses one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit

from cnnviz_app.core.params import ParamSpec
from cnnviz_app.lab.requests import TechniqueFacts
from cnnviz_app.ui.form import ParamForm
from cnnviz_app.ui.widgets.slider import SliderField
from cnnviz_app.ui.widgets.toggle import Toggle
from tests.ui.desks import techniques


@pytest.fixture
def forms(qapp: QApplication) -> Iterator[list[ParamForm]]:
    made: list[ParamForm] = []
    yield made
    for form in made:
        form.deleteLater()


def build(forms: list[ParamForm], specs: tuple[ParamSpec, ...]) -> ParamForm:
    forms.append(ParamForm(specs))
    return forms[-1]


def spec(kind: Any = "float", **given: Any) -> ParamSpec:
    usual: dict[str, Any] = {
        "name": "rate", "title": "Rate", "kind": kind, "default": 0.05, "help": "How fast.",
        "low": 0.0, "high": 1.0,
    }  # fmt: skip
    return ParamSpec(**{**usual, **given})


def type_into(form: ParamForm, name: str, words: str) -> str:
    widget = form._editors[name].widget
    field = widget.field if isinstance(widget, SliderField) else widget
    assert isinstance(field, QLineEdit)
    field.setText(words)
    field.setModified(True)
    field.editingFinished.emit()
    return widget.error() if isinstance(widget, SliderField) else ""


@pytest.mark.parametrize("technique", techniques(), ids=lambda t: t.name)
def test_every_default_survives_the_form(
    forms: list[ParamForm], technique: TechniqueFacts
) -> None:
    form = build(forms, technique.specs)
    told: list[tuple[str, object]] = []
    form.edited.connect(lambda name, value: told.append((name, value)))
    defaults = {s.name: s.default for s in technique.specs}
    assert form.values == defaults
    assert form.changed_count == 0
    # Leaving every field as it is must not round, clip or tell anything.
    for editor in form._editors.values():
        for field in [editor.widget, *editor.widget.findChildren(QLineEdit)]:
            if isinstance(field, QLineEdit):
                field.editingFinished.emit()
    assert form.values == defaults
    assert told == []
    for preset in technique.presets.values():
        form.set_values({**defaults, **preset})
        assert form.values == {**defaults, **preset}
        assert told == []


@pytest.mark.parametrize("value", ["1e-6", "0.000001", "1e-06", "1×10", "1/1000000"])
def test_tiny_numbers_stay_what_they_are(forms: list[ParamForm], value: str) -> None:
    form = build(forms, (spec(low=0.0, high=1.0, log=False),))
    sentence = type_into(form, "rate", value)
    if "×" in value:
        assert "is not a number" in sentence
        assert form.values == {"rate": 0.05}
    else:
        assert sentence == ""
        assert form.values == {"rate": 1e-6}


def test_out_of_range_is_said_and_the_nearest_is_used(forms: list[ParamForm]) -> None:
    form = build(forms, (spec(),))
    sentence = type_into(form, "rate", "7")
    assert "is used" in sentence
    assert form.values == {"rate": 1.0}
    assert type_into(form, "rate", "0.5") == ""
    assert form.values == {"rate": 0.5}


@pytest.mark.parametrize("words", ["nan", "inf", "-inf", "1e999", "ten", "", "1/0", "0x10"])
@pytest.mark.parametrize("kind", ["int", "float"])
def test_what_is_no_number_changes_nothing(
    forms: list[ParamForm], words: str, kind: str
) -> None:
    default = 3 if kind == "int" else 0.25
    form = build(forms, (spec(kind, default=default, low=0, high=8),))
    assert "is not a number" in type_into(form, "rate", words)
    assert form.values == {"rate": default}


def test_whole_numbers_are_whole(forms: list[ParamForm]) -> None:
    form = build(forms, (spec("int", default=4, low=1, high=20000),))
    type_into(form, "rate", "512")
    assert form.values == {"rate": 512}
    assert type(form.values["rate"]) is int


def test_a_reset_goes_back_and_is_told(forms: list[ParamForm]) -> None:
    form = build(forms, (spec(), spec("bool", name="plain", default=True, low=None, high=None)))
    told: list[tuple[str, object]] = []
    form.edited.connect(lambda name, value: told.append((name, value)))
    type_into(form, "rate", "0.5")
    toggle = form._editors["plain"].widget
    assert isinstance(toggle, Toggle)
    toggle.setChecked(False)
    assert form.changed_count == 2
    form._rows["rate"].reset_asked.emit()
    form._rows["plain"].reset_asked.emit()
    assert told == [("rate", 0.5), ("plain", False), ("rate", 0.05), ("plain", True)]
    assert form.changed_count == 0


def test_rows_come_and_go_with_what_they_depend_on(forms: list[ParamForm]) -> None:
    choice = spec("choice", name="way", default="a", choices=("a", "b"), low=None, high=None)
    form = build(forms, (choice, spec(when=("way", ("b",)))))
    assert form._rows["rate"].isHidden()
    form.set_values({"way": "b"})
    assert not form._rows["rate"].isHidden()
    form.set_values({"way": "a"})
    assert form._rows["rate"].isHidden()
    assert form.values["rate"] == 0.05


def test_text_is_taken_without_the_blanks_around_it(forms: list[ParamForm]) -> None:
    form = build(forms, (spec("layer", name="layer", default="", low=None, high=None),))
    type_into(form, "layer", "  conv1 ")
    assert form.values == {"layer": "conv1"}


def test_building_and_dropping_forms_leaves_no_widgets(qapp: QApplication) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    specs = techniques()[0].specs
    ParamForm(specs).deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    before = len(qapp.allWidgets())
    for _ in range(10):
        ParamForm(specs).deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(qapp.allWidgets()) <= before
