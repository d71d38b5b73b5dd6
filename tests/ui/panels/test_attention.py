"""The attention panel: asks only while it is seen, one tile per head, asks from a place."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from cnnviz_app.lab.attention_requests import (
    Attended,
    AttentionLayer,
    ListAttention,
    ReadAttention,
)
from cnnviz_app.sources.picture import Picture
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels._attention_tiles import AttentionTiles, nearest_layer
from cnnviz_app.ui.panels.attention import AttentionPanel
from tests.ui.fakes import engine_of, lenet_facts

RNG = np.random.default_rng(0)
LAYERS = (AttentionLayer("features.conv1", "1"), AttentionLayer("features.conv2", "2"))


@pytest.fixture
def panel(desk: Desk) -> Iterator[AttentionPanel]:
    made = AttentionPanel(desk)
    made.resize(900, 600)
    made.show()
    desk.state.set_picture(Picture("p", RNG.integers(0, 255, (32, 32, 3), np.uint8), ""))
    desk.state.set_model(lenet_facts())
    yield made
    made.close()


def answer(request: ReadAttention, *, class_token: bool = True) -> Attended:
    heads = RNG.random((3, 4, 4)).astype(np.float32)
    heads /= 2 * heads.sum(axis=(1, 2), keepdims=True)
    return Attended(
        request, np.zeros((32, 32, 3), np.uint8), heads, np.full(3, 0.5, np.float32),
        np.array([8.0, 9.0, 10.0], np.float32), heads.mean(0), class_token,
    )  # fmt: skip


def give(panel: AttentionPanel) -> ReadAttention:
    engine = engine_of(panel.desk)
    request = engine.last(ReadAttention).job.request
    assert isinstance(request, ReadAttention)
    engine.finish(ReadAttention, answer(request))
    return request


def test_heads_mean_and_rollout_are_tiles(panel: AttentionPanel) -> None:
    engine_of(panel.desk).finish(ListAttention, LAYERS)
    request = give(panel)
    assert request.cell is None
    assert panel._grid.values.count == 5
    assert panel._grid.selected == 4
    assert panel._tiles is not None
    assert panel._tiles.title(4) == "rollout"
    title, _, note = panel._tiles.words(1)
    assert title == "head 1"
    assert note.startswith("looks 9 px far, 50")
    assert "class token" in panel._words.text()
    assert not panel._back.isVisible()


def test_a_click_asks_from_there_and_the_button_asks_back(panel: AttentionPanel) -> None:
    engine_of(panel.desk).finish(ListAttention, LAYERS)
    give(panel)
    panel._view.clicked.emit(9, 31)
    request = give(panel)
    assert request.cell == (3, 1)
    assert panel._tiles is not None
    assert panel._tiles.cell_box() == (8, 24, 16, 32)
    assert "rollout" not in panel._tiles.captions
    assert "marked place" in panel._words.text()
    panel._back.click()
    assert give(panel).cell is None


def test_it_follows_picture_and_layer_but_asks_nothing_twice(panel: AttentionPanel) -> None:
    engine = engine_of(panel.desk)
    engine.finish(ListAttention, LAYERS)
    give(panel)
    count = len(engine.asked_for(ReadAttention))
    panel._ask()
    assert len(engine.asked_for(ReadAttention)) == count
    panel.desk.state.set_layer("features.conv2")
    assert give(panel).layer == "features.conv2"
    panel.desk.state.set_picture(Picture("q", np.zeros((8, 8, 3), np.uint8), ""))
    assert give(panel).picture.name == "q"
    panel._choice.set_key("features.conv1")
    panel._choice.chosen.emit("features.conv1")
    assert panel.desk.state.layer == "features.conv1"
    assert give(panel).layer == "features.conv1"


def test_hidden_it_asks_nothing(desk: Desk) -> None:
    panel = AttentionPanel(desk)
    desk.state.set_model(lenet_facts())
    assert not engine_of(desk).asked_for(ListAttention)
    panel.show()
    assert engine_of(desk).asked_for(ListAttention)
    panel.close()


def test_a_network_without_attention_gets_a_sentence(panel: AttentionPanel) -> None:
    engine_of(panel.desk).finish(ListAttention, ())
    assert not engine_of(panel.desk).asked_for(ReadAttention)
    assert panel._stack.currentWidget() is panel._empty
    assert not panel._choice.isVisible()


def test_the_attention_of_a_layer_is_that_of_its_block() -> None:
    order = ["stem", "b.0.attn", "b.0.mlp", "b.1.attn", "b.1.mlp", "head"]
    known = ["b.0.attn", "b.1.attn"]
    assert nearest_layer(known, "b.1.mlp", order) == "b.1.attn"
    assert nearest_layer(known, "b.0.attn", order) == "b.0.attn"
    assert nearest_layer(known, "head", order) == "b.1.attn"
    assert nearest_layer(known, "stem", order) == "b.0.attn"


def test_the_overlay_covers_what_is_looked_at() -> None:
    request = ReadAttention("m", Picture("p", np.zeros((8, 8, 3), np.uint8), ""), "l")
    tiles = AttentionTiles.of(answer(request))
    layer = tiles.overlay(0, "tide")
    assert layer is not None
    cover = layer[..., 3]
    assert cover.max() == 255
    assert np.unravel_index(cover.argmax(), cover.shape) == np.unravel_index(
        tiles.maps[0].argmax(), (4, 4)
    )
    assert tiles.overlay(99, "tide") is None
