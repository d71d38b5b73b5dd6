"""The marks of a run: thinned by what they hold together, never more than they may."""

from __future__ import annotations

import pytest
import torch

from cnnviz_app.techniques import _trail
from cnnviz_app.techniques._steppers import LBFGS
from cnnviz_app.techniques._trail import Mark, Reached, Trail

ROOM = 4000


def mark(step: int, numbers: int = 100, learned: object = None) -> Mark:
    variables = (torch.full((numbers,), float(step)),)
    return Mark((), step, lambda: variables[0], ("test",), variables, "none", learned)


@pytest.fixture(autouse=True)
def _small_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_trail, "KEPT_BYTES", ROOM)


def walked(steps: int, numbers: int = 100, learned: object = None) -> Trail:
    trail = Trail()
    trail.enter()
    for step in range(1, steps + 1):
        trail.keep(mark(step, numbers, learned))
    return trail


def test_marks_never_hold_more_than_they_may_and_reach_from_first_to_last() -> None:
    for steps in range(1, 60):
        trail = walked(steps)
        assert trail.nbytes <= ROOM
        assert trail.nbytes == 400 * len(trail.marks)
        assert trail.marks[-1].total == steps
    totals = [mark.total for mark in trail.marks]
    assert totals == sorted(set(totals))
    assert totals[0] < 15
    nearest = trail.nearest(40)
    assert nearest is not None
    assert nearest.total <= 40


def test_what_marks_share_counts_once() -> None:
    history = [torch.zeros(400)]
    assert walked(2, learned=history).nbytes == 2 * 400 + 1600
    assert len(walked(6, learned=history).marks) == 6


def test_a_mark_too_large_is_not_kept() -> None:
    assert walked(3, numbers=2000).marks == []
    trail = Trail(until=2)
    trail.enter()
    with pytest.raises(Reached):
        trail.keep(mark(2, numbers=2000))
    assert trail.reached is not None


def test_of_the_ends_the_last_ones_stay() -> None:
    trail = Trail()
    for _ in range(20):
        trail.enter()
        trail.end(mark(1))
    assert trail.nbytes <= ROOM
    assert max(trail.ends) == 19


def test_what_lbfgs_learned_is_shared_between_marks() -> None:
    """Twenty corrections, copied for each of thirty marks a second, would fill any memory."""
    variable = torch.zeros(50, requires_grad=True)
    stepper = LBFGS([variable], 1.0)

    def evaluate() -> tuple[float, list[torch.Tensor]]:
        away = variable.detach() - torch.linspace(0, 1, 50)
        curve = torch.linspace(1, 30, 50)
        return float((curve * away**2).sum() + (away**4).sum()), [2 * curve * away + 4 * away**3]

    learned = []
    for _ in range(6):
        stepper.step(evaluate)
        learned.append(stepper.learned())
    found = {
        id(tensor) for number, state in enumerate(learned)
        for tensor in Mark((), number, lambda: variable, (), (), "LBFGS", state).tensors
    }  # fmt: skip
    alone = len(Mark((), 6, lambda: variable, (), (), "LBFGS", learned[-1]).tensors)
    assert len(found) < 3 * alone
    before = variable.detach().clone()
    stepper.step(evaluate)
    wanted = variable.detach().clone()
    for _ in range(2):
        with torch.no_grad():
            variable.copy_(before)
        stepper.recall(learned[-1])
        stepper.step(evaluate)
        assert torch.equal(variable.detach(), wanted)
