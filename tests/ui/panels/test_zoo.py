"""The zoo plot: what is in it, and that a click there is a choice everywhere."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, Qt
from pytestqt.qtbot import QtBot

from cnnviz_app.lab.requests import ListModels, OpenModel
from cnnviz_app.nets import catalog
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels._zoo_scale import Scale, line_of, lines, points
from cnnviz_app.ui.panels.zoo import Zoo
from tests.ui.fakes import engine_of, entry

SMALL = entry("torchvision/small", title="Small", params=10**6, gflops=0.1, top1=60.0)
LARGE = entry("torchvision/large", title="Large", params=10**8, gflops=10.0, top1=80.0)


@pytest.fixture
def zoo(qtbot: QtBot, desk: Desk) -> Zoo:
    panel = Zoo(desk)
    qtbot.addWidget(panel)
    panel.resize(800, 600)
    panel.show()
    desk.conductor.list_models()
    engine_of(desk).finish(ListModels, (entry("lenet5"), SMALL, LARGE))
    return panel


def test_only_comparable_networks_are_shown(zoo: Zoo) -> None:
    assert {p.entry.name for p in zoo.plot._points} == {SMALL.name, LARGE.name}
    assert "One network is left out" in zoo._caption.text()


def test_click_chooses_and_double_click_opens_only_what_is_here(
    qtbot: QtBot, desk: Desk, zoo: Zoo
) -> None:
    at = zoo.plot.place_of(LARGE.name).toPoint()
    qtbot.mouseClick(zoo.plot, Qt.MouseButton.LeftButton, pos=at)
    assert desk.choice.name == LARGE.name
    zoo.plot.opened.emit(LARGE.name)
    assert not engine_of(desk).asked_for(OpenModel)


def test_arrow_keys_walk_by_cost(qtbot: QtBot, desk: Desk, zoo: Zoo) -> None:
    desk.choice.choose(SMALL.name)
    qtbot.keyClick(zoo.plot, Qt.Key.Key_Right)
    assert desk.choice.name == LARGE.name
    qtbot.keyClick(zoo.plot, Qt.Key.Key_Right)
    assert desk.choice.name == LARGE.name


def test_other_axes_keep_every_network(zoo: Zoo) -> None:
    for axis in ("parameters", "size", "operations"):
        zoo.axis.chosen.emit(axis)
        assert len(zoo.plot._points) == 2
        assert not zoo.grab().isNull()


def test_a_narrow_stage_keeps_the_choice_of_axis(desk: Desk, zoo: Zoo) -> None:
    zoo.resize(300, 400)
    assert zoo.axis.isHidden()
    zoo.axis_list.chosen.emit("size")
    assert zoo.axis.key == "size"
    zoo.resize(800, 400)
    assert zoo.axis_list.isHidden()


def test_hover_card_says_the_figures(desk: Desk, zoo: Zoo) -> None:
    desk.theme.set(reduce_motion=True)
    zoo.plot.hovered.emit(LARGE.name)
    assert zoo._card.isVisible()
    assert not zoo.grab().isNull()
    zoo.plot.hovered.emit("")
    assert not zoo._card.isVisible()
    desk.theme.set(reduce_motion=False)


def test_a_set_of_weights_marks_its_network(desk: Desk, zoo: Zoo) -> None:
    desk.choice.choose(f"{SMALL.name}@IMAGENET1K_V2")
    assert zoo.plot._selected == SMALL.name


def test_more_parameters_more_area() -> None:
    shown = points((SMALL, LARGE), "operations")
    scale = Scale(shown, QRectF(0, 0, 600, 400))
    assert scale.radius(shown[1]) > 3 * scale.radius(shown[0])
    assert scale.place(shown[1]).x() > scale.place(shown[0]).x()
    assert scale.place(shown[1]).y() < scale.place(shown[0]).y()


def test_every_network_of_torchvision_has_a_place_and_a_curve() -> None:
    shown = points(catalog.entries(), "operations")
    assert len(shown) == 80
    assert {line_of(p.entry) for p in shown} >= {"VGG", "VGG with batch-norm", "RegNetX", "ResNet"}
    assert lines(shown)["DenseNet"][0].entry.title == "DenseNet-121"
