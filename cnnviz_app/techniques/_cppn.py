"""Pictures as functions of the place: a small network draws every pixel from its coordinates.

After Stanley (2007) and Mordvintsev and others, "Differentiable Image Parameterizations" (2018):
eight layers of 24 units, arctangents and their squares. What it draws has no pixels: it is smooth
at any size.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import torch
from torch import Tensor

from cnnviz_app.core.errors import UserError
from cnnviz_app.techniques._bases import Basis, Size

_LAYERS, _UNITS = 8, 24
# Standard deviations of an arctangent of normal numbers, and of its square.
_ODD, _EVEN = 0.67, 0.6
# What a weight is in units of its variable: with the usual learning rate a drawing would jump.
_SCALE = 0.3
_COLOUR_SCALE = 0.03


def cppn(size: Size) -> Basis:
    """Weights of a drawing network, for each picture its own."""
    widths = [2, *[2 * _UNITS] * (_LAYERS - 1), 2 * _UNITS]
    shapes = [(size.n, before, _UNITS) for before in widths[:-1]] + [(size.n, widths[-1], size.c)]
    places = _places(size.h, size.w).to(size.device)

    def image(v: Sequence[Tensor]) -> Tensor:
        x = places.expand(size.n, -1, -1)
        for weight in v[:-1]:
            angle = torch.atan(torch.bmm(x, weight * (_SCALE / math.sqrt(weight.shape[1]))))
            x = torch.cat([angle / _ODD, angle.square() / _EVEN], 2)
        colours = torch.bmm(x, v[-1] * _COLOUR_SCALE)
        return colours.transpose(1, 2).reshape(size.shape)

    def variables(x: Tensor) -> list[Tensor]:
        raise UserError(
            "A drawing network cannot take up a given picture.",
            "Choose another space, or start from noise and leave repairs and clipping out.",
        )

    def start(sd: float, generator: torch.Generator) -> list[Tensor]:
        hidden = [torch.randn(shape, generator=generator) / _SCALE for shape in shapes[:-1]]
        return [*hidden, torch.zeros(shapes[-1])]

    return Basis(tuple(shapes), image, variables, start=start, exact=False)


def _places(height: int, width: int) -> Tensor:
    """Coordinates of the pixels, of unit variance along the longer side, as rows."""
    longer = max(height, width)
    across, down = (
        (torch.arange(side) - (side - 1) / 2) / (longer / 2) * math.sqrt(3.0)
        for side in (width, height)
    )
    grid = itertools.product(down.tolist(), across.tolist())
    return torch.tensor(list(grid)).reshape(1, height * width, 2)
