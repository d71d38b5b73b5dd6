"""The descent of every style transfer: up the ladder, rung by rung, with all its reports."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.registry import TechniqueResult
from cnnviz_app.techniques import _style_sizes as sizes
from cnnviz_app.techniques._budget import Budget
from cnnviz_app.techniques._optimise import to_float_rgb, to_pixels
from cnnviz_app.techniques._regularisers import total_variation
from cnnviz_app.techniques._steppers import Stepper, make_stepper
from cnnviz_app.techniques._style_canvas import Canvas
from cnnviz_app.techniques._style_evaluate import Losses
from cnnviz_app.techniques._style_job import Job, Rung, make_rung
from cnnviz_app.techniques._style_lbfgs import BoundedLBFGS
from cnnviz_app.techniques._style_pictures import side_for
from cnnviz_app.techniques._synthesis import seed_of
from cnnviz_app.techniques._trail import Mark, Trail, copies, is_kept, put_back, trail_of

_HISTORY = 12
_HISTORY_BYTES = 4e8
_TRIAL_SIDE = 128
# A ladder is planned for so much of the time, and what follows it takes so many steps of it.
_SURE, _AFTER = 0.9, 0.8
# A line search of more trials than this does not see what the slope promised.
_ROUGH = 2
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Painted:
    """A finished picture, 1×C×H×W, with what was measured; `written` is the rung's."""

    picture: Tensor
    steps: int
    start: Losses
    end: Losses
    stages: tuple[sizes.Stage, ...]
    written: float | None


def paint(
    ctx: Context, job: Job, params: Any, seed: int,
    show: Callable[[Tensor], Pixels] = to_pixels, before: int = 0, total: int = 0,
    plan: sizes.Plan | None = None,
) -> Painted:  # fmt: skip
    """Make the picture; `before` and `total` place its steps among those of a whole series, whose
    `plan` it follows."""
    plan = plan or planned(ctx, job, params, seed, Budget(ctx, params.budget))
    stages = plan.stages
    generator = torch.Generator().manual_seed(seed_of(seed))
    every = total or sum(count for _, count in stages)
    last: Rung | None = None
    first: Tensor | None = None
    made: list[sizes.Stage] = []
    step = 0
    # A series keeps no trail: each of its pictures is one of the answer.
    trail = Trail() if total else trail_of(ctx)
    for number, (side, _) in enumerate(stages):
        skipped = trail.skipped() if number + 1 < len(stages) else None
        if skipped is not None:
            step += skipped
            made.append((side, skipped))
            continue
        rung = make_rung(job, _size(job, side), ctx.checkpoint)
        _begin(job, rung.canvas, last, generator)
        if first is None:
            first = rung.canvas.variable.clone()
        last = rung
        ctx.stage(f"{rung.size[1]} × {rung.size[0]}", before + step + 1)
        descent = _Descent(ctx, job, rung, params)
        shown = partial(_shown, show, rung.canvas)
        step += descent.begin(trail, generator)
        limit, began = plan.limit(number), ctx.working()
        while not limit.reached(descent.made, ctx.working() - began):
            step += 1
            descent.step(before + step)
            if not total:
                descent.keep(trail, generator)
            ctx.frame("picture", shown, step=before + step)
            limit.tell(ctx, before + step, every, ctx.working() - began)
        made.append((side, descent.made))
    assert last is not None
    assert first is not None
    ctx.frame("picture", partial(_shown, show, last.canvas), step=before + step, force=True)
    return _measured(last, first, step, tuple(made))


def _shown(show: Callable[[Tensor], Pixels], canvas: Canvas) -> Pixels:
    return show(canvas.shown())


def _measured(last: Rung, first: Tensor, steps: int, stages: tuple[sizes.Stage, ...]) -> Painted:
    """The losses of the picture the descent began with and of its last, both at full size."""
    picture = last.canvas.shown().clone()
    end = last.evaluate.losses(last.canvas.picture())
    last.canvas.put(first)
    start = last.evaluate.losses(last.canvas.picture())
    return Painted(picture, steps, start, end, stages, last.written)


def finish(job: Job, painted: Painted, params: Any, settled: dict[str, Any]) -> TechniqueResult:
    """The result with the figures all of these techniques share."""
    picture = to_float_rgb(painted.picture)
    figures: dict[str, Any] = {
        **job.figures, "normalisation": params.normalise, "size": max(picture.shape[:2]),
        # Objectives are maximised; losses are not.
        "objective_start": -painted.start.total, "objective_end": -painted.end.total,
    }  # fmt: skip
    if job.content_layers and job.content is not None:
        figures["content_loss"] = painted.end.content
    if job.style_layers:
        figures["style_loss"] = painted.end.style
    if painted.written is not None:
        figures["beta_over_alpha"] = painted.written
    kept = {"stages": sizes.written(painted.stages), "budget": "full"}
    return TechniqueResult(
        picture=picture, steps=painted.steps, figures=figures, settled={**kept, **settled}
    )


