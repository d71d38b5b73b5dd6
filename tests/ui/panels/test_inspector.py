"""The Inspector hosts sections: who computes when, what is folded, and a bad one does no harm."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from PySide6.QtTest import QTest

from cnnviz_app.ui import section as sections
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels import _section_pace as pace
from cnnviz_app.ui.panels import inspector as panels
from cnnviz_app.ui.panels.inspector import InspectorPanel
from cnnviz_app.ui.section import Section, SectionSpec
from tests.ui.fakes import lenet_facts

HEIGHT = 340


class Tall(Section):
    """Writes down what is asked of it."""

    log: list[tuple[str, bool]]

    def __init__(self, desk: Desk, name: str, log: list[tuple[str, bool]]) -> None:
        super().__init__(desk)
        self.name, self.log = name, log
        self.setFixedHeight(HEIGHT)

    def follow(self) -> None:
        self.log.append((self.name, self.wanted))


class Broken(Section):
    def follow(self) -> None:
        raise RuntimeError("broken")


@pytest.fixture
def log() -> list[tuple[str, bool]]:
    return []


@pytest.fixture
def inspector(
    desk: Desk, log: list[tuple[str, bool]], monkeypatch: pytest.MonkeyPatch
) -> Iterator[InspectorPanel]:
    """Four sections, of which two and a half fit."""
    specs = tuple(
        SectionSpec(name, name.title(), place, lambda desk, name=name: Tall(desk, name, log))
        for place, name in enumerate(("first", "second", "third", "fourth"))
    )
    monkeypatch.setattr(panels, "discover", lambda: specs)
    desk.state.set_model(lenet_facts())
    shown = InspectorPanel(desk)
    shown.resize(400, 600)
    shown.show()
    yield shown
    shown.hide()
    shown.deleteLater()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 100 <= pace.REST_MS <= 300
    monkeypatch.setattr(pace, "REST_MS", 20)
    monkeypatch.setattr(pace, "STEP_MS", 2)


def rest() -> None:
    QTest.qWait(350)  # long enough for a machine with much else to do


def wanted(panel: InspectorPanel) -> list[str]:
    return [frame.spec.id for frame in panel._frames if frame.section.wanted]


def test_what_is_in_view_begins_the_most_important_first(
    inspector: InspectorPanel, log: list[tuple[str, bool]]
) -> None:
    assert log == [], "nothing at once"
    rest()
    assert log == [("first", True), ("second", True), ("third", True)], "the last is far below"
    inspector._area.verticalScrollBar().setValue(10_000)
    rest()
    assert wanted(inspector) == ["second", "third", "fourth"]


def test_running_through_units_cancels_and_starts_once(
    inspector: InspectorPanel, desk: Desk, log: list[tuple[str, bool]]
) -> None:
    rest()
    log.clear()
    for unit in range(1, 6):
        desk.state.set_unit(unit)
        QTest.qWait(2)
    assert log == [("first", False), ("second", False), ("third", False)]
    rest()
    assert log[3:] == [("first", True), ("second", True), ("third", True)]


def test_a_hidden_inspector_computes_nothing(
    inspector: InspectorPanel, desk: Desk, log: list[tuple[str, bool]]
) -> None:
    rest()
    inspector.hide()
    assert wanted(inspector) == []
    log.clear()
    desk.state.set_unit(3)
    rest()
    assert log == []


def test_folding_stops_a_section_brings_up_the_next_and_is_remembered(
    inspector: InspectorPanel, desk: Desk
) -> None:
    rest()
    inspector._frames[0].set_unfolded(False)
    rest()
    assert wanted(inspector) == ["second", "third"] or wanted(inspector)[-1] == "fourth"
    assert "first" not in wanted(inspector)
    assert desk.settings.folded("inspector", "first", False)
    again = InspectorPanel(desk)
    assert not again._frames[0].unfolded
    assert again._frames[1].unfolded
    again.deleteLater()


def test_one_that_has_nothing_to_say_is_asked_about_the_next_unit(
    inspector: InspectorPanel, desk: Desk, log: list[tuple[str, bool]]
) -> None:
    rest()
    frame = inspector._frames[1]
    frame.section.shown_changed.emit(False)
    assert not frame.isVisible()
    log.clear()
    desk.state.set_unit(2)
    rest()
    assert ("second", True) in log
    frame.section.shown_changed.emit(True)
    assert frame.isVisible()


def test_a_note_stands_beside_the_title(inspector: InspectorPanel) -> None:
    frame = inspector._frames[0]
    frame.section.note_changed.emit("of 1 000")
    assert frame._heading.accessibleDescription() == "of 1 000"


def test_broken_sections_take_nothing_else_down(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def explode(desk: Desk) -> Section:
        raise RuntimeError("cannot be built")

    log: list[tuple[str, bool]] = []
    specs = (
        SectionSpec("unbuilt", "Unbuilt", 1, explode),
        SectionSpec("broken", "Broken", 2, Broken),
        SectionSpec("sound", "Sound", 3, lambda desk: Tall(desk, "sound", log)),
    )
    monkeypatch.setattr(panels, "discover", lambda: specs)
    desk.state.set_model(lenet_facts())
    with (
        caplog.at_level(logging.CRITICAL, logger="cnnviz_app.ui.panels._section_frame"),
        caplog.at_level(logging.CRITICAL, logger="cnnviz_app.ui.panels.inspector"),
    ):
        panel = InspectorPanel(desk)
        panel.resize(400, 600)
        panel.show()
        rest()
        desk.state.set_unit(2)
        rest()
    assert log == [("sound", True), ("sound", False), ("sound", True)]
    assert [f.spec.id for f in panel._frames if f.isVisible()] == ["sound"]
    panel.hide()
    panel.deleteLater()


def test_every_section_there_is_can_be_built_and_follows(desk: Desk) -> None:
    panel = InspectorPanel(desk)
    found = sections.discover()
    assert {"sight", "saliency", "neighbours", "change", "matter", "label", "facts"} <= {
        spec.id for spec in found
    }
    assert [frame.spec.id for frame in panel._frames] == [spec.id for spec in found]
    assert found[-1].id == "facts"
    panel.resize(400, 4000)
    panel.show()
    desk.state.set_model(lenet_facts())
    rest()
    assert not any(frame.broken for frame in panel._frames)
    assert panel._chip.text() == "unit 0"
    panel.hide()
    panel.deleteLater()
