"""From declared parameters to a finished picture: builds the axes, fits the time, climbs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Protocol, cast

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.registry import TechniqueResult
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
from cnnviz_app.techniques._synthesis_params import SynthesisParams
from cnnviz_app.techniques._transforms import Robustness, Transform

USUAL_SIDE = 128
SMALLEST_SIDE = 16
SECONDS = {"5 s": 5.0, "15 s": 15.0}
# Every step is worth less than the one before; with this many the picture has settled.
_SETTLED_STEPS = 256
_TIMED_SIDES = (64, 96, 128, 160, 192, 224, 256, 320, 384, 448, 512)


class Spec(Protocol):
    @property
    def channels(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def width(self) -> int: ...


class Net(Runner, Protocol):
    @property
    def spec(self) -> Spec: ...


def synthesise(
    ctx: Context,
    net: Net,
    objective: Objective,
    params: SynthesisParams,
    seed: int,
    *,
    image01: Tensor | None = None,
    usual_side: int = USUAL_SIDE,
    variants: int = 1,
    plain: Objective | None = None,
    figures: dict[str, Any] | None = None,
    settled: dict[str, Any] | None = None,
) -> TechniqueResult:
    """Climb `objective`; `plain` is what the figures report when it differs from it.

    `usual_side` is the largest side taken unasked; `figures` and `settled` join the result's.
    """
    began = time.perf_counter()
    plain = plain or objective
    maker = _Maker(net, objective, params, seed, image01, variants)
    height, width = maker.size(usual_side)
    seconds = SECONDS.get(params.budget)
    if seconds is not None and params.size == 0 and not maker.fixed:
        height, width = _fit_size(ctx, maker, (height, width), seconds, began)
    ascent = maker.ascent(height, width)
    space = ascent.space
    with torch.no_grad():
        start = plain_objective(net, plain, space.picture())
    limit = Limit(params.steps, seconds)
    steps = climb(ctx, ascent, limit, spent=time.perf_counter() - began, show=_show)
    with torch.no_grad():
        picture = space.picture()
    end = plain_objective(net, plain, picture)
    return TechniqueResult(
        picture=sheet([to_float_rgb(picture[i : i + 1]) for i in range(len(picture))]),
        steps=steps,
        figures={
            **(figures or {}), "objective": plain.text, "size": min(height, width),
            "objective_start": start, "objective_end": end,
        },
        settled={**(settled or {}), **_settled(params, height, width, steps)},
    )  # fmt: skip


def _settled(params: SynthesisParams, height: int, width: int, steps: int) -> dict[str, Any]:
    """What the clock and the network decided, so that a recipe repeats it without them."""
    if params.budget == "full":
        return {}
    return {"budget": "full", "steps": steps, "size": min(height, width)}


def _show(picture: Tensor) -> npt.NDArray[np.uint8]:
    whole = sheet([to_float_rgb(picture[i : i + 1]) for i in range(len(picture))])
    pixels: npt.NDArray[np.uint8] = (whole * 255.0 + 0.5).astype(np.uint8)
    return pixels


class _Maker:
    """Builds an ascent of any size from one set of parameters."""

    def __init__(
        self, net: Net, objective: Objective, params: SynthesisParams, seed: int,
        image01: Tensor | None, variants: int,
    ) -> None:  # fmt: skip
        if 0 < params.size < SMALLEST_SIDE:
            raise UserError(
                f"A picture of {params.size} pixels is too small.",
                f"Choose {SMALLEST_SIDE} or more, or 0 for what suits the network.",
            )
        if params.start == "picture" and image01 is None:
            raise UserError(
                "There is no picture to start from.",
                "Open a picture, or choose another start.",
            )
        self._net = net
        self._objective = objective
        self._params = params
        self._seed = seed
        self._image01 = image01
        self._variants = variants
        self._device = device_of(net)
        self.fixed = False

    def size(self, usual_side: int) -> tuple[int, int]:
        """The size wanted, or the network's own where it takes no other."""
        spec, wanted = self._net.spec, self._params.size
        own = (spec.height, spec.width)
        if wanted == 0:
            asked = _shrunk(self._natural(own), usual_side)
        elif self._params.start == "picture" and self._image01 is not None:
            asked = _scaled(self._natural(own), wanted)
        else:
            asked = (wanted, wanted)
        if asked == own or self._accepts(*asked):
            return asked
        if wanted and asked != own:
            raise UserError(
                f"This network cannot look at {asked[1]}×{asked[0]} pixels.",
                f"Its size is {own[1]}×{own[0]}: set size to 0.",
            )
        self.fixed = True
        return own

    def _natural(self, own: tuple[int, int]) -> tuple[int, int]:
        if self._params.start == "picture" and self._image01 is not None:
            height, width = self._image01.shape[-2:]
            return int(height), int(width)
        return own

    @torch.no_grad()
    def _accepts(self, height: int, width: int) -> bool:
        blank = torch.full((1, self._net.spec.channels, height, width), 0.5, device=self._device)
        try:
            self._objective.of(self._net.run(blank, self._objective.nodes))
        except (RuntimeError, ValueError, AssertionError, IndexError, UserError):
            return False
        return True

    def ascent(self, height: int, width: int) -> Ascent:
        params = self._params
        generator = torch.Generator().manual_seed(seed_of(self._seed))
        return Ascent(
            net=self._net,
            space=self._space(height, width, generator),
            objective=self._objective,
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
        size = Size(self._variants, self._net.spec.channels, height, width, self._device)
        space = build_space(
            params.space, size, cast("Colour", params.colour), cast("Limits", params.limits)
        )
        if params.start == "noise":
            space.start_from_noise(params.noise, generator)
        elif params.start == "uniform":
            space.start_from_uniform(generator)
        elif params.start == "picture" and self._image01 is not None:
            space.assign(_resized(self._image01.to(self._device), size))
        return space

    def _transform(self, height: int, width: int) -> Transform | None:
        params = self._params
        if not params.transforms:
            return None
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


def _fit_size(
    ctx: Context, maker: _Maker, usual: tuple[int, int], seconds: float, began: float
) -> tuple[int, int]:
    """The largest size at which the picture can settle within the time."""
    trial = 4
    climb(Context.silent(), maker.ascent(*usual), Limit(1))
    ctx.checkpoint()
    measured = time.perf_counter()
    climb(Context.silent(), maker.ascent(*usual), Limit(trial))
    per_pixel = (time.perf_counter() - measured) / trial / (usual[0] * usual[1])
    left = seconds - (time.perf_counter() - began)
    affordable = max(1.0, left / _SETTLED_STEPS / per_pixel)
    ratio = usual[1] / usual[0]
    sides = [side for side in _TIMED_SIDES if side * side * ratio <= affordable]
    side = sides[-1] if sides else _TIMED_SIDES[0]
    # More than twice the usual size shows the same pattern more often, not better.
    side = min(side, 2 * usual[0])
    return (side, max(SMALLEST_SIDE, round(side * ratio)))


def _shrunk(size: tuple[int, int], side: int) -> tuple[int, int]:
    return size if min(size) <= side else _scaled(size, side)


def _scaled(size: tuple[int, int], side: int) -> tuple[int, int]:
    """The short side becomes `side`; the other follows."""
    factor = side / min(size)
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))


def _resized(image01: Tensor, size: Size) -> Tensor:
    picture = image01 if image01.dim() == 4 else image01[None]
    if picture.shape[1] != size.c:
        picture = picture.mean(1, keepdim=True).expand(-1, size.c, -1, -1)
    if picture.shape[-2:] != (size.h, size.w):
        picture = F.interpolate(
            picture, size=(size.h, size.w), mode="bilinear", antialias=True, align_corners=False
        )
    return picture[:1].expand(size.shape).clamp(0.0, 1.0)


def device_of(net: Any) -> torch.device:
    return torch.device(getattr(net, "device", "cpu"))


def seed_of(seed: int) -> int:
    """Any whole number is a seed, also a negative or a very large one."""
    return seed % (2**63)
