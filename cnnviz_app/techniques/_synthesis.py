"""From declared parameters to a finished picture: builds the axes, fits the time, climbs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, cast

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.registry import TechniqueResult
from cnnviz_app.techniques._budget import Budget
from cnnviz_app.techniques._image_spaces import Colour, ImageSpace, Limits, Size, build_space
from cnnviz_app.techniques._objectives import Objective
from cnnviz_app.techniques._optimise import (
    Ascent,
    Limit,
    Runner,
    climb,
    plain_objective,
    to_float_rgb,
)
from cnnviz_app.techniques._regularisers import (
    Repair,
    blur,
    decay,
    small_contribution,
    small_norm,
)
from cnnviz_app.techniques._sheet import sheet
from cnnviz_app.techniques._sizes import Chosen, affordable, choose
from cnnviz_app.techniques._synthesis_params import SynthesisParams
from cnnviz_app.techniques._transforms import Robustness, Transform, crops

USUAL_SIDE = 128
_TRIAL_SIDE = 96


class Spec(Protocol):
    @property
    def channels(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def width(self) -> int: ...


class Net(Runner, Protocol):
    @property
    def device(self) -> torch.device: ...
    @property
    def spec(self) -> Spec: ...


@dataclass(frozen=True)
class Aim:
    """What a technique asks for.

    Attributes:
        objective: what is climbed.
        plain: what the figures report, when that is something else.
        picture: the present picture, to start from if the parameters say so.
        usual_side: the largest side taken unasked.
        variants: how many pictures at once.
        in_a_row: whether they belong side by side in this order.
        figures, settled: join the result's own.
        tell: further figures from the finished picture.
    """

    objective: Objective
    plain: Objective | None = None
    picture: Tensor | None = None
    usual_side: int = USUAL_SIDE
    variants: int = 1
    in_a_row: bool = False
    figures: Mapping[str, Any] = field(default_factory=dict)
    settled: Mapping[str, Any] = field(default_factory=dict)
    tell: Callable[[Tensor], Mapping[str, Any]] | None = None


def synthesise(
    ctx: Context, net: Net, aim: Aim, params: SynthesisParams, seed: int
) -> TechniqueResult:
    """Make the picture the aim and the parameters describe."""
    budget = Budget(ctx, params.budget)
    maker = _Maker(net, aim, params, seed)
    size = maker.size()
    if budget.seconds is not None and params.size == 0 and not size.fixed:
        size = maker.within(ctx, size, budget)
    ascent = maker.ascent(size)
    plain = aim.plain or aim.objective
    start = plain_objective(net, plain, ascent.space.finished())
    limit = Limit(params.steps, budget.seconds, budget.spent())
    steps = climb(ctx, ascent, limit, show=partial(_show, aim=aim))
    picture = ascent.space.finished()
    side = min(size.height, size.width)
    return TechniqueResult(
        picture=_sheet_of(picture, aim),
        steps=steps,
        figures={
            **aim.figures, "objective": plain.text, "size": side, "objective_start": start,
            "objective_end": plain_objective(net, plain, picture),
            **(aim.tell(picture) if aim.tell else {}),
        },
        settled={**aim.settled, **_settled(params, side, steps)},
    )  # fmt: skip


def _settled(params: SynthesisParams, side: int, steps: int) -> dict[str, Any]:
    """What the clock decided, so that a recipe repeats it without one."""
    if params.budget == "full":
        return {}
    return {"budget": "full", "steps": steps, "size": params.size or side}


def _sheet_of(picture: Tensor, aim: Aim) -> npt.NDArray[np.float32]:
    columns = len(picture) if aim.in_a_row else 0
    return sheet([to_float_rgb(picture[i : i + 1]) for i in range(len(picture))], columns)


def _show(picture: Tensor, aim: Aim) -> npt.NDArray[np.uint8]:
    pixels: npt.NDArray[np.uint8] = (_sheet_of(picture, aim) * 255.0 + 0.5).astype(np.uint8)
    return pixels


class _Maker:
    """Builds an ascent of any size from one set of parameters."""

    def __init__(self, net: Net, aim: Aim, params: SynthesisParams, seed: int) -> None:
        if params.start == "picture" and aim.picture is None:
            raise UserError(
                "There is no picture to start from.",
                "Open a picture, or choose another start.",
            )
        self._net = net
        self._aim = aim
        self._params = params
        self._seed = seed
        self._photo = aim.picture if params.start == "picture" else None

    def size(self) -> Chosen:
        spec = self._net.spec
        own = (spec.height, spec.width)
        return choose(self._params.size, own, self._aim.usual_side, self._accepts, self._photo)

    def within(self, ctx: Context, size: Chosen, budget: Budget) -> Chosen:
        """What the time affords, if the network takes pictures of that size."""
        trial = Chosen(min(size.height, _TRIAL_SIDE), min(size.width, _TRIAL_SIDE))
        if not self._accepts(trial.height, trial.width):
            trial = size
        unseen = Context(ctx.job, control=ctx.control)
        ascent = self.ascent(trial)
        pace = budget.pace(lambda: climb(unseen, ascent, Limit(1)))
        fitting = affordable(trial, budget.left(), pace, size)
        return fitting if self._accepts(fitting.height, fitting.width) else size

    @torch.no_grad()
    def _accepts(self, height: int, width: int) -> bool:
        blank = torch.full(
            (1, self._net.spec.channels, height, width), 0.5, device=self._net.device
        )
        try:
            self._aim.objective.of(self._net.run(blank, self._aim.objective.nodes))
        except (RuntimeError, ValueError, AssertionError, IndexError, UserError):
            return False
        return True

    def ascent(self, size: Chosen) -> Ascent:
        height, width = size.height, size.width
        params = self._params
        generator = torch.Generator().manual_seed(seed_of(self._seed))
        return Ascent(
            net=self._net,
            space=self._space(height, width, generator),
            objective=self._aim.objective,
            generator=generator,
            transform=self._transform(height, width),
            penalties={
                name: weight
                for name, weight in (("l1", params.l1), ("l2", params.l2), ("tv", params.tv))
                if weight
            },
            repairs=_repairs(params),
            optimizer=params.optimizer,
            learning_rate=params.learning_rate,
            redirect_steps=params.redirect,
        )

    def _space(self, height: int, width: int, generator: torch.Generator) -> ImageSpace:
        params = self._params
        size = Size(self._aim.variants, self._net.spec.channels, height, width, self._net.device)
        space = build_space(
            params.space, size, cast("Colour", params.colour), cast("Limits", params.limits)
        )
        if params.start == "noise" or (params.start == "grey" and space.starts_by_itself):
            space.start_from_noise(params.noise, generator)
        elif params.start == "uniform":
            space.start_from_uniform(generator)
        elif self._photo is not None:
            space.assign(_resized(self._photo.to(self._net.device), size))
        return space

    def _transform(self, height: int, width: int) -> Transform | None:
        params = self._params
        if not params.transforms:
            return None
        if params.crops:
            own = (self._net.spec.height, self._net.spec.width)
            return crops(params.crops, params.window, own)
        share = min(1.0, min(height, width) / USUAL_SIDE)
        robustness = Robustness(
            pad=round(params.pad * share),
            jitter=round(params.jitter * share),
            scale=params.scale,
            rotate=params.rotate,
            last_jitter=round(params.last_jitter * share),
        )
        margin = robustness.margin()
        if margin and not self._accepts(height + 2 * margin, width + 2 * margin):
            margin = 0
        return robustness.transform(margin)


def _repairs(params: SynthesisParams) -> Sequence[Repair]:
    found = []
    if params.decay:
        found.append(decay(params.decay))
    if params.blur:
        found.append(blur(params.blur, params.blur_every))
    if params.small_norm:
        found.append(small_norm(params.small_norm))
    if params.small_contribution:
        found.append(small_contribution(params.small_contribution))
    return found


def _resized(image01: Tensor, size: Size) -> Tensor:
    picture = image01 if image01.dim() == 4 else image01[None]
    if picture.shape[1] != size.c:
        picture = picture.mean(1, keepdim=True).expand(-1, size.c, -1, -1)
    if picture.shape[-2:] != (size.h, size.w):
        picture = F.interpolate(
            picture, size=(size.h, size.w), mode="bilinear", antialias=True, align_corners=False
        )
    return picture[:1].expand(size.shape).clamp(0.0, 1.0)


def seed_of(seed: int) -> int:
    """Any whole number is a seed, also a negative or a very large one."""
    return seed % (2**63)
