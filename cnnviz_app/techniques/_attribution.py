"""What every attribution shares: the question asked, the gradient to the picture, the map."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from cnnviz_app.core.colormaps import signed_range
from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.events import Scale
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult
from cnnviz_app.techniques import _objectives as objectives
from cnnviz_app.techniques._addresses import UnitTerm, class_title, find_class, find_units
from cnnviz_app.techniques._faithfulness import play_curves
from cnnviz_app.techniques._objectives import Activations, Objective

GROUP = "Attribution"
TARGET = "Target"
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class AskParams:
    """Whose decision is explained."""

    target: str = param(
        "top", "The class: its number, its name, or top for what the network sees now.",
        kind="target", group=TARGET,
    )  # fmt: skip
    unit: str = param(
        "", "A unit to explain instead of a class: layer:12 where it is strongest, or "
        "layer:12@y,x; empty means the class.",
        kind="unit", group=TARGET, follows=False,
    )  # fmt: skip
    faithfulness: bool = param(
        False, "Also measure how fast the answer is lost and won when pixels are taken away and "
        "given back, the most important first.",
        group="Check",
    )  # fmt: skip


@dataclass(frozen=True)
class ColourParams:
    """How three colour channels become one value."""

    colour: str = param(
        "largest", "One value for a pixel's colour channels: the largest size, the signed sum, "
        "or each channel for itself.",
        choices=("largest", "sum", "each"), group="Colour",
    )  # fmt: skip


@dataclass(frozen=True)
class SignedColourParams:
    """The same for methods whose sign means something."""

    colour: str = param(
        "sum", "One value for a pixel's colour channels: the signed sum, the largest size, or "
        "each channel for itself.",
        choices=("sum", "largest", "each"), group="Colour",
    )  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """The question with everything open decided: which class, which cell.

    Attributes:
        objective: the number that is explained.
        figures, settled: as in `TechniqueResult`.
        target: the class, or None for a unit.
        value: that number for the picture itself.
    """

    objective: Objective
    figures: Mapping[str, Any]
    settled: Mapping[str, Any]
    target: int | None
    value: float

    @property
    def nodes(self) -> tuple[str, ...]:
        return self.objective.nodes

    def of(self, acts: Activations) -> Tensor:
        return self.objective.of(acts)

    def seen_as(self, score: str, net: Any) -> Answer:
        """The same question, after the softmax where a probability is asked for of a class."""
        if score != "probability" or self.target is None:
            return self
        return replace(self, objective=_probability(net, self.target))


def _probability(net: Any, target: int) -> Objective:
    log = objectives.log_probability(net, target)
    return Objective(log.nodes, lambda acts: log.of(acts).exp(), f"probability {target}")


class Question:
    """A class or a unit, checked against the network; `settle` decides what was left open."""

    def __init__(self, net: Any, params: AskParams) -> None:
        self._net = net
        self._terms: tuple[UnitTerm, ...] = ()
        self._target: int | None = None
        if params.target.strip().lower() != "top":
            self._target = find_class(net, params.target, None)
        if params.unit.strip():
            self._terms = find_units(net, params.unit, net.default_layer("explore"))
            self._terms = tuple(replace(t, node=net.resolve(t.node)) for t in self._terms)
        self.nodes = tuple(dict.fromkeys(t.node for t in self._terms)) or (net.output,)

    def settle(self, acts: Activations) -> Answer:
        """The answer for the first picture of these activations."""
        answer = self._unit(acts) if self._terms else self._class(acts)
        if not math.isfinite(answer.value):
            raise UserError(
                "The network gives no numbers for this picture.",
                "Its weights are damaged or do not belong to it; open them again.",
            )
        return answer

    def _class(self, acts: Activations) -> Answer:
        logits = acts[self._net.output][:1].detach().flatten(1)
        # One transfer for all numbers: each would be a wait on a graphics processor.
        best = logits.argmax(1) if self._target is None else logits.new_tensor([self._target])
        best = best.long()
        numbers = torch.stack([best[0].to(logits), logits[0, best[0]],
                               logits.softmax(1)[0, best[0]]]).tolist()  # fmt: skip
        target = int(numbers[0])
        figures = {
            "target": target, "class": class_title(self._net.labels, target),
            "logit": numbers[1], "probability": numbers[2],
        }  # fmt: skip
        objective = objectives.logit(self._net, target)
        return Answer(objective, figures, {"target": str(target)}, target, numbers[1])

    def _unit(self, acts: Activations) -> Answer:
        terms = tuple(self._placed(term, acts[term.node]) for term in self._terms)
        parts = [t.weight * objectives.unit(self._net, t.node, t.channel, t.at) for t in terms]
        objective = parts[0]
        for part in parts[1:]:
            objective = objective + part
        value = float(objective.of({node: acts[node].detach() for node in self.nodes})[0])
        text = _spelled(terms)
        return Answer(objective, {"unit": text, "activation": value}, {"unit": text}, None, value)

    def _placed(self, term: UnitTerm, activation: Tensor) -> UnitTerm:
        """With a cell: the given one, or the one where the unit is strongest now."""
        if term.at is not None:
            return term
        plane = self._net.maps(term.node, activation[:1].detach())[0, term.channel]
        best = int(plane.argmax())
        return replace(term, at=(best // plane.shape[1], best % plane.shape[1]))


def _spelled(terms: tuple[UnitTerm, ...]) -> str:
    texts = []
    for term in terms:
        size = "" if abs(term.weight) == 1.0 else f"{abs(term.weight):g}*"
        sign = "-" if term.weight < 0 else "+"
        texts.append(f"{sign} {size}{term.text}")
    return " ".join(texts).removeprefix("+ ")


def differentiate(
    net: Any, image01: Tensor, question: Question, swap: Mapping[str, Any] | None = None
) -> tuple[Answer, Tensor]:
    """The gradient of the answer with respect to the pixels in [0, 1], in one forward pass."""
    picture = image01.detach().clone().requires_grad_()
    acts = net.run(picture, question.nodes, swap=swap)
    answer = question.settle(acts)
    return answer, slope(answer, acts, picture)


def slope(answer: Answer, acts: Activations, leaf: Tensor) -> Tensor:
    """The gradient to a leaf; zero where the answer is reached without it."""
    score = answer.of(acts).sum()
    if not score.requires_grad:
        return torch.zeros_like(leaf)
    (gradient,) = torch.autograd.grad(score, leaf, allow_unused=True)
    return torch.zeros_like(leaf) if gradient is None else gradient


@dataclass(frozen=True)
class Shown:
    """A map to hand back and to show.

    Attributes:
        values: H×W, or H×W×3 where every colour channel is kept.
        picture: for those, the same around middle grey.
    """

    values: Floats
    scale: Scale
    picture: Floats | None = None


def in_one(gradient: Tensor, colour: str, *, signed: bool = True) -> Shown:
    """The map of 1×C×H×W attributions; without `signed` they are sizes, never negative."""
    found = gradient.detach()[0].float()
    if colour == "each":
        planes = found if len(found) == 3 else found.mean(0, keepdim=True).expand(3, -1, -1)
        values = planes.permute(1, 2, 0).cpu().contiguous().numpy()
        high = signed_range(values)
        picture = np.clip(0.5 + values / (2 * high), 0.0, 1.0).astype(np.float32)
        return Shown(values, "picture", picture)
    if colour == "sum":
        return plain(found.sum(0), "signed" if signed else "sequential")
    return plain(found.abs().amax(0), "sequential")


def plain(plane: Tensor, scale: Scale) -> Shown:
    """A map of one value per pixel."""
    return Shown(plane.detach().float().cpu().contiguous().numpy(), scale)


def show(ctx: Context, step: int, make: Callable[[], Shown], *, force: bool = False) -> None:
    """Offer a map while it refines; it is only made when somebody will see it."""
    if not (force or ctx.wants_frame()):
        ctx.owe("picture", lambda: show(ctx, step, make, force=True))
        return
    shown = make()
    if shown.picture is None:
        ctx.frame("picture", shown.values, step=step, scale=shown.scale, force=force)
    else:
        pixels = np.rint(shown.picture * 255).astype(np.uint8)
        ctx.frame("picture", pixels, step=step, force=force)


@dataclass(frozen=True)
class Work:
    """What went into a map: passes through the network, and what to tell of it."""

    steps: int = 1
    figures: Mapping[str, Any] = field(default_factory=dict)
    settled: Mapping[str, Any] = field(default_factory=dict)


def conclude(
    ctx: Context, net: Any, image01: Tensor, answer: Answer, params: AskParams, shown: Shown,
    work: Work | None = None,
) -> TechniqueResult:  # fmt: skip
    """Show the finished map, check it, and hand it back."""
    work = work or Work()
    if not np.isfinite(shown.values).all():
        raise UserError(
            "The map holds values that are not numbers.",
            "Another layer or another method may do without them.",
        )
    show(ctx, work.steps, lambda: shown, force=True)
    figures = {**answer.figures, **work.figures}
    if params.faithfulness:
        asked = answer.seen_as("probability", net)
        figures |= play_curves(ctx, net, asked, image01, importance(shown.values))
    ctx.progress(work.steps, work.steps)
    return TechniqueResult(
        shown.picture, shown.values, shown.scale, work.steps, figures,
        {**answer.settled, **work.settled},
    )  # fmt: skip


def importance(values: Floats) -> Floats:
    """One number per pixel to rank by."""
    return values if values.ndim == 2 else np.abs(values).max(2)


def begin(ctx: Context, total: int = 1) -> None:
    """Say how much there is to do, and let go of it where that is not wanted any more."""
    ctx.progress(0, total)
    ctx.checkpoint()
