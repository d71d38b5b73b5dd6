"""Gathering, stopping, going on, keeping on disk and reading a population."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnviz_app import paths
from cnnviz_app.core.context import Context, JobControl
from cnnviz_app.core.errors import Cancelled, UserError
from cnnviz_app.core.events import Frame, Note, Progress
from cnnviz_app.lab import population as populations
from cnnviz_app.lab import population_cache as cache
from cnnviz_app.lab.lab import Lab
from cnnviz_app.lab.looking import to_image01
from cnnviz_app.lab.population import Population, latest, top_patches
from cnnviz_app.lab.population_requests import (
    ExplainPatch,
    FindPopulation,
    GatherPopulation,
    PatchMap,
    PictureSet,
    PopulationFacts,
    Ranking,
    RankUnits,
    ReadPatches,
    ReadUnit,
    UnitStatistics,
)
from cnnviz_app.lab.start import make_lab
from tests.lab.conftest import Heard

MODEL = "lenet5"
GRATINGS = PictureSet("world", "gratings", 40)


def gather(
    lab: Lab, ctx: Context, pictures: PictureSet = GRATINGS, fresh: bool = False
) -> PopulationFacts:
    found = lab.answer(ctx, GatherPopulation(MODEL, pictures, fresh=fresh))
    assert isinstance(found, PopulationFacts)
    return found


def kept(lab: Lab) -> Population:
    found = latest(lab, lab.network(MODEL))
    assert found is not None
    return found


def folder_of(tmp_path: Path, classes: tuple[str, ...] = ("dark", "light")) -> Path:
    for number, name in enumerate(classes):
        place = tmp_path / "many" / name
        place.mkdir(parents=True)
        for i in range(4):
            level = np.full((28, 28, 3), 40 + 170 * number, np.uint8)
            level[4 * i : 4 * i + 5] = 0
            Image.fromarray(level).save(place / f"{i}.png")
    return tmp_path / "many"


def test_a_world_is_looked_at_and_told_about(lab: Lab, heard: Heard) -> None:
    facts = gather(lab, heard.ctx)
    assert (facts.done, facts.total, facts.finished, facts.cached) == (40, 40, True, False)
    assert facts.classes == ("grating", "gabor", "bar", "spot")
    assert facts.layers == lab.network(MODEL).layers
    last = heard.of(Progress)[-1]
    assert isinstance(last, Progress)
    assert (last.done, last.total) == (40, 40)
    assert "pictures/s" in last.text
    assert any(isinstance(e, Frame) and e.name == "population" for e in heard.events)


def test_it_is_found_again_on_disk_and_not_computed(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    gather(lab, Context.silent())
    before = kept(lab).tally
    monkeypatch.setattr(populations, "_work", lambda *_: pytest.fail("computed again"))
    other = make_lab("cpu")
    facts = gather(other, Context.silent())
    assert facts.cached
    assert facts.finished
    for name, array in before.arrays().items():
        assert np.array_equal(array, kept(other).tally.arrays()[name]), name
    third = make_lab("cpu")
    found = third.answer(Context.silent(), FindPopulation(MODEL))
    assert isinstance(found, PopulationFacts)
    assert found.pictures == GRATINGS


def test_nothing_known_is_answered_with_nothing(lab: Lab) -> None:
    assert lab.answer(Context.silent(), FindPopulation(MODEL)) is None
    assert lab.answer(Context.silent(), ReadUnit(MODEL, "relu1", 0)) is None
    assert lab.answer(Context.silent(), ReadPatches(MODEL, "relu1", 0)) == ()
    assert lab.answer(Context.silent(), RankUnits(MODEL, "strong")) == Ranking("strong", 0)


@pytest.mark.parametrize("harm", ["cut", "empty", "noise", "other"])
def test_a_damaged_file_is_made_anew(lab: Lab, harm: str) -> None:
    gather(lab, Context.silent())
    (file,) = (paths.cache_dir() / cache.FOLDER).glob("*.npz")
    whole = file.read_bytes()
    spoilt = {
        "cut": whole[: len(whole) // 2], "empty": b"",
        "noise": whole[:2000] + bytes(len(whole) - 4000) + whole[-2000:], "other": b"PK no",
    }  # fmt: skip
    file.write_bytes(spoilt[harm])
    other = make_lab("cpu")
    assert other.answer(Context.silent(), FindPopulation(MODEL)) is None
    facts = gather(other, Context.silent())
    assert (facts.done, facts.cached) == (40, False)
    assert make_lab("cpu").answer(Context.silent(), FindPopulation(MODEL)) is not None


def test_other_pictures_layers_or_models_are_other_populations(lab: Lab) -> None:
    gather(lab, Context.silent())
    net = lab.network(MODEL)
    keys = {kept(lab).key}
    gather(lab, Context.silent(), PictureSet("world", "gratings", 41))
    keys.add(kept(lab).key)
    lab.answer(Context.silent(), GatherPopulation(MODEL, GRATINGS, ("relu1",)))
    keys.add(kept(lab).key)
    assert len(keys) == 3
    one, two = cache.model_hash(net.key, "aa"), cache.model_hash(net.key, "bb")
    assert one != two
    assert cache.model_hash(net.key, "") == ""  # random weights are never kept


def test_a_changed_folder_is_looked_at_again(lab: Lab, tmp_path: Path) -> None:
    place = folder_of(tmp_path)
    pictures = PictureSet("folder", str(place))
    assert not gather(lab, Context.silent(), pictures).cached
    Image.new("RGB", (28, 28), "red").save(place / "dark" / "9.png")
    other = make_lab("cpu")
    assert other.answer(Context.silent(), FindPopulation(MODEL)) is None
    facts = gather(other, Context.silent(), pictures)
    assert (facts.cached, facts.done) == (False, 9)


def test_stopped_it_goes_on_where_it_was(lab: Lab) -> None:
    control = JobControl()
    steps = []

    def between() -> None:
        steps.append(1)
        if latest(lab, lab.network(MODEL)) is not None and kept(lab).done >= 128:
            control.cancel()

    many = PictureSet("world", "gratings", 150)
    with pytest.raises(Cancelled):
        gather(lab, Context(1, None, control, between), many)
    half = kept(lab)
    assert 128 <= half.done < 150
    partial = lab.answer(Context.silent(), ReadUnit(MODEL, "relu2", 1))
    assert isinstance(partial, UnitStatistics)
    assert partial.pictures == half.done
    assert gather(lab, Context.silent(), many).finished
    assert kept(lab) is half
    straight = make_lab("cpu")
    gather(straight, Context.silent(), many, fresh=True)
    for name in ("top_picture", "top_place", "seen", "class_count"):
        assert np.array_equal(getattr(half.tally, name), getattr(kept(straight).tally, name))
    assert np.allclose(half.tally.mean_sum, kept(straight).tally.mean_sum, rtol=1e-5)


def test_a_pause_holds_it_and_lets_it_go_on(lab: Lab) -> None:
    control = JobControl()
    lab.network(MODEL)
    control.pause()
    threading.Timer(0.15, control.resume).start()
    began = time.monotonic()
    assert gather(lab, Context(1, None, control)).finished
    assert time.monotonic() - began >= 0.14


def test_no_thread_stays_behind(lab: Lab) -> None:
    control = JobControl()
    control.cancel()
    with pytest.raises(Cancelled):
        gather(lab, Context(1, None, control))
    gather(lab, Context.silent())
    assert not [t for t in threading.enumerate() if t.name == "population"]


def test_subfolders_are_classes_and_unreadable_pictures_are_left_out(
    lab: Lab, heard: Heard, tmp_path: Path
) -> None:
    place = folder_of(tmp_path)
    (place / "dark" / "broken.png").write_bytes(b"not a picture")
    (place / "light" / "empty.jpg").write_bytes(b"")
    facts = gather(lab, heard.ctx, PictureSet("folder", str(place)))
    assert (facts.done, facts.failed, facts.total, facts.finished) == (8, 2, 10, True)
    assert facts.classes == ("dark", "light")
    (note,) = heard.of(Note)
    assert isinstance(note, Note)
    assert note.sentence == "2 of 10 pictures could not be opened and were left out."
    ranking = lab.answer(Context.silent(), RankUnits(MODEL, "specific", label="light"))
    assert isinstance(ranking, Ranking)
    assert ranking.rows[0].specificity > 0.95
    assert ranking.rows[0].label == "light"
    # Found again with the same things missing.
    assert gather(make_lab("cpu"), Context.silent(), PictureSet("folder", str(place))).failed == 2


@pytest.mark.parametrize("kind", ["empty", "missing", "broken"])
def test_a_folder_without_pictures_gets_one_sentence(
    lab: Lab, tmp_path: Path, kind: str
) -> None:
    place = tmp_path / "place"
    if kind != "missing":
        place.mkdir()
    if kind == "broken":
        (place / "a.png").write_bytes(b"no")
    says = {"empty": "There are no pictures in", "missing": "is not there",
            "broken": "None of the 1 pictures"}[kind]  # fmt: skip
    for _ in range(2):
        with pytest.raises(UserError, match=says):
            gather(lab, Context.silent(), PictureSet("folder", str(place)))
    with pytest.raises(UserError, match="no built-in population"):
        gather(lab, Context.silent(), PictureSet("world", "nowhere"))


def test_the_strongest_patches_can_be_seen_again(lab: Lab) -> None:
    gather(lab, Context.silent())
    population, net = kept(lab), lab.network(MODEL)
    patches = lab.answer(Context.silent(), ReadPatches(MODEL, "relu2", 5))
    assert isinstance(patches, tuple)
    assert [tuple(p) for p in top_patches(population, "relu2", 5)] == [
        (p.key, p.place, p.value) for p in patches
    ]
    for patch in patches[:3]:
        image = to_image01(net, patch.picture.pixels)
        y, x = patch.place
        assert float(net.run(image, ["relu2"])["relu2"][0, 5, y, x]) == pytest.approx(
            patch.value, abs=1e-4
        )
        field = net.node("relu2").receptive_field
        assert field is not None
        assert patch.box is not None
        assert patch.box[2] - patch.box[0] == field.size[1]
        assert patch.box[0] == field.start[1] + x * field.stride[1]
    whole = lab.answer(Context.silent(), ReadPatches(MODEL, "fc2", 0))
    assert isinstance(whole, tuple)
    assert whole[0].box is None


@pytest.mark.parametrize("method", ["deconvnet", "guided-backprop", "gradient"])
def test_what_excites_a_unit_lies_inside_what_it_sees(lab: Lab, method: str) -> None:
    gather(lab, Context.silent())
    patches = lab.answer(Context.silent(), ReadPatches(MODEL, "relu2", 5))
    assert isinstance(patches, tuple)
    request = ExplainPatch(MODEL, "relu2", 5, patches[0], method)  # type: ignore[arg-type]  # of METHODS
    found = lab.answer(Context.silent(), request)
    assert isinstance(found, PatchMap)
    assert found.picture.shape == (28, 28, 3)
    strength = np.abs(found.picture - 0.5).max(2)
    assert strength.max() > 0.4
    assert patches[0].box is not None
    x0, y0, x1, y1 = patches[0].box
    strength[max(0, y0) : y1, max(0, x0) : x1] = 0
    assert strength.max() < 1e-6


def test_units_come_in_the_order_asked_for(lab: Lab) -> None:
    gather(lab, Context.silent())

    def ranked(order: str, layer: str = "") -> Ranking:
        found = lab.answer(Context.silent(), RankUnits(MODEL, order, layer, limit=30))  # type: ignore[arg-type]  # an Order
        assert isinstance(found, Ranking)
        return found

    specific = [row.specificity for row in ranked("specific").rows]
    assert specific == sorted(specific, reverse=True)
    sparse = [row.active for row in ranked("sparse").rows]
    assert sparse == sorted(sparse)
    strong = ranked("strong", "relu1")
    assert {row.layer for row in strong.rows} == {"relu1"}
    values = [row.strongest for row in strong.rows]
    assert values == sorted(values, reverse=True)
    assert all(row.seen == 0 for row in ranked("silent").rows)
    assert all("relu" in row.layer or "pool" in row.layer for row in ranked("silent").rows)
    assert ranked("strong", "nowhere").total == 0


def test_a_unit_says_how_it_stands(lab: Lab) -> None:
    gather(lab, Context.silent())
    found = lab.answer(Context.silent(), ReadUnit(MODEL, "relu2", 5))
    assert isinstance(found, UnitStatistics)
    assert found.maxima.counts.sum() == 40
    assert found.maxima.share_below(found.strongest + 1) == 1.0
    assert found.maxima.share_below(found.maxima.lo - 1) == 0.0
    values = [value for _, value in found.maxima.quantiles]
    assert values == sorted(values)
    assert 0 < found.sample_error < 0.2
    assert len(found.class_means) == 4
    with pytest.raises(UserError):
        lab.answer(Context.silent(), ReadUnit(MODEL, "relu2", 999))


def test_a_full_disk_is_a_note_and_no_failure(
    lab: Lab, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise UserError("The disk is full.", "Free some space.")

    monkeypatch.setattr(cache, "save", full)
    assert gather(lab, heard.ctx).finished
    (note,) = heard.of(Note)
    assert isinstance(note, Note)
    assert note.sentence == "The disk is full."


def test_old_files_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "KEPT", 2)
    for i in range(4):
        (tmp_path / f"{i}.npz").write_bytes(b"x")
        time.sleep(0.01)
    cache._forget_old(tmp_path)
    assert sorted(f.name for f in tmp_path.iterdir()) == ["2.npz", "3.npz"]
