"""A picture is frozen, whoever made its pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cnnviz_app.core.errors import UserError
from cnnviz_app.core.images import content_id
from cnnviz_app.sources.picture import Picture, open_picture, picture_from_bytes
from tests.core.picture_makers import encoded, photo


def test_pixels_are_private_and_read_only() -> None:
    mine = photo()
    picture = Picture("mine", mine)
    mine[:] = 0
    assert np.array_equal(picture.pixels, photo())
    with pytest.raises(ValueError, match="read-only"):
        picture.pixels[0, 0] = 0
    assert (picture.height, picture.width) == (48, 64)


def test_content_id_is_that_of_the_pixels_and_counted_once() -> None:
    picture = Picture("a", photo())
    assert picture.content_id == content_id(photo()) == Picture("b", photo()).content_id
    assert picture.content_id is picture.content_id


@pytest.mark.parametrize(
    "pixels", [photo()[..., 0], photo().astype(np.float32), np.zeros((4, 4, 4), np.uint8)]
)
def test_other_arrays_are_a_mistake_of_the_program(pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="not uint8"):
        Picture("a", pixels)


def test_file_and_bytes_become_pictures(tmp_path: Path) -> None:
    (tmp_path / "cat.png").write_bytes(encoded("PNG"))
    picture = open_picture(tmp_path / "cat.png")
    assert (picture.name, picture.origin) == ("cat.png", str(tmp_path / "cat.png"))
    assert np.array_equal(picture.pixels, photo())
    pasted = picture_from_bytes(encoded("PNG"), "Pasted", "clipboard")
    assert (pasted.name, pasted.origin) == ("Pasted", "clipboard")
    with pytest.raises(UserError, match="There is no file"):
        open_picture(tmp_path / "dog.png")
