"""DeepDream: what a layer faintly sees in a picture, painted into it.

After Mordvintsev, Olah and Tyka, "Inceptionism" (2015), with their defaults: four octaves a
factor of 1.4 apart, ten steps in each, steps of 1.5 grey levels on average, jitter of 32 pixels.

A picture too large for one run is taken in tiles. The tiles are exact: in every step the gradient
is the one of the whole picture, but for rounding, so nothing marks where they meet. In double
precision a whole tiled dream equals the untiled one to far below a grey level. In single precision
a dream enlarges rounding, as it does between two computers, and details may differ.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques import _dream as dreams
from cnnviz_app.techniques._addresses import UnitTerm, class_title, find_layer, find_units
from cnnviz_app.techniques._budget import CHOICES, Budget, parse_steps, written
from cnnviz_app.techniques._dream_course import Course, fitted
from cnnviz_app.techniques._optimise import to_float_rgb, to_pixels
from cnnviz_app.techniques._pictures import image01_of, picture_named
from cnnviz_app.techniques._synthesis import seed_of
from cnnviz_app.techniques._tiles import TiledRunner, Total, cells_of

_WHAT, _HOW, _DIVE = "Target", "Octaves", "Dive"
# The published jitter belongs to networks that look at pictures of about this size.
_USUAL_SIDE = 224
_GUIDE_SIDE = 320
# A size no network is made for: one that takes it takes all.
_ODD = (97, 101)
_DIVING = ("frames", tuple(range(2, 3601)))


@dataclass(frozen=True)
class DeepDreamParams:
    """What to see more of, in which sizes, and how far to dive."""

    layer: str = param(
        "", "The layer, or several with commas; empty takes a block in the middle.",
        kind="layer", group=_WHAT,
    )  # fmt: skip
    unit: str = param(
        "", "Only these units, such as 12 or 12 + 40; empty takes the whole layer.",
        kind="unit", group=_WHAT, follows=False,
    )  # fmt: skip
    guide: str = param(
        "", "A second picture: its things appear in the first. Empty dreams freely.",
        kind="picture", group=_WHAT,
    )  # fmt: skip
    size: int = param(
        0, "Long side of the picture; 0 keeps its own size.", low=0, high=16384, unit="px",
        group=_HOW, slider=(0, 4096),
    )  # fmt: skip
    octaves: int = param(4, "In how many sizes to dream.", low=1, high=16, group=_HOW)
    octave_scale: float = param(
        1.4, "How much larger each size is than the one before.", low=1.05, high=4.0, group=_HOW,
        slider=(1.1, 2.0),
    )  # fmt: skip
    steps: int = param(
        10, "How many steps in each size.", low=1, high=1000, group=_HOW, slider=(1, 50)
    )
    octave_steps: str = param(
        "", "The steps of each size, from small to large, such as 10, 10, 20; empty gives all the "
        "same.", group=_HOW,
    )  # fmt: skip
    step: float = param(
        1.5, "Mean change of a pixel in one step, in levels of 255.", title="Step length",
        low=0.01, high=100.0, group=_HOW, slider=(0.1, 6.0),
    )  # fmt: skip
    jitter: int = param(
        32, "Random shift of every step; smaller for networks that look at small pictures.",
        low=0, high=512, unit="px", group=_HOW, slider=(0, 64),
    )  # fmt: skip
    tile: int = param(
        0, "Side of the tiles a large picture is computed in; 0 chooses by memory.",
        low=0, high=8192, unit="px", group=_HOW, slider=(0, 2048),
    )  # fmt: skip
    budget: str = param(
        "full", "Make all steps; or what fits into this time on this computer: a smaller picture, "
        "or more and finer steps.", choices=CHOICES, title="Time", group=_HOW,
    )  # fmt: skip
    frames: int = param(
        1, "More than one dives into the picture, a frame at a time.", low=1, high=3600,
        group=_DIVE, slider=(1, 200),
    )  # fmt: skip
    zoom: float = param(
        5.0, "How far each frame goes in.", low=0.0, high=50.0, unit="%", group=_DIVE,
        slider=(0.0, 15.0), when=_DIVING,
    )  # fmt: skip


@technique(
    "deepdream",
    "DeepDream",
    "Synthesis",
    DeepDreamParams,
    summary="Paints into a picture what a layer faintly sees in it.",
    whole_picture=True,
)
def deepdream(
    ctx: Context, net: Any, image01: Tensor, params: DeepDreamParams, seed: int
) -> TechniqueResult:
    dream = _Dream(ctx, net, image01, params, seed)
    picture = dream.make()
    before, after = dream.strength(dream.start), dream.strength(picture)
    return TechniqueResult(
        picture=to_float_rgb(picture),
        steps=dream.dreamer.made,
        figures={
            "layer": ", ".join(dream.nodes), "unit": params.unit, "octaves": len(dream.sizes),
            "width": picture.shape[-1], "height": picture.shape[-2],
            "tiles": max(1, len(dream.runner.tiles(*picture.shape[-2:]))),
            "objective": "sum over cells, for each pixel", "objective_start": before,
            "objective_end": after,
            **_seen(net, dream.start, "start"), **_seen(net, picture, "end"),
        },
        settled=dream.repeated(),
    )  # fmt: skip


class _Dream:
    """Everything the parameters stand for, for one picture."""

    def __init__(
        self, ctx: Context, net: Any, image01: Tensor, params: DeepDreamParams, seed: int
    ) -> None:
        budget = Budget(ctx, params.budget)
        self._ctx, self._net, self._params = ctx, net, params
        names = [name for name in params.layer.split(",") if name.strip()] or [""]
        self.nodes = list(dict.fromkeys(find_layer(net, name, "dream") for name in names))
        terms = find_units(net, params.unit, self.nodes[0]) if params.unit.strip() else ()
        if terms:
            self.nodes = list(dict.fromkeys(term.node for term in terms))
        jitter = round(params.jitter * min(1.0, min(net.spec.height, net.spec.width) / _USUAL_SIDE))
        octaves = dreams.Octaves(
            params.octaves, params.octave_scale, params.steps, params.step / 255, jitter
        )
        self._terms, self._octaves = terms, octaves
        steps = parse_steps(params.octave_steps) or (params.steps,)
        picture = image01.to(net.device)
        self._place(picture, params.size)
        self.course = Course(self.sizes, params.frames, steps, budget)
        self.settled: dict[str, Any] = {"layer": ", ".join(self.nodes)}
        if budget.seconds is not None:
            self._fit_time(picture)
        self._tell_of_tiles()
        self.dreamer = dreams.Dreamer(
            ctx, self.runner, self._octaves, self._generator(seed), redirect=bool(terms),
            total=self.course.total, limit=self.course.limit,
        )  # fmt: skip

    def _place(self, image01: Tensor, size: int) -> None:
        """Everything that depends on the size of the picture."""
        self.start, self.sizes = self._fitted(image01, size)
        self.runner = TiledRunner(
            self._net, self.nodes, self._total(self._terms), self._params.tile,
            self._ctx.checkpoint,
        )  # fmt: skip

    def _fit_time(self, image01: Tensor) -> None:
        """The size and the length of the steps that suit the time."""
        fixed = not dreams.accepted_sizes(self._net, self.nodes, [_ODD])
        fit = fitted(self.course, self._params.step, self._pace(), fixed=fixed)
        if fit.side < max(self.sizes[-1]):
            self._place(image01, fit.side)
            self.settled["size"] = fit.side
        self._octaves = replace(self._octaves, rate=fit.step / 255)
        self.course = replace(self.course, sizes=self.sizes, after=fit.after)
        self.settled |= {"budget": "full", "step": fit.step}

    def _pace(self) -> float:
        """Seconds of a step for each pixel, tried on a picture that is not too large."""
        small = self._shrunk(self.start)
        unseen = Context(self._ctx.job, control=self._ctx.control)
        octaves = replace(self._octaves, steps=1)
        trial = dreams.Dreamer(unseen, self.runner, octaves, self._generator(0))
        side = (small.shape[-2], small.shape[-1])
        return self.course.budget.pace(lambda: trial.dream(small, [side])) / (side[0] * side[1])

    def _generator(self, seed: int) -> torch.Generator:
        return torch.Generator().manual_seed(seed_of(seed))

    def make(self) -> Tensor:
        frames = self._params.frames
        picture = self.start
        for frame in range(frames):
            if frame:
                picture = dreams.zoomed(picture, self._params.zoom)
            picture = self.dreamer.dream(picture, self.sizes)
            if frames > 1:
                shown = to_pixels(picture)
                self._ctx.frame("dive", shown, step=frame + 1, force=True)
        return picture

    def repeated(self) -> dict[str, Any]:
        """What a recipe needs to make the same dream without a clock."""
        if self.course.budget.seconds is None:
            return self.settled
        return {**self.settled, "octave_steps": written(self.dreamer.octaves_made)}

    @torch.no_grad()
    def strength(self, picture: Tensor) -> float:
        """What was climbed, on the picture itself, for each pixel."""
        total = self.runner.run(picture, self.nodes)
        return float(next(iter(total.values()))[0]) / (picture.shape[-1] * picture.shape[-2])

    def _fitted(self, image01: Tensor, wanted: int) -> tuple[Tensor, list[dreams.Side]]:
        """The picture in the size it is dreamt in, and the sizes on the way there."""
        height, width = image01.shape[-2:]
        if 0 < wanted < max(height, width):
            shrink = wanted / max(height, width)
            height, width = max(1, round(height * shrink)), max(1, round(width * shrink))
        sizes = dreams.accepted_sizes(self._net, self.nodes, self._octaves.sizes(height, width))
        if sizes and sizes[-1] == (height, width):
            return dreams.resized(image01, (height, width)), sizes
        own = (self._net.spec.height, self._net.spec.width)
        self._ctx.note(
            f"This layer only looks at {own[1]}×{own[0]} pixels: the dream has that size.",
            "A layer before the last ones dreams in any size.",
        )
        return dreams.resized(image01, own), [own]

    def _total(self, terms: tuple[UnitTerm, ...]) -> Total:
        if terms:
            if self._params.guide:
                raise UserError(
                    "A dream follows a guide or single units, not both.",
                    "Empty one of the two fields.",
                )
            return dreams.units_total(terms)
        small = dreams.resized(self.start, min(self.sizes, key=lambda side: side[0] * side[1]))
        weights = dreams.balanced(self._net, self.nodes, self._shrunk(small))
        if not self._params.guide:
            return dreams.layers_total(weights)
        guide = image01_of(self._net, picture_named(self._ctx, self._params.guide))
        cells = dreams.guide_cells(self._net, self.nodes, self._shrunk(guide))
        return dreams.guided_total(weights, cells)

    def _shrunk(self, image01: Tensor) -> Tensor:
        """Small enough to be looked at as a whole; the network's own size if it takes no other."""
        height, width = image01.shape[-2:]
        shrink = min(1.0, _GUIDE_SIDE / max(height, width))
        side = (max(1, round(height * shrink)), max(1, round(width * shrink)))
        own = (self._net.spec.height, self._net.spec.width)
        fits = dreams.accepted_sizes(self._net, self.nodes, [side])
        return dreams.resized(image01, side if fits else own)

    def _tell_of_tiles(self) -> None:
        height, width = self.start.shape[-2:]
        if self._params.tile and cells_of(self._net, self.nodes) is None:
            self._ctx.note(
                "This layer sees the whole picture at once, so it is not computed in tiles.",
                "Choose an earlier layer for very large pictures.",
            )
        elif (count := len(self.runner.tiles(height, width))) > 1:
            self._ctx.note(f"The picture is computed in {count} tiles; they leave no seams.")


@torch.no_grad()
def _seen(net: Any, picture: Tensor, when: str) -> dict[str, Any]:
    """What the network takes the picture for."""
    own = dreams.resized(picture, (net.spec.height, net.spec.width))
    chances = net.logits(own).flatten(1).softmax(1)[0]
    if not bool(torch.isfinite(chances).all()):
        return {}
    top = int(chances.argmax())
    title = class_title(net.labels, top)
    return {f"class_{when}": title, f"probability_{when}": float(chances[top])}
