"""Deletion and insertion curves: does the map name the pixels the answer hangs on?

After Petsiuk, Das and Saenko, "RISE" (2018). Pixels are taken from the picture (or given back to
a blurred one) in the order of the map; a good map loses the answer early and wins it early.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.techniques._objectives import Objective
from cnnviz_app.techniques._perturb import answers, at_once, backdrop

STEPS = 32
Curve = npt.NDArray[np.float64]


class Asked(Protocol):
    """The part of an answer the curves need."""

    @property
    def objective(self) -> Objective: ...
    @property
    def target(self) -> int | None: ...


def play_curves(
    ctx: Context, net: Any, asked: Asked, image01: Tensor, values: npt.NDArray[np.float32],
    steps: int = STEPS,
) -> dict[str, float]:  # fmt: skip
    """The areas under both curves, which are reported point by point."""
    return curves(ctx, net, asked, image01, values, steps)[1]


def curves(
    ctx: Context, net: Any, asked: Asked, image01: Tensor, values: npt.NDArray[np.float32],
    steps: int = STEPS,
) -> tuple[dict[str, list[float]], dict[str, float]]:  # fmt: skip
    """Both curves and the areas under them."""
    order = np.argsort(-values.reshape(-1), kind="stable")
    rank = torch.empty(len(order), device=image01.device)
    rank[torch.from_numpy(order)] = torch.arange(len(order), device=image01.device).float()
    share = (rank / len(order)).view(1, 1, *image01.shape[2:])
    grey, soft = backdrop(net, image01, "mean"), backdrop(net, image01, "blur")
    points = torch.linspace(0, 1, steps + 1, device=image01.device)
    found: dict[str, list[float]] = {"deletion": [], "insertion": []}
    size = at_once(net, image01)
    for part in (points[i : i + size] for i in range(0, len(points), size)):
        ctx.checkpoint()
        touched = share < part.view(-1, 1, 1, 1)
        deleted = answers(net, asked.objective, torch.where(touched, grey, image01)).tolist()
        inserted = answers(net, asked.objective, torch.where(touched, image01, soft)).tolist()
        for one, other in zip(deleted, inserted, strict=True):
            ctx.metrics(len(found["deletion"]), deletion=one, insertion=other)
            found["deletion"].append(one)
            found["insertion"].append(other)
    # A probability is a share already; a unit is measured against what it says to the picture.
    whole = 1.0 if asked.target is not None else (found["deletion"][0] or 1.0)
    areas = {f"{name}_auc": area(np.array(curve) / whole) for name, curve in found.items()}
    return found, areas


def area(curve: Curve) -> float:
    """Under evenly spaced points over 0 … 1."""
    return float((curve[:-1] + curve[1:]).sum() / (2 * (len(curve) - 1)))
