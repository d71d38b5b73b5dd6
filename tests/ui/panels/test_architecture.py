"""The architecture graph in its panel: a click selects everywhere, blocks open, files are whole."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cnnviz_app.lab.requests import ModelFacts
from cnnviz_app.lab.timing_requests import NodeTimes, TimeNodes
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels import _files
from cnnviz_app.ui.panels import _graph_words as words
from cnnviz_app.ui.panels.architecture import Architecture
from tests.nets.graph_makers import residual
from tests.ui.fakes import engine_of, facts, lenet_facts

SVG = "{http://www.w3.org/2000/svg}"


def residual_facts() -> ModelFacts:
    layers = ("stem", "stage.0.conv1", "stage.0.relu", "stage.0", "stage.1.conv2", "stage", "fc")
    return facts(
        tuple(residual()), layers, name="torchvision/tiny", title="Tiny",
        aliases={"stage.0": "stage.0.add", "stage": "stage.1.add", "stage.1": "stage.1.add"},
        map_shapes=dict.fromkeys(layers, (8, 14, 14)),
    )  # fmt: skip


@pytest.fixture
def graph(qtbot: QtBot, desk: Desk) -> Architecture:
    desk.theme.set("dark", 100, True)
    panel = Architecture(desk)
    qtbot.addWidget(panel)
    panel.resize(1000, 800)
    panel.show()
    desk.state.set_model(residual_facts())
    panel.view.fit()
    return panel


def click(qtbot: QtBot, graph: Architecture, id: str) -> None:
    qtbot.mouseClick(graph.view, Qt.MouseButton.LeftButton, pos=_inside(graph, id))


def _inside(graph: Architecture, id: str) -> QPoint:
    place = graph.view.place_of(id)
    assert not place.isNull(), f"{id} is not drawn"
    return place.topLeft() + QPoint(12, 8)


def boxes(graph: Architecture) -> list[str]:
    return [box.fold.id for box in graph.scene.drawing.boxes]


def test_it_comes_up_with_its_largest_part_open(graph: Architecture) -> None:
    assert boxes(graph) == ["input", "stem", "stage.0/", "stage.1/", "fc"]


def test_a_click_selects_the_layer_everywhere(
    qtbot: QtBot, desk: Desk, graph: Architecture
) -> None:
    click(qtbot, graph, "fc")
    assert desk.state.layer == "fc"
    click(qtbot, graph, "stage.0/")
    assert desk.state.layer == "stage.0"
    assert graph.scene.selected == "stage.0/"


def test_an_operator_without_maps_selects_the_next_that_has_some(
    qtbot: QtBot, desk: Desk, graph: Architecture
) -> None:
    graph.scene.toggle("stage.1/")
    graph.scene.toggle("stage.1.conv1+/")
    graph.view.changed()
    graph.view.fit()
    click(qtbot, graph, "stage.1.relu")
    assert desk.state.layer == "stage.1.conv2"
    assert graph.scene.selected == "stage.1.conv2"


def test_the_selected_layer_is_marked_also_when_its_block_is_folded(
    desk: Desk, graph: Architecture
) -> None:
    desk.state.set_layer("stage.0.relu")
    assert graph.scene.selected == "stage.0/"
    graph.scene.toggle("stage.0/")
    graph.scene.toggle("stage.0.conv1+/")
    assert graph.scene.selected == "stage.0.relu"


def test_double_click_opens_a_block_and_folds_it_again(
    qtbot: QtBot, graph: Architecture
) -> None:
    qtbot.mouseDClick(graph.view, Qt.MouseButton.LeftButton, pos=_inside(graph, "stage.0/"))
    assert "stage.0.conv2" in boxes(graph)
    assert graph.view.rect().contains(graph.view.place_of("stage.0/").topLeft())
    title = graph.view.place_of("stage.0/").topLeft() + QPoint(60, 6)
    qtbot.mouseDClick(graph.view, Qt.MouseButton.LeftButton, pos=title)
    assert "stage.0/" in boxes(graph)


def test_open_all_and_fold_all(graph: Architecture) -> None:
    graph.bar.action.emit("open")
    assert len(boxes(graph)) == len(residual())
    graph.bar.action.emit("fold")
    assert len(boxes(graph)) == 5


def test_finding_counts_opens_and_goes_round(qtbot: QtBot, graph: Architecture) -> None:
    QTest.keyClicks(graph.bar.search, "relu")
    assert graph.bar._count.text() == "1 of 2"
    assert "stage.0.relu" in boxes(graph)
    qtbot.keyClick(graph.bar.search, Qt.Key.Key_Return)
    assert graph.bar._count.text() == "2 of 2"
    assert graph.scene.shown_hit() == "stage.1.relu"
    qtbot.keyClick(graph.bar.search, Qt.Key.Key_Return)
    assert graph.bar._count.text() == "1 of 2"
    graph.bar.search.setText("nothing like it")
    assert graph.bar._count.text() == "none"
    qtbot.keyClick(graph.bar.search, Qt.Key.Key_Escape)
    assert graph.bar._count.text() == ""


def test_wheel_keys_and_dragging_move_the_view(qtbot: QtBot, graph: Architecture) -> None:
    camera = graph.view.camera
    zoom = camera.zoom
    qtbot.keyClick(graph.view, Qt.Key.Key_Plus)
    assert camera.zoom == pytest.approx(zoom * 1.25)
    for _ in range(5):
        qtbot.keyClick(graph.view, Qt.Key.Key_Plus)
    place = camera.place
    qtbot.mousePress(graph.view, Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    qtbot.mouseMove(graph.view, QPoint(300, 240))
    qtbot.mouseMove(graph.view, QPoint(300, 200))
    qtbot.mouseRelease(graph.view, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    assert camera.place.y() > place.y()
    qtbot.keyClick(graph.view, Qt.Key.Key_Home)
    assert camera.zoom == pytest.approx(zoom)


def test_it_turns_and_shows_all_in_either_direction(graph: Architecture) -> None:
    for _ in range(2):
        graph.bar.action.emit("turn")
        graph.view.fit()
        seen = graph.view.camera.seen(graph.view._screen())
        assert all(
            seen.contains(box.rect.x + 1, box.rect.y + 1) for box in graph.scene.drawing.boxes
        )


def test_time_is_measured_when_asked_for_and_colours_the_boxes(
    desk: Desk, graph: Architecture
) -> None:
    graph.show_colour("time")
    engine = engine_of(desk)
    assert engine.last(TimeNodes).job.background
    engine.progress(TimeNodes, 1, 6, "run 1 of 5")
    assert "run 1 of 5" in graph._caption.text()
    seconds = {node.name: 0.001 for node in residual() if node.op != "input"}
    engine.finish(TimeNodes, NodeTimes("torchvision/tiny", seconds, 5, "CPU"))
    assert graph.scene.coloured
    assert "10.0\u2009ms in all, median of 5 runs on CPU" in graph._caption.text()
    assert graph.scene.highest() == pytest.approx(0.004)


def test_measuring_that_gave_way_or_failed_says_so_and_can_be_asked_again(
    desk: Desk, graph: Architecture
) -> None:
    graph.show_colour("time")
    engine_of(desk).stop(TimeNodes)
    assert graph._caption.text() == "Measuring gave way to other work."
    assert graph.measure.isVisible()
    graph.measure.click()
    engine_of(desk).fail(TimeNodes, "The operators cannot be timed.")
    assert graph._caption.text() == "The operators cannot be timed."


def test_the_card_tells_what_a_box_costs_and_sees(graph: Architecture) -> None:
    box = next(box for box in graph.scene.drawing.boxes if box.fold.id == "stage.0/")
    graph.view.hovered.emit(box)
    assert graph.card.title == "stage.0"
    told = dict(graph.card.lines)
    assert told["parameters"].startswith("20 ")
    assert told["gives"] == "8 × 14 × 14"
    assert graph.card.hint == "double-click opens it"


@pytest.mark.parametrize("vertical", [True, False], ids=["down", "right"])
def test_svg_is_whole_and_holds_every_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, graph: Architecture, vertical: bool
) -> None:
    graph.scene.set_vertical(vertical)
    graph.scene.toggle("stage.0/")
    target = tmp_path / "graph"
    monkeypatch.setattr(_files, "ask_save", lambda *_: target)
    graph.bar.action.emit("svg")
    root = ET.parse(target.with_suffix(".svg")).getroot()
    written = {element.text for element in root.iter(f"{SVG}text")}
    scene = graph.scene
    for box in scene.drawing.boxes:
        said = {words.title(box.fold, scene.known), words.second(box.fold, scene.known)}
        assert said - {""} <= written
    for frame in scene.drawing.frames:
        assert frame.fold.name in written
    for label in scene.drawing.labels:
        assert set(label.lines) <= written
    assert len(list(root.iter(f"{SVG}path"))) == len(scene.drawing.wires)


def test_png_is_the_whole_graph_at_twice_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, graph: Architecture
) -> None:
    target = tmp_path / "graph.png"
    monkeypatch.setattr(_files, "ask_save", lambda *_: target)
    graph.bar.action.emit("png")
    picture = QImage(str(target))
    assert picture.height() == round(2 * graph.scene.drawing.bounds.height)


def test_a_folder_that_is_not_there_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desk: Desk, graph: Architecture
) -> None:
    monkeypatch.setattr(_files, "ask_save", lambda *_: tmp_path / "nowhere" / "graph.svg")
    graph.bar.action.emit("svg")
    message = desk.messages.history[-1]
    assert message.severity == "err"
    assert message.title


def test_another_network_starts_anew(desk: Desk, graph: Architecture) -> None:
    graph.show_colour("time")
    desk.state.set_model(lenet_facts())
    assert "classifier" in boxes(graph)
    assert graph.scene.times is None


@pytest.mark.parametrize("theme", ["dark", "light", "projector"])
def test_it_fits_a_small_window_with_large_text(
    desk: Desk, graph: Architecture, theme: str
) -> None:
    desk.theme.set(theme, 150, True)
    graph.resize(600, 500)
    assert graph.minimumSizeHint().width() <= graph.width()
    assert graph.bar.minimumSizeHint().width() <= graph.width()
    assert not graph.grab().isNull()
    desk.theme.set("dark", 100, True)


def test_a_picture_moved_while_panning_is_the_one_painted_anew(graph: Architecture) -> None:
    view = graph.view
    graph.bar.action.emit("open")
    view.camera.zoom = 1.3
    view.changed()
    view.grab()
    for step in ((0.0, -31.0), (-17.0, 5.0), (9.0, -44.0)):
        view._pan(QPointF(*step))
        moved = view.grab().toImage()
    view.changed()
    assert moved == view.grab().toImage()
