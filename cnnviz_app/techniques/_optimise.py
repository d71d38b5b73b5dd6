"""The one loop that climbs: every picture this app synthesises by gradient goes through it.

It draws a view, runs the network as far as the objective needs, negates the objective once,
subtracts penalties, moves the variables, repairs the picture, and reports. Whatever it is
given, it can be stopped or paused at every evaluation and repeats itself for the same seed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.techniques._budget import MOST_STEPS
from cnnviz_app.techniques._image_spaces import ImageSpace
from cnnviz_app.techniques._objectives import Activations, Objective
from cnnviz_app.techniques._redirect import RedirectedReLU
from cnnviz_app.techniques._regularisers import PENALTIES, Penalty, Repair
from cnnviz_app.techniques._steppers import Stepper, make_stepper
from cnnviz_app.techniques._trail import Mark, Trail, copies, is_kept, put_into, trail_of
from cnnviz_app.techniques._transforms import Transform

_WAKING_RATE = 0.05


class Runner(Protocol):
    """The part of a network the ascent relies on."""

    def run(self, image01: Tensor, upto: Sequence[str]) -> dict[str, Tensor]: ...


@dataclass(frozen=True)
class Ascent:
    """Everything that decides a step.

    Attributes:
        transform: draws a view of the picture, or None for the picture itself.
        penalties: weight of each of `PENALTIES`.
        further: penalties of a technique's own, by name, with their weight in them.
        watch: numbers worth reporting in every step beside the objective.
        redirect_steps: for how many first steps sleeping ReLUs let gradient through.
        generator: the only source of chance.
    """

    net: Runner
    space: ImageSpace
    objective: Objective
    generator: torch.Generator
    transform: Transform | None = None
    penalties: Mapping[str, float] = field(default_factory=dict)
    further: Mapping[str, Penalty] = field(default_factory=dict)
    watch: Callable[[Activations], Mapping[str, Tensor]] | None = None
    repairs: Sequence[Repair] = ()
    optimizer: str = "adam"
    learning_rate: float = 0.05
    redirect_steps: int = 16


class _Evaluator:
    """The loss and its gradient at the present variables, with the parts it was made of."""

    def __init__(self, ctx: Context, ascent: Ascent) -> None:
        self._ctx = ctx
        self._ascent = ascent
        self._wants_picture_gradient = any(r.needs_gradient for r in ascent.repairs)
        self.view_state: Tensor | None = None
        self.picture_gradient: Tensor | None = None
        self.step = 0
        self.values: dict[str, float] = {}

    def __call__(self) -> tuple[float, list[Tensor]]:
        self._ctx.checkpoint()
        ascent = self._ascent
        if self.view_state is not None:
            ascent.generator.set_state(self.view_state)
        with RedirectedReLU() if self.step <= ascent.redirect_steps else nullcontext():
            picture = ascent.space.picture()
            seen = ascent.transform(picture, ascent.generator) if ascent.transform else picture
            activations = ascent.net.run(seen, ascent.objective.nodes)
            values = ascent.objective.of(activations)
        names, parts = ["objective"], [values.mean()]
        loss = -values.sum()
        weighted = {name: weight * PENALTIES[name](picture)
                    for name, weight in ascent.penalties.items()}  # fmt: skip
        weighted |= {name: penalty(picture) for name, penalty in ascent.further.items()}
        for name, penalty in weighted.items():
            loss = loss + penalty.sum()
            names.append(name)
            parts.append(penalty.mean())
        for name, number in (ascent.watch(activations) if ascent.watch else {}).items():
            names.append(name)
            parts.append(number)
        return self._differentiate(loss, picture, names, parts)

    def _differentiate(
        self, loss: Tensor, picture: Tensor, names: list[str], parts: list[Tensor]
    ) -> tuple[float, list[Tensor]]:
        leaves = self._ascent.space.variables
        wanted = [*leaves, picture] if self._wants_picture_gradient else leaves
        grads = list(torch.autograd.grad(loss, wanted))
        if self._wants_picture_gradient:
            self.picture_gradient = -grads.pop()
        norms = [torch.linalg.vector_norm(grad) for grad in grads]
        norm = norms[0] if len(norms) == 1 else torch.linalg.vector_norm(torch.stack(norms))
        # One transfer for all numbers: each would be a wait on a graphics processor.
        numbers = torch.stack([loss.detach(), norm, *(part.detach() for part in parts)]).tolist()
        if not all(math.isfinite(number) for number in numbers):
            raise UserError(
                f"The objective stopped being a number at step {self.step}.",
                "Try a smaller learning rate, or another layer.",
            )
        self.values = dict(zip(names, numbers[2:], strict=True), gradient_norm=numbers[1])
        return numbers[0], grads


@dataclass(frozen=True)
class Limit:
    """When to stop: after `steps`, or when the run has worked for `seconds`.

    Attributes:
        before: seconds the run had worked before this climb.
        whole: seconds of the whole run, when that goes on after this climb.
    """

    steps: int
    seconds: float | None = None
    before: float = 0.0
    whole: float = 0.0

    def reached(self, step: int, spent: float) -> bool:
        if self.seconds is None:
            return step >= self.steps
        # The next step should end nearer to the wish than this one did.
        late = step > 0 and self.before + spent + 0.5 * spent / step >= self.seconds
        return late or step >= MOST_STEPS

    def tell(self, ctx: Context, step: int, total: int, spent: float) -> None:
        if self.seconds is None:
            ctx.progress(step, total)
        else:
            whole = self.whole or self.seconds
            ctx.progress(min(self.before + spent, whole), whole)


def climb(
    ctx: Context,
    ascent: Ascent,
    limit: Limit,
    *,
    made: int = 0,
    total: int = 0,
    show: Callable[[Tensor], npt.NDArray[np.uint8]] | None = None,
) -> int:
    """Climb until the limit is reached; the result is in the space. Returns the steps made.

    A run of several climbs says how many steps were `made` before this one, of how many in
    `total`, so that its reports count on.
    """
    show = show or to_pixels
    space = ascent.space
    trail = trail_of(ctx)
    skipped = trail.skipped()
    if skipped is not None:
        if trail.skipped_end is not None:
            put_into(trail.skipped_end, space)
        return skipped
    evaluate = _Evaluator(ctx, ascent)
    stepper = make_stepper(ascent.optimizer, space.variables, ascent.learning_rate)
    # A line search sees no slope where a unit is off: Adam wakes it first, through the ReLUs.
    waking = ascent.redirect_steps if stepper.evaluates_often else 0
    waker = make_stepper("adam", space.variables, _WAKING_RATE)

    def shown() -> npt.NDArray[np.uint8]:
        return show(space.finished())

    walk = _Walk(ctx, ascent, evaluate, stepper, waker)
    step, spent = walk.begin(trail)
    began = ctx.working() - spent
    while not limit.reached(step, spent):
        ctx.checkpoint()
        step += 1
        evaluate.step = step
        if step <= waking:
            waker.step(evaluate)
        else:
            if stepper.evaluates_often and (step - waking - 1) % stepper.view_lasts == 0:
                # A line search needs the same function at every trial point.
                _fresh_view(evaluate, ascent.generator, stepper.forget)
            stepper.step(evaluate)
        space.settle()
        _repair(ascent, evaluate, step)
        ctx.metrics(made + step, **evaluate.values)
        walk.keep(trail, step, spent)
        ctx.frame("picture", shown, step=made + step)
        spent = ctx.working() - began
        limit.tell(ctx, made + step, total or limit.steps, spent)
    walk.end(trail, step)
    ctx.frame("picture", shown, step=made + step, force=True)
    return step


@dataclass(frozen=True)
class _Walk:
    """The parts of a climb whose state decides its further steps."""

    ctx: Context
    ascent: Ascent
    evaluate: _Evaluator
    stepper: Stepper
    waker: Stepper

    def begin(self, trail: Trail) -> tuple[int, float]:
        """Go on from the trail's mark if it lies in this climb: steps made and time spent."""
        mark = trail.enter()
        if mark is None:
            return 0, 0.0
        generator = self.ascent.generator
        same = put_into(mark, self.ascent.space)
        if same and mark.optimizer == type(self.stepper).__name__:
            self.stepper.recall(mark.learned)
            self.waker.recall(mark.waking)
            self.evaluate.view_state = mark.view
        if mark.chance is not None and _seed_in(mark.chance) == generator.initial_seed():
            generator.set_state(mark.chance)
        trail.counted(mark.step)
        return mark.step, mark.spent

    def keep(self, trail: Trail, step: int, spent: float) -> None:
        total = trail.counted(step)
        if is_kept(self.ctx) and trail.due(total, self.ctx):
            trail.keep(self._mark(trail, step, spent))

    def end(self, trail: Trail, step: int) -> None:
        if is_kept(self.ctx):
            # Whoever skips this loop takes its picture over, not how it was found.
            trail.end(replace(self._mark(trail, step, 0.0), learned=None, waking=None))

    def _mark(self, trail: Trail, step: int, spent: float) -> Mark:
        space = self.ascent.space
        variables = copies(space.variables)
        return Mark(
            made=trail.before, step=step, picture=partial(space.drawn, variables),
            kind=space.kind, variables=variables,
            optimizer=type(self.stepper).__name__, learned=self.stepper.learned(),
            waking=self.waker.learned(), chance=self.ascent.generator.get_state(),
            view=self.evaluate.view_state, spent=spent,
        )  # fmt: skip


