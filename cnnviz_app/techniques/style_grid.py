"""The style grid: what deeper layers and a stronger style do, all in one picture.

The figure of Gatys, Ecker and Bethge, "A Neural Algorithm of Artistic Style" (2015): each row
matches the style on one layer more, each column gives the content less weight.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.images import to_uint8
from cnnviz_app.core.params import param
from cnnviz_app.core.references import split
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques import _style_ask as ask
from cnnviz_app.techniques._budget import CHOICES, HELP, Budget
from cnnviz_app.techniques._labelled_sheet import LabelledSheet
from cnnviz_app.techniques._optimise import to_float_rgb
from cnnviz_app.techniques._style import paint, planned
from cnnviz_app.techniques._style_job import Job
from cnnviz_app.techniques._style_layers import Weighted
from cnnviz_app.techniques._style_params import (
    ContentLayerParams,
    DescentParams,
    LossParams,
    StyleLayerParams,
    StylePictureParams,
)
from cnnviz_app.techniques._style_pictures import side_for
from cnnviz_app.techniques._style_sizes import Plan, Stage, parse_stages
from cnnviz_app.techniques._style_sizes import written as staged
from cnnviz_app.techniques.style import StyleParams


@dataclass(frozen=True)
class StyleGridParams(
    LossParams, StyleLayerParams, ContentLayerParams, DescentParams, StylePictureParams
):
    """One style transfer for each place of the grid."""

    ratios: str = param(
        "0.5, 0.05, 0.005, 0.0005", "The columns: α/β, the weight of the content against the "
        "style.", title="α/β",
    )  # fmt: skip
    size: int = param(
        160, "Long side of each picture.", low=16, high=1024, unit="px", group="Picture",
        slider=(64, 320),
    )  # fmt: skip
    steps: int = param(
        80, "How many steps to make for each picture.", low=1, high=20000, group="Optimiser",
        slider=(10, 500),
    )  # fmt: skip
    cell_stages: str = param(
        "", "The rungs of each picture as long side:steps, row by row, such as 113:40, 160:40; "
        "113:30, 160:30; empty lets ladder, size and steps decide.", group="Optimiser",
    )  # fmt: skip
    budget: str = param(
        "full", HELP, choices=CHOICES, title="Time", group="Optimiser",
    )  # fmt: skip


@technique(
    "style-grid",
    "Style grid",
    "Style",
    StyleGridParams,
    summary="Deeper style layers from row to row, less content from column to column: the figure "
    "of the paper, with your pictures.",
    whole_picture=True,
)
def style_grid(
    ctx: Context, net: Any, image01: Tensor, params: StyleGridParams, seed: int
) -> TechniqueResult:
    budget = Budget(ctx, params.budget)
    ratios = _ratios(params.ratios)
    common = StyleParams(**{name: getattr(params, name) for name in _SHARED})
    whole, settled = ask.transfer(ctx, net, image01, common)
    rows = [whole.style_layers[: count + 1] for count in range(len(whole.style_layers))]
    plans = _Plans(ctx, whole, common, seed, budget, params.cell_stages, len(rows) * len(ratios))
    # In Latin letters: the face that is always there has no others.
    columns = [f"alpha/beta {ratio:g}" for ratio in ratios]
    grid = LabelledSheet(_row_words(rows), columns, *plans.shape)
    losses: dict[str, float] = {}
    start = end = 0.0
    steps = 0
    for row, layers in enumerate(rows):
        for column, ratio in enumerate(ratios):
            place = _Place(grid, row, column)
            painted = paint(
                ctx, _cell(whole, layers, ratio), common, seed, show=place.show, before=steps,
                total=plans.total, plan=plans.next(),
            )  # fmt: skip
            plans.made.append(painted.stages)
            place.show(painted.picture)
            steps += painted.steps
            start, end = start - painted.start.total, end - painted.end.total
            losses[f"style_loss {row + 1}/{column + 1}"] = painted.end.style
    ctx.frame("picture", lambda: to_uint8(grid.pixels()), step=steps, force=True)
    return TechniqueResult(
        picture=grid.pixels(),
        steps=steps,
        figures={
            **whole.figures, "normalisation": params.normalise, "rows": "; ".join(_row_words(rows)),
            "columns": ", ".join(f"{ratio:g}" for ratio in ratios),
            "objective_start": start, "objective_end": end, **losses,
        },
        settled={**settled, **plans.repeated()},
    )  # fmt: skip


class _Plans:
    """The rungs of one picture after the other, all of one size; with a time, each gets as much
    of what is left as those after it."""

    def __init__(
        self, ctx: Context, whole: Job, params: StyleParams, seed: int, budget: Budget,
        written: str, count: int,
    ) -> None:  # fmt: skip
        self._budget = budget
        self._count = count
        self.made: list[tuple[Stage, ...]] = []
        if written.strip():
            parts = [Plan(parse_stages(part)) for part in written.split(";")]
            self._plans = [parts[number % len(parts)] for number in range(count)]
        else:
            self._plans = [planned(ctx, whole, params, seed, budget, count)] * count
        sides = {plan.stages[-1][0] for plan in self._plans}
        if len(sides) > 1:
            raise UserError(
                "The pictures of the grid must have one size.",
                "Let the last rung of each have the same side, such as 113:40, 160:40; 160:60.",
            )
        self._side = sides.pop()
        spec = whole.net.spec
        own = (spec.height, spec.width)
        self.shape = side_for(whole.shape, self._side) if self._side else own
        self.total = sum(steps for plan in self._plans for _, steps in plan.stages)

    def next(self) -> Plan:
        number = len(self.made)
        return self._plans[number].of_next(self._count - number)

    def repeated(self) -> dict[str, Any]:
        """What a recipe needs to make the same grid without a clock."""
        if self._budget.seconds is None:
            return {}
        size = {"size": self._side} if self._side else {}
        return {"budget": "full", "cell_stages": "; ".join(map(staged, self.made)), **size}


_SHARED = (
    "style", "style_weights", "style_scale", "content_layers", "style_layers", "normalise",
    "pooling", "steps", "optimizer", "learning_rate", "tv", "ladder", "precision", "size",
)  # fmt: skip


class _Place:
    """One place of the grid as the target of a run's pictures."""

    def __init__(self, grid: LabelledSheet, row: int, column: int) -> None:
        self._grid, self._row, self._column = grid, row, column

    def show(self, picture: Tensor) -> npt.NDArray[np.uint8]:
        self._grid.put(self._row, self._column, to_float_rgb(picture))
        return to_uint8(self._grid.pixels())


def _cell(whole: Job, layers: Weighted, ratio: float) -> Job:
    """With fewer layers each counts more: the style as a whole keeps its weight."""
    total = sum(weight for _, weight in whole.style_layers)
    kept = sum(weight for _, weight in layers)
    scaled = tuple((name, weight * total / kept) for name, weight in layers)
    return replace(whole, style_layers=scaled, alpha=ratio * whole.beta)


def _row_words(rows: list[Weighted]) -> list[str]:
    first = rows[0][0][0]
    return [first if len(row) == 1 else f"… {row[-1][0]}" for row in rows]


def _ratios(text: str) -> tuple[float, ...]:
    try:
        found = tuple(float(word) for word in split(text))
    except ValueError:
        found = ()
    if not 1 <= len(found) <= 8 or not all(0.0 < ratio < 1e9 for ratio in found):
        raise UserError(
            f"“{text}” is no row of ratios.", "Write up to eight numbers above 0: 1, 0.1, 0.01."
        )
    return found
