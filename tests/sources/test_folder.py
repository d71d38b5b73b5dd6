"""Walking through a folder: natural order, round the end, bad files told and passed over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cnnviz_app.core.errors import UserError
from cnnviz_app.sources.folder import Folder, natural_key
from tests.core.picture_makers import encoded


def fill(folder: Path, *names: str) -> Folder:
    for name in names:
        (folder / name).write_bytes(encoded("PNG"))
    return Folder(folder)


def test_natural_order_without_what_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "._cat1.png").write_bytes(b"of macOS")
    (tmp_path / "sub.png").mkdir()
    folder = fill(tmp_path, "cat10.png", "Cat2.PNG", "cat1.png", "ärger.jpg", "12.png", "3.png")
    names = [path.name for path in folder.files]
    assert names == ["3.png", "12.png", "cat1.png", "Cat2.PNG", "cat10.png", "ärger.jpg"]
    assert len(folder) == 6


def test_natural_key_compares_anything() -> None:
    names = ["", "a", "1", "a1", "1a", "01", "²", "٣", "9" * 5000]
    assert sorted(names, key=natural_key)


def test_next_and_previous_go_round(tmp_path: Path) -> None:
    folder = fill(tmp_path, "1.png", "2.png", "3.png")
    walked = [folder.current(), folder.step(1), folder.step(1), folder.step(1), folder.step(-1)]
    assert [picture.name for picture in walked] == ["1.png", "2.png", "3.png", "1.png", "3.png"]
    assert folder.position == 2
    assert folder.go_to("2.png").name == "2.png"
    assert folder.step(-1).name == "1.png"
    with pytest.raises(UserError, match="not among the pictures"):
        folder.go_to("9.png")


def test_unreadable_files_are_told_and_passed_over(tmp_path: Path) -> None:
    folder = fill(tmp_path, "1.png", "2.png", "3.png", "4.png")
    (tmp_path / "2.png").write_bytes(b"")
    (tmp_path / "3.png").unlink()
    forward = folder.step(1)
    assert forward.name == "4.png"
    assert forward.notes[0] == "“2.png” is empty (0 bytes)."
    assert "3.png" in forward.notes[1]
    assert folder.step(-1).name == "1.png"


def test_many_bad_files_are_told_briefly(tmp_path: Path) -> None:
    folder = fill(tmp_path, *(f"{n}.png" for n in range(10)))
    for n in range(9):
        (tmp_path / f"{n}.png").write_bytes(b"")
    notes = folder.current().notes
    assert len(notes) == 4
    assert notes[-1] == "6 more files cannot be opened."


def test_nothing_left_to_show(tmp_path: Path) -> None:
    folder = fill(tmp_path, "1.png", "2.png")
    for path in folder.files:
        path.write_bytes(b"")
    with pytest.raises(UserError, match="None of the 2 pictures"):
        folder.step(1)


def test_folders_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There are no pictures in"):
        Folder(tmp_path)
    with pytest.raises(UserError, match="is not there"):
        Folder(tmp_path / "gone")
    (tmp_path / "a.png").write_bytes(encoded("PNG"))
    with pytest.raises(UserError, match="is a file, not a folder"):
        Folder(tmp_path / "a.png")


def test_forbidden_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(UserError, match="may not be read: Permission denied"):
        Folder(tmp_path)
