"""The arithmetic of the zoo plot: where a network lies, how large it is, which curve it is on."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from cnnviz_app.nets.entry import Entry

# One curve for each way of growing; these families hold two ways.
_SPLIT = re.compile(r"RegNet[XY]|VGG.*batch-norm")


@dataclass(frozen=True)
class Point:
    """One network in the plot; `x` is its cost, `line` the curve it belongs to."""

    entry: Entry
    x: float
    y: float
    line: str


def line_of(entry: Entry) -> str:
    found = _SPLIT.match(entry.title)
    if found is None:
        return entry.family
    return "VGG with batch-norm" if found.group().startswith("VGG") else found.group()


def cost(entry: Entry, axis: str) -> float:
    if axis == "operations":
        return entry.gflops or 0.0
    return entry.params / 1e6 if axis == "parameters" else entry.size_bytes / 1e6


def points(entries: Iterable[Entry], axis: str) -> list[Point]:
    """Only accuracies on the same thousand classes of ImageNet may stand in one plot."""
    return [
        Point(e, cost(e, axis), e.top1, line_of(e))
        for e in entries
        if e.source == "torchvision" and e.top1 is not None and cost(e, axis) > 0
    ]


def lines(shown: Iterable[Point]) -> dict[str, list[Point]]:
    """The curves, each from cheap to dear."""
    found: dict[str, list[Point]] = {}
    for point in sorted(shown, key=lambda p: p.x):
        found.setdefault(point.line, []).append(point)
    return found


class Scale:
    """Logarithmic to the right, linear upwards, inside a rectangle."""

    def __init__(self, shown: list[Point], plot: QRectF) -> None:
        xs = [math.log10(p.x) for p in shown]
        ys = [p.y for p in shown]
        room = max(0.1, (max(xs) - min(xs)) * 0.06)
        self.x0, self.x1 = min(xs) - room, max(xs) + room
        self.y0, self.y1 = math.floor(min(ys) / 5) * 5, math.ceil((max(ys) + 1) / 5) * 5
        self.plot = plot
        self._largest = max(p.entry.params for p in shown)
        self.spots = [(p, self.place(p), self.radius(p)) for p in shown]

    def at(self, x: float, y: float) -> QPointF:
        share = (math.log10(x) - self.x0) / (self.x1 - self.x0)
        up = (y - self.y0) / (self.y1 - self.y0)
        plot = self.plot
        return QPointF(plot.left() + share * plot.width(), plot.bottom() - up * plot.height())

    def place(self, point: Point) -> QPointF:
        return self.at(point.x, point.y)

    def radius(self, point: Point) -> float:
        """The area is the number of parameters; the smallest can still be hit."""
        side = min(self.plot.width(), self.plot.height() * 1.3)
        return max(side * 0.006 + 1.5, side * 0.047 * math.sqrt(point.entry.params / self._largest))

    def x_ticks(self, apart: float) -> list[float]:
        """1, 2, 5 and their tens, thinned out until they stand apart."""
        decade = self.plot.width() / (self.x1 - self.x0)
        steps = (1, 2, 5) if decade * 0.3 >= apart else (1,)
        span = range(math.floor(self.x0), math.ceil(self.x1) + 1)
        ticks = [m * 10.0**e for e in span for m in steps]
        return [t for t in ticks if self.x0 <= math.log10(t) <= self.x1]

    def y_ticks(self, apart: float) -> list[float]:
        step = 5 if self.plot.height() / ((self.y1 - self.y0) / 5) >= apart else 10
        first = math.ceil(self.y0 / step) * step
        return [float(v) for v in range(int(first), int(self.y1) + 1, step)]
