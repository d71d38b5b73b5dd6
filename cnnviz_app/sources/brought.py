"""Pictures that came inside a recipe or were painted in the window, as files of our own.

Parameters name pictures by their paths, so these need one, also in a later session.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from cnnviz_app import paths
from cnnviz_app.core.atomic import write_bytes

MOST = 200
_ODD = re.compile(r'[\x00-\x1f<>:"|?*\\/,]+')


def keep(data: bytes, content: str, name: str) -> Path:
    """An encoded picture under its own name, once.

    Its folder is its content: two pictures of one name stay two.
    """
    path = folder() / content[:16] / plain(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file():
        write_bytes(path, data)
    path.parent.touch()
    _forget_oldest()
    return path


def folder() -> Path:
    return paths.cache_dir() / "pictures"


def plain(name: str) -> str:
    """A file name that leads nowhere else, and is the picture's own wherever it can be."""
    kept = _ODD.sub(" ", re.split(r"[\\/]", name)[-1]).strip(" .")[-120:]
    return kept or "picture.png"


def _forget_oldest() -> None:
    kept = sorted(folder().iterdir(), key=lambda place: place.stat().st_mtime)
    for place in kept[:-MOST]:
        shutil.rmtree(place, ignore_errors=True)
