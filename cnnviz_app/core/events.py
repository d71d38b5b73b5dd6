"""What the engine tells the window: frozen facts about one job, numbered by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Scale = Literal["picture", "sequential", "signed"]


@dataclass(frozen=True, slots=True)
class Event:
    job: int


@dataclass(frozen=True, slots=True)
class Started(Event):
    title: str = ""


@dataclass(frozen=True, slots=True)
class Progress(Event):
    done: float
    total: float
    text: str = ""
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class Stage(Event):
    """A named stretch of the run (an octave, a scale) begins at this step."""

    name: str
    first_step: int


@dataclass(frozen=True, slots=True)
class Frame(Event):
    """A fresh read-only array: uint8 H×W×3, or float32 H×W when `scale` names a colour map."""

    name: str
    step: int
    data: npt.NDArray[Any]
    scale: Scale = "picture"


@dataclass(frozen=True, slots=True)
class Metrics(Event):
    step: int
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note(Event):
    """Worth telling, nothing lost: a smaller tile, another version, a slower device."""

    sentence: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Finished(Event):
    result: object = None


@dataclass(frozen=True, slots=True)
class Stopped(Event):
    """The person cancelled; `seconds` is how long that took to take effect."""

    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Failed(Event):
    sentence: str
    hint: str = ""
    details: str = ""


Terminal = (Finished, Stopped, Failed)


def is_terminal(event: Event) -> bool:
    return isinstance(event, Terminal)


def frozen_copy(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A contiguous private copy nobody can write to: what a Frame may carry."""
    copy = np.array(array, order="C", copy=True)
    copy.setflags(write=False)
    return copy
