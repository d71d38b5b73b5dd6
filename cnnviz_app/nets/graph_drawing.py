"""A network's graph laid out: what is drawn, and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cnnviz_app.nets.graph_folds import Fold

Size = tuple[float, float]


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
