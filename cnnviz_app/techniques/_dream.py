"""The engine of dreams: octaves, detail carried between them, normalised steps under jitter.

After Mordvintsev, Olah and Tyka (2015). The ascent is the shared one; a layer's sum of squares
is taken in tiles where a picture is too large for one run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError
from cnnviz_app.techniques._addresses import UnitTerm
from cnnviz_app.techniques._image_spaces import Size, build_space
from cnnviz_app.techniques._objectives import Objective
from cnnviz_app.techniques._optimise import Ascent, Limit, climb
from cnnviz_app.techniques._tiles import TOTAL, TiledRunner, Total

_LEAST_SIDE = 16
# Products of cells with the guide's cells that are held at once.
_PAIRS = 4_000_000
_GUIDE_CELLS = 2048

Side = tuple[int, int]


@dataclass(frozen=True)
class Octaves:
    """How a dream is climbed: how many sizes, how they differ, and what is done at each."""

    count: int = 4
    factor: float = 1.4
    steps: int = 10
    rate: float = 1.5 / 255
    jitter: int = 32

    def sizes(self, height: int, width: int) -> list[Side]:
        """From the smallest to the picture's own; sizes too small to see anything are left out."""
        found = []
        for number in reversed(range(self.count)):
            shrink = self.factor**number
            side = (round(height / shrink), round(width / shrink))
            if number == 0 or min(side) >= _LEAST_SIDE:
                found.append(side)
        return found


def layers_total(weights: Mapping[str, float]) -> Total:
    """Half the sum of squares: whatever a layer sees, more of it."""

    def total(maps: Mapping[str, Tensor]) -> Tensor:
        parts = [0.5 * weight * maps[name].square().sum((1, 2, 3))
                 for name, weight in weights.items()]  # fmt: skip
        return torch.stack(parts).sum(0)

    return total


def units_total(terms: Sequence[UnitTerm]) -> Total:
    """Chosen channels, added up over all places."""

    def total(maps: Mapping[str, Tensor]) -> Tensor:
        parts = [term.weight * maps[term.node][:, term.channel].sum((1, 2)) for term in terms]
        return torch.stack(parts).sum(0)

    return total


