"""Drawings become digits the way MNIST has them: in a 20×20 box, balanced in the middle."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz_app.sources.drawing import as_picture, drawn, mnist_digit

SEVEN = [[(0.2, 0.1), (0.8, 0.1), (0.4, 0.9)], [(0.3, 0.5), (0.7, 0.5)]]


def box(levels: np.ndarray) -> tuple[int, int]:
    rows, columns = np.nonzero(levels > 40)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def moved(scale: float, x: float, y: float) -> list[list[tuple[float, float]]]:
    return [[(px * scale + x, py * scale + y) for px, py in line] for line in SEVEN]


def test_digit_fills_its_box_and_is_balanced() -> None:
    digit = mnist_digit(SEVEN)
    assert digit.shape == (28, 28)
    assert digit.dtype == np.uint8
    assert abs(max(box(digit)) - 20) <= 1
    mass = digit.astype(float)
    centre = [(mass.sum(axis) * (np.arange(28) + 0.5)).sum() / mass.sum() for axis in (0, 1)]
    assert centre == pytest.approx([14, 14], abs=0.35)
    assert digit.max() == 255
    assert 0.05 < mass.mean() / 255 < 0.25  # as much ink as MNIST's digits have
    assert len(np.unique(digit)) > 20  # soft edges


def test_place_and_size_on_the_pad_do_not_matter() -> None:
    for other in (moved(0.3, 0.0, 0.0), moved(0.5, 0.45, 0.4)):
        assert np.abs(mnist_digit(other).astype(int) - mnist_digit(SEVEN)).max() <= 2


def test_nothing_dots_and_nonsense() -> None:
    assert not mnist_digit([]).any()
    assert not mnist_digit([[]]).any()
    assert not mnist_digit([[(np.nan, 0.5)]]).any()
    dot = mnist_digit([[(0.1, 0.9)]])
    assert max(box(dot)) <= 4
    assert dot[13:15, 13:15].min() > 200
    assert max(box(mnist_digit([[(0.5, 0.2), (0.5, 0.8)]]))) >= 19


def test_drawing_stays_where_it_was_drawn() -> None:
    bar = drawn([[(0.25, 0.0), (0.25, 1.0)]], 64, pen=0.05)
    assert bar[32, 16] == 255
    assert not bar[:, 32:].any()
    assert as_picture(bar).pixels.shape == (64, 64, 3)
    assert as_picture(bar).origin == "drawing"
    assert not drawn([[(5.0, 5.0), (7.0, 9.0)]], 64).any()
