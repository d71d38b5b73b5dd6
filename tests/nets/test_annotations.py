"""Labels of units on disk: nothing that stood in a file is ever lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets import annotations as files
from cnnviz_app.nets.annotations import Annotation, Labels, WrittenByNewer

EYES = Annotation("ab12", "Lens", "relu3", 11, "eyes", "object part")
FUR = Annotation("ab12", "Lens", "relu3", 2, "fur, “soft”; ünïcode", "material")


def labels(*given: Annotation) -> Labels:
    return Labels({a.key: a for a in given})


def test_there_and_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "labels.json"
    assert files.read(path) == Labels({})
    files.write(path, labels(EYES, FUR))
    assert files.read(path) == labels(EYES, FUR)


@pytest.mark.parametrize("suffix", [".json", ".csv"])
def test_shared_files_of_both_kinds(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"shared{suffix}"
    files.write_any(path, [EYES, FUR])
    assert set(files.read_any(path, "other", "Other")) == {EYES, FUR}


def test_a_table_by_hand_belongs_to_the_open_network(tmp_path: Path) -> None:
    path = tmp_path / "by-hand.csv"
    path.write_text("Layer;Unit;Label;Category\nrelu1;3; dark  edges ;Simple Element\n", "utf-8")
    (found,) = files.read_any(path, "w", "Mine")
    assert found == Annotation("w", "Mine", "relu1", 3, "dark edges", "simple element")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not json", "cannot be read as unit labels"),
        (b'{"format": "something else"}', "cannot be read as unit labels"),
        (b"\xff\xfe\x00", "cannot be read as unit labels"),
        (b"[" * 100_000, "cannot be read as unit labels"),
        (b'{"format": "cnnviz-unit-labels", "version": 9, "labels": []}', "newer version"),
    ],
)
def test_a_foreign_file_is_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "labels.json"
    path.write_bytes(content)
    with pytest.raises(UserError, match=sentence):
        files.read(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("name,age\nx,3\n", "not a table of unit labels"),
        ("layer,unit,label\nrelu1,three,dots\n", "Line 2"),
        ("layer,unit,label\nrelu1,1,dots\n,2,dots\n", "Line 3"),
    ],
)
def test_a_bad_table_is_one_sentence(tmp_path: Path, table: str, sentence: str) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(table, "utf-8")
    with pytest.raises(UserError, match=sentence):
        files.read_any(path, "w", "m")


def test_lines_we_do_not_understand_are_written_back(tmp_path: Path) -> None:
    path = tmp_path / "labels.json"
    strange = [{"layer": "relu1", "from": "elsewhere"}, 17]
    extended = {**vars(EYES), "confidence": 0.5}
    content = {"format": files.FORMAT, "version": 1, "labels": [vars(FUR), extended, *strange]}
    path.write_text(json.dumps(content), "utf-8")
    found = files.read(path)
    assert set(found.known.values()) == {FUR}
    files.write(path, found.with_([EYES]))
    again = json.loads(path.read_text("utf-8"))["labels"]
    for row in (extended, *strange):
        assert row in again


def test_a_file_of_a_later_version_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "labels.json"
    path.write_text('{"format": "cnnviz-unit-labels", "version": 2, "labels": []}', "utf-8")
    with pytest.raises(WrittenByNewer):
        files.read(path)


def test_set_aside_never_replaces(tmp_path: Path) -> None:
    path = tmp_path / "labels.json"
    for number in (1, 2):
        path.write_text(str(number), "utf-8")
        assert files.set_aside(path).read_text("utf-8") == str(number)
    assert len(list(tmp_path.iterdir())) == 2


def test_only_the_two_kinds_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="should end in"):
        files.write_any(tmp_path / "labels.txt", [EYES])
