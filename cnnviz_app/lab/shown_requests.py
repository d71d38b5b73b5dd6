"""What a network takes a picture in the making for."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz_app.lab.edit_requests import Edits
from cnnviz_app.lab.requests import Pixels


@dataclass(frozen=True)
class ClassesOf:
    """The strongest classes of these pixels, answered as `Classes`.

    Attributes:
        follow: classes to tell also when they are not among the strongest.
    """

    model: str
    pixels: Pixels
    step: int = 0
    most: int = 4
    follow: tuple[int, ...] = ()
    edits: Edits = ()


@dataclass(frozen=True)
class Classes:
    """Numbers, names and probabilities, the strongest first; `step` is the frame's own."""

    numbers: tuple[int, ...]
    names: tuple[str, ...]
    shares: tuple[float, ...]
    step: int
    seconds: float
