"""Pictures of nothing that a network is sure of: from noise, or bred from patterns.

After Nguyen, Yosinski and Clune (2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.params import param
from cnnviz_app.core.registry import TechniqueResult, technique
from cnnviz_app.techniques._addresses import class_title, find_class
from cnnviz_app.techniques._attacks import GROUP, class_name, numbers, pixels_of
from cnnviz_app.techniques._patterns import Patterns

SHOWN = 16
# So many times the population is drawn to begin with: most patterns look like nothing.
_DRAWN = 4
_AT_ONCE = 8


@dataclass(frozen=True)
class FoolingParams:
    """Which class, and how it is reached."""

    target: str = param(
        "none", "The class it should be taken for; none for the one that the first pictures of "
        "nothing come nearest to.", kind="target",
    )  # fmt: skip
    method: str = param(
        "evolution", "Breed patterns and keep those it is surest of, or follow the gradient.",
        choices=("evolution", "gradient"),
    )  # fmt: skip
    population: int = param(
        16, "How many patterns live at once.", low=2, high=400, slider=(4, 64),
        when=("method", ("evolution",)),
    )  # fmt: skip
    steps: int = param(200, "Generations, or steps of the gradient.", low=1, high=10_000,
                       slider=(10, 500))  # fmt: skip
    confidence: float = param(0.99, "How sure is sure enough.", low=0.05, high=0.999999)


@technique(
    "fooling", "Fooling picture", GROUP, FoolingParams, needs_picture=False,
    summary="Makes a picture of nothing that the network is sure is something.",
)  # fmt: skip
def fooling(
    ctx: Context, net: Any, image01: Tensor | None, params: FoolingParams, seed: int
) -> TechniqueResult:
    free = params.target.strip().lower() in ("", "none")
    wanted = None if free else find_class(net, params.target, image01)
    blank = torch.zeros(1, net.spec.channels, net.spec.height, net.spec.width, device=net.device)
    with torch.no_grad():
        numbers(net.logits(blank))
    generator = torch.Generator().manual_seed(seed)
    make = _bred if params.method == "evolution" else _climbed
    levels, target, steps, queries = make(ctx, net, wanted, params, generator)
    with torch.no_grad():
        chances = net.exact(levels / 255).flatten(1).float().softmax(1)[0]
    top = int(chances.argmax())
    return TechniqueResult(
        picture=pixels_of(levels).astype(np.float32) / np.float32(255),
        steps=steps,
        figures={
            "success": top == target and float(chances[target]) >= params.confidence,
            "target": target, "class": class_title(net.labels, target),
            "p_after": float(chances[target]), "label_after": top,
            "name_after": class_name(net.labels, top), "queries": queries,
        },
        settled={"target": str(target)},
    )  # fmt: skip


def _climbed(
    ctx: Context, net: Any, target: int | None, params: FoolingParams, generator: torch.Generator
) -> tuple[Tensor, int, int, int]:
    """From noise along the gradient, until the rounded picture is sure enough."""
    shape = (1, net.spec.channels, net.spec.height, net.spec.width)
    found = torch.rand(shape, generator=generator).to(net.device)
    step = 0
    for step in range(params.steps):
        ctx.checkpoint()
        free = found.requires_grad_(True)
        chances = net.logits(free).flatten(1).log_softmax(1)
        target = int(chances[0].argmax()) if target is None else target
        wanted = chances[0, target]
        _tell(ctx, step, params.steps, float(wanted.detach().exp()), found)
        if float(wanted.detach().exp()) >= params.confidence and _sure(net, found, target, params):
            break
        (slope,) = torch.autograd.grad(wanted, free)
        # A step as long as two levels in every value: the noise stays noise.
        length = 2 / 255 * found.numel() ** 0.5
        found = (free + length * slope / slope.norm().clamp_min(1e-12)).detach().clamp(0, 1)
    assert target is not None  # the first step has chosen
    return (found.detach() * 255).round(), target, step + 1, step + 1


def _bred(
    ctx: Context, net: Any, target: int | None, params: FoolingParams, generator: torch.Generator
) -> tuple[Tensor, int, int, int]:
    """Patterns that compete: the better half has children, and the best of all live on."""
    spec, count = net.spec, params.population
    patterns = Patterns((spec.channels, spec.height, spec.width), generator, net.device)
    children = patterns.draw(_DRAWN * count)
    living, scores = children[:0], torch.zeros(0)
    queries, step = 0, 0
    for step in range(params.steps):
        answers = _answers(ctx, net, patterns, children)
        target = int(answers.amax(0).argmax()) if target is None else target
        living = torch.cat([living, children])
        scores = torch.cat([scores, answers[:, target]])
        queries += len(children)
        order = scores.argsort(descending=True)[:count]
        living, scores = living[order], scores[order]
        best = patterns.painted(living[:1])
        # A frame that came too soon is drawn later, when these have had children.
        _show(ctx, patterns, living, scores, step)
        _tell(ctx, step, params.steps, float(scores[0].exp()), best)
        if float(scores[0].exp()) >= params.confidence and _sure(net, best, target, params):
            break
        children = patterns.children(living[: max(1, count // 2)], count)
    _show(ctx, patterns, living, scores, step, force=True)
    assert target is not None  # the first generation has chosen
    return (patterns.painted(living[:1]) * 255).round(), target, step + 1, queries


@torch.no_grad()
def _answers(ctx: Context, net: Any, patterns: Patterns, genes: Tensor) -> Tensor:
    """Of each pattern, how sure the network is of every class, as logarithms."""
    answers = []
    for some in genes.split(_AT_ONCE):
        ctx.checkpoint()
        logits = net.logits(patterns.painted(some)).flatten(1).float()
        answers.append(logits.log_softmax(1).cpu())
    return torch.cat(answers)


def _show(
    ctx: Context, patterns: Patterns, living: Tensor, scores: Tensor, step: int, *,
    force: bool = False,
) -> None:  # fmt: skip
    """The surest patterns and how sure of each it is, in one order."""
    count = len(living)
    some, sure = living[:SHOWN].clone(), scores[:SHOWN].exp()[None].float().numpy()
    ctx.frame("population", partial(_sheet, patterns, some), step=step, force=force)
    # The last number is how many live, so that a watcher knows which of them have children.
    told = np.append(sure, np.float32(count))[None].astype(np.float32)
    ctx.frame("population chances", told, step=step, scale="sequential", force=force)


def _sure(net: Any, found: Tensor, target: int, params: FoolingParams) -> bool:
    with torch.no_grad():
        levels = (found.detach() * 255).round()
        chances = net.exact(levels / 255).flatten(1).float().softmax(1)
    return bool(chances[0, target] >= params.confidence)


def _tell(ctx: Context, step: int, total: int, wanted: float, found: Tensor) -> None:
    ctx.metrics(step, objective=wanted)
    ctx.frame("picture", lambda: pixels_of((found.detach() * 255).round()), step=step)
    ctx.progress(step + 1, total)


def _sheet(patterns: Patterns, living: Tensor) -> npt.NDArray[np.uint8]:
    """The patterns that live, the surest first."""
    shown = patterns.painted(living)
    columns = int(np.ceil(len(shown) ** 0.5))
    empty = -len(shown) % columns
    if empty:
        shown = torch.cat([shown, torch.zeros_like(shown[:1]).expand(empty, -1, -1, -1)])
    rows = [torch.cat(list(row), 2) for row in shown.split(columns)]
    return pixels_of((torch.cat(rows, 1)[None] * 255).round())
