"""Bad input in the window: the sentence in the message strip, nothing lost, nothing modal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bad_input.bench import Bench
from tests.bad_input.causes import Cause
from tests.bad_input.table import ALL, note
from tests.ui.waiting import turn

IN_WINDOW = [cause for cause in ALL if cause.act is not None]
# These change what the window shows although something about them is told.
CHANGES = ("recipe-private", "recipe-weights-gone", "recipe-layer-gone", "recipe-unit-gone")




@pytest.mark.parametrize(
    "cause", [c for c in IN_WINDOW if c.breaks is None], ids=lambda cause: cause.id
)
def test_a_sentence_and_nothing_lost(cause: Cause, bench: Bench, tmp_path: Path) -> None:
    cause.skip_where_impossible()
    _meet(cause, bench, tmp_path)


@pytest.mark.parametrize(
    "cause", [c for c in IN_WINDOW if c.breaks is not None], ids=lambda cause: cause.id
)
def test_a_machine_that_fails_costs_nothing(
    cause: Cause, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """The log has the details, the person a sentence, and the next run works."""
    assert cause.breaks is not None
    cause.breaks(monkeypatch)
    _meet(cause, bench, tmp_path)
    monkeypatch.undo()
    bench.finished()
    assert bench.desk.runs.outcome is not None


def _meet(cause: Cause, bench: Bench, folder: Path) -> None:
    assert cause.act is not None
    before = bench.selected
    beside = cause.act(bench, folder)
    bench.settle()
    turn(1)
    sentence = beside if isinstance(beside, str) else bench.told()
    note(cause, "window", sentence)
    assert "Traceback" not in sentence
    if cause.accepted or cause.opens_in_window:
        assert (cause.in_window if cause.opens_in_window else cause.words) in sentence
        assert bench.desk.settings.values.picture.startswith(str(folder))
    else:
        assert sentence
        assert (cause.in_window or cause.words) in sentence
        if cause.id not in CHANGES:
            assert bench.selected == before
    assert bench.is_alive()
    assert not list(folder.rglob(".cnnviz-*"))
