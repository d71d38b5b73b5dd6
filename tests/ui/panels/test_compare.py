"""The Compare panel: hold A, choose B, one scale, linked units, and the way in for other panels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtWidgets import QPushButton

from cnnviz_app.lab.compare_requests import Compared, CompareLayers, CompareSides, LayerDistance
from cnnviz_app.lab.requests import Looked
from cnnviz_app.sources.picture import Picture
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels.compare import ComparePanel
from tests.ui.fakes import engine_of, lenet_facts

RNG = np.random.default_rng(0)


def picture(name: str, level: int) -> Picture:
    return Picture(name, np.full((28, 28, 3), level, np.uint8), "")


@pytest.fixture
def panel(desk: Desk) -> Iterator[ComparePanel]:
    made = ComparePanel(desk)
    made.resize(1100, 700)
    made.show()
    desk.state.set_picture(picture("first", 10))
    desk.state.set_model(lenet_facts())
    yield made
    made.close()


def looked(model: str, shown: Picture, layer: str, maps: np.ndarray, first: int) -> Looked:
    shares = np.full(10, 0.05, np.float32)
    shares[first] = 0.55
    return Looked(model, layer, shown, shown.pixels, maps, np.log(shares), shares, 0.01)


def give(panel: ComparePanel, a: np.ndarray | None = None) -> CompareSides:
    engine = engine_of(panel.desk)
    request = engine.last(CompareSides).job.request
    assert isinstance(request, CompareSides)
    maps = RNG.random((6, 8, 8)).astype(np.float32) if a is None else a
    other = RNG.random(maps.shape).astype(np.float32)
    found = Compared(
        looked(request.a.model, request.a.picture, request.a.layer, maps, 3),
        looked(request.b.model, request.b.picture, request.b.layer, other, 5),
        maps - other, 0.25,
    )  # fmt: skip
    engine.finish(CompareSides, found)
    return request


def test_hold_then_choose_another_picture(panel: ComparePanel) -> None:
    assert panel._stack.currentWidget() is panel._empty
    words = [button.text() for button in panel._empty.findChildren(QPushButton)]
    assert words == ["Hold this as A"], "offered as soon as there is something to hold"
    panel._empty.action.emit("hold")
    panel.desk.state.set_picture(picture("second", 200))
    request = give(panel)
    assert (request.a.picture.name, request.b.picture.name) == ("first", "second")
    assert panel._stack.currentWidget() is panel._body
    assert panel._heading.facts.text() == "two pictures"
    grids = [column.grid for column in panel._columns.values()]
    assert [grid.values.count for grid in grids] == [6, 6, 6]
    assert [grid.values.signed for grid in grids] == [False, False, True]
    assert len({grid.tile_size for grid in grids}) == 1
    tops = [grid.values.tops for grid in grids]
    assert all(np.array_equal(t, tops[0]) for t in tops if t is not None and tops[0] is not None)


def test_the_layer_of_both_follows_the_selection(panel: ComparePanel) -> None:
    panel.comparison.hold()
    panel.desk.state.set_picture(picture("second", 200))
    panel.desk.state.set_layer("features.conv2")
    request = give(panel)
    assert request.a.layer == request.b.layer == "features.conv2"
    panel.desk.state.set_model(lenet_facts(name="other", title="Other"))
    request = give(panel)
    assert (request.a.model, request.b.model) == ("lenet5", "other")
    assert panel._heading.facts.text() == "two pictures, two networks"


def test_one_question_for_one_change_and_none_while_hidden(panel: ComparePanel) -> None:
    engine = engine_of(panel.desk)
    panel.comparison.hold()
    panel.desk.state.set_picture(picture("second", 200))
    count = len(engine.asked_for(CompareSides))
    panel.comparison.changed.emit()
    assert len(engine.asked_for(CompareSides)) == count
    panel.hide()
    panel.desk.state.set_picture(picture("third", 90))
    assert len(engine.asked_for(CompareSides)) == count
    panel.show()
    assert len(engine.asked_for(CompareSides)) == count + 1


def test_units_are_linked_and_ordered_by_change(panel: ComparePanel) -> None:
    panel.comparison.hold()
    panel.desk.state.set_picture(picture("second", 200))
    maps = np.zeros((6, 8, 8), np.float32)
    maps[4] = 50
    give(panel, maps)
    panel._columns["d"].grid.chosen.emit(2)
    assert panel.desk.state.unit == 2
    assert {column.grid.selected for column in panel._columns.values()} == {2}
    panel._columns["a"].grid.hovered.emit(3)
    assert panel._columns["b"].grid._hover == 3
    panel._heading.order.set_key("changed")
    panel._heading.order.chosen.emit("changed")
    assert [int(c.grid.values.order[0]) for c in panel._columns.values()] == [4, 4, 4]
    panel.desk.view.update(one=True)
    assert [c.grid.values.order.tolist() for c in panel._columns.values()] == [[2]] * 3
    panel.desk.state.set_unit(5)
    assert panel._columns["d"].grid.values.order.tolist() == [5]


def test_both_first_classes_stay_in_sight(panel: ComparePanel) -> None:
    panel.comparison.hold()
    panel.desk.state.set_picture(picture("second", 200))
    give(panel)
    for bars in panel._classes:
        assert {bar.index for bar in bars.bars()} >= {3, 5}


def test_distances_by_layer_and_the_selected_one(panel: ComparePanel) -> None:
    panel.comparison.hold()
    panel.desk.state.set_picture(picture("second", 200))
    engine = engine_of(panel.desk)
    found = (LayerDistance("features.conv1", 0.1), LayerDistance("features.conv2", 0.4))
    engine.finish(CompareLayers, found)
    assert panel._bars.bars() == (("features.conv1", 0.1), ("features.conv2", 0.4))
    panel._bars.chosen.emit("features.conv2")
    assert panel.desk.state.layer == "features.conv2"
    assert "features.conv2" in panel._bars.accessibleDescription()
    count = len(engine.asked_for(CompareLayers))
    panel.desk.state.set_layer("features.conv1")
    assert len(engine.asked_for(CompareLayers)) == count


def test_maps_without_pairs_have_no_difference(panel: ComparePanel) -> None:
    panel.comparison.hold()
    panel.desk.state.set_picture(picture("second", 200))
    request = engine_of(panel.desk).last(CompareSides).job.request
    assert isinstance(request, CompareSides)
    a = looked("lenet5", request.a.picture, "x", np.ones((6, 8, 8), np.float32), 1)
    b = looked("lenet5", request.b.picture, "y", np.ones((4, 4, 4), np.float32), 1)
    note = "The maps are 6×8×8 and 4×4×4, so there is nothing to subtract."
    engine_of(panel.desk).finish(CompareSides, Compared(a, b, None, None, note))
    assert not panel._columns["d"].grid.isVisible()
    assert panel._columns["a"].grid.values.tops is None
    assert note in panel._columns["d"]._facts.toolTip() + panel._columns["d"]._facts.text()


def test_another_panel_compares_two_pictures(panel: ComparePanel) -> None:
    asked: list[bool] = []
    panel.comparison.asked.connect(lambda: asked.append(True))
    clean, attacked = picture("clean", 50), picture("attacked", 52)
    panel.comparison.compare_pictures(clean, attacked)
    request = give(panel)
    assert (request.a.picture.name, request.b.picture.name) == ("clean", "attacked")
    assert panel.desk.state.picture is attacked
    assert asked == [True]
    panel.comparison.swap_pictures()
    request = give(panel)
    assert (request.a.picture.name, request.b.picture.name) == ("attacked", "clean")
    panel.comparison.release()
    assert panel._stack.currentWidget() is panel._empty


def test_in_a_small_window_one_grid_at_a_time(panel: ComparePanel) -> None:
    panel.comparison.hold()
    panel.desk.state.set_picture(picture("second", 200))
    give(panel)
    panel.resize(420, 500)
    assert [c.isVisible() for c in panel._columns.values()] == [True, False, False]
    panel._heading.which.set_key("d")
    panel._heading.which.chosen.emit("d")
    assert [c.isVisible() for c in panel._columns.values()] == [False, False, True]
    panel.resize(1100, 700)
    assert all(c.isVisible() for c in panel._columns.values())
