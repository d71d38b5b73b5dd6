"""Keys walk the selection everywhere, except where the focused widget needs them itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget, QSlider, QTextEdit, QWidget

from cnnviz_app.ui.main_window import MainWindow
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.fields import NumberField
from cnnviz_app.ui.widgets.segmented import Segmented
from cnnviz_app.ui.widgets.slider import Slider

Key = Qt.Key


def focus(window: MainWindow, make: Callable[[QWidget], QWidget]) -> QWidget:
    """A widget in the window that has the focus."""
    widget = make(window)
    widget.setParent(window)
    widget.show()
    window.activateWindow()
    QTest.qWait(10)
    widget.setFocus()
    assert widget.hasFocus() or widget.focusProxy() is not None
    return widget


def press(window: MainWindow, key: Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    target = window.focusWidget() or window
    QTest.keyClick(target, key, modifier or Qt.KeyboardModifier.NoModifier)


def line(parent: QWidget) -> QWidget:
    field = QLineEdit(parent)
    field.setText("abc")
    return field


def items(parent: QWidget) -> QWidget:
    view = QListWidget(parent)
    view.addItems(["a", "b", "c", "d"])
    view.setCurrentRow(1)
    return view


def combo(parent: QWidget) -> QWidget:
    box = QComboBox(parent)
    box.addItems(["a", "b", "c"])
    return box


OWN_ARROWS: dict[str, Callable[[QWidget], QWidget]] = {
    "text": line,
    "long text": QTextEdit,
    "number": lambda parent: NumberField(3, parent=parent),
    "list": items,
    "combo": combo,
    "Qt slider": lambda parent: QSlider(Qt.Orientation.Horizontal, parent),
    "slider": lambda parent: Slider(0, 10, 5, step=1, parent=parent),
    "segmented": lambda parent: Segmented(["a", "b", "c"], 1),
}


def test_arrows_walk_units_and_pages_walk_layers(window: MainWindow) -> None:
    state = window.desk.state
    window.setFocus()
    press(window, Key.Key_Right)
    press(window, Key.Key_Right)
    assert state.unit == 2
    press(window, Key.Key_Left)
    assert state.unit == 1
    press(window, Key.Key_PageDown)
    assert state.layer == state.model.layers[1]  # type: ignore[union-attr]  # it is open
    press(window, Key.Key_PageUp)
    assert state.layer == state.model.layers[0]  # type: ignore[union-attr]  # it is open


def test_up_and_down_walk_a_row_of_the_grid(window: MainWindow) -> None:
    state = window.desk.state
    state.set_layer("features.conv2", 0)
    window.desk.view.columns = 4
    window.setFocus()
    press(window, Key.Key_Down)
    assert state.unit == 4
    press(window, Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert state.unit == 14
    press(window, Key.Key_Up)
    assert state.unit == 10


@pytest.mark.parametrize("kind", OWN_ARROWS)
def test_arrows_stay_with_what_needs_them(window: MainWindow, kind: str) -> None:
    window.desk.state.set_unit(2)
    focus(window, OWN_ARROWS[kind])
    for key in (Key.Key_Right, Key.Key_Left, Key.Key_Up, Key.Key_Down, Key.Key_Right):
        press(window, key)
    assert window.desk.state.unit == 2


def test_the_slider_really_moves(window: MainWindow) -> None:
    slider = focus(window, OWN_ARROWS["slider"])
    assert isinstance(slider, Slider)
    press(window, Key.Key_Right)
    assert slider.value == 6
    press(window, Key.Key_End)
    assert slider.value == 10
    press(window, Key.Key_Home)
    assert slider.value == 0


@pytest.mark.parametrize("kind", ["slider", "list", "segmented", "Qt slider", "combo"])
def test_pages_walk_layers_also_from_a_slider_or_a_list(window: MainWindow, kind: str) -> None:
    focus(window, OWN_ARROWS[kind])
    press(window, Key.Key_PageDown)
    assert window.desk.state.layer == "features.relu1"


def test_letters_are_text_while_typing(window: MainWindow) -> None:
    view = window.desk.view
    field = focus(window, line)
    assert isinstance(field, QLineEdit)
    before = view.view
    QTest.keyClicks(field, "ozrgd. ?[]x")
    assert field.text().endswith("ozrgd. ?[]x")
    assert view.view == before
    assert window.workspace == "explore"
    press(window, Key.Key_Home)
    assert field.cursorPosition() == 0


def test_letters_act_everywhere_else(window: MainWindow) -> None:
    view = window.desk.view
    window.setFocus()
    press(window, Key.Key_O)
    assert view.view.overlay
    press(window, Key.Key_Z)
    assert view.view.one
    press(window, Key.Key_G)
    assert view.view.gamma == 0.5
    before = view.view.field
    press(window, Key.Key_R)
    assert view.view.field != before


def test_space_presses_the_button_that_has_the_focus(window: MainWindow) -> None:
    pressed: list[bool] = []

    def make(parent: QWidget) -> QWidget:
        button = Button("Do it")
        button.clicked.connect(lambda: pressed.append(True))
        return button

    focus(window, make)
    press(window, Key.Key_Space)
    assert pressed == [True]
    assert window.desk.runs.status == "idle"


def test_control_keys_work_while_typing(window: MainWindow) -> None:
    focus(window, line)
    press(window, Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.workspace == "dream"
    press(window, Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.palette_sheet.isVisible()
    press(window, Key.Key_Escape)
    assert not window.palette_sheet.isVisible()


def test_no_key_has_two_meanings(window: MainWindow) -> None:
    taken: dict[str, str] = {}
    for command in window.commands.commands.values():
        for key in command.keys:
            assert key not in taken, f"{key}: {taken.get(key)} and {command.id}"
            taken[key] = command.id
