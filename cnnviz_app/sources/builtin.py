"""Pictures that are there from the first second, with no network and no waiting."""

from __future__ import annotations

import functools
import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cnnviz_app.core import images
from cnnviz_app.core.errors import UserError
from cnnviz_app.sources.picture import Picture

FIRST = "chelsea"


@dataclass(frozen=True)
class Builtin:
    """One entry of the gallery.

    Attributes:
        id: what the command line and a recipe call it (`builtin:chelsea`).
        group: heading it is listed under.
    """

    id: str
    title: str
    group: str


# Photographs that travel inside the scikit-image wheel, those a network has most to say about
# first. (id, title, group)
_PHOTOS = tuple(
    Builtin(*entry)
    for entry in (
        ("chelsea", "Chelsea the cat", "Photographs"),
        ("coffee", "Cup of coffee", "Photographs"),
        ("rocket", "Rocket on its pad", "Photographs"),
        ("motorcycle_left", "Motorcycle", "Photographs"),
        ("astronaut", "Astronaut", "Photographs"),
        ("camera", "Man with a camera", "Photographs"),
        ("coins", "Coins", "Photographs"),
        ("page", "Printed page", "Photographs"),
        ("hubble_deep_field", "Deep field of galaxies", "Science"),
        ("moon", "Surface of the moon", "Science"),
        ("retina", "Retina of an eye", "Science"),
        ("ihc", "Stained tissue", "Science"),
        ("cell", "Cell under the microscope", "Science"),
        ("brick", "Brick wall", "Textures"),
        ("grass", "Grass", "Textures"),
        ("gravel", "Gravel", "Textures"),
        ("horse", "Silhouette of a horse", "Shapes"),
        ("phantom", "Head phantom", "Shapes"),
        ("color", "Wheel of colours", "Shapes"),
        ("chessboard_RGB", "Chessboard in colour", "Shapes"),
    )
)


def entries() -> tuple[Builtin, ...]:
    """Everything that is really there, best first; photographs need no network and no decoding."""
    return tuple(photo for photo in _PHOTOS if _file_of(photo.id))


def names() -> tuple[str, ...]:
    return tuple(entry.id for entry in entries())


def title(id: str) -> str:
    return _entry(id).title


def load(id: str) -> Picture:
    """The built-in picture of that name (with or without `builtin:` in front)."""
    entry = _entry(id)
    return Picture(entry.title, _pixels(entry.id), f"builtin:{entry.id}")


def thumbnail(id: str, size: int = 96) -> npt.NDArray[np.uint8]:
    """Read-only pixels whose long side is `size`."""
    return _thumbnail(_entry(id).id, size)


@functools.lru_cache(maxsize=256)
def _thumbnail(id: str, size: int) -> npt.NDArray[np.uint8]:
    return images.read_only(images.fit_long_side(_pixels(id), size))


@functools.lru_cache(maxsize=8)
def _pixels(id: str) -> npt.NDArray[np.uint8]:
    path = _file_of(id)
    if path is None:
        raise UserError(f"The built-in picture “{id}” is missing.", "Install CNNViz again.")
    return images.load(path).pixels


def _entry(id: str) -> Builtin:
    known = {entry.id: entry for entry in entries()}
    wanted = id.removeprefix("builtin:")
    if wanted in known:
        return known[wanted]
    raise UserError(
        f"There is no built-in picture called “{wanted}”.", f"There are: {', '.join(known)}."
    )


@functools.cache
def _photo_files() -> dict[str, Path]:
    """Found beside the package, without importing it: scikit-image takes most of a second."""
    spec = importlib.util.find_spec("skimage")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        files = Path(place, "data").glob("*.[pj][np]g")
        return {file.stem: file for file in files}
    return {}


def _file_of(id: str) -> Path | None:
    return _photo_files().get(id)
