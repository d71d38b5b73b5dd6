"""The filter grid: modes, counts, orders, the number under the pointer, the histogram."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtTest import QTest

from cnnviz_app.lab.requests import Kernels, ReadKernels
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels import _kernel_pictures as pictures
from cnnviz_app.ui.panels._kernel_words import card_words, value_words
from cnnviz_app.ui.panels.kernels import KernelsPanel
from cnnviz_app.ui.widgets.tile_numbers import short
from tests.ui.fakes import engine_of, lenet_facts

RNG = np.random.default_rng(0)


def weights(outs: int, ins: int, side: int) -> np.ndarray:
    return RNG.normal(size=(outs, ins, side, side)).astype(np.float32)


@pytest.fixture
def panel(desk: Desk) -> Iterator[KernelsPanel]:
    made = KernelsPanel(desk)
    made.resize(392, 420)
    made.show()
    desk.state.set_model(lenet_facts())
    yield made
    made.close()


def give(panel: KernelsPanel, values: np.ndarray | None) -> None:
    state = panel.desk.state
    assert state.model is not None
    engine_of(panel.desk).finish(ReadKernels, Kernels(state.model.name, state.layer, values))
    QTest.qWait(1)


def choose(panel: KernelsPanel, *, mode: str = "", order: str = "", count: str = "") -> None:
    if mode:
        panel._mode.set_key(mode)
        assert panel._mode.key == mode
        panel._mode.chosen.emit(mode)
    for words in (order, count):
        if words:
            menu = panel._order.make_menu()
            next(a for a in menu.actions() if a.text() == words).trigger()
            menu.deleteLater()


def test_the_first_layer_is_shown_whole_or_the_first_twenty(panel: KernelsPanel) -> None:
    notes: list[str] = []
    panel.note_changed.connect(notes.append)
    give(panel, weights(96, 3, 11))
    assert panel._grid.values.shown == 96
    choose(panel, count="First 20")
    assert panel._grid.values.order.tolist() == list(range(20))
    choose(panel, order="Largest first")
    assert notes[-1].endswith("largest first, first 20")
    shown = panel._grid.values.order.tolist()
    assert sorted(shown) == list(range(20))
    assert shown != list(range(20))
    choose(panel, count="All")
    assert panel._grid.values.shown == 96


def test_orders_are_by_norm_alike_and_direction() -> None:
    values = weights(3, 1, 5) * 0.1
    values[1] *= 30
    view = pictures.kernel_pictures(values, pictures.ALL_UNITS, 0)
    assert pictures.order_of(view, "norm", 0)[0] == 1
    for key, _ in pictures.orders_for(view):
        assert sorted(pictures.order_of(view, key, 0).tolist()) == [0, 1, 2]
    stripes = np.stack([np.eye(5), np.ones((5, 5)), np.eye(5)[::-1]])[:, None].astype(np.float32)
    stripes[1, 0, 2] = -4
    turned = pictures.kernel_pictures(stripes, pictures.ALL_UNITS, 0)
    assert pictures.order_of(turned, "direction", 0).tolist() == [1, 2, 0]
    one_by_one = pictures.kernel_pictures(weights(8, 16, 1), pictures.NORM, 0)
    assert "direction" not in dict(pictures.orders_for(one_by_one))


def test_of_thousands_of_tiles_the_largest_are_kept() -> None:
    values = np.full((1500, 4, 3, 3), 0.01, np.float32)
    values[1400] = 1
    view = pictures.kernel_pictures(values, pictures.ALL_UNITS, 0)
    for key in ("norm", "alike", "direction"):
        order = pictures.order_of(view, key, 0)
        assert len(order) == pictures.MOST_TILES
        assert 1400 in order
    assert pictures.order_of(view, "number", 0).tolist() == list(range(pictures.MOST_TILES))


def test_the_strongest_connection_and_the_norm() -> None:
    values = weights(6, 4, 3) * 0.1
    values[2, 3] = 5
    strongest = pictures.kernel_pictures(values, pictures.ALL_UNITS, 0)
    assert strongest.inputs is not None
    assert strongest.inputs[2] == 3
    norm = pictures.kernel_pictures(values, pictures.NORM, 0)
    assert not norm.signed
    assert norm.values is not None
    assert np.allclose(norm.values, np.linalg.norm(values, axis=1), atol=1e-5)


def test_the_number_under_the_pointer_is_the_weight(panel: KernelsPanel) -> None:
    colour = weights(6, 3, 5)
    colour[4, :, 1, 2] = (0.5, -0.25, 0)
    give(panel, colour)
    panel._grid.cell_hovered.emit(4, 1, 2)
    assert panel._facts.text() == "w[4, :, 1, 2] = R 0.500, G −0.250, B 0"
    panel._grid.hovered.emit(-1)
    assert panel._facts.text().startswith("6 × 3 × 5 × 5, norm ")
    panel.desk.state.set_unit(4)
    choose(panel, mode="one")
    panel._grid.cell_hovered.emit(0, 1, 2)
    assert panel._facts.text() == "w[4, 0, 1, 2] = 0.500"
    rows = weights(3, 10, 1)
    view = pictures.kernel_pictures(rows, pictures.NORM, 0)
    assert value_words(view, 2, 2, 1, 1).startswith("w[2, 5] = ")
    assert value_words(view, 2, 2, 2, 3) == ""


def test_the_card_names_the_input_and_the_way_the_stripes_lie() -> None:
    values = np.zeros((2, 3, 5, 5), np.float32)
    values[0, 1, :, 1], values[0, 1, :, 3] = 1, -1
    values[1, 2, 2] = 1
    view = pictures.kernel_pictures(values, pictures.ALL_UNITS, 0)
    title, norm, note = card_words(view, 0, one_unit=False)
    assert (title, norm) == ("unit 0", "norm 3.16")
    assert note == "from input 1, stripes at 90°"


def test_tiles_are_not_drawn_anew_while_units_are_walked(panel: KernelsPanel) -> None:
    give(panel, weights(6, 3, 5))
    version = panel._grid.values.version
    panel.desk.state.set_unit(3)
    assert panel._grid.values.version == version
    assert panel._grid.selected == 3


def test_the_histogram_counts_only_while_it_is_open(panel: KernelsPanel) -> None:
    values = weights(6, 3, 5)
    give(panel, values)
    assert panel._histogram.bars._counts.size == 0
    panel._histogram.fold.set_open(True)
    assert panel._histogram.bars._counts.sum() == values.size
    panel._histogram._whose.set_key("kernel")
    panel._histogram._whose.chosen.emit("kernel")
    assert panel._histogram.bars._counts.sum() == values[0].size


def test_a_layer_without_weights_says_so(panel: KernelsPanel) -> None:
    give(panel, weights(6, 3, 5))
    panel.desk.state.set_layer("features.relu1")
    give(panel, None)
    assert panel._stack.currentIndex() == 0
    assert not panel._histogram.isVisible()
    panel.desk.state.set_layer("features.conv2")
    give(panel, weights(16, 6, 5))
    assert panel._mode.key == "one"
    assert panel._grid.values.shown == 6


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.1234, ".12"), (-0.5, "−.50"), (0.0, "0"), (3.44, "3.4"), (-12.3, "−12"), (0.002, ".002"),
     (0.9999, "1.0"), (-0.0001, "0")],
)  # fmt: skip
def test_short_numbers_fit_into_cells(value: float, words: str) -> None:
    assert short(value) == words
