"""Where pictures come from: files read in the engine, and the last wish wins."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication, QImage

from cnnviz_app.lab.requests import Opened, OpenInFolder, OpenPicture
from cnnviz_app.sources.folder import Folder
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.opening import open_any
from tests.core.picture_makers import encoded, photo
from tests.ui.desks import desk, picture
from tests.ui.fakes import engine_of

__all__ = ["desk"]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    for name in ("1.png", "2.png", "3.png"):
        (tmp_path / name).write_bytes(encoded("PNG"))
    return Folder(tmp_path)


def open_folder(desk: Desk, folder: Folder) -> None:
    desk.pictures.open_path(folder.path)
    engine_of(desk).finish(OpenPicture, Opened(picture("1.png", 1), folder))


def test_a_file_is_read_by_the_engine_and_shown_when_it_comes(desk: Desk) -> None:
    open_any(desk, Path("cat.png"))
    assert engine_of(desk).asked_for(OpenPicture) == [OpenPicture(Path("cat.png"), True)]
    assert engine_of(desk).last(OpenPicture).job.urgent
    assert desk.state.picture is None
    engine_of(desk).finish(OpenPicture, Opened(picture("cat.png", 1, "/pictures/cat.png")))
    assert desk.state.picture is not None
    assert desk.settings.values.picture == "/pictures/cat.png"


def test_a_refused_file_changes_nothing(desk: Desk) -> None:
    desk.pictures.show_builtin("cat")
    before = desk.state.picture
    desk.pictures.open_path(Path("bad.png"))
    engine_of(desk).fail(OpenPicture, "“bad.png” is empty (0 bytes).")
    assert desk.state.picture is before
    assert desk.settings.values.picture == "builtin:cat"


def test_the_last_wish_wins(desk: Desk) -> None:
    desk.pictures.open_path(Path("slow.png"))
    ticket = engine_of(desk).last(OpenPicture)
    desk.pictures.show_builtin("cat")
    assert ticket.control.cancelled
    engine_of(desk).finish(OpenPicture, Opened(picture("slow.png", 1)))
    assert desk.state.picture is not None
    assert desk.state.picture.origin == "builtin:cat"


def test_what_was_done_to_a_picture_is_told(desk: Desk) -> None:
    from cnnviz_app.sources.picture import Picture

    told = Picture("a", photo(), "", ("It has 16 bits.", "Its profile was ignored."))
    desk.pictures.open_path(Path("a.png"))
    engine_of(desk).finish(OpenPicture, Opened(told))
    assert [m.title for m in desk.messages.history] == list(told.notes)


def test_walking_a_folder_quickly_counts_every_step(desk: Desk, folder: Folder) -> None:
    open_folder(desk, folder)
    assert desk.pictures.folder is folder
    desk.pictures.walk(1)
    desk.pictures.walk(1)
    desk.pictures.walk(1)
    places = [r.place for r in engine_of(desk).asked_for(OpenInFolder)]
    assert places == [1, 2, 0]
    engine_of(desk).finish(OpenInFolder, Opened(picture("1.png", 5), folder))
    desk.pictures.walk(-1)
    assert engine_of(desk).asked_for(OpenInFolder)[-1].direction == -1


def test_a_passed_over_file_is_passed_over_for_good(desk: Desk, folder: Folder) -> None:
    open_folder(desk, folder)
    desk.pictures.walk(1)
    folder._at = 2  # the engine could not read the second
    engine_of(desk).finish(OpenInFolder, Opened(picture("3.png", 3), folder))
    desk.pictures.walk(1)
    assert engine_of(desk).asked_for(OpenInFolder)[-1].place == 0


def test_a_folder_is_left_for_a_file_and_told(desk: Desk, folder: Folder) -> None:
    heard: list[str] = []
    desk.pictures.folder_changed.connect(heard.append)
    open_folder(desk, folder)
    assert desk.settings.values.folder == str(folder.path)
    desk.pictures.open_path(Path("cat.png"))
    engine_of(desk).finish(OpenPicture, Opened(picture("cat.png", 9)))
    assert desk.pictures.folder is None
    assert heard == [str(folder.path), ""]


def test_without_a_folder_the_built_in_ones_go_round(desk: Desk) -> None:
    from cnnviz_app.sources import builtin

    names = builtin.names()
    desk.pictures.show_builtin(names[0])
    desk.pictures.walk(-1)
    assert desk.state.picture is not None
    assert desk.state.picture.origin == f"builtin:{names[-1]}"
    desk.pictures.walk(1)
    assert desk.state.picture.origin == f"builtin:{names[0]}"
    desk.pictures.show(picture("drawn", 3, "drawing"))
    desk.pictures.walk(1)
    assert desk.state.picture.origin == f"builtin:{names[0]}"


def test_the_picture_of_the_last_run(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "last.png"
    path.write_bytes(encoded("PNG"))
    desk.pictures.show_first(str(path))
    assert desk.state.picture is None
    engine_of(desk).fail(OpenPicture, "It is damaged.")
    assert desk.state.picture is not None
    assert desk.state.picture.origin.startswith("builtin:")


@pytest.mark.parametrize("origin", ["", "builtin:unicorn", "/gone/cat.png", "drawing"])
def test_a_picture_that_is_gone_gives_a_built_in_one(desk: Desk, origin: str) -> None:
    desk.pictures.show_first(origin)
    assert desk.state.picture is not None
    assert desk.state.picture.origin.startswith("builtin:")


def test_the_clipboard_gives_a_picture_a_file_or_a_sentence(desk: Desk, tmp_path: Path) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.clear()
    desk.pictures.paste()
    assert "no picture on the clipboard" in desk.messages.history[-1].title
    image = QImage(7, 5, QImage.Format.Format_ARGB32)
    image.fill(0xFF336699)
    clipboard.setImage(image)
    desk.pictures.paste()
    assert desk.state.picture is not None
    assert desk.state.picture.pixels.shape == (5, 7, 3)
    assert tuple(int(v) for v in desk.state.picture.pixels[0, 0]) == (0x33, 0x66, 0x99)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.png"))])
    clipboard.setMimeData(data)
    desk.pictures.paste()
    assert engine_of(desk).asked_for(OpenPicture)[-1].path == tmp_path / "a.png"
    clipboard.clear()  # what a test made must not be on it when the interpreter ends


def test_an_image_that_is_none_is_a_sentence(desk: Desk) -> None:
    for nothing in (QImage(), None, "text"):
        desk.pictures.show_image(nothing, "Dropped")
        assert "could not be read as a picture" in desk.messages.history[-1].title
    assert desk.state.picture is None


def test_rows_of_odd_width_are_not_sheared(desk: Desk) -> None:
    pixels = photo(9, 13)
    image = QImage(pixels.tobytes(), 13, 9, 13 * 3, QImage.Format.Format_RGB888)
    desk.pictures.show_image(image, "Dropped")
    assert desk.state.picture is not None
    assert np.array_equal(desk.state.picture.pixels, pixels)
