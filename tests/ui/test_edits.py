"""The changes to the network: what is in force, that nobody can overlook it, and undoing."""

from __future__ import annotations

import dataclasses

import numpy as np
from PySide6.QtTest import QTest

from cnnviz_app.lab.edit_requests import UnitEdit
from cnnviz_app.lab.requests import Look, Looked
from cnnviz_app.sources import builtin
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.edits_bar import EditsBar
from cnnviz_app.ui.main_window import MainWindow
from cnnviz_app.ui.panels._top_classes import TopClasses
from cnnviz_app.ui.widgets.chip import Chip
from cnnviz_app.ui.widgets.class_bars import ClassBars
from tests.ui.conftest import give_maps
from tests.ui.desks import desk
from tests.ui.fakes import engine_of, lenet_facts

__all__ = ["desk"]
LAYER = "features.relu1"


def opened(desk: Desk) -> Desk:
    desk.state.set_picture(builtin.load("cat"))
    desk.state.set_model(lenet_facts(), LAYER)
    return desk


def test_each_unit_is_changed_in_one_way_only(desk: Desk) -> None:
    edits = opened(desk).edits
    edits.apply(LAYER, [0, 1, 2], "scale", 0.0)
    edits.apply(LAYER, [1], "clamp", 3.0)
    assert edits.all == (UnitEdit(LAYER, (0, 2)), UnitEdit(LAYER, (1,), "clamp", 3.0))
    edits.apply(LAYER, [0, 2], "scale", 0.5)
    assert edits.all[0] == UnitEdit(LAYER, (0, 2), "scale", 0.5), "its chip stays where it was"
    edits.apply(LAYER, range(6), "scale", 0.0)
    assert [edits.words(e) for e in edits.all] == [f"all of {LAYER} off"]


def test_a_factor_of_one_is_no_change(desk: Desk) -> None:
    edits = opened(desk).edits
    edits.apply(LAYER, [4], "scale", 1.0)
    assert edits.all == ()
    edits.apply(LAYER, [4], "scale", 0.3)
    edits.apply(LAYER, [4], "scale", 1.0)
    assert edits.all == ()


def test_another_network_starts_unchanged_the_same_one_stays(desk: Desk) -> None:
    edits = opened(desk).edits
    edits.apply(LAYER, [4], "scale", 0.0)
    desk.state.set_model(lenet_facts(), LAYER)
    assert edits.of(LAYER, 4) is not None
    desk.state.set_model(lenet_facts(name="other"), LAYER)
    assert edits.all == ()


def test_looking_sees_the_changes_and_a_dragged_slider_does_not_starve_it(desk: Desk) -> None:
    opened(desk)
    engine = engine_of(desk)
    engine.finish(Look, _looked(desk))
    before = len(engine.asked_for(Look))
    for value in (0.1, 0.2, 0.3):
        desk.edits.apply(LAYER, [4], "scale", value)
    looks = engine.asked_for(Look)[before:]
    assert [look.edits[0].value for look in looks] == [0.1], "one at a time"
    engine.finish(Look, _looked(desk))
    assert engine.asked_for(Look)[-1].edits[0].value == 0.3, "and then the newest"
    engine.finish(Look, _looked(desk))
    assert len(engine.asked_for(Look)) == before + 2


def _looked(desk: Desk) -> Looked:
    state = desk.state
    assert state.picture is not None
    maps = np.ones((6, 28, 28), np.float32)
    logits = np.arange(10, dtype=np.float32)
    return Looked("lenet5", LAYER, state.picture, np.zeros((28, 28, 3), np.uint8), maps, logits,
                  np.exp(logits) / np.exp(logits).sum(), 0.01)  # fmt: skip


def test_predictions_show_what_changed(desk: Desk) -> None:
    opened(desk)
    bars = TopClasses(desk)
    plain = np.zeros(10, np.float32)
    plain[2] = 9.0
    desk.state.set_looked(dataclasses.replace(_looked(desk), plain=plain))
    shown = bars.findChild(ClassBars).bars()
    assert shown[0].index == 9
    assert shown[0].before is not None
    assert shown[0].before < 0.01
    assert shown[0].change.startswith("+")
    lost = shown[-1]
    assert (lost.index, lost.change[0]) == (2, "−"), "the first answer of before stays in sight"
    bars.show_logits(True)
    assert bars.findChild(ClassBars).bars()[-1].change == "−7.00"
    desk.state.set_looked(_looked(desk))
    assert all(bar.before is None for bar in bars.findChild(ClassBars).bars())
    bars.deleteLater()


def test_a_changed_network_says_so_until_it_is_undone(window: MainWindow) -> None:
    desk = window.desk
    bar = window.findChild(EditsBar)
    assert not bar.isVisible()
    desk.edits.apply(LAYER, [3], "scale", 0.0)
    desk.edits.apply(LAYER, [4], "clamp", 1.0)
    give_maps(window)
    QTest.qWait(20)
    assert bar.isVisible()
    chips = [chip for chip in bar.findChildren(Chip) if chip.isVisible()]
    assert [chip.text() for chip in chips] == [f"{LAYER}:3 off", f"{LAYER}:4 = 1"]
    chips[0].clicked.emit()
    assert desk.edits.all == (UnitEdit(LAYER, (4,), "clamp", 1.0),)
    for id in ("dream", "models"):
        window.show_workspace(id)
        assert bar.isVisible()
    window.commands.run("undo-edits")
    assert not bar.isVisible()
    assert desk.edits.all == ()


def test_many_changes_keep_the_newest_in_sight(window: MainWindow) -> None:
    for unit in range(6):
        window.desk.edits.apply("features.conv2", [unit], "scale", unit / 10 + 1.5)
    window.resize(900, 700)
    QTest.qWait(50)
    bar = window.findChild(EditsBar)
    chips = bar.findChildren(Chip)
    assert chips[-1].isVisible()
    assert bar.width() <= 900
    hidden = sum(not chip.isVisible() for chip in chips)
    assert bar._more.text() == (f"and {hidden} more" if hidden else "")


def test_before_and_after_are_held_side_by_side(desk: Desk) -> None:
    comparison = opened(desk).state.comparison
    shown: list[bool] = []
    comparison.asked.connect(lambda: shown.append(True))
    desk.edits.apply(LAYER, [3], "scale", 0.0)
    comparison.compare_unchanged()
    assert shown == [True]
    assert comparison.a is not None
    assert comparison.b is not None
    assert (comparison.a.edits, comparison.b.edits) == ((), desk.edits.all)
    assert comparison.differ
    desk.edits.clear()
    assert not comparison.differ


def test_before_and_after_come_up_though_nobody_had_compared_before(window: MainWindow) -> None:
    state, dock = window.desk.state, window.yard.docks["compare"]
    assert dock.visibleRegion().isEmpty()
    window.desk.edits.apply(state.layer, [0], "scale", 0.0)
    state.comparison.compare_unchanged()
    QTest.qWait(20)
    assert not dock.visibleRegion().isEmpty()
    window.desk.edits.clear()
