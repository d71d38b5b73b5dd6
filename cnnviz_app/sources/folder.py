"""A folder of pictures to walk through; what cannot be read is told and passed over."""

from __future__ import annotations

import dataclasses
import os
import re
from pathlib import Path

from cnnviz_app.core.atomic import shown
from cnnviz_app.core.errors import UserError
from cnnviz_app.sources.picture import Picture, open_picture

SUFFIXES = frozenset(
    {".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".webp", ".avif", ".gif", ".tif",
     ".tiff", ".bmp", ".dib", ".ppm", ".pgm", ".pbm", ".pnm", ".pfm", ".pcx", ".tga", ".jp2",
     ".j2k", ".jpx", ".sgi", ".rgb", ".qoi", ".dds"}
)  # fmt: skip
_MAX_TOLD = 3


def natural_key(name: str) -> tuple[tuple[int, int | str], ...]:
    """Sort key that puts `cat2` before `cat10`."""
    pieces = re.split(r"([0-9]+)", name.casefold())
    return tuple((0, int(p[:18])) if p.isdecimal() else (1, p) for p in pieces if p)


class Folder:
    """The pictures of one folder, subfolders left out, in natural order, and a place in it."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.files = _pictures_in(self.path)
        self._at = 0

    def __len__(self) -> int:
        return len(self.files)

    @property
    def position(self) -> int:
        """Number of the current picture, from 0."""
        return self._at

    def current(self) -> Picture:
        """The picture here, or the first readable one after it."""
        return self.open_at(self._at)

    def step(self, by: int) -> Picture:
        """Go on by so many pictures, round the end; unreadable ones are passed over with a note."""
        return self.open_at(self._at + by, -1 if by < 0 else 1)

    def go_to(self, file: str | os.PathLike[str]) -> Picture:
        """The named file of this folder; others open it when it was clicked or dropped."""
        wanted = Path(file).name
        for place, path in enumerate(self.files):
            if path.name == wanted:
                return self.open_at(place)
        raise UserError(
            f"“{shown(file)}” is not among the pictures of “{shown(self.path)}”.",
            "Open the folder again.",
        )

    def open_at(self, start: int, direction: int = 1) -> Picture:
        """The picture at that place, or the next readable one in this direction."""
        problems: list[str] = []
        for away in range(len(self.files)):
            place = (start + direction * away) % len(self.files)
            try:
                picture = open_picture(self.files[place])
            except UserError as error:
                problems.append(error.sentence)
                continue
            self._at = place
            return dataclasses.replace(picture, notes=(*_told(problems), *picture.notes))
        raise UserError(
            f"None of the {len(self.files)} pictures in “{shown(self.path)}” can be opened. "
            f"{problems[0]}", "Choose another folder."
        )  # fmt: skip


def _told(problems: list[str]) -> tuple[str, ...]:
    """The first few problems in full, the rest as a number: a strip of messages is short."""
    if len(problems) <= _MAX_TOLD:
        return tuple(problems)
    return (*problems[:_MAX_TOLD], f"{len(problems) - _MAX_TOLD} more files cannot be opened.")


def _pictures_in(path: Path) -> tuple[Path, ...]:
    if not path.is_dir():
        kind = "a file, not a folder" if path.exists() else "not there"
        raise UserError(f"“{shown(path)}” is {kind}.", "Choose a folder with pictures.")
    try:
        with os.scandir(path) as entries:
            names = [e.name for e in entries if _is_picture(e)]
    except OSError as error:
        raise UserError(
            f"The folder “{shown(path)}” may not be read: {error.strerror or 'no reason given'}.",
            "Choose another folder.",
        ) from error
    if not names:
        raise UserError(
            f"There are no pictures in “{shown(path)}”.",
            "Choose a folder that holds PNG or JPEG files; its subfolders are not searched.",
        )
    return tuple(path / name for name in sorted(names, key=lambda n: (natural_key(n), n)))


def _is_picture(entry: os.DirEntry[str]) -> bool:
    """By its ending only: opening thousands of files to look inside would take too long."""
    hidden = entry.name.startswith(".")  # among them macOS's "._cat.jpg", which are no pictures
    suffix = os.path.splitext(entry.name)[1].lower()
    return not hidden and suffix in SUFFIXES and not entry.is_dir()
