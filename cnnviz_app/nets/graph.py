"""What is known about a network without running it: its input, its nodes, their facts."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from cnnviz_app.core.errors import UserError


@dataclass(frozen=True)
class InputSpec:
    """The picture a network was made for, and the normalisation it was trained with."""

    channels: int
    height: int
    width: int
    mean: tuple[float, ...]
    std: tuple[float, ...]


@dataclass(frozen=True)
class ReceptiveField:
    """The square of the picture one cell sees; every pair is (down, right).

    Attributes:
        size: extent in pixels.
        stride: distance between the squares of neighbouring cells.
        start: top-left pixel of the first cell's square; negative where it hangs over the edge.
    """

    size: tuple[int, int]
    stride: tuple[int, int]
    start: tuple[int, int]


@dataclass(frozen=True)
class Node:
    """One tensor operator of the unfolded network, described at the input size of its weights.

    `shape` leaves the batch out; `scope` is the module the operator is part of ("" is the top).
    """

    name: str
    op: str
    inputs: tuple[str, ...]
    shape: tuple[int, ...]
    params: int
    macs: int
    receptive_field: ReceptiveField | None
    scope: str


def unknown(kind: str, name: str, choices: Iterable[str], hint: str) -> UserError:
    """The error for a name that does not exist, with the nearest one that does."""
    close = difflib.get_close_matches(name, list(choices), n=1, cutoff=0.5)
    guess = f" Did you mean “{close[0]}”?" if close else ""
    return UserError(f"There is no {kind} called “{name}”.{guess}", hint=hint)
