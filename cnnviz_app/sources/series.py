"""Many pictures by number: a built-in world or a folder, with classes where they are known."""

from __future__ import annotations

import hashlib
import os
from abc import ABC, abstractmethod
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cnnviz_app import __version__
from cnnviz_app.core.atomic import shown
from cnnviz_app.core.errors import UserError
from cnnviz_app.sources import worlds
from cnnviz_app.sources.folder import SUFFIXES, natural_key
from cnnviz_app.sources.picture import open_picture

Pixels = npt.NDArray[np.uint8]
WORLD, FOLDER = "world", "folder"
SEED = 0
# Their first picture takes seconds.
_SLOW = frozenset({"paintings"})


class Series(ABC):
    """Pictures 0 … n-1; the same number is the same picture whenever it is asked for.

    Attributes:
        title: what the window calls it.
        classes: names of the classes; empty where nothing is labelled.
    """

    title: str
    classes: tuple[str, ...] = ()

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def label(self, number: int) -> int:
        """The class of a picture, or -1."""

    @abstractmethod
    def pixels(self, number: int, side: int) -> Pixels:
        """uint8 H×W×3, about `side` large where the size is free; UserError if unreadable."""

    @abstractmethod
    def name(self, number: int) -> str:
        """What to call one picture."""

    @abstractmethod
    def origin(self, number: int) -> str:
        """Where it came from, as `Picture.origin` says it."""

    @abstractmethod
    def content_hash(self) -> str:
        """Changes when any picture of it would."""


class World(Series):
    """The first `count` pictures of a built-in world."""

    def __init__(self, name: str, count: int = 0) -> None:
        self._world = worlds.find_population(name)
        self._count = count or self._world.count
        self.title = self._world.title
        self.classes = world_classes(name)
        self._index = {label: i for i, label in enumerate(self.classes)}
        self._labels: dict[int, int] = {}

    def __len__(self) -> int:
        return self._count

    def label(self, number: int) -> int:
        if number not in self._labels:
            self._draw(number, 8)
        return self._labels[number]

    def pixels(self, number: int, side: int) -> Pixels:
        # A world drawn larger than it is meant to be shows nothing more and takes long.
        return self._draw(number, min(side, self._world.side))

    def _draw(self, number: int, side: int) -> Pixels:
        drawn, label = self._world.make(number, SEED, side)
        self._labels[number] = self._index[label]
        return drawn

    def name(self, number: int) -> str:
        return f"{self.title}, number {number}"

    def origin(self, number: int) -> str:
        return f"world:{self._world.name}:{number}"

    def content_hash(self) -> str:
        known = f"{self._world.name} {self._count} {SEED} {__version__}"
        digest = hashlib.sha256(known.encode())
        if self._world.name not in _SLOW:
            # Another version may draw the same number differently.
            digest.update(self.pixels(self._count - 1, 48).tobytes())
        return digest.hexdigest()


class FolderSeries(Series):
    """The pictures of a folder; those in its subfolders have the subfolder's name as class."""

    def __init__(self, path: Path, count: int = 0) -> None:
        self._path = path
        found = _labelled_files(path)
        self.title = shown(path)
        names = sorted({name for _, name in found if name}, key=natural_key)
        # One class tells nothing apart.
        self.classes = tuple(names) if len(names) > 1 else ()
        index = {name: i for i, name in enumerate(self.classes)}
        chosen = _spread(len(found), count)
        self._files = tuple(found[i][0] for i in chosen)
        self._labels = tuple(index.get(found[i][1], -1) for i in chosen)

    def __len__(self) -> int:
        return len(self._files)

    def label(self, number: int) -> int:
        return self._labels[number]

    def pixels(self, number: int, side: int) -> Pixels:
        return open_picture(self._files[number]).pixels

    def name(self, number: int) -> str:
        return shown(self._files[number])

    def origin(self, number: int) -> str:
        return os.path.abspath(self._files[number])

    def content_hash(self) -> str:
        digest = hashlib.sha256(os.fsencode(self._path.absolute()))
        for file in self._files:
            try:
                facts = file.stat()
                known = f"{facts.st_size} {facts.st_mtime_ns}"
            except OSError:
                known = "gone"
            digest.update(os.fsencode(file) + f"\0{known}\0".encode())
        return digest.hexdigest()


def world_classes(name: str) -> tuple[str, ...]:
    """The classes of a built-in world, in a fixed order."""
    known: dict[str, tuple[str, ...]] = {
        "photos": tuple(photo.id for photo in worlds.photos.PHOTOS),
        "things": worlds.things.THINGS,
        "scenes": worlds.scenes.SHAPES,
        "digits": tuple("0123456789"),
        "gratings": ("grating", "gabor", "bar", "spot"),
        "paintings": (*worlds.TEXTURES, *worlds.PAINTINGS),
    }
    return known[worlds.find_population(name).name]


def open_series(kind: str, name: str, count: int = 0) -> Series:
    """The series of that name; a count of 0 means all of it."""
    return World(name, count) if kind == WORLD else FolderSeries(Path(name), count)


def _labelled_files(path: Path) -> list[tuple[Path, str]]:
    """(file, class) in natural order: the folder's own files first, then every subfolder's."""
    if not path.is_dir():
        kind = "a file, not a folder" if path.exists() else "not there"
        raise UserError(f"“{shown(path)}” is {kind}.", "Choose a folder with pictures.")
    try:
        found = [(file, "") for file in _pictures(path)]
        inside = [entry for entry in os.scandir(path) if entry.is_dir()]
        for entry in sorted(inside, key=lambda e: (natural_key(e.name), e.name)):
            if not entry.name.startswith("."):
                found += [(file, entry.name) for file in _pictures(Path(entry.path))]
    except OSError as error:
        raise UserError(
            f"The folder “{shown(path)}” may not be read: {error.strerror or 'no reason given'}.",
            "Choose another folder.",
        ) from error
    if not found:
        raise UserError(
            f"There are no pictures in “{shown(path)}”.",
            "Choose a folder that holds PNG or JPEG files, or one subfolder of them per class.",
        )
    return found


def _pictures(folder: Path) -> list[Path]:
    with os.scandir(folder) as entries:
        names = [
            entry.name for entry in entries
            if os.path.splitext(entry.name)[1].lower() in SUFFIXES
            and not entry.name.startswith(".") and not entry.is_dir()
        ]  # fmt: skip
    return [folder / name for name in sorted(names, key=lambda n: (natural_key(n), n))]


def _spread(there: int, count: int) -> list[int]:
    """So many numbers, evenly over all, that no class is left out because it comes last."""
    if not count or count >= there:
        return list(range(there))
    return [i * there // count for i in range(count)]
