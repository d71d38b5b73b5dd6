"""Pictures that are there from the first second, with no network and no waiting."""

from __future__ import annotations

import functools
import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cnnviz_app import paths
from cnnviz_app.core import images
from cnnviz_app.core.errors import UserError
from cnnviz_app.sources import worlds
from cnnviz_app.sources.picture import Picture
from cnnviz_app.sources.worlds import photos

FIRST = "cat"
DRAWN_ONCE = "pictures"
Pixels8 = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Builtin:
    """One entry of the gallery.

    Attributes:
        id: what the command line and a recipe call it (`builtin:cat`).
        group: heading it is listed under.
    """

    id: str
    title: str
    group: str


@functools.cache
def entries() -> tuple[Builtin, ...]:
    """Everything that is really there, photographs first; nothing is decoded or drawn yet."""
    listed = (Builtin(id, title, _group(id)) for id, title, _ in worlds.gallery())
    return tuple(entry for entry in listed if _is_there(entry.id))


def names() -> tuple[str, ...]:
    return tuple(entry.id for entry in entries())


def title(id: str) -> str:
    return _entry(id).title


def load(id: str) -> Picture:
    """The built-in picture of that name, with or without `builtin:` in front."""
    entry = _entry(id)
    return Picture(entry.title, _pixels(entry.id), f"builtin:{entry.id}")


def thumbnail(id: str, size: int = 96) -> Pixels8:
    """Read-only pixels whose long side is at most `size`."""
    return _thumbnail(_entry(id).id, size)


@functools.lru_cache(maxsize=256)
def _thumbnail(id: str, size: int) -> Pixels8:
    return images.read_only(images.fit_long_side(_pixels(id), size))


@functools.lru_cache(maxsize=8)
def _pixels(id: str) -> Pixels8:
    # Paintings take seconds to draw: they were drawn once and travel as files.
    drawn = _drawn_files().get(id)
    if drawn is not None:
        return images.load(drawn).pixels
    makers = {name: make for name, _, make in worlds.gallery()}
    return images.read_only(makers[id]())


def _entry(id: str) -> Builtin:
    known = {entry.id: entry for entry in entries()}
    wanted = id.removeprefix("builtin:")
    wanted = _file_names().get(wanted, wanted)
    if wanted in known:
        return known[wanted]
    raise UserError(
        f"There is no built-in picture called “{wanted}”.", f"There are: {', '.join(known)}."
    )


def _file_names() -> dict[str, str]:
    """The names scikit-image gives its photographs, which many people know by heart."""
    return {Path(photo.file).stem: photo.id for photo in photos.PHOTOS}


def _group(id: str) -> str:
    if id in worlds.PAINTINGS:
        return "Paintings"
    if id in worlds.TEXTURES:
        return "Textures"
    return "Photographs" if id in {photo.id for photo in photos.PHOTOS} else "Toy pictures"


def _is_there(id: str) -> bool:
    files = {photo.id: photo.file for photo in photos.PHOTOS}
    return id not in files or files[id] in _photo_files()


@functools.cache
def _photo_files() -> frozenset[str]:
    """Names of the files beside scikit-image, whose import would take most of a second."""
    spec = importlib.util.find_spec("skimage")
    places = (spec.submodule_search_locations or ()) if spec else ()
    return frozenset(file.name for place in places for file in Path(place, "data").glob("*.*g"))


@functools.cache
def _drawn_files() -> dict[str, Path]:
    return {file.stem: file for file in paths.resource(DRAWN_ONCE).glob("*.jpg")}
