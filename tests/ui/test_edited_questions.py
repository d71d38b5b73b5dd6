"""What the panels ask about a changed network they ask of the changed network, and anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from cnnviz_app.core.events import Frame
from cnnviz_app.core.recipe import Recipe
from cnnviz_app.lab.branch_requests import RunKept
from cnnviz_app.lab.edit_requests import UnitEdit
from cnnviz_app.lab.fields_requests import MeasureField, MeasureLayers
from cnnviz_app.lab.requests import ListTechniques, OpenModel, RunTechnique
from cnnviz_app.lab.tuning_requests import SurveyTuning
from cnnviz_app.sources import builtin
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels._attribution_ask import AttributionAsker
from cnnviz_app.ui.panels._field_ask import FieldAsker
from cnnviz_app.ui.panels._field_layers import FieldLayers
from cnnviz_app.ui.panels._tuning_ask import TuningAsker
from cnnviz_app.ui.preview import Preview
from cnnviz_app.ui.result_store import caption
from tests.ui.desks import desk, outcome, techniques
from tests.ui.fakes import engine_of, lenet_facts
from tests.ui.waiting import wait_for

__all__ = ["desk"]
LAYER = "features.relu1"
OFF = UnitEdit(LAYER, (2,))


@pytest.fixture
def ready(desk: Desk) -> Desk:
    desk.runs.load()
    engine_of(desk).finish(ListTechniques, techniques())
    desk.state.set_picture(builtin.load("cat"))
    desk.state.set_model(lenet_facts(), LAYER)
    return desk


ASKERS: list[tuple[type[Any], Callable[[Desk, QWidget], Any]]] = [
    (RunTechnique, lambda desk, owner: AttributionAsker(desk, owner)),
    (SurveyTuning, lambda desk, owner: TuningAsker(desk, "t", owner)),
    (MeasureField, lambda desk, owner: FieldAsker(desk, "f", False, owner)),
    (RunTechnique, lambda desk, owner: Preview(desk.state, desk.engine, owner)),
]


@pytest.mark.parametrize(("kind", "make"), ASKERS)
def test_a_change_is_asked_about_at_once(
    ready: Desk, kind: type[Any], make: Callable[[Desk, QWidget], Any]
) -> None:
    owner = QWidget()
    asker = make(ready, owner)
    asked = engine_of(ready).asked_for
    asker.set_wanted(True)
    wait_for(lambda: bool(asked(kind)))
    assert asked(kind)[-1].edits == ()
    ready.edits.apply(LAYER, [2], "scale", 0.0)
    wait_for(lambda: asked(kind)[-1].edits == (OFF,))
    ready.edits.clear()
    wait_for(lambda: asked(kind)[-1].edits == ())
    asker.set_wanted(False)
    owner.deleteLater()


def test_what_a_unit_looks_for_is_not_found_anew_for_its_own_slider(ready: Desk) -> None:
    owner = QWidget()
    preview = Preview(ready.state, ready.engine, owner)
    preview.set_wanted(True)
    ticket: Any = engine_of(ready).last(RunTechnique)
    ready.edits.apply(LAYER, [0], "scale", 0.3)
    assert not ticket.control.cancelled
    ready.edits.apply(LAYER, [0, 1], "scale", 0.3)
    assert ticket.control.cancelled
    assert ready.state.edits_elsewhere == (UnitEdit(LAYER, (1,), "scale", 0.3),)
    preview.set_wanted(False)
    owner.deleteLater()


def test_a_branch_stays_on_the_network_of_its_run(ready: Desk) -> None:
    engine: Any = engine_of(ready)
    ready.edits.apply(LAYER, [2], "scale", 0.0)
    ready.runs.start()
    assert engine.last(RunKept).job.request.edits == (OFF,)
    assert "--edit" in ready.runs.as_command()
    number = engine.last(RunKept).job.id
    for step in (1, 2):
        engine.deliver(Frame(number, "picture", step, np.zeros((4, 4, 3), np.uint8)))
    engine.finish(RunKept, outcome())
    ready.edits.clear()
    ready.runs.branch()
    assert engine.last(RunKept).job.request.edits == (OFF,)


def test_a_recipe_brings_its_changes_back(ready: Desk) -> None:
    engine: Any = engine_of(ready)
    ready.edits.apply(LAYER, [5], "scale", 0.5)
    facts = lenet_facts()
    made = Recipe("feature-vis", facts.name, "abc", params={"steps": 3}, edits=(OFF.text,))
    ready.runs.restore(made, Path("made.png"))
    engine.finish(OpenModel, facts)
    assert ready.edits.all == (OFF,)
    wait_for(lambda: bool(engine.asked_for(RunKept)))
    assert engine.asked_for(RunKept)[-1].edits == (OFF,)
    whole = Recipe("feature-vis", facts.name, "abc", edits=(f"{LAYER}=x2",))
    ready.runs.restore(whole, Path("made.png"))
    engine.finish(OpenModel, facts)
    assert ready.edits.of(LAYER, 5) is not None, "all units are all of them by name"
    plain = Recipe("feature-vis", facts.name, "abc")
    ready.runs.restore(plain, Path("made.png"))
    engine.finish(OpenModel, facts)
    assert not ready.edits.all


def test_sizes_of_layers_are_kept_apart(ready: Desk) -> None:
    layers = FieldLayers(ready)
    plain = layers._rows
    ready.edits.apply(LAYER, [2], "scale", 0.0)
    assert layers._rows is not plain
    layers._on_button()
    engine: Any = engine_of(ready)
    assert engine.last(MeasureLayers).job.request.edits == (OFF,)
    ready.edits.clear()
    assert layers._rows is plain
    layers.deleteLater()


def test_the_gallery_says_that_the_network_was_changed() -> None:
    from dataclasses import replace

    made = outcome()
    changed = replace(made, recipe=replace(made.recipe, edits=(OFF.text,)))
    assert caption(changed) == f"{caption(made)}, network changed"


def test_the_pixels_it_uses_are_those_of_the_changed_network(ready: Desk) -> None:
    from cnnviz_app.lab.requests import Looked
    from cnnviz_app.ui.sections.saliency import SaliencySection

    state, engine = ready.state, engine_of(ready)
    assert state.picture is not None
    maps = np.random.default_rng(0).random((16, 24, 24), dtype=np.float32)
    flat = np.zeros(10, np.float32)
    seen = np.zeros((28, 28, 3), np.uint8)
    looked = Looked("lenet5", LAYER, state.picture, seen, maps, flat, flat, 0.01)
    state.set_looked(looked)
    part = SaliencySection(ready)
    notes: list[str] = []
    part.note_changed.connect(notes.append)
    ready.edits.apply(LAYER, [2], "scale", 0.0)
    ready.edits.apply(LAYER, [0], "scale", 0.3)
    part.set_wanted(True)
    wait_for(lambda: bool(engine.asked_for(RunTechnique)))
    assert engine.asked_for(RunTechnique)[-1].edits == (OFF,), "its own change is no part of it"
    assert notes[-1].startswith("at y")
    part.set_wanted(False)
    part.deleteLater()
