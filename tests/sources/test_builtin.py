"""Built-in pictures are there at once, without network and without heavy imports."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pytest

from cnnviz_app.core.errors import UserError
from cnnviz_app.sources import builtin


def test_best_first_and_every_one_opens() -> None:
    names = builtin.names()
    assert names[0] == builtin.FIRST == "chelsea"
    assert len(set(names)) == len(names) >= 15
    for name in names:
        picture = builtin.load(name)
        assert picture.origin == f"builtin:{name}"
        assert picture.name == builtin.title(name)
        assert min(picture.pixels.shape[:2]) >= 28
        assert not picture.pixels.flags.writeable


def test_origin_is_a_name_too() -> None:
    assert np.array_equal(builtin.load("builtin:coffee").pixels, builtin.load("coffee").pixels)


def test_thumbnails_are_small_and_kept() -> None:
    small = builtin.thumbnail("coffee", 64)
    assert max(small.shape[:2]) == 64
    assert builtin.thumbnail("coffee", 64) is small


def test_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UserError, match="no built-in picture called “dog”") as refused:
        builtin.load("dog")
    assert "chelsea" in refused.value.hint


def test_without_the_package_of_photographs_the_rest_remains(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(builtin, "_photo_files", dict)
    assert not {"chelsea", "coffee"} & set(builtin.names())


def test_first_picture_needs_neither_torch_nor_scikit_image() -> None:
    code = (
        "import sys\n"
        "from cnnviz_app.sources import builtin\n"
        "builtin.load('chelsea')\n"
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
