"""The inversion ladder: one photo rebuilt from layer after layer, in one strip that wraps.

The first layers keep every hair; each step deeper keeps less of the place and more of the thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques._budget import Budget, parse_steps, written
from cnnviz_app.techniques._inversion import InversionParams, class_of, invert
from cnnviz_app.techniques._optimise import Limit, to_float_rgb
from cnnviz_app.techniques._strip import Strip

_HANDFUL = 6


@dataclass(frozen=True)
class _WhichLayersParams:
    layers: str = param(
        "", "The layers, with commas, or all; empty takes a handful from first to last.",
        kind="text", group="Target",
    )  # fmt: skip


@dataclass(frozen=True)
class LadderParams(InversionParams, _WhichLayersParams):
    """Which layers, and how each is inverted."""

    layer_steps: str = param(
        "", "The steps of each layer, such as 100, 200, 400; empty gives all the same.",
        group="Optimiser",
    )  # fmt: skip


@technique(
    "inversion-ladder",
    "Inversion ladder",
    "Synthesis",
    LadderParams,
    summary="Rebuilds one photo from layer after layer, side by side.",
)
def inversion_ladder(
    ctx: Context, net: Any, image01: Tensor, params: LadderParams, seed: int
) -> TechniqueResult:
    names = chosen(net, params.layers)
    title, chance = class_of(net, image01)
    photo = to_float_rgb(image01)
    height, width, _colours = photo.shape
    strip = Strip(["the photo", *names], height, width, lines=2)
    strip.put(0, photo)
    strip.put_words(0, (_sees(title, chance),))
    figures: dict[str, Any] = {"layers": ", ".join(names), "class_start": title}
    made = 0
    budget = Budget(ctx, params.budget)
    counts = parse_steps(params.layer_steps) or (params.steps,)
    each: list[int] = []
    for place, name in enumerate(names, start=1):
        ctx.stage(name, made + 1)
        strip.put_words(place)

        def show(picture: Tensor, place: int = place) -> npt.NDArray[np.uint8]:
            strip.put(place, to_float_rgb(picture))
            return strip.levels()

        found = invert(
            ctx, net, net.resolve(name), image01, params, seed,
            _limit(budget, counts[(place - 1) % len(counts)], len(names) - place + 1),
            made=made, total=len(names) * params.steps, show=show,
        )  # fmt: skip
        made += found.steps
        each.append(found.steps)
        seen, chance = class_of(net, found.picture)
        strip.put(place, to_float_rgb(found.picture))
        strip.put_words(place, (f"{found.psnr:.1f} dB", _sees(seen, chance)))
        figures |= {
            f"psnr {name}": found.psnr, f"feature_error {name}": found.error, f"class {name}": seen
        }  # fmt: skip
    return TechniqueResult(
        picture=strip.pixels(), steps=made, figures=figures,
        settled={"layers": ", ".join(names), **_repeated(budget, each)},
    )  # fmt: skip


def _limit(budget: Budget, steps: int, layers: int) -> Limit:
    """For the next of so many layers: with a time, all that are left get the same of it."""
    if budget.seconds is None:
        return Limit(steps)
    before = budget.spent()
    return Limit(steps, before + budget.left() / layers, before, budget.seconds)


def _repeated(budget: Budget, steps: list[int]) -> dict[str, str]:
    return {} if budget.seconds is None else {"budget": "full", "layer_steps": written(steps)}


def _sees(title: str, chance: float) -> str:
    return f"{100 * chance:.0f} % {title.rsplit(' (', 1)[0]}"


def chosen(net: Any, text: str) -> list[str]:
    """The layers a text names, as the network lists them."""
    every = list(net.layers) or [net.output]
    if text.strip().lower() == "all":
        return every
    if text.strip():
        named = [name.strip() for name in text.split(",") if name.strip()]
        for name in named:
            net.resolve(name)
        return named
    count = min(_HANDFUL, len(every))
    places = np.linspace(0, len(every) - 1, count).round().astype(int)
    return [every[place] for place in dict.fromkeys(places.tolist())]
