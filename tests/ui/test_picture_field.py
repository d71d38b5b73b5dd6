"""The form's editor for pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMenu

from cnnviz_app.ui.picture_field import PictureField, thumbnail, title
from tests.core.picture_makers import encoded


@pytest.fixture
def field(qapp: QApplication) -> Iterator[PictureField]:
    made = PictureField("builtin:waves", several=True, name="Style")
    yield made
    made.deleteLater()
    qapp.processEvents()


def test_several_pictures_leave_a_free_place(field: PictureField) -> None:
    told: list[str] = []
    field.edited.connect(told.append)
    assert [drop.has_picture() for drop in field._drops] == [True, False]
    field._drops[1].dropped.emit(["/x/a, b.png", "/x/c.png"])
    assert told == ['builtin:waves, "/x/a, b.png", /x/c.png']
    assert len(field._drops) == 4
    field._drops[0].cleared.emit()
    assert field.value == '"/x/a, b.png", /x/c.png'


def test_one_picture_is_replaced(qapp: QApplication) -> None:
    field = PictureField("", several=False, name="Guide")
    field._drops[0].dropped.emit(["/x/a, b.png", "/x/c.png"])
    assert field.value == "/x/a, b.png"
    field.set_value("builtin:pond")
    assert field.value == "builtin:pond"
    assert len(field._drops) == 1
    field._drops[0].cleared.emit()
    assert field.value == ""
    field.deleteLater()


def test_the_menu_offers_the_paintings(field: PictureField) -> None:
    menu = field.menu(1)
    groups = {action.text(): action.menu() for action in menu.actions()}
    paintings = groups["Paintings"]
    assert isinstance(paintings, QMenu)
    paintings.aboutToShow.emit()
    chosen = {action.text(): action for action in paintings.actions()}
    chosen[title("builtin:starry")].trigger()
    assert field.value == "builtin:waves, builtin:starry"
    menu.deleteLater()


def test_thumbs_are_small_and_never_a_failure(tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(encoded("PNG"))
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert max(thumbnail(str(tmp_path / "photo.png")).shape) <= 96
    for broken in (str(tmp_path / "broken.png"), "nowhere.png", "builtin:nowhere"):
        assert thumbnail(broken).shape == (8, 8, 3)
    assert title(str(tmp_path / "broken.png")) == "broken.png"
