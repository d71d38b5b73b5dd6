"""What can be asked about files: a result as a picture, a film or a program."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cnnviz_app.lab.requests import Outcome, Pixels

PICTURES, FILMS, SCRIPTS = (".png",), (".gif", ".mp4"), (".py", ".ipynb")


@dataclass(frozen=True)
class Export:
    """Write a result in the form the path's ending names; answered as the `Path` written.

    Attributes:
        outcome: None for what has no recipe: a run that was stopped, a frame on the way.
        deep: 16 bits per channel in a PNG.
        frames: what a film shows, in their order; a picture without outcome is the last of them.
    """

    path: Path
    outcome: Outcome | None = None
    deep: bool = False
    with_sources: bool = True
    frames: tuple[Pixels, ...] = ()
    fps: float = 24.0


@dataclass(frozen=True)
class ExportKept:
    """Write a kept picture elsewhere, or the program that makes it; answered as the `Path`."""

    kept: Path
    path: Path
