"""Receptive fields: which part of the picture each cell of each tensor sees, over any DAG.

One pass over the graph carries two things along: where the picture's rows and columns lie in a
tensor (`Layout`), and what one cell sees in each direction (`Span`). Branches that have been
pooled over the whole picture (squeeze-excite gates and their like) are left out where they meet
a branch that still has a place; attention mixes all places and has no receptive field.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction

from cnnviz_app.nets.graph import ReceptiveField


@dataclass(frozen=True)
class Layout:
    """Where the picture's cells lie in a tensor.

    Attributes:
        axes: the axes of the rows and the columns, or the one axis of the tokens.
        grid: cells (down, right).
        skip: tokens before the first cell, such as a class token.
    """

    axes: tuple[int, ...]
    grid: tuple[int, int]
    skip: int = 0

    def moved(self, order: list[int]) -> Layout:
        """The layout after a permutation of the axes."""
        return replace(self, axes=tuple(order.index(axis) for axis in self.axes))


@dataclass(frozen=True)
class Span:
    """What cells see in one direction: cell i sees `size` pixels from start + i·stride on."""

    size: Fraction
    stride: Fraction
    start: Fraction

    def window(self, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> Span:
        """The span of a window sliding over these cells."""
        return Span(
            self.size + (kernel - 1) * dilation * self.stride,
            self.stride * stride,
            self.start - padding * self.stride,
        )

    def spread(self, factor: Fraction, neighbours: int, before: int) -> Span:
        """The span after every cell has become `factor` cells, each mixing its neighbours."""
        size = self.size + (neighbours - 1) * self.stride
        return Span(size, self.stride / factor, self.start - before * self.stride)

    def joined(self, other: Span) -> Span:
        """The smallest span that holds both."""
        start = min(self.start, other.start)
        end = max(self.start + self.size, other.start + other.size)
        return Span(end - start, self.stride, start)


PIXEL = Span(Fraction(1), Fraction(1), Fraction(0))


@dataclass(frozen=True)
class Field:
    """What is known about one tensor's place in the picture.

    Attributes:
        layout: None when its cells have no place any more (vectors).
        spans: (down, right); None when every cell may see anything.
        whole: the branch has been pooled over the whole picture.
    """

    layout: Layout | None
    spans: tuple[Span, Span] | None
    whole: bool = False

    def public(self) -> ReceptiveField | None:
        """The receptive field in whole pixels."""
        if self.spans is None:
            return None
        down, right = self.spans
        return ReceptiveField(
            (math.ceil(down.size), math.ceil(right.size)),
            (math.ceil(down.stride), math.ceil(right.stride)),
            (math.floor(down.start), math.floor(right.start)),
        )

    def collapsed(self) -> Field:
        """The field of a value that looks at every cell at once."""
        if self.spans is None or self.layout is None:
            return replace(self, layout=None)
        down, right = (
            span.window(cells, cells)
            for span, cells in zip(self.spans, self.layout.grid, strict=True)
        )
        return Field(None, (down, right), whole=True)


def united(fields: list[Field]) -> Field:
    """The field of a value computed from several, cell by cell."""
    local = [item for item in fields if not item.whole] or fields
    layout = next((item.layout for item in local if item.layout is not None), None)
    spans = local[0].spans
    for item in local[1:]:
        spans = _united_spans(spans, item.spans)
    return Field(layout, spans, whole=all(item.whole for item in fields))


def _united_spans(
    one: tuple[Span, Span] | None, two: tuple[Span, Span] | None
) -> tuple[Span, Span] | None:
    if one is None or two is None:
        return None
    if any(a.stride != b.stride for a, b in zip(one, two, strict=True)):
        return None
    return one[0].joined(two[0]), one[1].joined(two[1])