class _Descent:
    """Steps on one rung."""

    def __init__(self, ctx: Context, job: Job, rung: Rung, params: Any) -> None:
        self._ctx, self._job, self._rung = ctx, job, rung
        self._variable = rung.canvas.variable
        self._stepper = _stepper(params, self._variable)
        self._values: dict[str, float] = {}
        self.made = 0

    def begin(self, trail: Trail, generator: torch.Generator) -> int:
        """Go on from the trail's mark if it lies on this rung: steps made before."""
        mark = trail.enter()
        if mark is None:
            return 0
        if not put_back(mark, [self._variable], self._kind):
            self._rung.canvas.put(mark.picture())
        elif mark.optimizer == type(self._stepper).__name__:
            halves, learned = cast("tuple[bool, object]", mark.learned)
            if self._rung.job.halves and not halves:
                self._rung.sharpen(self._ctx.checkpoint)
            self._stepper.recall(learned)
        if mark.chance is not None:
            generator.set_state(mark.chance)
        self.made = trail.counted(mark.step) - sum(trail.before)
        return self.made

    def keep(self, trail: Trail, generator: torch.Generator) -> None:
        count = trail.counted(self.made)
        if is_kept(self._ctx) and trail.due(count, self._ctx):
            variables = copies([self._variable])
            trail.keep(Mark(
                made=trail.before, step=self.made,
                picture=partial(self._rung.canvas.shown, variables[0]),
                kind=self._kind, variables=variables,
                optimizer=type(self._stepper).__name__,
                learned=(self._rung.job.halves, self._stepper.learned()),
                chance=generator.get_state(),
            ))  # fmt: skip

    @property
    def _kind(self) -> tuple[object, ...]:
        return ("canvas", self._variable.shape[1])

    def step(self, number: int) -> None:
        self._ctx.checkpoint()
        self._stepper.step(self._evaluate)
        with torch.no_grad():
            self._variable.clamp_(0.0, 1.0)
        self.made += 1
        self._ctx.metrics(number, **self._values)
        trials = self._stepper.trials if isinstance(self._stepper, BoundedLBFGS) else 0
        if self._rung.job.halves and trials > _ROUGH:
            # So near to the floor that rounding hides the way down.
            self._rung.sharpen(self._ctx.checkpoint)
            self._stepper.forget()

    def _evaluate(self) -> tuple[float, list[Tensor]]:
        self._ctx.checkpoint()
        canvas, job = self._rung.canvas, self._job
        loss, gradient = self._rung.evaluate(canvas.picture())
        slope = canvas.back(gradient)
        found = self._rung.evaluate.found
        self._values = {"objective": -loss}
        if job.content_layers:
            self._values["content"] = found.content
        if job.style_layers:
            self._values["style"] = found.style
        if job.tv:
            rough, rise = _roughness(self._variable)
            loss += job.tv * rough
            slope = slope + job.tv * rise
            self._values["tv"] = job.tv * rough
        norm = float(torch.linalg.vector_norm(slope))
        if not math.isfinite(norm):
            raise UserError(
                "The gradient stopped being a number.", "Try another layer, or another network."
            )
        self._values["gradient_norm"] = norm
        return loss, [slope]


def _roughness(variable: Tensor) -> tuple[float, Tensor]:
    leaf = variable.detach().requires_grad_(True)
    with torch.enable_grad():
        value = total_variation(leaf).sum()
    return float(value.detach()), torch.autograd.grad(value, leaf)[0]


def _stepper(params: Any, variable: Tensor) -> Stepper:
    if params.optimizer == "lbfgs":
        affordable = int(_HISTORY_BYTES / (8 * variable.numel()))
        return BoundedLBFGS(variable, history=max(3, min(_HISTORY, affordable)))
    return make_stepper(params.optimizer, [variable], params.learning_rate)


def _begin(job: Job, canvas: Canvas, last: Rung | None, generator: torch.Generator) -> None:
    if last is not None:
        canvas.put(last.canvas.variable)
    elif job.start == "style" and job.styles:
        canvas.put(job.styles[0])
    else:
        source = job.styles[0] if job.styles else job.content
        canvas.start(job.start, float(source.mean()) if source is not None else 0.5, generator)


def _size(job: Job, side: int) -> tuple[int, int]:
    spec = job.net.spec
    return side_for(job.shape, side) if side else (spec.height, spec.width)


def planned(
    ctx: Context, job: Job, params: Any, seed: int, budget: Budget, pictures: int = 1
) -> sizes.Plan:
    """As the stages say; else what size and steps give, or the largest ladder that can settle in
    the time, which so many pictures share."""
    if params.stages.strip():
        return sizes.Plan(sizes.parse_stages(params.stages))
    longest = sizes.longest_side(job.net, job.nodes, job.shape, params.size)
    if budget.seconds is None:
        return sizes.Plan(sizes.rungs(longest, params.steps, ladder=params.ladder))
    if not longest:
        return sizes.Plan(((0, params.steps),), budget)
    pace = _seconds_per_pixel(ctx, job, params, min(longest, _TRIAL_SIDE), seed, budget)
    time = _SURE * budget.left() / pictures
    stages = sizes.affordable(longest, params.steps, time, pace, job.shape, ladder=params.ladder)
    height, width = side_for(job.shape, stages[-1][0])
    return sizes.Plan(stages, budget, _AFTER * pace * height * width)


def _seconds_per_pixel(
    ctx: Context, job: Job, params: Any, side: int, seed: int, budget: Budget
) -> float:
    unseen = Context(ctx.job, control=ctx.control)
    rung = make_rung(job, _size(job, side), unseen.checkpoint)
    _begin(job, rung.canvas, None, torch.Generator().manual_seed(seed_of(seed)))
    descent = _Descent(unseen, job, rung, params)
    return budget.pace(lambda: descent.step(0)) / (rung.size[0] * rung.size[1])
