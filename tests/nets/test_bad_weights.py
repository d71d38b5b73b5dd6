"""Bad weights and models: one sentence each, nothing run, nothing left half-written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cnnviz_app import paths
from cnnviz_app.core.errors import UserError
from cnnviz_app.nets import catalog, importing, own_models, zoo
from tests.nets.bad_weights import BAD_WEIGHTS, BadWeights


def _skip_where_impossible(case: BadWeights) -> None:
    if case.posix and os.name != "posix":
        pytest.skip("needs pipes, links and permissions")
    if case.not_as_root and os.geteuid() == 0:
        pytest.skip("root may read anything")


def _everything(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): path.lstat().st_size
        for path in folder.rglob("*")
        if "__pycache__" not in path.parts
    }


def test_there_are_many_causes_and_no_two_are_called_the_same() -> None:
    assert len({case.id for case in BAD_WEIGHTS}) == len(BAD_WEIGHTS) >= 80


@pytest.mark.parametrize("case", BAD_WEIGHTS, ids=lambda case: case.id)
def test_one_sentence_and_nothing_left_behind(case: BadWeights, tmp_path: Path) -> None:
    _skip_where_impossible(case)
    path = case.make(tmp_path)
    before = _everything(tmp_path)
    name, weights = case.arguments(path)
    with pytest.raises(UserError) as caught:
        catalog.open_network(name, weights)
    assert case.expected in caught.value.sentence
    assert caught.value.sentence.endswith(".")
    assert caught.value.hint
    assert "\n" not in str(caught.value)
    with pytest.raises(UserError):
        importing.add_model(path) if not case.model else importing.import_weights(path / "no")
    assert _everything(tmp_path) == before
    assert own_models.records() == ()
    assert not list(paths.config_dir().glob("models/*"))
    assert not list(zoo.checkpoints_dir().glob("*"))
