"""What a style transfer is asked to do, and one rung of its ladder made ready."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import torch.nn.functional as F
from torch import Tensor

from cnnviz_app.techniques import _style_losses as losses
from cnnviz_app.techniques import _style_pictures as pictures
from cnnviz_app.techniques._style_canvas import Canvas
from cnnviz_app.techniques._style_evaluate import Evaluator, Eye, Masks, activations_of, grams_of
from cnnviz_app.techniques._style_layers import Weighted
from cnnviz_app.techniques._style_losses import ContentTarget, StyleTarget
from cnnviz_app.techniques._style_sizes import accepts
from cnnviz_app.techniques._style_tiles import tiles_for

Target = TypeVar("Target", ContentTarget, StyleTarget)


@dataclass(frozen=True)
class Job:
    """Everything that decides the picture, sizes and steps apart.

    Attributes:
        shape: height and width of the picture in full.
        shares: how much of each style; they sum to 1.
        colours: "style", "luminance" or "histogram".
        balanced: every loss is divided by its size for an empty picture.
        scaled: content as a whole is so, and style as a whole: layers weigh as they are written.
        halves: the network looks in half precision.
    """

    net: Any
    shape: tuple[int, int]
    content: Tensor | None = None
    content_layers: Weighted = ()
    styles: Sequence[Tensor] = ()
    style_layers: Weighted = ()
    shares: Sequence[float] = ()
    style_scale: float = 1.0
    style_masks: Sequence[Tensor] = ()
    mask: Tensor | None = None
    feather: float = 0.0
    alpha: float = 1.0
    beta: float = 1.0
    tv: float = 0.0
    colours: str = "style"
    balanced: bool = True
    scaled: bool = False
    pooling: str = "as trained"
    halves: bool = False
    tile: int = 0
    start: str = "noise"
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def nodes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(n for n, _ in (*self.content_layers, *self.style_layers)))


@dataclass
class Rung:
    """One size of the ladder: the canvas and the losses at it."""

    job: Job
    canvas: Canvas
    evaluate: Evaluator
    size: tuple[int, int]

    @property
    def written(self) -> float | None:
        """β/α, where a formula without any divisions would have them: None where it has none."""
        found = [targets[0].weight / targets[0].share for targets in
                 (self.evaluate.style, self.evaluate.content) if targets]  # fmt: skip
        return found[0] / found[1] if len(found) == 2 and not self.job.balanced else None

    def sharpen(self, checkpoint: Callable[[], None]) -> None:
        """From here on, the losses in single precision."""
        self.job = replace(self.job, halves=False)
        self.evaluate = make_rung(self.job, self.size, checkpoint).evaluate


def make_rung(job: Job, size: tuple[int, int], checkpoint: Callable[[], None]) -> Rung:
    """The targets of all layers at this size."""
    net = job.net
    eye = Eye(net, job.nodes, checkpoint, swap_for(net, job.pooling), job.halves)
    grey = job.colours == "luminance" and job.content is not None
    content = None if job.content is None else pictures.sized(job.content, size)
    parts = _parts(job, size)
    only = parts[0] if len(parts) == 1 and content is not None else None
    canvas = Canvas(
        size, net.spec.channels, net.device, content=content, grey=grey, region=only
    )
    tiles = tiles_for(net, job.nodes, *size, side=job.tile)
    masks = Masks(eye, parts)
    style = _style_targets(job, eye, size, content, regional=bool(parts))
    goals: list[ContentTarget] = []
    if content is not None and job.content_layers:
        seen = pictures.luminance(content).expand_as(content) if grey else content
        found = activations_of(eye, seen, tiles, [node for node, _ in job.content_layers])
        for node, share in job.content_layers:
            norm = losses.content_size(found[node]) if job.balanced else 1.0
            weight = job.alpha * share / max(norm, 1e-20)
            goals.append(ContentTarget(node, weight, found[node], share))
    if job.scaled:
        goals = _scaled(goals, lambda goal: losses.content_size(goal.pieces))
        style = _scaled(style, lambda target: losses.style_size(target.gram))
    return Rung(job, canvas, Evaluator(eye, tiles, goals, style, masks), size)


def _scaled(targets: list[Target], size: Callable[[Target], float]) -> list[Target]:
    """Their sum divided by its size for an empty picture, whatever each of them is."""
    whole = sum(target.share * size(target) for target in targets)
    return [replace(target, weight=target.weight / max(whole, 1e-20)) for target in targets]


def swap_for(net: Any, pooling: str) -> dict[str, Any]:
    """Every pool by mean, or by maximum; networks that pool so anyway are left alone."""
    ops = {node.op for node in net.nodes}
    if pooling == "average" and "max_pool2d" in ops:
        return {"max_pool2d": F.avg_pool2d}
    if pooling == "max" and "avg_pool2d" in ops:
        return {"avg_pool2d": F.max_pool2d}
    return {}


def _parts(job: Job, size: tuple[int, int]) -> list[Tensor]:
    if job.mask is None:
        return []
    # Levels are told apart before the mask is scaled: between white and black there is grey.
    whole = pictures.regions(job.mask, max(1, len(job.styles)))
    scale = max(size) / max(job.shape)
    return [
        pictures.feathered(pictures.sized(part, size), job.feather * scale) for part in whole
    ]


def _style_targets(
    job: Job, eye: Eye, size: tuple[int, int], content: Tensor | None, *, regional: bool
) -> list[StyleTarget]:
    """A / M of each layer: one mixture for the whole picture, or one style for each region."""
    if not job.style_layers:
        return []
    style_eye = replace(eye, nodes=tuple(n for n, _ in job.style_layers))
    found = [_grams(job, style_eye, number, size, content) for number in range(len(job.styles))]
    targets = []
    for node, share in job.style_layers:
        if regional:
            choices = [(r, part, found[r][node]) for r, part in enumerate(job.shares)]
        else:
            mixture = [part * grams[node] for part, grams in zip(job.shares, found, strict=True)]
            choices = [(-1, 1.0, sum(mixture[1:], mixture[0]))]
        for region, part, target in choices:
            norm = losses.style_size(target) if job.balanced else 1.0
            weight = job.beta * share * part / max(norm, 1e-20)
            targets.append(StyleTarget(node, weight, target, region, share * part))
    return targets


def _grams(
    job: Job, eye: Eye, number: int, size: tuple[int, int], content: Tensor | None
) -> dict[str, Tensor]:
    style = job.styles[number]
    longest = round(max(size) * job.style_scale)
    # A style is never blown up beyond its own pixels by more than twice: that would be blur.
    longest = max(16, min(longest, 2 * max(style.shape[2:])))
    side = pictures.side_for((style.shape[2], style.shape[3]), longest)
    side = fitting(eye, side)
    style = in_colours(job, pictures.sized(style, side), content)
    parts = []
    if job.style_masks:
        parts = [pictures.sized(pictures.luminance(job.style_masks[number]), side)]
    tiles = tiles_for(eye.net, eye.nodes, *side, side=job.tile)
    wanted = [(node, 0 if parts else -1) for node in eye.nodes]
    sums, mass = grams_of(eye, style, tiles, wanted, Masks(eye, parts))
    return {node: sums[node, r] / max(mass[node, r], 1e-20) for node, r in wanted}


def fitting(eye: Eye, side: tuple[int, int]) -> tuple[int, int]:
    """The size, or the network's own where it takes no other."""
    spec = eye.net.spec
    return side if accepts(eye.net, eye.nodes, side) else (spec.height, spec.width)


def in_colours(job: Job, style: Tensor, content: Tensor | None) -> Tensor:
    """The style as the chosen way to keep colours wants it."""
    if content is None or style.shape[1] == 1 or job.colours == "style":
        return style
    if job.colours == "luminance":
        return pictures.match_luminance(style, content).expand_as(style).contiguous()
    return pictures.match_histogram(style, content)
