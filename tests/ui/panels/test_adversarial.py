"""The attack stage: what is shown is the saved picture, and everything follows the found change."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtTest import QTest

from cnnviz_app.core.images import to_float
from cnnviz_app.core.recipe import Recipe
from cnnviz_app.core.registry import TechniqueResult
from cnnviz_app.lab.attack_requests import (
    FACTORS,
    GROUP,
    WHOLE,
    AttackRead,
    ReadAttack,
    Survival,
    TrySurvival,
)
from cnnviz_app.lab.compare_requests import CompareSides
from cnnviz_app.lab.requests import Looked, Outcome
from cnnviz_app.sources.picture import Picture
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels import _attack_words as words
from cnnviz_app.ui.panels.adversarial import AdversarialPanel
from cnnviz_app.ui.panels.technique import TechniquePanel
from tests.ui.desks import techniques
from tests.ui.fakes import engine_of, lenet_facts

CLEAN = np.full((28, 28, 3), 100, np.uint8)
ATTACKED = CLEAN.copy()
ATTACKED[3, 5] = (108, 92, 100)
ATTACKED[20, 9] = (103, 103, 103)


def outcome(*, success: bool = True, source: bool = True, target: str = "none") -> Outcome:
    figures = {"success": success, "label_before": 3, "label_after": 7, "queries": 11}
    result = TechniqueResult(picture=to_float(ATTACKED), steps=3, figures=figures)
    recipe = Recipe(
        technique="pgd", model="lenet5", weights_hash="", params={"target": target}, seed=0,
        versions={}, sources={"picture": CLEAN} if source else {},
        source_names={"picture": "a three"} if source else {}, layer="", unit="", figures=figures,
    )  # fmt: skip
    return Outcome(result, recipe, 0.5)


def chances() -> np.ndarray:
    found = np.full((len(FACTORS), 10), 0.01, np.float32)
    rising = np.linspace(0.05, 0.85, len(FACTORS))
    found[:, 7], found[:, 3] = rising, 0.9 - rising
    return found


@pytest.fixture
def panel(desk: Desk) -> Iterator[AdversarialPanel]:
    made = AdversarialPanel(desk)
    made.resize(1400, 900)
    made.show()
    desk.runs._on_techniques(techniques())
    desk.runs.choose("pgd")
    desk.state.set_picture(Picture("a three", CLEAN))
    desk.state.set_model(lenet_facts())
    yield made
    made.close()


def finish(panel: AdversarialPanel, found: Outcome | None = None) -> None:
    """A run ended, and the engine read it."""
    panel.desk.runs._on_finished(found or outcome())
    request = engine_of(panel.desk).last(ReadAttack).job.request
    assert isinstance(request, ReadAttack)
    assert np.array_equal(request.attacked, ATTACKED)
    clean = request.picture.pixels
    read = AttackRead("lenet5", clean, request.attacked, chances())
    engine_of(panel.desk).finish(ReadAttack, read)


def flickers(panel: AdversarialPanel) -> bool:
    return panel._one.flickering


def has_attack(panel: AdversarialPanel) -> bool:
    return panel.session.read is not None


def test_a_found_attack_is_told_in_one_sentence(panel: AdversarialPanel) -> None:
    finish(panel)
    assert panel._heading._title.text() == "3 → 7"
    assert panel._heading._facts.text() == "PGD, largest change 8 levels, saved file read back"
    before, after = (bars.bars() for bars in panel._triptych._bars)
    assert [bar.index for bar in before][:1] == [3]
    assert {3, 7} <= {bar.index for bar in after}
    assert [bar.index for bar in after if bar.attacked] == [7]


def test_the_slider_shows_rounded_pictures_with_their_own_chances(panel: AdversarialPanel) -> None:
    finish(panel)
    assert panel.session.place == WHOLE
    panel._curve.moved.emit(FACTORS.index(0.5))
    shown = panel.copy_pixels()
    assert shown is not None
    assert tuple(shown[3, 5]) == (104, 96, 100)
    assert tuple(shown[20, 9]) == (102, 102, 102)  # 1.5 levels, halves to even
    share = chances()[FACTORS.index(0.5), 7]
    bars = {bar.index: bar.share for bar in panel._triptych._bars[1].bars()}
    assert bars[7] == pytest.approx(float(share))
    assert "50 %" in panel._curve._now.text()
    assert "4 levels" in panel._curve._now.text()


def test_the_largest_pixels_are_walked_and_clicked(panel: AdversarialPanel) -> None:
    finish(panel)
    below = panel._triptych.difference
    heard: list[object] = []
    below.pixel_changed.connect(heard.append)
    below.walk(1)
    below.walk(1)
    below.point_near(10, 21)
    assert heard == [(5, 3), (9, 20), (9, 20)]
    assert below._where.text() == "x 9, y 20:  +3"
    assert words.pixel_words(words.changes(CLEAN, ATTACKED), 5, 3) == "+8  −8  0"


def test_survival_is_counted_against_the_old_answer_or_the_target(panel: AdversarialPanel) -> None:
    finish(panel)
    rows = tuple(Survival(str(label), f"to {label}", label, 0.5, 3, CLEAN) for label in (3, 5, 7))
    engine_of(panel.desk).finish(TrySurvival, rows)
    assert panel._count.text() == "2 of 3 still fooled"
    finish(panel, outcome(target="7"))
    engine_of(panel.desk).finish(TrySurvival, rows)
    assert panel._count.text() == "1 of 3 still fooled"
    assert not panel._tiles.grab().isNull()


def test_a_picture_from_noise_has_no_original(panel: AdversarialPanel) -> None:
    finish(panel, outcome(source=False))
    assert panel._heading._title.text().startswith("Noise →")
    assert not engine_of(panel.desk).asked_for(TrySurvival)
    assert not panel._heading._compare.isEnabled()


def test_look_and_compare_hand_the_pictures_on(panel: AdversarialPanel) -> None:
    finish(panel)
    panel._heading._look.click()
    shown = panel.desk.state.picture
    assert shown is not None
    assert np.array_equal(shown.pixels, ATTACKED)
    asked: list[str] = []
    panel.desk.state.comparison.asked.connect(lambda: asked.append("compare"))
    panel._heading._compare.click()
    a, b = panel.desk.state.comparison.a, panel.desk.state.comparison.b
    assert a is not None
    assert b is not None
    assert np.array_equal(a.picture.pixels, CLEAN)
    assert np.array_equal(b.picture.pixels, ATTACKED)
    assert asked == ["compare"]
    assert not engine_of(panel.desk).asked_for(CompareSides)


def test_the_attack_stays_until_another_picture_is_looked_at(panel: AdversarialPanel) -> None:
    finish(panel)

    def look(pixels: np.ndarray) -> None:
        shares = np.eye(10, dtype=np.float32)[4]
        picture = Picture("seen", pixels)
        maps = np.zeros((6, 4, 4), np.float32)
        panel.desk.state.set_looked(
            Looked("lenet5", "features.conv1", picture, pixels, maps, shares, shares, 0.01)
        )

    look(ATTACKED)
    assert has_attack(panel)
    look(CLEAN + 1)
    assert not has_attack(panel)
    assert panel._heading._title.text() == "4"
    assert panel.copy_pixels() is None


def test_flicker_starts_when_asked_and_stops_when_hidden(panel: AdversarialPanel) -> None:
    panel.desk.theme.set("dark", 100, False)
    finish(panel)
    panel.show_view("flicker")
    one = panel._one
    assert not flickers(panel)
    QTest.qWait(1)
    one._start.click()
    assert flickers(panel)
    assert one._timer.interval() >= 167  # below three turns a second
    panel.show_view("three")
    QTest.qWait(1)
    assert not flickers(panel)
    panel.desk.theme.set("dark", 100, True)
    panel.show_view("flicker")
    one._start.click()
    assert not flickers(panel)


def test_a_small_window_shows_one_part_at_a_time(panel: AdversarialPanel) -> None:
    finish(panel)
    panel.resize(600, 500)
    QTest.qWait(1)
    for key, part in (("curve", panel._curve), ("survival", panel._survival),
                      ("three", panel._triptych)):  # fmt: skip
        panel.show_view(key)
        QTest.qWait(1)
        shown = [p for p in (panel._curve, panel._survival, panel._triptych) if p.isVisible()]
        assert shown == [part]


def test_in_a_low_window_the_pictures_keep_their_size(panel: AdversarialPanel) -> None:
    finish(panel)
    tall = panel._triptych._parts[0].view.width()
    panel.resize(1400, 600)
    QTest.qWait(1)
    assert panel.takes_turns
    assert not panel._low.isVisible()
    assert panel._triptych._parts[0].view.width() > 0.8 * tall
    panel.show_view("survival")
    assert panel._tiles.isVisible()
    assert not panel._pages.isVisible()
    panel.resize(1400, 900)
    QTest.qWait(1)
    assert panel._pages.isVisible()
    assert panel._curve.isVisible()


def test_nothing_of_the_last_attack_stands_beside_what_is_made_from_noise(
    panel: AdversarialPanel,
) -> None:
    finish(panel)
    panel.desk.runs._on_finished(outcome(source=False))
    assert not has_attack(panel)  # until it is read
    assert panel._pages.currentWidget() is panel._pages.bred


def test_words_and_gains() -> None:
    assert words.verdict("cat", "cat", True) == "cat already"
    assert words.verdict("cat", "cat", False) == "Still cat"
    same = {"success": True, "label_before": 3, "label_after": 3}
    assert "taken for the target before" in words.verdict_facts("PGD", same, 4)
    change = words.changes(CLEAN, ATTACKED)
    assert words.suitable_gain(change) == 15
    assert words.suitable_gain(np.zeros_like(change)) == words.LARGEST_GAIN
    assert set(np.unique(words.seen_change(np.zeros_like(change), 20))) == {words.GREY}
    assert words.largest_pixels(np.zeros_like(change)) == []
    rows = {name: size for name, size, _ in words.measures(change, 3)}
    assert rows["Largest change"] == "8 levels"
    assert rows["Pixels touched"] == "2"
    assert words.verdict("cat", "cat", False) == "Still cat"
    rows_kept = tuple(Survival("k", "t", 5, 0.5, plain, CLEAN) for plain in (3, 5))
    assert words.survival_words(rows_kept, 3, None) == (
        "2 of 2 still fooled, 1 without the attack too"
    )


def test_attacks_are_chosen_where_one_attacks_and_others_where_one_dreams(desk: Desk) -> None:
    desk.settings.update(workspace="attack")
    made = TechniquePanel(desk)
    desk.runs._on_techniques(techniques())
    assert desk.runs.technique is not None
    assert desk.runs.technique.name == "pgd"
    desk.runs.choose("deepfool")
    desk.settings.update(workspace="explore")
    desk.settings.update(workspace="attack")
    assert desk.runs.technique.name == "deepfool"
    groups = {t.name: t.group for t in techniques()}
    offered = [made._choice.itemData(i) for i in range(made._choice.count())]
    attacks = [groups[name] == GROUP for name in offered]
    assert attacks == sorted(attacks, reverse=True)
    assert sum(attacks) >= 12
    desk.settings.update(workspace="dream")
    assert groups[desk.runs.technique.name] != GROUP
    offered = [made._choice.itemData(i) for i in range(made._choice.count())]
    assert groups[offered[0]] != GROUP
    made.close()
