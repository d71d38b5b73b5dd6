"""Requests about how much models withstand: accuracy against ε, and attacks carried over."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab._behind import Behind
from cnnviz_app.lab.attack_requests import (
    AccuracyCurve,
    Budget,
    MeasureRobustness,
    MeasureTransfer,
    Robustness,
    Transfer,
)
from cnnviz_app.lab.defending import treatment_of
from cnnviz_app.lab.lab import Lab, answers
from cnnviz_app.lab.looking import seen_by
from cnnviz_app.lab.requests import Pixels
from cnnviz_app.nets.network import Network
from cnnviz_app.sources.series import Series, open_series
from cnnviz_app.techniques._addresses import find_class
from cnnviz_app.techniques._attacks import Goal, Victim, pixels_of, rounded
from cnnviz_app.techniques._pgd import Steps, walk
from cnnviz_app.techniques._survival import Treatment, answer, as_batch

_BATCH = 8
MOST_MODELS = 6


@dataclass
class _Subject:
    """A model and the pictures it is tested on.

    Attributes:
        wanted: the answers that count as right, and `held` those still given.
        known: whether attacks know of the treatment.
    """

    net: Network
    pictures: list[Pixels]
    wanted: Tensor
    held: Tensor
    labelled: bool
    treatment: Treatment | None = None
    known: bool = False

    @property
    def title(self) -> str:
        return f"{self.net.title}, {self.treatment.title}" if self.treatment else self.net.title


@answers(MeasureRobustness)
def measure_robustness(lab: Lab, ctx: Context, request: MeasureRobustness) -> Robustness:
    series = open_series(request.pictures.kind, request.pictures.name, request.pictures.count)
    drawn = _drawn(lab, ctx, series, request.models)
    subjects = [_subject(lab, ctx, series, drawn, model) for model in request.models]
    if request.defence.kind != "none":
        treatment = treatment_of(request.defence)
        known = request.adaptive
        subjects += [_defended(ctx, subject, treatment, known) for subject in subjects]
    if len(subjects) > MOST_MODELS:
        raise UserError(
            f"At most {MOST_MODELS} curves fit, and a defence doubles them.", "Leave models out."
        )
    epsilons = tuple(sorted({0.0, *request.epsilons}))
    shares: list[list[float]] = [[] for _ in subjects]
    total = len(epsilons) * len(subjects)
    for number, epsilon in enumerate(epsilons):
        for place, subject in enumerate(subjects):
            ctx.progress(number * len(subjects) + place, total, f"ε = {epsilon:g} levels")
            if epsilon:
                _attack_held(ctx, subject, epsilon, request.budget)
            share = float(subject.held.float().mean())
            shares[place].append(share)
            ctx.metrics(number, model=float(place), epsilon=epsilon, accuracy=share)
    curves = tuple(
        AccuracyCurve(s.net.key, s.title, epsilons, tuple(y), len(s.pictures), s.labelled)
        for s, y in zip(subjects, shares, strict=True)
    )
    return Robustness(curves, series.title)


@answers(MeasureTransfer)
def measure_transfer(lab: Lab, ctx: Context, request: MeasureTransfer) -> Transfer:
    series = open_series(request.pictures.kind, request.pictures.name, request.pictures.count)
    drawn = _drawn(lab, ctx, series, request.models)
    nets = [lab.network(model) for model in request.models]
    clean = [_answers(ctx, net, [seen_by(net, p) for p in drawn])[0] for net in nets]
    size = len(nets)
    success = np.zeros((size, size), np.float32)
    confidence = np.full((size, size), np.nan, np.float32)
    lengths, largest = [], []
    for row, net in enumerate(nets):
        begin = [seen_by(net, p) for p in drawn]
        attacked = []
        for at in range(0, len(begin), _BATCH):
            ctx.progress(row * len(begin) + at, size * len(begin), f"attacks on {net.title}")
            goal = Goal(clean[row][at : at + _BATCH])
            attacked += _attacked(ctx, net, begin[at : at + _BATCH], goal, request)
        change = np.stack(attacked).astype(np.float32) - np.stack(begin)
        if net.spec.channels == 1:
            change = change[..., :1]
        lengths.append(float(np.linalg.norm(change.reshape(len(begin), -1), axis=1).mean() / 255))
        largest.append(int(np.abs(change).max()))
        for column, other in enumerate(nets):
            labels, chances = _answers(ctx, other, [seen_by(other, p) for p in attacked])
            turned = labels != clean[column]
            success[row, column] = float(turned.float().mean())
            if bool(turned.any()):
                confidence[row, column] = float(chances[turned].mean())
            ctx.metrics(
                row * size + column, row=float(row), column=float(column),
                success=float(success[row, column]), confidence=float(confidence[row, column]),
            )  # fmt: skip
    return Transfer(
        request.models, tuple(net.title for net in nets), success, confidence,
        tuple(lengths), tuple(largest), len(drawn),
    )  # fmt: skip


def _drawn(lab: Lab, ctx: Context, series: Series, models: tuple[str, ...]) -> list[Pixels]:
    """All pictures, large enough for the model that sees the most; unreadable ones left out."""
    if not models:
        raise UserError("No model is chosen.", "Choose one or more.")
    if len(models) > MOST_MODELS:
        raise UserError(f"At most {MOST_MODELS} models fit.", "Leave some out.")
    specs = [lab.network(model, ctx=ctx).spec for model in models]
    side = max(max(spec.height, spec.width) for spec in specs)
    found = []
    for number in range(len(series)):
        ctx.checkpoint()
        with contextlib.suppress(UserError):
            found.append(series.pixels(number, side))
    missing = len(series) - len(found)
    if missing and found:
        ctx.note(f"{missing} of {len(series)} pictures cannot be read and are left out.")
    if not found:
        raise UserError("None of the pictures can be read.", "Choose another folder.")
    return found


def _subject(lab: Lab, ctx: Context, series: Series, drawn: list[Pixels], model: str) -> _Subject:
    net = lab.network(model)
    pictures = [seen_by(net, pixels) for pixels in drawn]
    given, _ = _answers(ctx, net, pictures)
    known = _known(net, series, len(pictures))
    if known is None:
        return _Subject(net, pictures, given, torch.ones(len(given), dtype=torch.bool), False)
    wanted = known.to(given.device)
    return _Subject(net, pictures, wanted, (given == wanted).cpu(), True)


def _defended(ctx: Context, plain: _Subject, treatment: Treatment, known: bool) -> _Subject:
    """The same pictures and right answers, seen through a defence."""
    made = replace(plain, treatment=treatment, known=known)
    found = [_judged(ctx, made, as_batch(plain.net, [p]) * 255) for p in plain.pictures]
    made.held = (torch.cat(found) == plain.wanted).cpu()
    return made


def _known(net: Network, series: Series, count: int) -> Tensor | None:
    """The network's numbers of the pictures' classes; None where it does not know them all."""
    if not series.classes or count != len(series):
        return None
    numbers = []
    for name in series.classes:
        try:
            numbers.append(find_class(net, name, None))
        except UserError:
            return None
    labels = [series.label(i) for i in range(len(series))]
    return None if min(labels) < 0 else torch.tensor([numbers[label] for label in labels])


@torch.no_grad()
def _answers(ctx: Context, net: Network, pictures: list[Pixels]) -> tuple[Tensor, Tensor]:
    """The first class of each and its chance, by the plain network."""
    labels, chances = [], []
    for at in range(0, len(pictures), _BATCH):
        ctx.checkpoint()
        logits = net.exact(as_batch(net, pictures[at : at + _BATCH])).flatten(1).float()
        best = logits.softmax(1).max(1)
        labels.append(best.indices)
        chances.append(best.values)
    return torch.cat(labels), torch.cat(chances)


def _attack_held(ctx: Context, subject: _Subject, epsilon: float, budget: Budget) -> None:
    """Attack what still holds: what fell in a smaller box has fallen in this one too."""
    places = subject.held.nonzero()[:, 0].tolist()
    for at in range(0, len(places), _BATCH):
        some = places[at : at + _BATCH]
        wanted = subject.wanted[some]
        pictures = [subject.pictures[i] for i in some]
        through = subject.treatment if subject.known else None
        levels = _walked(ctx, subject.net, pictures, Goal(wanted), epsilon, budget, through)
        subject.held[some] = (_judged(ctx, subject, levels) == wanted).cpu()


def _judged(ctx: Context, subject: _Subject, levels: Tensor) -> Tensor:
    """The answers to whole levels, through the defence where there is one."""
    if subject.treatment is None:
        with torch.no_grad():
            found: Tensor = subject.net.exact(levels / 255).flatten(1).argmax(1)
        return found
    labels = []
    for one in levels:
        ctx.checkpoint()
        labels.append(answer(subject.net, subject.treatment, pixels_of(one[None]))[0])
    return torch.tensor(labels, device=levels.device)


def _attacked(
    ctx: Context, net: Network, pictures: list[Pixels], goal: Goal, request: MeasureTransfer
) -> list[Pixels]:
    levels = _walked(ctx, net, pictures, goal, request.epsilon, request.budget)
    return [pixels_of(one[None]) for one in levels]


def _walked(
    ctx: Context, net: Network, pictures: list[Pixels], goal: Goal, epsilon: float, budget: Budget,
    through: Treatment | None = None,
) -> Tensor:  # fmt: skip
    """PGD from the pictures themselves, as whole levels inside the box; `through` a defence."""
    asked = net if through is None else Behind(net, through)
    victim = Victim(asked, as_batch(net, pictures))
    # Long enough to reach any place in the box and come back from it.
    alpha = max(1.0, 2.5 * epsilon / budget.steps)
    how = Steps(
        "linf", epsilon / 255, alpha / 255, budget.steps, False,
        budget.momentum, budget.diverse, budget.smooth,
    )  # fmt: skip
    generator = torch.Generator().manual_seed(0)
    found = walk(victim, goal, how, generator, lambda *_: ctx.checkpoint())
    return rounded(victim, found, "linf", epsilon)
