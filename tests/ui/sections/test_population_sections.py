"""The Inspector's histogram over the population and its strongest patches."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from cnnviz_app.lab.population_requests import (
    ExplainPatch,
    FindPopulation,
    GatherPopulation,
    PatchMap,
    ReadPatches,
    ReadUnit,
)
from cnnviz_app.lab.requests import Look
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.section import discover
from cnnviz_app.ui.sections._patch_sheet import PatchSheet, cut_out
from cnnviz_app.ui.sections._population import PopulationSection
from cnnviz_app.ui.sections.population_histogram import PopulationHistogram, facts_in_words
from cnnviz_app.ui.sections.strongest import StrongestSection
from tests.ui.desks import desk as _desk
from tests.ui.fakes import engine_of
from tests.ui.population_answers import LAYER, facts, patches, statistics
from tests.ui.sections.test_unit_sections import look, open_unit
from tests.ui.waiting import wait_for

desk = _desk


@pytest.fixture
def shown(desk: Desk) -> Iterator[list[PopulationSection]]:
    made: list[PopulationSection] = []
    yield made
    for one in made:
        one.set_wanted(False)
        one.hide()
        one.deleteLater()


def build(
    desk: Desk, kind: type[PopulationSection], shown: list[PopulationSection], known: bool = True
) -> PopulationSection:
    section = kind(desk)
    shown.append(section)
    section.resize(380, 600)
    open_unit(desk)
    engine_of(desk).finish(FindPopulation, facts() if known else None)
    section.set_wanted(True)
    section.show()
    QTest.qWait(5)
    return section


def explained(desk: Desk, key: int) -> None:
    engine_of(desk).finish(
        ExplainPatch, PatchMap(key, "deconvnet", np.full((28, 28, 3), 0.7, np.float32))
    )


def test_they_are_found_in_their_order(desk: Desk) -> None:
    orders = {spec.id: spec.order for spec in discover()}
    assert (orders["population"], orders["strongest"]) == (20, 30)


def test_without_a_population_one_button_begins_one_for_all(
    desk: Desk, shown: list[PopulationSection]
) -> None:
    other = build(desk, StrongestSection, shown, known=False)
    assert not other.begin.isVisible()
    assert "The pass that fills the histogram" in other.sentence
    section = build(desk, PopulationHistogram, shown, known=False)
    assert section.begin.isVisible()
    assert not section.body.isVisible()
    assert section.begin.text() == "Look at 2,000 drawn digits"
    section.begin.click()
    assert len(engine_of(desk).asked_for(GatherPopulation)) == 1
    assert not section.begin.isEnabled()


def test_the_histogram_is_of_the_selected_unit_and_marks_now(
    desk: Desk, shown: list[PopulationSection]
) -> None:
    section = build(desk, PopulationHistogram, shown)
    assert isinstance(section, PopulationHistogram)
    assert [r.unit for r in engine_of(desk).asked_for(ReadUnit)] == [3]
    notes: list[str] = []
    section.note_changed.connect(notes.append)
    engine_of(desk).finish(ReadUnit, statistics())
    assert section.statistics is not None
    assert "stronger than on 100.0" in section._rank.text()  # 9 is above all that was seen
    assert section._histogram._now == 9.0
    maps = desk.state.looked
    assert maps is not None
    maps.maps[3] = 1.0
    desk.state.set_looked(maps)
    desk.pace.easy.emit()
    assert section._histogram._now == 1.0
    assert "stronger than on 50.0" in section._rank.text()
    section._on_changed()
    assert "100 built-in photos" in notes[-1]
    assert "tells “dog” apart" in section._facts[2].text()


def test_the_values_by_place_follow_the_pointer(
    desk: Desk, shown: list[PopulationSection]
) -> None:
    section = build(desk, PopulationHistogram, shown)
    assert isinstance(section, PopulationHistogram)
    engine_of(desk).finish(ReadUnit, statistics())
    section._kind.set_key("places")
    section._show()
    desk.state.set_position((2, 3))
    assert desk.state.looked is not None
    assert section._histogram._now == pytest.approx(float(desk.state.looked.maps[3, 2, 3]))
    assert "from a sample" in section._facts[2].text()


def test_moving_on_lets_go_of_what_was_asked(
    desk: Desk, shown: list[PopulationSection]
) -> None:
    section = build(desk, PopulationHistogram, shown)
    ticket = engine_of(desk).last(ReadUnit)
    desk.state.set_unit(5)
    section.set_wanted(False)
    assert ticket.control.cancelled
    section.set_wanted(True)
    assert engine_of(desk).asked_for(ReadUnit)[-1].unit == 5


def test_a_silent_unit_is_said_to_be_one() -> None:
    assert facts_in_words(statistics(seen=0.0), False)[0].startswith("Not above zero")


def test_nine_patches_and_their_pixels_one_after_the_other(
    desk: Desk, shown: list[PopulationSection]
) -> None:
    section = build(desk, StrongestSection, shown)
    assert isinstance(section, StrongestSection)
    engine = engine_of(desk)
    engine.finish(ReadPatches, patches())
    assert len(section.sheet.patches) == 9
    for key in range(9):
        assert engine.last(ExplainPatch).job.request.patch.key == key  # type: ignore[attr-defined]  # an ExplainPatch
        assert engine.last(ExplainPatch).job.urgent
        explained(desk, key)
    assert all(section.sheet.has_map(key) for key in range(9))
    assert len(engine.asked_for(ExplainPatch)) == 9
    # Coming back costs nothing: they are kept.
    section.follow()
    engine.finish(ReadPatches, patches())
    assert len(engine.asked_for(ExplainPatch)) == 9


def test_the_pixels_are_dropped_when_the_selection_moves(
    desk: Desk, shown: list[PopulationSection]
) -> None:
    section = build(desk, StrongestSection, shown)
    engine = engine_of(desk)
    engine.finish(ReadPatches, patches())
    ticket = engine.last(ExplainPatch)
    section.set_wanted(False)
    assert ticket.control.cancelled
    desk.state.set_unit(1)
    section.set_wanted(True)
    assert engine.asked_for(ReadPatches)[-1].unit == 1


def test_it_gives_way_and_goes_on_when_the_engine_is_free(
    desk: Desk, shown: list[PopulationSection]
) -> None:
    build(desk, StrongestSection, shown)
    engine = engine_of(desk)
    engine.finish(ReadPatches, patches())
    engine.stop(Look)
    engine.stop(ExplainPatch)
    wait_for(lambda: len(engine.asked_for(ReadPatches)) > 1)
    assert len(engine.asked_for(ReadPatches)) == 2


def test_another_method_asks_again(desk: Desk, shown: list[PopulationSection]) -> None:
    section = build(desk, StrongestSection, shown)
    assert isinstance(section, StrongestSection)
    engine = engine_of(desk)
    engine.finish(ReadPatches, patches(1))
    explained(desk, 0)
    section._method.set_key("gradient")
    section._on_method("gradient")
    engine.finish(ReadPatches, patches(1))
    assert engine.asked_for(ExplainPatch)[-1].method == "gradient"
    engine.fail(ExplainPatch, "This network cannot be opened far enough.", "Choose another.")
    assert "cannot be opened" in section._silent.text()


def test_a_click_makes_the_picture_the_current_one(
    desk: Desk, shown: list[PopulationSection]
) -> None:
    section = build(desk, StrongestSection, shown)
    assert isinstance(section, StrongestSection)
    engine_of(desk).finish(ReadPatches, patches())
    place = section.sheet._pair(1).center().toPoint()
    QTest.mouseClick(section.sheet, Qt.MouseButton.LeftButton, pos=place)
    assert desk.state.picture is not None
    assert desk.state.picture.origin == "world:photos:1"
    assert desk.state.position == (1, 2)


def test_a_unit_that_is_never_active_has_no_strongest_picture(
    desk: Desk, shown: list[PopulationSection]
) -> None:
    section = build(desk, StrongestSection, shown)
    assert isinstance(section, StrongestSection)
    dead = tuple(p.__class__(p.key, p.place, 0.0, p.picture, p.box) for p in patches())
    engine_of(desk).finish(ReadPatches, dead)
    assert section.sheet.patches == ()
    assert "Not above zero" in section._silent.text()


def test_keys_walk_the_patches(desk: Desk, shown: list[PopulationSection]) -> None:
    sheet = PatchSheet()
    sheet.resize(300, 400)
    sheet.set_patches(patches())
    heard: list[int] = []
    sheet.chosen.connect(lambda patch: heard.append(patch.key))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(sheet, key)
    assert heard == [3]
    assert "row 3, column 2" in sheet.accessibleDescription()
    assert sheet._index_at(*QPoint(-5, -5).toTuple()) == -1
    sheet.deleteLater()


def test_what_reaches_over_the_edge_is_filled() -> None:
    pixels = np.full((10, 10, 3), 9, np.uint8)
    cut = cut_out(pixels, (-2, 4, 4, 12), (1, 2, 3))
    assert cut.shape == (8, 6, 3)
    assert (cut[:6, 2:] == 9).all()
    assert (cut[:, :2] == (1, 2, 3)).all()
    assert (cut[6:] == (1, 2, 3)).all()
    assert cut_out(pixels, None, (0, 0, 0)) is pixels
    assert (cut_out(pixels, (20, 20, 24, 24), (5, 5, 5)) == 5).all()


def test_a_live_source_moves_the_tick_and_asks_nothing(
    desk: Desk, shown: list[PopulationSection]
) -> None:
    build(desk, PopulationHistogram, shown)
    engine_of(desk).finish(ReadUnit, statistics())
    before = len(engine_of(desk).requests)
    for _ in range(5):
        look(desk, LAYER)
    assert len(engine_of(desk).requests) == before


def test_the_histogram_says_that_it_is_without_the_changes(
    desk: Desk, shown: list[PopulationSection]
) -> None:
    section = build(desk, PopulationHistogram, shown)
    assert isinstance(section, PopulationHistogram)
    engine_of(desk).finish(ReadUnit, statistics())
    assert not section.as_trained.isVisible()
    desk.edits.apply(desk.state.layer, [1], "clamp", 2.0)
    assert section.as_trained.isVisible()
    desk.edits.clear()
    assert not section.as_trained.isVisible()
