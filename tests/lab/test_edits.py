"""Changed units: predictions and maps follow, the rest stays, and the ranking tells the truth."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from cnnviz_app.core.context import Context, JobControl
from cnnviz_app.core.errors import Cancelled, UserError
from cnnviz_app.lab.compare_requests import Compared, CompareLayers, CompareSides, Side
from cnnviz_app.lab.edit_requests import (
    RankByAblation,
    UnitEdit,
    UnitRanking,
    spelled,
    units_from_text,
)
from cnnviz_app.lab.lab import Lab
from cnnviz_app.lab.requests import Look, Looked
from cnnviz_app.lab.start import make_lab
from cnnviz_app.nets.edits import Change, change_of, channel_shape
from cnnviz_app.nets.receptive import Layout
from cnnviz_app.sources import builtin

LENET = "lenet5"


@pytest.fixture(scope="module")
def lab() -> Lab:
    return make_lab("cpu")


def look(lab: Lab, layer: str, *edits: UnitEdit) -> Looked:
    found = lab.answer(Context.silent(), Look(LENET, builtin.load("cat"), layer, tuple(edits)))
    assert isinstance(found, Looked)
    return found


def rank(lab: Lab, request: RankByAblation, ctx: Context | None = None) -> UnitRanking:
    found = lab.answer(ctx or Context.silent(), request)
    assert isinstance(found, UnitRanking)
    return found


def test_an_ablated_unit_is_silent_and_the_others_are_as_before(lab: Lab) -> None:
    plain, edited = look(lab, "relu1"), look(lab, "relu1", UnitEdit("relu1", (2,)))
    assert not edited.maps[2].any()
    others = [u for u in range(len(plain.maps)) if u != 2]
    np.testing.assert_array_equal(edited.maps[others], plain.maps[others])
    assert edited.plain is not None
    np.testing.assert_allclose(edited.plain, plain.logits, atol=1e-5)
    assert np.abs(edited.logits - plain.logits).max() > 1e-3
    assert plain.plain is None


def test_what_lies_behind_a_changed_unit_changes_too(lab: Lab) -> None:
    plain = look(lab, "relu2")
    edited = look(lab, "relu2", UnitEdit("relu1", (0, 1, 2), "scale", 2.0))
    assert np.abs(edited.maps - plain.maps).max() > 1e-3
    before = look(lab, "relu1", UnitEdit("relu2", (0,)))
    np.testing.assert_array_equal(before.maps, look(lab, "relu1").maps)


def test_scale_and_clamp_and_the_later_of_two(lab: Lab) -> None:
    plain = look(lab, "relu1").maps
    edited = look(
        lab, "relu1", UnitEdit("relu1", (0, 1), "scale", 0.5), UnitEdit("relu1", (1,), "clamp", 3.0)
    ).maps
    np.testing.assert_allclose(edited[0], plain[0] * 0.5, rtol=1e-5)
    assert (edited[1] == 3.0).all()


def test_undoing_gives_the_first_answer_again(lab: Lab) -> None:
    first = look(lab, "relu1").logits
    look(lab, "relu1", UnitEdit("relu1", (0, 1, 2, 3)))
    np.testing.assert_array_equal(look(lab, "relu1").logits, first)


def test_a_unit_that_is_not_there_is_one_sentence(lab: Lab) -> None:
    with pytest.raises(UserError, match="no unit 99"):
        look(lab, "relu1", UnitEdit("relu1", (99,)))


def test_the_ranking_is_what_ablating_each_unit_gives(lab: Lab) -> None:
    ranking = rank(lab, RankByAblation(LENET, builtin.load("cat"), "relu2"))
    plain = look(lab, "relu2").logits
    assert ranking.label == int(plain.argmax())
    assert len(ranking.drops) == len(look(lab, "relu2").maps)
    for unit in (0, 7, 15):
        without = look(lab, "relu2", UnitEdit("relu2", (unit,))).logits
        drop = plain[ranking.label] - without[ranking.label]
        assert ranking.drops[unit] == pytest.approx(drop, abs=1e-4)
        share = np.exp(without - without.max())
        assert ranking.probabilities[unit] == pytest.approx(
            share[ranking.label] / share.sum(), abs=1e-4
        )


def test_the_ranking_goes_around_branches() -> None:
    """A network that joins the layer with one before it: the batch must be whole there."""
    from cnnviz_app.lab.ranking import _runner
    from cnnviz_app.nets.network import InputSpec, inspect

    class Branched(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a = torch.nn.Conv2d(3, 4, 3, padding=1)
            self.b = torch.nn.Conv2d(4, 4, 3, padding=1)
            self.head = torch.nn.Linear(8, 5)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = self.a(x)
            both = torch.cat([x, self.b(x).relu()], 1)
            out: torch.Tensor = self.head(both.mean((2, 3)))
            return out

    torch.manual_seed(0)
    spec = InputSpec(3, 8, 8, (0.0,) * 3, (1.0,) * 3)
    net = inspect(Branched(), spec, key="branched", title="Branched")
    image = torch.rand(1, 3, 8, 8)
    with torch.no_grad():
        value = net.run(image, ["b"])["b"]
        run = _runner(net, image, net.resolve("b"), value)
        got = run(range(4))
        for unit in range(4):
            gone = change_of(net.layout("b"), [Change((unit,), False, 0.0)])
            want = net.run(image, [net.output], edit={"b": gone})[net.output]
            torch.testing.assert_close(got[unit : unit + 1], want)


def test_a_stopped_ranking_ends_at_once(lab: Lab) -> None:
    control = JobControl()
    control.cancel()
    ctx = Context(1, lambda _event: None, control)
    with pytest.raises(Cancelled):
        rank(lab, RankByAblation(LENET, builtin.load("cat"), "relu2"), ctx)


@pytest.mark.parametrize(
    ("shape", "layout", "expected"),
    [
        ((1, 6, 5, 5), None, (1, 6, 1, 1)),
        ((1, 10), None, (1, 10)),
        ((1, 7, 12), None, (1, 1, 12)),
        ((1, 5, 5, 6), Layout(axes=(1, 2), skip=0, grid=(5, 5)), (1, 1, 1, 6)),
        ((1, 26, 12), Layout(axes=(1,), skip=1, grid=(5, 5)), (1, 1, 12)),
    ],
)
def test_units_are_counted_as_maps_are(
    shape: tuple[int, ...], layout: Layout | None, expected: tuple[int, ...]
) -> None:
    assert channel_shape(torch.zeros(shape), layout) == expected


def test_typed_groups_of_units() -> None:
    assert units_from_text("3, 7-9 ,1", 12) == (1, 3, 7, 8, 9)
    assert units_from_text(" ", 12) == ()
    assert spelled((1, 3, 7, 8, 9)) == "1, 3, 7–9"
    for bad, sentence in (
        ("a", "not a unit"), ("3-", "not a unit"), ("9-3", "backwards"), ("3-12", "no unit 12"),
    ):  # fmt: skip
        with pytest.raises(UserError, match=sentence):
            units_from_text(bad, 12)


def test_an_edit_in_words() -> None:
    assert UnitEdit("relu3", (3, 7, 8)).what(64) == "relu3:3, 7–8"
    assert UnitEdit("relu3", (0, 1)).what(2) == "all of relu3"
    assert UnitEdit("a", (1,)).how == "off"
    assert UnitEdit("a", (1,), "scale", 1.5).how == "× 1.5"
    assert UnitEdit("a", (1,), "clamp", -2.0).how == "= −2"


def test_before_and_after_can_be_compared(lab: Lab) -> None:
    picture, edits = builtin.load("cat"), (UnitEdit("relu1", (2,)),)
    a, b = Side(LENET, picture, "relu1"), Side(LENET, picture, "relu1", edits)
    found = lab.answer(Context.silent(), CompareSides(a, b))
    assert isinstance(found, Compared)
    assert found.difference is not None
    assert found.difference[2].any()
    assert not found.difference[[0, 1, 3]].any()
    layers = lab.answer(Context.silent(), CompareLayers(a, b))
    distances = {one.layer: one.distance for one in layers}
    assert distances["conv1"] == 0
    assert distances["relu2"] > 0
