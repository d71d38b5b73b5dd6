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
        return [self.wires[i] for i in _meeting(self._wire_spans, x0, y0, x1, y1)]

    def boxes_in(self, x0: float, y0: float, x1: float, y1: float) -> list[Box]:
        """The same of frames, outermost first, and then of boxes."""
        return [self._everything[i] for i in _meeting(self._box_spans, x0, y0, x1, y1)]

    def box(self, id: str) -> Box | None:
        """The box or frame of that name, when it is drawn."""
        return self._by_id.get(id)

    @cached_property
    def _everything(self) -> list[Box]:
        return [*self.frames, *self.boxes]

    @cached_property
    def _by_id(self) -> dict[str, Box]:
        return {box.fold.id: box for box in self._everything}

    @cached_property
    def _wire_spans(self) -> Floats:
        return _spans([(*wire.start, *wire.end) for wire in self.wires])

    @cached_property
    def _box_spans(self) -> Floats:
        rects = [box.rect for box in self._everything]
        return _spans([(rect.x, rect.y, rect.right, rect.bottom) for rect in rects])


def _spans(ends: list[tuple[float, float, float, float]]) -> Floats:
    """Left, top, right and bottom of each, from two opposite corners."""
    corners = np.array(ends, dtype=np.float64).reshape(-1, 4)
    x, y = corners[:, 0::2], corners[:, 1::2]
    return np.stack([x.min(axis=1), y.min(axis=1), x.max(axis=1), y.max(axis=1)])


def _meeting(spans: Floats, x0: float, y0: float, x1: float, y1: float) -> list[int]:
    left, top, right, bottom = spans
    seen = (left <= x1) & (right >= x0) & (top <= y1) & (bottom >= y0)
    found: list[int] = np.flatnonzero(seen).tolist()
    return found


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
