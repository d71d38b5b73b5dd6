"""The linear explanation: ten weight pictures, a push, and the sentence why it is enough."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from cnnviz_app.lab.linear_requests import LinearRead, ReadLinear
from cnnviz_app.sources.picture import Picture
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels import _linear_words as words
from cnnviz_app.ui.panels.linear import LinearPanel, made
from tests.ui.fakes import engine_of

LABELS = tuple("0123456789")


def answer(panel: LinearPanel) -> LinearRead:
    """The engine's part: a classifier of random weights that says 7."""
    request = engine_of(panel.desk).last(ReadLinear).job.request
    assert isinstance(request, ReadLinear)
    seen = request.picture.pixels[..., 0]
    weights = np.random.default_rng(0).normal(0, 0.1, (10, 28, 28)).astype(np.float32)
    bias = np.zeros(10, np.float32)
    read = LinearRead("Linear", LABELS, weights, bias, seen)
    bias[7] = 2 - (read.scores(seen)[7] - read.scores(seen).max())
    engine_of(panel.desk).finish(ReadLinear, read)
    return read


@pytest.fixture
def panel(desk: Desk) -> Iterator[LinearPanel]:
    made_panel = LinearPanel(desk)
    made_panel.resize(1400, 900)
    made_panel.show()
    QTest.qWait(1)
    yield made_panel
    made_panel.close()


def test_a_picture_that_is_no_digit_is_left_alone(panel: LinearPanel, desk: Desk) -> None:
    photo = Picture("photo", np.random.default_rng(1).integers(0, 255, (40, 40, 3), np.uint8))
    desk.state.set_picture(photo)
    answer(panel)
    assert desk.state.picture is photo
    shown = panel.copy_pixels()
    assert shown is not None
    assert shown.shape == (28, 28, 3)


def test_the_push_turns_the_answer_and_the_sentence_says_why(panel: LinearPanel) -> None:
    read = answer(panel)
    panel.aim(3)
    panel.set_epsilon(0)
    assert panel._title.text() == "Still 7"
    assert "lacks" in panel._why.sentence.text()
    panel.set_epsilon(64)
    assert panel._title.text() == "7 → 3"
    said = panel._why.sentence.text()
    assert "No pixel moves by more than 64 of 255 levels" in said
    assert "enough" in said
    assert "192 times" in said
    changed = read.pushed(read.seen, 64, 7, 3)
    bars = {bar.index: bar for bar in panel._triptych.bars[1].bars()}
    assert bars[3].share == pytest.approx(float(read.chances(changed)[3]), abs=1e-5)
    assert bars[3].attacked


def test_a_click_on_a_class_aims_at_it(panel: LinearPanel) -> None:
    answer(panel)
    QTest.qWait(1)
    place = panel._weights.rect_of(5).center()
    QTest.mouseClick(panel._weights, Qt.MouseButton.LeftButton,
                     pos=QPoint(round(place.x()), round(place.y())))  # fmt: skip
    assert panel.target == 5
    QTest.keyClick(panel._weights, Qt.Key.Key_Right)
    assert panel.target == 6
    panel.aim(7)  # its own answer is no aim
    assert panel.target != 7
    assert len(panel._fooled.tiles) == 10
    assert panel._fooled.tiles[7].caption == "its answer"


def test_drawn_and_generated_digits_become_the_current_picture(
    panel: LinearPanel, desk: Desk
) -> None:
    answer(panel)
    assert panel._set.digits[7].isChecked()
    panel._set.digits[0].click()
    current = desk.state.picture
    assert current is not None
    assert current.name == "A drawn 0"
    panel._set.again.click()
    other = desk.state.picture
    assert other is not None
    assert other.name == "A drawn 0"
    assert other.content_id != current.content_id
    answer(panel)
    paper = panel._set.pad._paper
    panel._set.resize(320, 700)
    panel._set.show()
    QTest.mousePress(paper, Qt.MouseButton.LeftButton, pos=QPoint(100, 50))
    QTest.mouseMove(paper, QPoint(100, 200))
    QTest.mouseRelease(paper, Qt.MouseButton.LeftButton, pos=QPoint(100, 200))
    drawn = desk.state.picture
    assert drawn is not None
    assert drawn.name == "Drawn digit"
    answer(panel)
    assert not any(button.isChecked() for button in panel._set.digits)
    assert not panel._set.again.isEnabled()
    panel._set.close()


def test_the_aim_can_be_chosen_by_name(panel: LinearPanel) -> None:
    answer(panel)
    names = [panel._set.aim.itemText(i) for i in range(panel._set.aim.count())]
    assert names == [label for label in LABELS if label != "7"]
    panel._set.aim.chosen.emit("3")
    assert panel.target == 3
    assert panel._set.aim.key == "3"


def test_a_small_window_shows_one_part_at_a_time(panel: LinearPanel) -> None:
    answer(panel)
    panel.resize(560, 480)
    QTest.qWait(1)
    for key, part in (("digit", panel._left), ("why", panel._why), ("weights", panel._lower)):
        panel.show_page(key)
        shown = [p for p in (panel._left, panel._why, panel._lower) if p.isVisible()]
        assert shown == [part]


def test_what_looks_like_a_digit() -> None:
    assert words.looks_like_digit(made(4, 1).pixels)
    assert not words.looks_like_digit(255 - made(4, 1).pixels)
    assert not words.looks_like_digit(np.zeros((20, 30, 3), np.uint8))
    assert words.least_words(None, 0.1) == "never"
    assert words.least_words(9, 0.4) == "ε 9, 40 %"
