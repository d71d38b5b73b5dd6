"""One operator applied to fields: what the rules for receptive fields are given."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from torch import fx, nn

from cnnviz_app.nets.operators import settings
from cnnviz_app.nets.receptive import Field, Layout, Span, united
from cnnviz_app.nets.shapes import Shape, shape_of


class Call:
    """One operator applied to the fields of its inputs."""

    def __init__(
        self,
        node: fx.Node,
        op: str,
        root: nn.Module,
        sources: list[fx.Node],
        fields: Mapping[fx.Node, Field],
    ) -> None:
        self.node, self.op, self.root, self.sources = node, op, root, sources
        self.settings: dict[str, Any] = settings(node, root)
        self.fields = [fields[source] for source in sources]
        self.first = self.fields[0]
        self.before = shape_of(sources[0])
        self.after = shape_of(node)

    @property
    def grids(self) -> tuple[Layout, tuple[Span, Span]] | None:
        """The layout and spans of a picture-like input; None when places are already lost."""
        layout, spans = self.first.layout, self.first.spans
        if layout is None or spans is None or len(layout.axes) != 2:
            return None
        return layout, spans

    def moved(self, down: Span, right: Span, *, whole: bool = False) -> Field:
        """The field with new spans, on the grid the output has."""
        layout = self.first.layout
        assert layout is not None
        grid = (self.after[layout.axes[0]], self.after[layout.axes[1]])
        return Field(replace(layout, grid=grid), (down, right), whole or self.first.whole)

    def placed(self, layout: Layout | None) -> Field:
        """The first input's field in another layout."""
        return replace(self.first, layout=layout)


def pointwise(call: Call) -> Field:
    """Cell by cell; whatever we do not know is taken for it as long as the form is kept."""
    field = united(call.fields)
    if field.layout is not None and not _fits(field.layout, call.after):
        # An operator we do not know changed the tensor's form: its places are lost.
        layout = field.layout
        if len(call.after) == len(call.before) == 4 and len(layout.axes) == 2:
            grid = (call.after[layout.axes[0]], call.after[layout.axes[1]])
            return Field(replace(layout, grid=grid), None, field.whole)
        return unplaced(call)
    return field


def _fits(layout: Layout, shape: Shape) -> bool:
    if max(layout.axes) >= len(shape):
        return False
    cells = [shape[axis] for axis in layout.axes]
    if len(cells) == 1:
        return cells[0] == layout.skip + math.prod(layout.grid)
    return tuple(cells) == layout.grid


def unplaced(call: Call) -> Field:
    """A picture again whose places we no longer know."""
    if len(call.after) == 4:
        return Field(Layout((2, 3), (call.after[2], call.after[3])), None, call.first.whole)
    return Field(None, None, call.first.whole)


def many(value: Any) -> tuple[Any, ...]:
    """A setting given once or several times."""
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)
