"""Found attacks read along their change, what they survive, and what models withstand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from cnnviz_app.core.errors import UserError
from cnnviz_app.core.events import Metrics
from cnnviz_app.lab.attack_requests import (
    FACTORS,
    WHOLE,
    AttackRead,
    Budget,
    MeasureRobustness,
    MeasureTransfer,
    ReadAttack,
    Robustness,
    Survival,
    Transfer,
    TrySurvival,
)
from cnnviz_app.lab.defence_requests import KINDS, Defence, Defended, TryDefence
from cnnviz_app.lab.lab import Lab
from cnnviz_app.lab.looking import seen_by, to_image01
from cnnviz_app.lab.parting import shuffled
from cnnviz_app.lab.parting_requests import Parting, SeeParting
from cnnviz_app.lab.population_requests import PictureSet
from cnnviz_app.sources.picture import Picture
from tests.core.picture_makers import photo
from tests.lab.conftest import Heard

PHOTOS = PictureSet("world", "photos", 4)
QUICK = Budget(steps=3)


def attacked_like(clean: np.ndarray, seed: int = 0) -> np.ndarray:
    change = np.random.default_rng(seed).integers(-8, 9, clean.shape)
    return np.clip(clean.astype(int) + change, 0, 255).astype(np.uint8)


def test_the_way_along_the_change_starts_at_the_picture_and_passes_the_file(
    lab: Lab, heard: Heard
) -> None:
    net = lab.network("shapes")
    picture = Picture("one", photo(90, 70), "")
    clean = seen_by(net, picture.pixels)
    attacked = attacked_like(clean)
    found = lab.answer(heard.ctx, ReadAttack("shapes", picture, attacked))
    assert isinstance(found, AttackRead)
    assert np.array_equal(found.clean, clean)
    assert found.chances.shape == (len(FACTORS), 8)
    for place, pixels in ((0, clean), (WHOLE, attacked)):
        with torch.no_grad():
            expected = net.exact(to_image01(net, pixels)).softmax(1)[0]
        assert np.allclose(found.chances[place], expected, atol=1e-5)
    halfway = np.rint(clean + 0.5 * (attacked.astype(np.float32) - clean)).astype(np.uint8)
    with torch.no_grad():
        expected = net.exact(to_image01(net, halfway)).softmax(1)[0]
    assert np.allclose(found.chances[FACTORS.index(0.5)], expected, atol=1e-5)
    assert found.before == int(found.chances[0].argmax())


def test_a_picture_of_another_size_gets_a_sentence(lab: Lab, heard: Heard) -> None:
    picture = Picture("one", photo(64, 64), "")
    with pytest.raises(UserError, match="another size"):
        lab.answer(heard.ctx, ReadAttack("shapes", picture, photo(32, 32)))


def test_survival_judges_the_attacked_and_the_clean_picture(lab: Lab, heard: Heard) -> None:
    clean = photo(64, 64)
    found = lab.answer(heard.ctx, TrySurvival("shapes", clean, attacked_like(clean)))
    assert isinstance(found, tuple)
    assert all(isinstance(one, Survival) for one in found)
    rows = {one.key: one for one in found}
    net = lab.network("shapes")
    with torch.no_grad():
        expected = net.exact(to_image01(net, attacked_like(clean))).softmax(1)[0]
    assert rows["png"].label == int(expected.argmax())
    assert rows["png"].chance == pytest.approx(float(expected.max()), abs=1e-5)
    assert np.array_equal(rows["png"].shown, attacked_like(clean))
    assert {"jpeg95", "jpeg75", "jpeg50", "resize", "blur", "crop", "bits4", "noise"} <= set(rows)


def test_accuracy_falls_with_epsilon_and_every_point_is_told(lab: Lab, heard: Heard) -> None:
    request = MeasureRobustness(("shapes", "lenet5"), PHOTOS, (2.0, 16.0), QUICK)
    found = lab.answer(heard.ctx, request)
    assert isinstance(found, Robustness)
    assert [curve.model for curve in found.curves] == ["shapes", "lenet5"]
    for curve in found.curves:
        assert curve.epsilons == (0.0, 2.0, 16.0)
        assert curve.accuracy[0] == 1.0  # unlabelled: every picture keeps its answer at first
        assert list(curve.accuracy) == sorted(curve.accuracy, reverse=True)
        assert not curve.labelled
    told = [event for event in heard.of(Metrics) if isinstance(event, Metrics)]
    points = [(int(m.values["model"]), m.values["epsilon"]) for m in told]
    assert points == [(0, 0.0), (1, 0.0), (0, 2.0), (1, 2.0), (0, 16.0), (1, 16.0)]


def test_folders_named_like_classes_are_judged_by_their_names(
    lab: Lab, heard: Heard, tmp_path: Path
) -> None:
    for name in ("circle", "star"):
        (tmp_path / name).mkdir()
        for i in range(2):
            Image.fromarray(photo(64, 64)).save(tmp_path / name / f"{i}.png")
    request = MeasureRobustness(
        ("shapes",), PictureSet("folder", str(tmp_path)), (1.0,), Budget(steps=1)
    )
    found = lab.answer(heard.ctx, request)
    assert isinstance(found, Robustness)
    assert found.curves[0].labelled
    # The same picture lies in both folders: at most one of the two names is right.
    assert found.curves[0].accuracy[0] in (0.0, 0.5)


def test_attacks_are_made_on_rows_and_shown_to_columns(lab: Lab, heard: Heard) -> None:
    request = MeasureTransfer(("shapes", "lenet5"), PHOTOS, 12.0, QUICK)
    found = lab.answer(heard.ctx, request)
    assert isinstance(found, Transfer)
    assert found.success.shape == (2, 2)
    assert found.pictures == 4
    assert max(found.linf) <= 12
    assert all(length > 0 for length in found.l2)
    assert found.success[0, 0] >= found.success[1, 0]
    told = [event for event in heard.of(Metrics) if isinstance(event, Metrics)]
    assert [(m.values["row"], m.values["column"]) for m in told] == [
        (0, 0), (0, 1), (1, 0), (1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize("models", [(), tuple("abcdefg")])
def test_too_few_or_too_many_models_get_a_sentence(
    lab: Lab, heard: Heard, models: tuple[str, ...]
) -> None:
    with pytest.raises(UserError):
        lab.answer(heard.ctx, MeasureRobustness(models, PHOTOS, (1.0,), QUICK))


def test_a_defence_adds_a_curve_for_each_model(lab: Lab, heard: Heard) -> None:
    defence = Defence("bits", 3)
    request = MeasureRobustness(("shapes",), PHOTOS, (4.0, 24.0), QUICK, defence)
    found = lab.answer(heard.ctx, request)
    assert isinstance(found, Robustness)
    plain, defended = found.curves
    assert (plain.title, defended.title) == ("Shapes", "Shapes, 3 bits")
    assert plain.accuracy[0] == 1.0
    assert list(defended.accuracy) == sorted(defended.accuracy, reverse=True)
    told = {event.values["model"] for event in heard.of(Metrics) if isinstance(event, Metrics)}
    assert told == {0.0, 1.0}
    many = MeasureRobustness(
        ("shapes", "lenet5", "lens", "lens-robust"), PHOTOS, (1.0,), QUICK, defence
    )
    with pytest.raises(UserError, match="At most 6 curves"):
        lab.answer(heard.ctx, many)


@pytest.mark.parametrize("kind", ["bits", "noise"])
def test_an_attack_that_knows_the_defence_is_no_weaker(lab: Lab, heard: Heard, kind: str) -> None:
    defence = Defence(kind, {"bits": 2, "noise": 32}[kind])
    unaware, aware = (
        lab.answer(heard.ctx, MeasureRobustness(
            ("shapes",), PHOTOS, (24.0,), QUICK, defence, adaptive
        ))
        for adaptive in (False, True)
    )  # fmt: skip
    assert isinstance(unaware, Robustness)
    assert isinstance(aware, Robustness)
    assert aware.curves[0].accuracy == unaware.curves[0].accuracy
    assert aware.curves[1].accuracy[1] <= unaware.curves[1].accuracy[1]


def test_defences_are_tried_on_both_pictures(lab: Lab, heard: Heard) -> None:
    net = lab.network("shapes")
    clean = seen_by(net, photo(90, 70))
    attacked = attacked_like(clean)
    for kind in KINDS:
        request = TryDefence("shapes", clean, attacked, Defence(kind.kind, kind.usual))
        found = lab.answer(heard.ctx, request)
        assert isinstance(found, Defended)
        assert found.attacked_shown.shape == clean.shape
        assert 0 <= found.clean_chance <= 1
    untouched = lab.answer(heard.ctx, TryDefence("shapes", clean, attacked, Defence()))
    assert isinstance(untouched, Defended)
    assert np.array_equal(untouched.attacked_shown, attacked)
    for wrong in (Defence("jpeg", 200), Defence("prayer", 1)):
        with pytest.raises(UserError):
            lab.answer(heard.ctx, TryDefence("shapes", clean, attacked, wrong))


def test_opinions_part_layer_by_layer(lab: Lab, heard: Heard) -> None:
    net = lab.network("shapes")
    clean = seen_by(net, photo(90, 70))
    attacked = attacked_like(clean)
    found = lab.answer(heard.ctx, SeeParting("shapes", clean, attacked, 0, 1))
    assert isinstance(found, Parting)
    assert [apart.layer for apart in found.layers] == list(net.layers)
    assert all(apart.attacked > 0 for apart in found.layers)
    for reason in found.reasons:
        assert reason.clean is not None, reason.trouble
        assert reason.clean.shape == clean.shape[:2]
    same = lab.answer(heard.ctx, SeeParting("shapes", clean, clean, 0, 0))
    assert isinstance(same, Parting)
    assert all(apart.attacked == 0 == apart.shuffled for apart in same.layers)
    mixed = shuffled(clean, attacked).astype(int) - clean
    assert np.abs(mixed).max() <= 8
