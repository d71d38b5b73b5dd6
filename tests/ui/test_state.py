"""The one selection, and the conductor that asks the engine about it."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz_app.core.recipe import Recipe
from cnnviz_app.lab.requests import ImportWeights, ListModels, Look, Looked, OpenModel
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.state import AppState
from cnnviz_app.ui.view_options import GAMMAS, ViewOptions
from tests.ui.desks import desk, picture
from tests.ui.fakes import engine_of, entry, lenet_facts

__all__ = ["desk"]


def test_a_model_brings_its_layer_and_keeps_the_unit_inside(qapp: object) -> None:
    state = AppState()
    heard: list[tuple[str, object]] = []
    state.model_changed.connect(lambda facts: heard.append(("model", facts.name)))
    state.layer_changed.connect(lambda layer: heard.append(("layer", layer)))
    state.unit_changed.connect(lambda unit: heard.append(("unit", unit)))
    state.set_model(lenet_facts(), "features.conv2", 99)
    assert heard == [("model", "lenet5"), ("layer", "features.conv2"), ("unit", 15)]
    state.set_model(lenet_facts(), "a layer that is gone", -4)
    assert (state.layer, state.unit) == ("features.conv1", 0)


def test_an_echo_is_silent(qapp: object) -> None:
    state = AppState()
    state.set_model(lenet_facts())
    state.set_picture(picture("a", 7))
    heard: list[object] = []
    for signal in (state.layer_changed, state.unit_changed, state.picture_changed,
                   state.position_changed, state.pinned_changed):  # fmt: skip
        signal.connect(heard.append)
    state.set_layer(state.layer)
    state.set_layer("no such layer")
    state.set_unit(state.unit)
    state.set_picture(picture("the same pixels", 7))
    state.set_position(None)
    state.set_pinned(None)
    assert heard == []


def test_walking_stops_at_the_ends(qapp: object) -> None:
    state = AppState()
    state.walk_units(1)
    state.walk_layers(1)
    state.set_model(lenet_facts())
    state.walk_units(-1)
    assert state.unit == 0
    state.walk_units(100)
    assert state.unit == 5
    state.walk_layers(2)
    assert (state.layer, state.unit) == ("features.conv2", 5)
    state.walk_layers(100)
    assert state.layer == "classifier"
    state.walk_layers(-100)
    assert state.layer == "features.conv1"


def test_another_layer_forgets_the_place_in_the_map(qapp: object) -> None:
    state = AppState()
    state.set_model(lenet_facts())
    state.set_unit(3)
    state.set_position((4, 5))
    assert state.address == "features.conv1:3@4,5"
    state.set_layer("features.relu1")
    assert state.address == "features.relu1:3"


def looked(look: Look) -> Looked:
    empty = np.zeros((1, 1, 1), np.float32)
    seen = np.zeros((2, 2, 3), np.uint8)
    return Looked(look.model, look.layer, look.picture, seen, empty, empty[0, 0], empty[0, 0], 0.1)


def test_every_change_of_the_selection_is_looked_at(desk: Desk) -> None:
    engine = engine_of(desk)
    desk.state.set_picture(picture("a", 1))
    assert engine.asked_for(Look) == []
    desk.conductor.open_model("lenet5")
    engine.finish(OpenModel, lenet_facts())
    assert [request.layer for request in engine.asked_for(Look)] == ["features.conv1"]
    desk.state.set_layer("features.conv2")
    desk.state.set_picture(picture("b", 2))
    asked = engine.asked_for(Look)
    assert [(r.layer, r.picture.name) for r in asked[1:]] == [
        ("features.conv2", "a"), ("features.conv2", "b"),
    ]  # fmt: skip
    assert all(ticket.job.urgent for ticket in engine.asked_tickets)
    engine.finish(Look, looked(asked[-1]))
    assert desk.state.looked is not None
    desk.state.set_unit(2)
    assert len(engine.asked_for(Look)) == 3


def test_a_late_look_at_something_else_is_dropped(desk: Desk) -> None:
    desk.state.set_picture(picture("a", 1))
    desk.state.set_model(lenet_facts())
    first = engine_of(desk).asked_for(Look)[-1]
    desk.conductor._on_looked(looked(first))
    assert desk.state.looked is not None
    desk.state.set_layer("features.relu2")
    assert desk.state.looked is None
    desk.conductor._on_looked(looked(first))
    assert desk.state.looked is None


def test_the_first_model_that_is_gone_falls_back_to_a_bundled_one(desk: Desk) -> None:
    engine = engine_of(desk)
    desk.conductor.open_first("torchvision/vgg16", "features.0", 3)
    engine.fail(OpenModel, "There are no weights.", "Download them.")
    assert [r.model for r in engine.asked_for(OpenModel)] == ["torchvision/vgg16", "lenet5"]
    engine.fail(OpenModel, "That is gone too.")
    assert len(engine.asked_for(OpenModel)) == 2


def test_imported_weights_are_listed_and_opened(desk: Desk, tmp_path: object) -> None:
    from pathlib import Path

    engine = engine_of(desk)
    desk.conductor.import_weights(Path("net.pth"))
    engine.finish(ImportWeights, entry("mine", source="yours"))
    assert engine.asked_for(ListModels)
    assert engine.asked_for(OpenModel)[-1].model == "mine"
    engine.finish(ListModels, (entry("mine", source="yours"),))
    assert [e.name for e in desk.conductor.entries] == ["mine"]


@pytest.mark.parametrize(
    ("params", "facts", "wanted"),
    [
        ({"layer": "features.conv2", "unit": "3"}, {}, ("features.conv2", 3)),
        ({"layer": "features.conv2", "unit": "features.conv2:7@1,2"}, {}, ("features.conv2", 7)),
        ({}, {"layer": "features.relu2", "unit": "features.relu2:4"}, ("features.relu2", 4)),
        ({"layer": "gone", "unit": "odd ²"}, {}, ("features.conv1", 0)),
    ],
)  # fmt: skip
def test_a_recipe_brings_its_layer_and_unit(
    desk: Desk, params: dict[str, str], facts: dict[str, str], wanted: tuple[str, int]
) -> None:
    desk.conductor.open_for_recipe(Recipe("x", "lenet5", "ab", params=params, **facts))
    request = engine_of(desk).asked_for(OpenModel)[-1]
    assert (request.expected, request.untrained) == ("ab", False)
    engine_of(desk).finish(OpenModel, lenet_facts())
    assert (desk.state.layer, desk.state.unit) == wanted


def test_view_options_tell_only_changes(qapp: object) -> None:
    view = ViewOptions()
    heard: list[object] = []
    view.changed.connect(heard.append)
    view.update(overlay=False)
    assert heard == []
    view.toggle("overlay")
    view.toggle("overlay")
    assert [v.overlay for v in heard] == [True, False]  # type: ignore[attr-defined]  # a View


def test_gamma_goes_round_the_four_steps(qapp: object) -> None:
    view = ViewOptions()
    seen = []
    for _ in range(5):
        view.next_gamma()
        seen.append(view.view.gamma)
    assert seen == [0.5, 0.3, 1.0, 0.7, 0.5]
    assert set(seen) == set(GAMMAS)
