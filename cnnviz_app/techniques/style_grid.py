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
from cnnviz_app.techniques._labelled_sheet import LabelledSheet
from cnnviz_app.techniques._optimise import to_float_rgb
from cnnviz_app.techniques._style import paint
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
from cnnviz_app.techniques._style_sizes import longest_side
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
    ratios = _ratios(params.ratios)
    common = {name: getattr(params, name) for name in _SHARED}
    whole, settled = ask.transfer(ctx, net, image01, StyleParams(**common))
    side = longest_side(net, whole.nodes, whole.shape, params.size)
    spec = net.spec
    height, width = side_for(whole.shape, side) if side else (spec.height, spec.width)
    rows = [whole.style_layers[: count + 1] for count in range(len(whole.style_layers))]
    # In Latin letters: the face that is always there has no others.
    columns = [f"alpha/beta {ratio:g}" for ratio in ratios]
    grid = LabelledSheet(_row_words(rows), columns, height, width)
    total = len(rows) * len(ratios) * params.steps
    losses: dict[str, float] = {}
    start = end = 0.0
    steps = 0
    for row, layers in enumerate(rows):
        for column, ratio in enumerate(ratios):
            place = _Place(grid, row, column)
            painted = paint(
                ctx, _cell(whole, layers, ratio), StyleParams(**common), seed,
                show=place.show, before=steps, total=total,
            )  # fmt: skip
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
        settled=settled,
    )  # fmt: skip


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
