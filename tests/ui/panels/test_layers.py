"""The layer tree: structure, selection in both directions, filter."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cnnviz_app.nets.graph import Node, ReceptiveField
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels._layer_tree import MACS, PARAMS, build, reach_words
from cnnviz_app.ui.panels.layers import Layers
from tests.ui.fakes import facts, lenet_facts


@pytest.fixture
def layers(qtbot: QtBot, desk: Desk) -> Layers:
    panel = Layers(desk)
    qtbot.addWidget(panel)
    panel.resize(420, 640)
    panel.show()
    return panel


def test_no_network_says_where_to_open_one(layers: Layers) -> None:
    assert layers._empty.isVisible()


def test_modules_fold_their_operators_and_add_them_up() -> None:
    root = build(lenet_facts())
    assert [c.name for c in root.children] == ["input", "features", "flatten", "classifier"]
    features = root.children[1]
    assert [c.name for c in features.children] == ["conv1", "relu1", "pool1", "conv2", "relu2"]
    assert (features.params, features.macs) == (2572, 357_600)
    assert features.shape == (16, 10, 10)
    assert reach_words(features) == "14\u2009/\u20092"
    assert features.layer == "features.relu2"
    assert features.children[2].layer == ""


def test_click_selects_and_selection_marks(qtbot: QtBot, desk: Desk, layers: Layers) -> None:
    desk.state.set_model(lenet_facts())
    index = layers.tree.index_of("features.conv2")
    at = layers.view.visualRect(index).center()
    qtbot.mouseClick(layers.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert desk.state.layer == "features.conv2"
    desk.state.set_layer("classifier")
    marked = layers.tree.item(layers.view.currentIndex())
    assert marked is not None
    assert marked.path == "classifier"
    assert layers.view.is_marked(layers.view.currentIndex())


def test_an_operator_without_maps_is_no_selection(desk: Desk, layers: Layers) -> None:
    desk.state.set_model(lenet_facts())
    before = desk.state.layer
    flatten = layers.tree.index(2, 0)
    layers.view.setCurrentIndex(flatten)
    assert desk.state.layer == before


def test_arrow_keys_walk_and_page_keys_are_the_windows(
    qtbot: QtBot, desk: Desk, layers: Layers
) -> None:
    desk.state.set_model(lenet_facts())
    layers.view.setFocus()
    qtbot.keyClick(layers.view, Qt.Key.Key_Down)
    assert desk.state.layer == "features.relu1"
    qtbot.keyClick(layers.view, Qt.Key.Key_PageDown)
    assert desk.state.layer == "features.relu1"


def test_filter_is_flat_and_says_when_nothing_fits(desk: Desk, layers: Layers) -> None:
    desk.state.set_model(lenet_facts())
    layers.filter.setText("conv")
    assert layers.tree.rowCount() == 2
    layers.filter.setText("no such layer")
    assert layers._empty.isVisible()
    layers._empty.action.emit("clear")
    assert layers.tree.rowCount() == 4


def test_columns_give_way_to_the_names(desk: Desk, layers: Layers) -> None:
    desk.state.set_model(lenet_facts())
    assert not layers.view.isColumnHidden(MACS)
    layers.resize(260, 400)
    assert layers.view.isColumnHidden(MACS)
    layers.resize(900, 400)
    assert layers.tree.exact
    assert not layers.view.isColumnHidden(PARAMS)


def test_seven_hundred_operators_open_at_once(desk: Desk, layers: Layers, pictures: Path) -> None:
    field = ReceptiveField((99, 99), (8, 8), (-9, -9))
    nodes = [Node("input", "input", (), (3, 224, 224), 0, 0, field, "")]
    for block in range(70):
        scope = f"features.block{block // 10}.layer{block}"
        for op in range(10):
            before = nodes[-1].name
            name = f"{scope}.conv{op}"
            nodes.append(Node(name, "conv2d", (before,), (64, 28, 28), 36_864, 10**8, field, scope))
    model = facts(tuple(nodes), tuple(node.name for node in nodes[1:]))
    began = time.perf_counter()
    desk.state.set_model(model)
    layers.grab()
    assert time.perf_counter() - began < 2.0  # 0.1 s on a quiet machine
    for theme, scale in (("light", 100), ("projector", 250)):
        desk.theme.set(theme, scale)
        assert layers.grab().save(str(pictures / f"layers-{theme}.png"))
    desk.theme.set("dark", 100)
