"""A network's graph laid out: what is drawn, and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cnnviz_app.nets.graph_folds import Fold

Size = tuple[float, float]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rect:
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def holds(self, x: float, y: float) -> bool:
        return self.x <= x <= self.right and self.y <= y <= self.bottom


@dataclass(frozen=True, eq=False)
class Box:
    """A folded block or an operator; `frame` is an open block, drawn around what it holds."""

    fold: Fold
    rect: Rect
    frame: bool = False
    depth: int = 0


@dataclass(frozen=True, eq=False)
class Wire:
    """A piece of a wire: straight to `bend`, an S to `bent`, straight again; (x, y) each.

    Attributes:
        source: the box that the tensor comes from.
        head: the box it ends in, or "" where it goes on.
    """

    source: str
    head: str
    start: tuple[float, float]
    bend: tuple[float, float]
    bent: tuple[float, float]
    end: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Label:
    """What shape the tensor has that leaves a box; `lines` stand beside the wire at (x, y)."""

    source: str
    lines: tuple[str, ...]
    x: float
    y: float


@dataclass
class Drawing:
    """A graph laid out; frames come before what is inside them."""

    vertical: bool
    boxes: list[Box] = field(default_factory=list)
    frames: list[Box] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    bounds: Rect = Rect(0, 0, 0, 0)

    def wires_in(self, x0: float, y0: float, x1: float, y1: float) -> list[Wire]:
        """The pieces of wires that a rectangle may hold a part of; thousands are asked at once."""
        if not self.wires:
            return []
        left, top, right, bottom = self._spans
        seen = (left <= x1) & (right >= x0) & (top <= y1) & (bottom >= y0)
        return [self.wires[place] for place in np.flatnonzero(seen)]

    @cached_property
    def _spans(self) -> tuple[Floats, Floats, Floats, Floats]:
        ends = np.array([(*wire.start, *wire.end) for wire in self.wires])
        x, y = ends[:, 0::2], ends[:, 1::2]
        return x.min(axis=1), y.min(axis=1), x.max(axis=1), y.max(axis=1)


@dataclass(frozen=True)
class Measures:
    """How large words are, asked of whoever draws them.

    Attributes:
        box: width and height of a folded block or an operator.
        head: the same of the title of an open block.
        label: the same of the lines beside a wire.
    """

    box: Callable[[Fold], Size]
    head: Callable[[Fold], Size]
    label: Callable[[tuple[str, ...]], Size]


def shape_lines(shape: tuple[int, ...], vertical: bool) -> tuple[str, ...]:
    """Beside a wire that goes down one line; above and below one that goes right."""
    if not shape:
        return ()
    if vertical or len(shape) == 1:
        return (" × ".join(map(str, shape)),)
    return (str(shape[0]), " × ".join(map(str, shape[1:])))
