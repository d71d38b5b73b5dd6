"""The Inspector's own sections: pixels it uses, changing it, and the units that matter."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from cnnviz_app.core.recipe import Recipe
from cnnviz_app.core.registry import TechniqueResult
from cnnviz_app.lab.edit_requests import RankByAblation, UnitEdit, UnitRanking
from cnnviz_app.lab.requests import Looked, Outcome, RunTechnique
from cnnviz_app.sources import builtin
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.section import Section
from cnnviz_app.ui.sections.change import ChangeSection
from cnnviz_app.ui.sections.matter import MatterSection
from cnnviz_app.ui.sections.saliency import SaliencySection
from tests.ui.desks import desk as _desk
from tests.ui.fakes import engine_of, lenet_facts

desk = _desk
LAYER = "features.relu2"


def look(desk: Desk, layer: str = LAYER, plain: bool = False) -> Looked:
    state = desk.state
    assert state.model is not None
    assert state.picture is not None
    maps = np.random.default_rng(1).random(state.model.map_shapes[layer], dtype=np.float32)
    maps[3, 4, 5] = 9.0
    logits = np.arange(10, dtype=np.float32)
    shares = (np.exp(logits) / np.exp(logits).sum()).astype(np.float32)
    looked = Looked(
        state.model.name, layer, state.picture, np.zeros((28, 28, 3), np.uint8), maps, logits,
        shares, 0.01, plain=logits[::-1].copy() if plain else None,
    )  # fmt: skip
    state.set_looked(looked)
    return looked


def open_unit(desk: Desk, unit: int = 3, layer: str = LAYER) -> None:
    desk.state.set_picture(builtin.load("cat"))
    desk.state.set_model(lenet_facts(), layer, unit)
    if desk.state.model.map_shapes[layer][1] > 1:
        look(desk, layer)


@pytest.fixture
def shown(desk: Desk) -> Iterator[list[Section]]:
    made: list[Section] = []
    yield made
    for one in made:
        one.hide()
        one.deleteLater()


def outcome(values: np.ndarray) -> Outcome:
    recipe = Recipe("gradient", "lenet5", "", {}, 0, {})
    return Outcome(TechniqueResult(values=values, scale="sequential"), recipe, 0.01)


def asked(desk: Desk) -> list[tuple[str, dict[str, object]]]:
    return [(r.technique, dict(r.params)) for r in engine_of(desk).asked_for(RunTechnique)]


# ---- pixels it uses


def test_three_methods_one_after_the_other_at_the_strongest_cell(
    desk: Desk, shown: list[Section]
) -> None:
    open_unit(desk)
    part = SaliencySection(desk)
    shown.append(part)
    assert asked(desk) == []
    part.set_wanted(True)
    unit = {"unit": f"{LAYER}:3@4,5"}
    engine = engine_of(desk)
    values = np.random.default_rng(0).random((28, 28)).astype(np.float32)
    assert asked(desk) == [("gradient", unit)]
    assert engine.last(RunTechnique).job.background, "a failure is no message"
    for _ in range(3):
        engine.finish(RunTechnique, outcome(values))
    assert asked(desk)[1:] == [
        ("guided-backprop", unit), ("gradcam", {**unit, "layer": "features.relu1"}),
    ]  # fmt: skip
    assert all(shown is not None for shown in part._shown[1:])


def test_the_first_layer_has_no_map_before_it(desk: Desk, shown: list[Section]) -> None:
    open_unit(desk, 3, "features.relu1")
    part = SaliencySection(desk)
    shown.append(part)
    part.set_wanted(True)
    engine = engine_of(desk)
    for _ in range(2):
        engine.finish(RunTechnique, outcome(np.zeros((28, 28), np.float32)))
    assert asked(desk)[-1][0] == "gradient-x-input"


def test_moving_on_cancels_and_a_failure_does_not_stop_the_others(
    desk: Desk, shown: list[Section]
) -> None:
    open_unit(desk)
    part = SaliencySection(desk)
    shown.append(part)
    part.set_wanted(True)
    engine = engine_of(desk)
    first = engine.last(RunTechnique)
    part.set_wanted(False)
    assert first.control.cancelled
    engine.stop(RunTechnique)
    desk.state.set_unit(2)
    part.set_wanted(True)
    engine.fail(RunTechnique, "No gradient.")
    assert asked(desk)[-1][0] == "guided-backprop"
    assert part._row.pictures[1].toolTip().startswith("No gradient.")


def test_a_stream_of_pictures_is_followed_calmly(desk: Desk, shown: list[Section]) -> None:
    open_unit(desk)
    part = SaliencySection(desk)
    shown.append(part)
    part.set_wanted(True)
    for _ in range(5):
        look(desk)
    desk.state.set_position((2, 2))
    desk.pace.calm.emit()
    assert len(asked(desk)) == 1, "one is under way"
    engine_of(desk).finish(RunTechnique, outcome(np.zeros((28, 28), np.float32)))
    desk.pace.moving = False
    desk.pace.rested.emit()
    assert asked(desk)[-1] == ("gradient", {"unit": f"{LAYER}:3@2,2"})


# ---- changing it


def test_ablate_scale_clamp_for_a_unit_a_group_and_a_layer(
    desk: Desk, shown: list[Section]
) -> None:
    open_unit(desk)
    part = ChangeSection(desk)
    shown.append(part)
    part.show()
    part._apply("scale", 0.0)
    assert desk.edits.all == (UnitEdit(LAYER, (3,)),)
    assert part._scale.value == 0
    part._scale.type_value(150)
    assert desk.edits.all == (UnitEdit(LAYER, (3,), "scale", 1.5),)
    part._reach.set_index(1)
    part._group.setText("3, 7-9")
    part._apply("clamp", 2.0)
    assert desk.edits.all == (UnitEdit(LAYER, (3, 7, 8, 9), "clamp", 2.0),)
    part._reach.set_index(2)
    part._apply("scale", 0.5)
    assert desk.edits.all == (UnitEdit(LAYER, tuple(range(16)), "scale", 0.5),)
    part._reset.click()
    assert desk.edits.all == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("x", "not a unit"), ("4-99", "no unit 99"), ("", "Write which units")],
)
def test_a_group_that_cannot_be_read_is_a_sentence(
    desk: Desk, shown: list[Section], text: str, sentence: str
) -> None:
    open_unit(desk)
    part = ChangeSection(desk)
    shown.append(part)
    part.show()
    part._reach.set_index(1)
    part._group.setText(text)
    part._apply("scale", 0.0)
    assert sentence in part._wrong.text()
    assert part._wrong.isVisible()
    assert desk.edits.all == ()
    part._group.setText("1")
    part._apply("scale", 0.0)
    assert not part._wrong.text()


def test_it_shows_the_change_in_force_and_what_it_moves(desk: Desk, shown: list[Section]) -> None:
    open_unit(desk)
    desk.edits.apply(LAYER, [5], "clamp", 4.0)
    part = ChangeSection(desk)
    shown.append(part)
    notes: list[str] = []
    part.note_changed.connect(notes.append)
    part.show()
    assert notes[-1] == ""
    desk.state.set_unit(5)
    assert notes[-1] == "= 4 now"
    assert part._value.value == 4.0
    assert not part._bars.isVisible()
    look(desk, plain=True)
    desk.pace.easy.emit()
    assert part._bars.isVisible()
    assert {bar.index for bar in part._bars.bars()} >= {0, 9}
    desk.edits.clear()
    assert part._scale.value == 100


# ---- the units that matter


def test_the_ranking_runs_on_demand_and_a_bar_selects_its_unit(
    desk: Desk, shown: list[Section]
) -> None:
    open_unit(desk)
    part = MatterSection(desk)
    shown.append(part)
    part.show()
    engine = engine_of(desk)
    assert engine.asked_for(RankByAblation) == []
    part._button.click()
    (request,) = engine.asked_for(RankByAblation)
    assert (request.layer, request.label) == (LAYER, 9)
    notes: list[str] = []
    part.note_changed.connect(notes.append)
    engine.progress(RankByAblation, 4, 16)
    assert notes == ["4 of 16"]
    drops = np.zeros(16, np.float32)
    drops[[7, 2]] = 3.0, 1.0
    picture = desk.state.picture
    ranking = UnitRanking("lenet5", picture.content_id, LAYER, 9, drops,
                          np.full(16, 0.4, np.float32), 9.0, 0.63)  # fmt: skip
    engine.finish(RankByAblation, ranking)
    assert [bar.index for bar in part._bars.bars()][:2] == [7, 2]
    assert part._bars.bars()[1].share == pytest.approx(1 / 3)
    part._bars.chosen.emit(7)
    assert desk.state.unit == 7
    desk.edits.apply(LAYER, [1], "scale", 0.0)
    assert part._button.isVisible(), "of another network now"


def test_the_ranking_stops_by_hand_and_when_the_layer_is_left(
    desk: Desk, shown: list[Section]
) -> None:
    open_unit(desk)
    part = MatterSection(desk)
    shown.append(part)
    part.show()
    engine = engine_of(desk)
    part._button.click()
    part._button.click()
    engine.stop(RankByAblation)
    assert part._button.text() == "Find them"
    part._button.click()
    ticket = engine.last(RankByAblation)
    desk.state.set_layer("features.relu1")
    look(desk, "features.relu1")
    desk.pace.easy.emit()
    assert ticket.control.cancelled
