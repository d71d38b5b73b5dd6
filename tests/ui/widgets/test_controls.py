"""Buttons, fields, sliders, choices: what they say and when."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets import (
    Button,
    ComboBox,
    IconButton,
    NumberField,
    ParameterRow,
    Segmented,
    Slider,
    SliderField,
    Toggle,
    number,
    percent,
)
from cnnviz_app.ui.widgets.fields import parse_number

LEFT = Qt.MouseButton.LeftButton


def wheel(widget: QWidget, notches: int) -> None:
    centre = QPointF(widget.rect().center())
    event = QWheelEvent(
        centre, widget.mapToGlobal(centre), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"), (3.14159, "3.14"), (217.4, "217"), (-0.0912, "−0.0912"), (1e-6, "1e−6"),
        (12345, "12\u2009345"), (1.4, "1.40"), (float("nan"), "–"), (float("inf"), "∞"),
        (0.0001234, "1.23e−4"), (99.96, "100"), (2_500_000, "2.5e6"),
    ],
)  # fmt: skip
def test_numbers_have_three_figures(value: float, words: str) -> None:
    assert number(value) == words


def test_plain_numbers_drop_zeros_and_percentages_keep_one_decimal() -> None:
    assert number(2.5, plain=True) == "2.5"
    assert number(5.0, plain=True) == "5"
    assert percent(0.411) == "41.1\u2009%"
    assert percent(0.0001) == "<\u20090.1\u2009%"


@pytest.mark.parametrize(
    ("typed", "value"),
    [("4", 4), ("1,5", 1.5), ("−3", -3), ("1.5 / 255", 1.5 / 255), ("32 px", 32), ("1e-6", 1e-6)],
)
def test_a_number_field_reads_what_people_type(typed: str, value: float) -> None:
    assert parse_number(typed, "px") == pytest.approx(value)


@pytest.mark.parametrize("typed", ["", "abc", "1/0", "1..2"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert parse_number(typed) is None


def test_the_field_reaches_beyond_the_slider_within_the_hard_limits(qtbot: QtBot) -> None:
    field = SliderField(4, (1, 8), (1, 20), integer=True, noun="octaves")
    qtbot.addWidget(field)
    with qtbot.waitSignal(field.value_changed) as changed:
        field.type_value(12)
    assert changed.args == [12.0]
    assert (field.value, field.error()) == (12.0, "")


def test_an_illegal_value_is_marked_and_the_nearest_legal_one_used(qtbot: QtBot) -> None:
    field = SliderField(4, (1, 8), integer=True, noun="octaves")
    qtbot.addWidget(field)
    with qtbot.waitSignal(field.value_changed) as changed:
        field.type_value(12)
    assert changed.args == [8.0]
    assert field.value == 8.0
    assert field.error() == "1 to 8 octaves; 8 is used"
    field.slider.moved.emit(3.0)
    assert field.error() == ""
    assert field.value == 3.0


def test_words_in_a_number_field_keep_the_value(qtbot: QtBot) -> None:
    field = SliderField(4, (1, 8))
    qtbot.addWidget(field)
    field.field.setText("many")
    field.field.setModified(True)
    field.field.editingFinished.emit()
    assert field.value == 4
    assert "many" in field.error()


def test_setting_a_value_is_silent(qtbot: QtBot) -> None:
    field = SliderField(4, (1, 8))
    qtbot.addWidget(field)
    with qtbot.assertNotEmitted(field.value_changed):
        field.set_value(6)
    assert field.slider.value == 6


def test_the_wheel_acts_only_with_focus(qtbot: QtBot) -> None:
    slider = Slider(0, 10, 5, step=1)
    qtbot.addWidget(slider)
    slider.show()
    wheel(slider, 1)
    assert slider.value == 5
    slider.setFocus()
    qtbot.waitUntil(slider.hasFocus)
    wheel(slider, 1)
    assert slider.value == 6


def test_a_logarithmic_slider_has_the_geometric_mean_in_its_middle(qtbot: QtBot) -> None:
    slider = Slider(1e-4, 1.0, 0.5, log=True)
    qtbot.addWidget(slider)
    slider.resize(200, 28)
    qtbot.mouseClick(slider, LEFT, pos=QPoint(100, 14))
    assert slider.value == pytest.approx(1e-2, rel=0.01)


def test_slider_keys(qtbot: QtBot) -> None:
    slider = Slider(0, 10, 5, step=1)
    qtbot.addWidget(slider)
    for key, value in ((Qt.Key.Key_Right, 6), (Qt.Key.Key_Home, 0), (Qt.Key.Key_End, 10)):
        qtbot.keyClick(slider, key)
        assert slider.value == value


def test_segmented_says_key_and_index_by_mouse_and_keyboard(qtbot: QtBot) -> None:
    choice = Segmented([("5", "5 s"), ("15", "15 s"), ("full", "Full")], 1)
    qtbot.addWidget(choice)
    choice.resize(choice.sizeHint())
    with qtbot.waitSignal(choice.chosen) as chosen:
        qtbot.mouseClick(choice, LEFT, pos=QPoint(choice.width() - 8, 10))
    assert chosen.args == ["full"]
    qtbot.keyClick(choice, Qt.Key.Key_Left)
    assert choice.key == "15"
    with qtbot.assertNotEmitted(choice.chosen):
        choice.set_key("5")


def test_a_toggle_switches_and_the_knob_arrives(qtbot: QtBot) -> None:
    toggle = Toggle("Carry detail")
    qtbot.addWidget(toggle)
    toggle.show()
    with qtbot.waitSignal(toggle.toggled):
        qtbot.mouseClick(toggle, LEFT)
    assert toggle.isChecked()
    assert toggle._at == 1.0
    assert toggle.accessibleName() == "Carry detail"


def test_buttons_have_their_heights_at_every_scale(qtbot: QtBot) -> None:
    made = {32: Button("Run", "primary", "play"), 30: Button("Save"), 28: IconButton("pin", "Pin")}
    box = QWidget()
    qtbot.addWidget(box)
    column = QVBoxLayout(box)
    for button in made.values():
        column.addWidget(button)
    box.show()
    for scale in (100, 150):
        theme().set(scale=scale)
        for height, button in made.items():
            assert button.height() == px(height)


def test_an_icon_button_is_named(qtbot: QtBot) -> None:
    button = IconButton("pin", "Pin for comparison (P)")
    qtbot.addWidget(button)
    assert button.accessibleName() == button.toolTip() == "Pin for comparison (P)"


def test_a_combo_speaks_only_when_a_person_chooses(qtbot: QtBot) -> None:
    combo = ComboBox([("a", "First"), ("b", "Second")], "b")
    qtbot.addWidget(combo)
    assert combo.key == "b"
    with qtbot.assertNotEmitted(combo.chosen):
        combo.set_key("a")
        combo.set_choices([("a", "First"), ("c", "Third")], "c")
    with qtbot.waitSignal(combo.chosen) as chosen:
        qtbot.keyClick(combo, Qt.Key.Key_Up)
    assert chosen.args == ["a"]


def test_a_parameter_row_offers_its_reset_only_when_changed(qtbot: QtBot) -> None:
    row = ParameterRow("Octaves", SliderField(4, (1, 8)), help_text="How many scales.")
    qtbot.addWidget(row)
    row.show()
    with qtbot.assertNotEmitted(row.reset_asked):
        qtbot.mouseClick(row._dot, LEFT)
    row.set_changed(True)
    with qtbot.waitSignal(row.reset_asked):
        qtbot.mouseClick(row._dot, LEFT)
    assert row._label.toolTip() == "How many scales."


def test_number_field_escape_puts_the_old_value_back(qtbot: QtBot) -> None:
    field = NumberField(7, integer=True)
    qtbot.addWidget(field)
    qtbot.keyClicks(field, "9")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "7"