def guided_total(weights: Mapping[str, float], guides: Mapping[str, Tensor]) -> Total:
    """Every cell is pulled towards the cell of the guide that it resembles most.

    `guides` holds, for each layer, the guide's cells as rows of a matrix.
    """

    def total(maps: Mapping[str, Tensor]) -> Tensor:
        parts = []
        for name, weight in weights.items():
            guide = guides[name]
            cells = maps[name].flatten(2).transpose(1, 2)
            with torch.no_grad():
                at_once = max(1, _PAIRS // len(guide))
                best = [(part @ guide.T).argmax(-1) for part in cells.split(at_once, 1)]
                likest = guide[torch.cat(best, 1)] if best else cells
            parts.append(weight * (cells * likest).sum((1, 2)))
        return torch.stack(parts).sum(0)

    return total


@torch.no_grad()
def guide_cells(net: Any, nodes: Sequence[str], guide: Tensor) -> dict[str, Tensor]:
    """The guide's cells in each layer, evenly thinned where there are very many."""
    acts = net.run(guide, nodes)
    found = {}
    for name in nodes:
        cells = net.maps(name, acts[name])[0].flatten(1).T
        found[name] = cells[:: math.ceil(len(cells) / _GUIDE_CELLS)].contiguous()
    return found


@torch.no_grad()
def balanced(net: Any, nodes: Sequence[str], picture: Tensor) -> dict[str, float]:
    """Weights with which each layer begins as strong as the others."""
    if len(nodes) == 1:
        return {nodes[0]: 1.0}
    acts = net.run(picture, nodes)
    strength = {name: float(acts[name].square().sum()) for name in nodes}
    most = max(strength.values())
    return {name: most / value if value > 0 else 1.0 for name, value in strength.items()}


def resized(image01: Tensor, side: Side) -> Tensor:
    if image01.shape[-2:] == side:
        return image01
    return F.interpolate(image01, size=side, mode="bilinear", antialias=True, align_corners=False)


class Dreamer:
    """Dreams of pictures, one after the other, counting its steps through.

    `limit` says when an octave ends, of those it dreamt and dreams counted on from 0; without,
    all make as many steps.
    """

    def __init__(
        self, ctx: Context, runner: TiledRunner, octaves: Octaves,
        generator: torch.Generator, *, redirect: bool = False, total: int = 0,
        limit: Callable[[int], Limit] | None = None,
    ) -> None:  # fmt: skip
        self._ctx, self._runner = ctx, runner
        self._octaves, self._generator = octaves, generator
        self._redirect = octaves.steps if redirect else 0
        self._limit = limit or (lambda _: Limit(octaves.steps))
        self.total = total
        self.made = 0
        self.octaves_made: list[int] = []

    def dream(self, original: Tensor, sizes: Sequence[Side]) -> Tensor:
        """The picture after all octaves: detail found in a small one is carried to the next."""
        detail: Tensor | None = None
        picture = original
        for height, width in sizes:
            base = resized(original, (height, width))
            start = base if detail is None else base + resized(detail, (height, width))
            self._ctx.stage(f"{width}×{height}", self.made + 1)
            picture = self._octave(start.clamp(0.0, 1.0))
            detail = picture - base
        return picture

    def _octave(self, start: Tensor) -> Tensor:
        n, c, height, width = start.shape
        space = build_space("pixels", Size(n, c, height, width, start.device), "raw", "clip")
        space.assign(start)
        cells = float(height * width)
        objective = Objective((TOTAL,), lambda acts: acts[TOTAL] / cells, "dream")
        ascent = Ascent(
            self._runner, space, objective, self._generator, transform=self._shifted,
            optimizer="ascent", learning_rate=self._octaves.rate, redirect_steps=self._redirect,
        )  # fmt: skip
        limit = self._limit(len(self.octaves_made))
        steps = climb(self._ctx, ascent, limit, made=self.made, total=self.total)
        self.made += steps
        self.octaves_made.append(steps)
        return space.finished().detach()

    def _shifted(self, picture: Tensor, generator: torch.Generator) -> Tensor:
        """Rolled around by some pixels, so that no grid of the network's leaves its mark."""
        most = min(self._octaves.jitter, *(side // 2 for side in picture.shape[-2:]))
        if not most:
            return picture
        dy, dx = (torch.randint(2 * most + 1, (2,), generator=generator) - most).tolist()
        return picture.roll((dy, dx), (2, 3))


@torch.no_grad()
def zoomed(image01: Tensor, percent: float) -> Tensor:
    """The middle of the picture, enlarged to its full size."""
    n, c, height, width = image01.shape
    keep = 1.0 - percent / 100
    theta = image01.new_tensor([[keep, 0.0, 0.0], [0.0, keep, 0.0]]).expand(n, 2, 3)
    grid = F.affine_grid(theta, [n, c, height, width], align_corners=False)
    return F.grid_sample(image01, grid, mode="bicubic", padding_mode="reflection",
                         align_corners=False).clamp_(0.0, 1.0)  # fmt: skip


@torch.no_grad()
def accepted_sizes(net: Any, nodes: Sequence[str], sizes: Sequence[Side]) -> list[Side]:
    """Those sizes of the picture at which the layers can be computed."""
    own = (net.spec.height, net.spec.width)
    return [side for side in sizes if side == own or _accepts(net, nodes, side)]


def _accepts(net: Any, nodes: Sequence[str], side: Side) -> bool:
    # Nothing about acceptance changes beyond this; a picture of thousands is not run for it.
    height, width = (min(edge, 2 * own + edge % 32) for edge, own in
                     zip(side, (net.spec.height, net.spec.width), strict=True))  # fmt: skip
    blank = torch.full((1, net.spec.channels, height, width), 0.5, device=net.device)
    try:
        acts = net.run(blank, nodes)
        return all(net.maps(name, acts[name]).numel() > 0 for name in nodes)
    except (RuntimeError, ValueError, AssertionError, IndexError, UserError):
        return False
