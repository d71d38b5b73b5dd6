"""The grid of maps: what is drawn, what is hit, how fast."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from cnnviz_app.core import colormaps
from cnnviz_app.ui.theme import color, theme
from cnnviz_app.ui.widgets import TileGrid, tile_image
from cnnviz_app.ui.widgets.tile_layout import TileLayout

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def grid(qtbot: QtBot) -> TileGrid:
    made = TileGrid(36)
    qtbot.addWidget(made)
    made.resize(420, 300)
    made.show()
    qtbot.waitExposed(made)
    return made


def ramp(count: int, side: int = 7) -> np.ndarray:
    values = np.zeros((count, side, side), np.float32)
    values[:] = np.arange(count)[:, None, None]
    return values


def centre(grid: TileGrid, unit: int) -> QPoint:
    place = grid.values.place_of(unit)
    return grid.layout_now().rect(place, grid.verticalScrollBar().value()).center().toPoint()


def pixel(grid: TileGrid, at: QPoint) -> tuple[int, int, int]:
    image: QImage = grid.viewport().grab().toImage()
    seen = image.pixelColor(at)
    return seen.red(), seen.green(), seen.blue()


def test_click_hover_and_keys_name_the_unit(grid: TileGrid, qtbot: QtBot) -> None:
    grid.set_maps(ramp(40))
    with qtbot.waitSignal(grid.chosen) as chosen:
        qtbot.mouseClick(grid.viewport(), LEFT, pos=centre(grid, 12))
    assert chosen.args == [12]
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert grid.selected == 13
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert grid.selected == 13 + grid.layout_now().columns
    qtbot.keyClick(grid, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert grid.selected == 3 + grid.layout_now().columns
    with qtbot.waitSignal(grid.hovered) as hovered:
        qtbot.mouseMove(grid.viewport(), centre(grid, 5))
    assert hovered.args == [5]


def test_the_cell_under_the_pointer(grid: TileGrid, qtbot: QtBot) -> None:
    grid.set_maps(ramp(4, side=6))
    rect = grid.layout_now().rect(2, 0)
    at = QPoint(int(rect.left() + rect.width() * 0.9), int(rect.top() + rect.height() * 0.4))
    with qtbot.waitSignal(grid.cell_hovered) as cell:
        qtbot.mouseMove(grid.viewport(), at)
    assert cell.args == [2, 2, 5]


def test_an_order_moves_tiles_but_not_their_numbers(grid: TileGrid, qtbot: QtBot) -> None:
    grid.set_maps(ramp(40))
    grid.set_order(np.arange(40)[::-1])
    with qtbot.waitSignal(grid.chosen) as chosen:
        qtbot.mouseClick(grid.viewport(), LEFT, pos=grid.layout_now().rect(0, 0).center().toPoint())
    assert chosen.args == [39]


def test_colours_are_those_of_the_map_and_follow_the_theme(grid: TileGrid) -> None:
    values = ramp(3)
    grid.set_maps(values)
    grid.set_scale_mode(per_unit=False)
    for dark, name in ((True, "dark"), (False, "light")):
        theme().set(name)
        for unit in (1, 2):
            wanted = colormaps.lut("tide", dark)[round(unit / 2 * 255)]
            assert pixel(grid, centre(grid, unit)) == pytest.approx(tuple(wanted), abs=3)


def test_zero_of_signed_maps_is_the_paper(grid: TileGrid) -> None:
    values = np.zeros((2, 5, 5), np.float32)
    values[:, 0, 0] = -1
    grid.set_maps(values, signed=True)
    assert pixel(grid, centre(grid, 0)) == pytest.approx((0x1F, 0x1F, 0x1F), abs=2)


def test_a_silent_unit_lies_on_the_mat(grid: TileGrid) -> None:
    grid.set_maps(ramp(3))
    assert grid.values.silent_count() == 1
    at = grid.layout_now().rect(0, 0).topLeft().toPoint() + QPoint(6, 6)
    mat = color("mat")
    assert pixel(grid, at) == (mat.red(), mat.green(), mat.blue())


def test_the_ring_lies_outside_the_data(grid: TileGrid) -> None:
    grid.set_maps(np.ones((20, 4, 4), np.float32))
    before = grid.viewport().grab().toImage()
    grid.set_selected(8)
    after = grid.viewport().grab().toImage()
    rect = grid.layout_now().rect(8, 0)
    inside = rect.adjusted(2, 2, -2, -2).toRect()
    assert before.copy(inside) == after.copy(inside)
    ring = after.pixelColor(int(rect.left()) - 2, int(rect.center().y()))
    assert ring.name().upper() == theme().tokens.sel


def test_the_hover_card_waits_and_then_tells(grid: TileGrid, qtbot: QtBot) -> None:
    grid.set_maps(ramp(30))
    qtbot.mouseMove(grid.viewport(), centre(grid, 7))
    assert grid._card._card is None
    qtbot.waitUntil(lambda: grid._card._card is not None and grid._card._card.isVisible())
    assert grid.card_content(7)[2] == ("unit 7", "7.00", "rank 23 of 30 on this picture")


def test_ctrl_and_the_wheel_change_the_tiles_within_their_limits(grid: TileGrid) -> None:
    grid.set_maps(ramp(30))
    grid.set_tile_size(500)
    assert grid.tile_size == 160
    grid.set_tile_size(2)
    assert grid.tile_size == 24
    assert not grid.labelled()


def test_the_order_stays_for_a_live_source_and_goes_for_another_layer(grid: TileGrid) -> None:
    grid.set_maps(ramp(10))
    grid.set_order([3, 1])
    grid.set_maps(ramp(10))
    assert grid.values.shown == 2
    grid.set_maps(ramp(12))
    assert grid.values.shown == 12


def test_pictures_in_place_of_maps(grid: TileGrid, qtbot: QtBot) -> None:
    pictures = [np.full((9, 9, 3), 20 * i, np.uint8) for i in range(6)]
    grid.set_pictures(pictures, [f"kernel {i}" for i in range(6)])
    assert pixel(grid, centre(grid, 4)) == (80, 80, 80)
    with qtbot.waitSignal(grid.chosen) as chosen:
        qtbot.mouseClick(grid.viewport(), LEFT, pos=centre(grid, 4))
    assert chosen.args == [4]


def test_choosing_brings_the_tile_into_sight(grid: TileGrid) -> None:
    grid.set_maps(ramp(400))
    grid.set_selected(399)
    place = grid.layout_now().rect(399, grid.verticalScrollBar().value())
    assert place.top() >= 0
    assert place.bottom() <= grid.viewport().height()
    assert TileGrid(36).minimumSizeHint().width() <= 280


def test_nothing_is_no_error(grid: TileGrid) -> None:
    grid.set_maps(np.zeros((0, 3, 3), np.float32))
    grid.viewport().grab()
    grid.step(1)
    assert grid.selected == -1


def test_2048_tiles_are_painted_in_a_blink(qtbot: QtBot) -> None:
    grid = TileGrid(36)
    qtbot.addWidget(grid)
    grid.resize(1920, 1700)
    grid.show()
    qtbot.waitExposed(grid)
    values = np.random.default_rng(0).random((2048, 14, 14), np.float32)
    spent = []
    for _ in range(6):
        # Time of this thread only: other work on the machine is not ours.
        before = time.thread_time()
        grid.set_maps(values)
        grid.viewport().repaint()
        spent.append(time.thread_time() - before)
    assert min(spent) < 0.030


def test_resampling_keeps_a_constant_and_averages_when_it_shrinks() -> None:
    for n_in, n_out in ((14, 36), (112, 36), (1, 36), (7, 7)):
        rows = tile_image.resample_matrix(n_in, n_out).sum(axis=1)
        assert rows == pytest.approx(np.ones(n_out), abs=1e-5)
    stripes = np.tile(np.array([0, 1], np.float32), (1, 64, 32))
    small = tile_image.resized(stripes, 16, 16, smooth=True)
    assert small == pytest.approx(np.full_like(small, 0.5), abs=0.13)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_a_point_in_a_tile_finds_the_tile_at_every_pixel_ratio(ratio: float) -> None:
    layout = TileLayout.make(ratio, 400, 36, 1.0, 3, 0, 5, 57)
    for place in range(57):
        middle = layout.rect(place, 40).center()
        assert layout.place_at(middle.x(), middle.y(), 40) == place
    assert layout.place_at(1, 1, 0) == -1
    last = layout.rect(56, 0)
    assert layout.place_at(last.right() + 10, last.center().y(), 0) == -1
