"""The Attribution panel: one map live, methods compared, the sanity check."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from cnnviz_app.core.events import Frame, Metrics, Stage
from cnnviz_app.core.recipe import Recipe
from cnnviz_app.core.registry import TechniqueResult
from cnnviz_app.lab.attribution_requests import (
    COMPARED,
    Compared,
    CompareMethods,
    Curves,
    MethodMap,
    PlayCurves,
)
from cnnviz_app.lab.requests import Looked, Outcome, RunTechnique
from cnnviz_app.lab.sanity_requests import CheckSanity, Sanity, SanityStep
from cnnviz_app.sources.picture import Picture
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels._attribution_maps import ALONE, MASKED, OVERLAY, ShownMap, drawn
from cnnviz_app.ui.panels.attribution import AttributionPanel
from tests.ui.desks import techniques
from tests.ui.fakes import engine_of, lenet_facts
from tests.ui.waiting import wait_for

RNG = np.random.default_rng(0)
VALUES = RNG.random((28, 28)).astype(np.float32)
SEEN = Picture("seven", np.full((28, 28, 3), 90, np.uint8), "")
CURVES = Curves((0.8, 0.4, 0.1), (0.1, 0.6, 0.8), 0.4, 0.6)


def outcome(values: np.ndarray = VALUES) -> Outcome:
    figures = {"layer": "pool2", "target": 7}
    result = TechniqueResult(None, values, "sequential", 1, figures, {"target": "7"})
    return Outcome(result, Recipe("gradcam", "lenet5", "", {}, 0, {}), 0.01)


def look(desk: Desk, best: int = 7) -> None:
    shares = np.full(10, 0.05, np.float32)
    shares[best] = 0.55
    maps = RNG.random((16, 5, 5)).astype(np.float32)
    desk.state.set_looked(Looked(
        "lenet5", desk.state.layer, SEEN, SEEN.pixels, maps, np.log(shares), shares, 0.01
    ))  # fmt: skip


@pytest.fixture
def panel(desk: Desk) -> Iterator[AttributionPanel]:
    desk.state.set_picture(SEEN)
    desk.state.set_model(lenet_facts())
    made = AttributionPanel(desk)
    desk.runs.techniques_changed.emit(techniques())
    made.resize(1100, 700)
    made.show()
    look(desk)
    yield made
    made.close()


def asked(panel: AttributionPanel, kind: type, count: int = 1) -> list:
    engine = engine_of(panel.desk)
    wait_for(lambda: len(engine.asked_for(kind)) >= count)
    return engine.asked_for(kind)


def test_it_answers_at_once_with_grad_cam_for_the_top_class(panel: AttributionPanel) -> None:
    (request,) = asked(panel, RunTechnique)
    assert request.technique == "gradcam"
    assert request.params == {"target": "top", "unit": ""}
    engine_of(panel.desk).finish(RunTechnique, outcome())
    assert panel._one.shown is not None
    assert panel._heading._title.text() == "Why “7”?"
    assert "of pool2" in panel._heading._facts.text()


def test_a_panel_opened_late_says_what_it_explains(desk: Desk) -> None:
    desk.state.set_picture(SEEN)
    desk.state.set_model(lenet_facts())
    look(desk)
    late = AttributionPanel(desk)
    assert late._options.subject.key == "top"
    late.close()


def test_the_curves_follow_the_map_point_by_point(panel: AttributionPanel) -> None:
    asked(panel, RunTechnique)
    engine = engine_of(panel.desk)
    engine.finish(RunTechnique, outcome())
    (request,) = asked(panel, PlayCurves)
    assert request.target == "7"
    job = engine.last(PlayCurves).job.id
    for step in range(3):
        engine.deliver(Metrics(job, step, {"deletion": 0.5, "insertion": 0.1 * step}))
    assert len(panel._curves._plot._data["given back"][0]) == 3
    engine.finish(PlayCurves, CURVES)
    assert "0.600 given back" in panel._curves._areas.text()


def test_a_pinned_class_and_a_clicked_bar_are_explained(panel: AttributionPanel) -> None:
    asked(panel, RunTechnique)
    panel.desk.state.set_pinned(3)
    assert asked(panel, RunTechnique, 2)[-1].params["target"] == "3"
    model = panel.desk.state.model
    assert model is not None
    panel.desk.state.set_layer(model.layers[-1], 5)
    assert asked(panel, RunTechnique, 3)[-1].params["target"] == "5"
    assert "5" in panel._heading._title.text()


def test_the_selected_unit_is_explained_and_followed(panel: AttributionPanel) -> None:
    asked(panel, RunTechnique)
    state = panel.desk.state
    panel._options.subject_chosen.emit("unit")
    first = asked(panel, RunTechnique, 2)[-1]
    assert first.params["unit"] == f"{state.layer}:{state.unit}"
    state.set_unit(state.unit + 1)
    assert asked(panel, RunTechnique, 3)[-1].params["unit"] == f"{state.layer}:{state.unit}"


def test_a_newer_question_silences_the_older_one(panel: AttributionPanel) -> None:
    asked(panel, RunTechnique)
    old = engine_of(panel.desk).last(RunTechnique)
    panel._on_method("occlusion")
    asked(panel, RunTechnique, 2)
    assert old.control.cancelled


def test_partial_maps_are_shown(panel: AttributionPanel) -> None:
    asked(panel, RunTechnique)
    engine = engine_of(panel.desk)
    job = engine.last(RunTechnique).job.id
    engine.deliver(Frame(job, "picture", 3, VALUES - 0.5, "signed"))
    assert panel._one.shown is not None
    assert panel._one.shown.bar[0] == "poles"
    engine.progress(RunTechnique, 3, 10)
    assert "30 %" in panel._heading._facts.text()


def test_parameters_come_from_the_declaration(panel: AttributionPanel) -> None:
    asked(panel, RunTechnique)
    panel._on_method("smoothgrad")
    form = panel._options._form
    assert form is not None
    assert not {"target", "unit", "faithfulness"} & set(form.values)
    panel._options.value_edited.emit("samples", 3)
    wait_for(lambda: engine_of(panel.desk).asked_for(RunTechnique)[-1].params.get("samples") == 3)


def test_methods_side_by_side(panel: AttributionPanel) -> None:
    asked(panel, RunTechnique)
    panel._heading._on_page("compare")
    (request,) = asked(panel, CompareMethods)
    assert request.methods == COMPARED
    engine = engine_of(panel.desk)
    job = engine.last(CompareMethods).job.id
    engine.deliver(Frame(job, "gradient", 0, VALUES, "sequential"))
    assert panel._compare.tiles.tiles[0].pixels is not None
    assert panel._compare.tiles.tiles[1].pixels is None
    maps = [MethodMap(m, m, VALUES, "sequential", CURVES, 0.1) for m in COMPARED[:-1]]
    maps.append(MethodMap(COMPARED[-1], "Edges", None, "sequential", None, 0.0, "It has none."))
    engine.finish(CompareMethods, Compared(tuple(maps), {}))
    assert panel._compare.tiles.tiles[0].caption == "↑ 0.60  ↓ 0.40"
    assert panel._compare.tiles.tiles[-1].trouble
    panel._compare.tiles.opened.emit("gradient")
    assert asked(panel, RunTechnique, 2)[-1].technique == "gradient"


def test_the_sanity_slider_walks_over_the_layers(panel: AttributionPanel) -> None:
    asked(panel, RunTechnique)
    panel._heading._on_page("sanity")
    (request,) = asked(panel, CheckSanity)
    assert request.technique == "gradcam"
    engine = engine_of(panel.desk)
    job = engine.last(CheckSanity).job.id
    engine.deliver(Frame(job, "map 0", 0, VALUES, "sequential"))
    engine.deliver(Metrics(job, 0, {"signed": 1.0, "absolute": 1.0}))
    engine.deliver(Frame(job, "map 1", 1, VALUES, "sequential"))
    engine.deliver(Metrics(job, 1, {"signed": 0.2, "absolute": 0.3}))
    engine.deliver(Stage(job, "fc2", 1))
    assert panel._sanity._right.text() == "random down to fc2"
    steps = tuple(
        SanityStep(name, (name,), VALUES, "sequential", value, value)
        for name, value in (("", 1.0), ("fc2", 0.95), ("fc1", float("nan")))
    )
    engine.finish(CheckSanity, Sanity("gradcam", steps, 0.1))
    panel._sanity._on_slid(1)
    assert "hardly depends" in panel._sanity._sentence.text()
    panel._sanity._on_slid(2)
    assert "same everywhere" in panel._sanity._sentence.text()


def test_a_refusal_is_one_sentence_in_place_of_the_map(panel: AttributionPanel) -> None:
    asked(panel, RunTechnique)
    engine_of(panel.desk).fail(RunTechnique, "The network gives no numbers.", "Open it again.")
    assert panel._pages.currentWidget() is panel._empty


def test_nothing_is_computed_unseen(panel: AttributionPanel) -> None:
    asked(panel, RunTechnique)
    engine = engine_of(panel.desk)
    panel.hide()
    assert engine.asked_tickets[-1].control.cancelled
    before = len(engine.requests)
    panel.desk.state.set_pinned(2)
    assert len(engine.requests) == before


@pytest.mark.parametrize("signed", [False, True])
def test_three_ways_to_see_a_map(signed: bool) -> None:
    values = VALUES - 0.5 if signed else VALUES
    shown = ShownMap.of(values, "signed" if signed else "sequential")
    pictures = [drawn(SEEN.pixels, shown, look, 0.6) for look in (OVERLAY, ALONE, MASKED)]
    assert all(p.shape == (28, 28, 3) and p.dtype == np.uint8 for p in pictures)
    assert not np.array_equal(pictures[0], pictures[1])
    weakest = np.unravel_index(np.abs(values).argmin(), values.shape)
    assert int(pictures[0][weakest][0]) < 90, "shaded where there is nothing"
    assert shown.words_at(99, 0) == ""
