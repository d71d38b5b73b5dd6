"""The panel of receptive fields: arithmetic at once, measurements as they come, one button."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtTest import QTest

from cnnviz_app.core.events import Frame, Metrics
from cnnviz_app.lab.fields_requests import (
    Covered,
    CoverField,
    FieldSizes,
    LayerSizes,
    MeasureField,
    MeasureLayers,
    UnitField,
)
from cnnviz_app.nets.graph import Node
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels._field_looks import EFFECTIVE, EMPIRICAL, SUPPORT, THEORY
from cnnviz_app.ui.panels._field_picture import size_of
from cnnviz_app.ui.panels._field_table import FieldTable
from cnnviz_app.ui.panels.fields import FieldsPanel
from tests.ui.fakes import engine_of, facts, lenet_facts
from tests.ui.waiting import wait_for


@pytest.fixture
def panel(desk: Desk) -> Iterator[FieldsPanel]:
    made = FieldsPanel(desk)
    made._asker._rest.setInterval(1)
    desk.state.set_model(lenet_facts())
    desk.state.set_layer("features.conv2")
    yield made
    made._asker.set_wanted(False)
    made.deleteLater()


def measured(panel: FieldsPanel, used: int = 12) -> UnitField:
    fields = panel._asker.fields
    assert fields is not None
    heat = np.zeros(fields.window.size, np.float32)
    heat[5:8, 5:8] = 1.0
    sizes = FieldSizes(14.0, 6.0, 3.0, 3.0)
    unit = panel.desk.state.unit
    return UnitField(
        "lenet5", "features.conv2", unit, fields.window, sizes, heat, (4, 4, 6, 6), True, used,
        256, 0.1,
    )  # fmt: skip


def shown(table: FieldTable, row: int, column: int) -> str:
    item = table.item(row, column)
    assert item is not None
    return item.text()


def look(panel: FieldsPanel) -> None:
    panel._asker.set_wanted(True)
    rest(panel)


def rest(panel: FieldsPanel) -> None:
    """Until the panel has asked, which it does when the selection has rested."""
    wait_for(lambda: not panel._asker._rest.isActive(), 5)


def test_the_theoretical_size_needs_no_engine(panel: FieldsPanel) -> None:
    assert size_of(THEORY, panel._asker.fields) == 14
    assert size_of(EFFECTIVE, panel._asker.fields) is None
    assert engine_of(panel.desk).asked_for(MeasureField) == []


def test_gradients_then_patches_and_both_are_shown(panel: FieldsPanel) -> None:
    engine = engine_of(panel.desk)
    look(panel)
    ticket = engine.last(MeasureField)
    assert ticket.job.background
    heat = np.ones((14, 14), np.float32)
    engine.deliver(Frame(ticket.job.id, "effective", 1, heat, "sequential"))
    assert size_of(EFFECTIVE, panel._asker.fields) == pytest.approx(14 * 0.68**0.5, abs=0.5)
    engine.finish(MeasureField, measured(panel))
    assert size_of(SUPPORT, panel._asker.fields) == 6
    assert size_of(EFFECTIVE, panel._asker.fields) == pytest.approx(2.5, abs=0.5)
    assert "14" in panel._sentence.text()
    region = np.zeros((14, 14), bool)
    region[6:8, 6:8] = True
    window = measured(panel).window
    engine.finish(
        CoverField,
        Covered("lenet5", "features.conv2", 0, window, heat, region, 2.0, 2, (), (), 0.1),
    )
    assert size_of(EMPIRICAL, panel._asker.fields) == 2
    assert not panel._photos.isVisibleTo(panel), "no photos, no row"


@pytest.mark.parametrize("size", [(1150, 960), (640, 560), (420, 900)])
def test_the_photos_stand_where_there_is_room(panel: FieldsPanel, size: tuple[int, int]) -> None:
    engine = engine_of(panel.desk)
    panel.resize(*size)
    panel.show()
    look(panel)
    engine.finish(MeasureField, measured(panel))
    window, region = measured(panel).window, np.ones((14, 14), bool)
    crops = tuple(np.full((28, 28, 3), 40 * n, np.uint8) for n in range(6))
    cells = tuple((n, n) for n in range(6))
    drops = np.ones((14, 14), np.float32)
    engine.finish(
        CoverField,
        Covered("lenet5", "features.conv2", 0, window, drops, region, 2.0, 2, crops, cells, 0.1),
    )
    QTest.qWait(30)
    photos = panel._photos
    assert photos.isVisible()
    assert [picture.isVisible() for picture in photos.pictures] == [True] * 4
    assert panel._left.rect().contains(photos.geometry())
    assert not photos.geometry().intersects(panel._picture.geometry())
    assert not photos.geometry().intersects(panel._legend.geometry())


def test_the_next_unit_cancels_and_begins_anew(panel: FieldsPanel) -> None:
    engine = engine_of(panel.desk)
    look(panel)
    before = engine.last(MeasureField)
    panel.desk.state.set_unit(3)
    assert before.control.cancelled
    assert size_of(EFFECTIVE, panel._asker.fields) is None
    rest(panel)
    assert engine.asked_for(MeasureField)[-1].unit == 3


def test_a_unit_that_never_answers_is_not_covered(panel: FieldsPanel) -> None:
    engine = engine_of(panel.desk)
    look(panel)
    engine.finish(MeasureField, measured(panel, used=0))
    assert engine.asked_for(CoverField) == []
    assert "answers to none of 256" in panel._sentence.text()


def test_one_button_compares_all_layers(panel: FieldsPanel) -> None:
    engine, half = engine_of(panel.desk), panel._layers
    half._button.click()
    request = engine.asked_for(MeasureLayers)[-1]
    assert request.layers == ("features.relu1", "features.relu2")
    ticket = engine.last(MeasureLayers)
    values = {"theoretical": 14.0, "support": 14.0, "effective68": 6.0, "effective95": 9.0,
              "empirical": 0.0}  # fmt: skip
    engine.deliver(Metrics(ticket.job.id, 1, values))
    assert shown(half._table, 1, 3) == "6"
    assert shown(half._table, 0, 3) == "–"
    assert "14" in half._sentence.text()
    assert half._button.text() == "Stop"
    half._button.click()
    assert ticket.control.cancelled
    engine.stop(MeasureLayers)
    assert half._button.text() == "Compare all layers"
    assert shown(half._table, 1, 3) == "6"


def test_a_layer_that_sees_the_same_is_marked_at_its_neighbour(panel: FieldsPanel) -> None:
    assert panel._layers._table.currentRow() == 1
    chosen: list[str] = []
    panel.desk.state.layer_changed.connect(chosen.append)
    panel._layers._table.layer_chosen.emit("features.relu1")
    assert chosen == ["features.relu1"]


def test_attention_says_that_there_is_no_field(desk: Desk) -> None:
    nodes = (
        Node("input", "input", (), (3, 8, 8), 0, 0, None, ""),
        Node("mix", "scaled_dot_product_attention", ("input",), (16, 8), 0, 0, None, ""),
    )
    made = FieldsPanel(desk)
    desk.state.set_model(facts(nodes, ("mix",)))
    assert made._stack.currentWidget() is made._empty
    assert not made._layers._button.isEnabled()
    made._asker.set_wanted(True)
    QTest.qWait(20)
    assert engine_of(desk).asked_for(MeasureField) == []
    made.deleteLater()


def test_a_finished_comparison_is_kept_with_its_network(panel: FieldsPanel) -> None:
    half = panel._layers
    half._button.click()
    engine = engine_of(panel.desk)
    ticket = engine.last(MeasureLayers)
    row = FieldSizes(5.0, 5.0, 4.0, 5.0, 3.0)
    engine.deliver(Metrics(ticket.job.id, 0, row.__dict__))
    engine.finish(MeasureLayers, LayerSizes("lenet5", half._names, (row, row), 1.0))
    panel.desk.state.set_model(lenet_facts(name="other"))
    assert shown(half._table, 0, 5) == "–"
    panel.desk.state.set_model(lenet_facts())
    assert shown(half._table, 0, 5) == "3"