def _seed_in(state: Tensor) -> int:
    return torch.Generator().set_state(state).initial_seed()


def _fresh_view(
    evaluate: _Evaluator, generator: torch.Generator, forget: Callable[[], None]
) -> None:
    if evaluate.view_state is not None:
        forget()
    evaluate.view_state = generator.get_state()


@torch.no_grad()
def _repair(ascent: Ascent, evaluate: _Evaluator, step: int) -> None:
    due = [repair for repair in ascent.repairs if step % repair.every == 0]
    if not due:
        return
    picture = ascent.space.picture()
    for repair in due:
        picture = repair.apply(picture, evaluate.picture_gradient)
    ascent.space.assign(picture)


@torch.no_grad()
def plain_objective(net: Runner, objective: Objective, picture: Tensor) -> float:
    """The objective alone, on the picture itself: no view, no penalties."""
    return float(objective.of(net.run(picture, objective.nodes)).mean())


def to_float_rgb(picture: Tensor) -> npt.NDArray[np.float32]:
    """1×C×H×W as float32 H×W×3; grey is shown as grey."""
    one = picture[0].detach().clamp(0.0, 1.0).float()
    if one.shape[0] != 3:
        one = one.mean(0, keepdim=True).expand(3, -1, -1)
    found: npt.NDArray[np.float32] = one.permute(1, 2, 0).contiguous().cpu().numpy()
    return found


def to_pixels(picture: Tensor) -> npt.NDArray[np.uint8]:
    pixels: npt.NDArray[np.uint8] = (to_float_rgb(picture) * 255.0 + 0.5).astype(np.uint8)
    return pixels
