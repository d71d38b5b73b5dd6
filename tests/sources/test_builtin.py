"""Built-in pictures are there at once, without network and without heavy imports."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from cnnviz_app.core.errors import UserError
from cnnviz_app.sources import builtin, worlds


def test_best_first_and_every_one_opens() -> None:
    names = builtin.names()
    assert names[0] == builtin.FIRST == "cat"
    assert len(set(names)) == len(names) >= 25
    for name in names:
        picture = builtin.load(name)
        assert picture.origin == f"builtin:{name}"
        assert picture.name == builtin.title(name)
        assert min(picture.pixels.shape[:2]) >= 28
        assert not picture.pixels.flags.writeable
    assert {entry.group for entry in builtin.entries()} == {
        "Photographs", "Paintings", "Textures", "Toy pictures",
    }  # fmt: skip


def test_no_picture_keeps_anybody_waiting() -> None:
    """What takes seconds to draw was drawn once (packaging/draw_pictures.py) and is a file."""
    drawn = builtin._drawn_files()
    assert {*worlds.PAINTINGS, *worlds.TEXTURES} == set(drawn)
    assert sum(file.stat().st_size for file in drawn.values()) < 4_000_000


def test_origin_is_a_name_too() -> None:
    assert builtin.load("builtin:coffee").content_id == builtin.load("coffee").content_id
    assert builtin.load("chelsea").origin == "builtin:cat"  # as scikit-image calls it


def test_thumbnails_are_small_and_kept() -> None:
    small = builtin.thumbnail("coffee", 64)
    assert max(small.shape[:2]) == 64
    assert builtin.thumbnail("coffee", 64) is small


def test_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UserError, match="no built-in picture called “dog”") as refused:
        builtin.load("dog")
    assert "cat, coffee" in refused.value.hint


def test_without_the_package_of_photographs_the_rest_remains(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(builtin, "_photo_files", frozenset)
    builtin.entries.cache_clear()
    try:
        assert not {"cat", "coffee"} & set(builtin.names())
        assert builtin.load("starry").pixels.size
    finally:
        builtin.entries.cache_clear()


def test_first_picture_needs_neither_torch_nor_scikit_image() -> None:
    code = (
        "import sys\n"
        "from cnnviz_app.sources import builtin\n"
        "builtin.load('cat')\n"
        "heavy = {'torch', 'skimage', 'scipy', 'PySide6', 'matplotlib'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_first_picture_is_there_at_once() -> None:
    builtin._pixels.cache_clear()
    took = []
    for _ in range(3):
        builtin._pixels.cache_clear()
        began = time.perf_counter()
        builtin.load(builtin.FIRST)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.05
