"""Loss and gradient of a picture: whole where it fits, else tile by tile with the same result.

Tiled, the Gram matrices are summed up in a first pass; with them known, the gradient of every
activation is known too, and a second pass brings it back to the pixels, one tile at a time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz_app.core.errors import UserError
from cnnviz_app.techniques import _style_losses as losses
from cnnviz_app.techniques._precision import looking
from cnnviz_app.techniques._style_losses import ContentTarget, StyleTarget
from cnnviz_app.techniques._style_tiles import Tile

Checkpoint = Callable[[], None]
Grams = dict[tuple[str, int], Tensor]
Mass = dict[tuple[str, int], float]


@dataclass(frozen=True)
class Eye:
    """A network seen as far as some layers.

    Attributes:
        swap: operators exchanged, such as pooling by mean instead of maximum.
        checkpoint: called before every piece of work.
        halves: look in half precision: convolutions compute with 16 bits and add up with 32.
    """

    net: Any
    nodes: tuple[str, ...]
    checkpoint: Checkpoint
    swap: Mapping[str, Any] = field(default_factory=dict)
    halves: bool = False

    def look(self, picture: Tensor) -> dict[str, Tensor]:
        self.checkpoint()
        given: dict[str, Any] = {"swap": self.swap} if self.swap else {}
        with looking(halves=self.halves):
            seen = self.net.run(picture, self.nodes, **given)
        return {name: self.net.maps(name, value) for name, value in seen.items()}

    def stride(self, node: str) -> tuple[int, int]:
        found = self.net.node(node).receptive_field
        return found.stride if found is not None else (1, 1)


@dataclass(frozen=True)
class Losses:
    """A picture's losses: the weighted sum, and its parts as the lectures define them."""

    total: float
    content: float
    style: float


class Masks:
    """The regions of one picture on the grid of every layer.

    A cell's share is the mean over its stride × stride pixels.
    """

    def __init__(self, eye: Eye, regions: Sequence[Tensor]) -> None:
        self._eye = eye
        self._regions = list(regions)
        self._grids: dict[tuple[str, int], Tensor] = {}

    def of(self, tile: Tile, node: str, region: int, features: Tensor) -> Tensor | None:
        """T over the cells of these features; None for the whole picture."""
        if region < 0:
            return None
        stride = self._eye.stride(node)
        if (node, region) not in self._grids:
            mask = self._regions[region]
            if self._eye.net.node(node).receptive_field is None:
                grid = F.interpolate(mask, size=tuple(features.shape[2:]), mode="area")
            else:
                grid = F.avg_pool2d(mask, stride, ceil_mode=True)
            # Layers may have a cell more at the end than their stride says.
            self._grids[node, region] = F.pad(grid, (0, 2, 0, 2), mode="replicate")
        height, width = features.shape[2:]
        return tile.of_grid(self._grids[node, region], stride, height, width)


def grams_of(
    eye: Eye, picture: Tensor, tiles: Sequence[Tile], wanted: Sequence[tuple[str, int]],
    masks: Masks,
) -> tuple[Grams, Mass]:  # fmt: skip
    """Gram matrices and how many cells each was summed over, streamed over the tiles."""
    sums: Grams = {}
    mass: Mass = {}
    with torch.no_grad():
        for tile in tiles:
            seen = eye.look(tile.cut(picture))
            for node, region in wanted:
                core = tile.core(seen[node], eye.stride(node))
                mask = masks.of(tile, node, region, core)
                _add(sums, (node, region), losses.gram(core, mask))
                _count(mass, (node, region), core, mask)
    return sums, mass


def activations_of(
    eye: Eye, picture: Tensor, tiles: Sequence[Tile], nodes: Sequence[str]
) -> dict[str, tuple[Tensor, ...]]:
    """The layers' activations, one piece for each tile."""
    pieces: dict[str, list[Tensor]] = {node: [] for node in nodes}
    with torch.no_grad():
        for tile in tiles:
            seen = eye.look(tile.cut(picture))
            for node in nodes:
                pieces[node].append(tile.core(seen[node], eye.stride(node)).clone())
    return {node: tuple(found) for node, found in pieces.items()}


class Evaluator:
    """The weighted sum of all losses at a picture, and its gradient."""

    def __init__(
        self, eye: Eye, tiles: Sequence[Tile], content: Sequence[ContentTarget],
        style: Sequence[StyleTarget], masks: Masks,
    ) -> None:  # fmt: skip
        self._eye, self._tiles, self._masks = eye, tiles, masks
        self.content, self.style = content, style
        self._mass: Mass = {}
        self.found = Losses(math.nan, math.nan, math.nan)

    @property
    def tiled(self) -> bool:
        return len(self._tiles) > 1

    def losses(self, picture: Tensor) -> Losses:
        """Without the gradient."""
        with torch.no_grad():
            grams, content = self._first_pass(picture)
            return self._report(grams, content)

    def __call__(self, picture: Tensor) -> tuple[float, Tensor]:
        """Loss and gradient with respect to the picture."""
        if self.tiled:
            with torch.no_grad():
                grams, content = self._first_pass(picture)
            gradient = torch.zeros_like(picture)
            for number, tile in enumerate(self._tiles):
                piece = tile.cut(picture).detach().clone().requires_grad_(True)
                seen = self._eye.look(piece)
                tile.cut(gradient).add_(self._back(number, tile, piece, seen, grams))
        else:
            tile = self._tiles[0]
            leaf = picture.detach().requires_grad_(True)
            seen = self._eye.look(leaf)
            self._mass = {}
            with torch.no_grad():
                grams, content = {}, []
                self._collect(0, tile, seen, grams, content)
            gradient = self._back(0, tile, leaf, seen, grams)
        self.found = self._report(grams, content)
        return self.found.total, gradient

    def _first_pass(self, picture: Tensor) -> tuple[Grams, list[Tensor]]:
        self._mass = {}
        grams: Grams = {}
        content: list[Tensor] = []
        for number, tile in enumerate(self._tiles):
            self._collect(number, tile, self._eye.look(tile.cut(picture)), grams, content)
        return grams, content

    def _collect(
        self, number: int, tile: Tile, seen: Mapping[str, Tensor], grams: Grams,
        content: list[Tensor],
    ) -> None:  # fmt: skip
        """Add one tile's share to the Gram matrices and to the content losses."""
        for target in self.style:
            key = (target.layer, target.region)
            core = tile.core(seen[target.layer], self._eye.stride(target.layer))
            mask = self._masks.of(tile, *key, core)
            _add(grams, key, losses.gram(core, mask))
            _count(self._mass, key, core, mask)
        for place, goal in enumerate(self.content):
            core = tile.core(seen[goal.layer], self._eye.stride(goal.layer))
            loss = losses.content_loss(core, goal.pieces[number])
            if number == 0:
                content.append(loss)
            else:
                content[place] = content[place] + loss

    def _back(
        self, number: int, tile: Tile, leaf: Tensor, seen: Mapping[str, Tensor], grams: Grams
    ) -> Tensor:
        """The gradient one tile contributes, at the pixels of the tile with its halo."""
        with torch.no_grad():
            slopes = [self._slope(number, tile, node, seen[node], grams) for node in seen]
        return torch.autograd.grad(_Known.apply(slopes, *seen.values()), leaf)[0]

    def _slope(
        self, number: int, tile: Tile, node: str, features: Tensor, grams: Grams
    ) -> Tensor:
        """d loss / dF of a layer: zero in the halo, which other tiles answer for."""
        core = tile.core(features, self._eye.stride(node))
        total: Tensor | None = None
        for target in self.style:
            if target.layer != node:
                continue
            key = (node, target.region)
            pull = losses.style_pull(grams[key], self._mass[key], target.gram, target.weight)
            mask = self._masks.of(tile, *key, core)
            part = losses.style_gradient(core, pull, mask)
            total = part if total is None else total + part
        for goal in self.content:
            if goal.layer == node:
                part = (core - goal.pieces[number]) * goal.weight
                total = part if total is None else total + part
        assert total is not None
        if core.shape == features.shape:
            return total
        slope = torch.zeros_like(features)
        tile.core(slope, self._eye.stride(node)).copy_(total)
        return slope

    def _report(self, grams: Grams, content: list[Tensor]) -> Losses:
        style = [
            losses.style_loss(grams[t.layer, t.region], self._mass[t.layer, t.region], t.gram)
            for t in self.style
        ]
        # One transfer for all numbers: each would be a wait on a graphics processor.
        numbers = torch.stack([*style, *content]).tolist()
        if not all(math.isfinite(number) for number in numbers):
            raise UserError(
                "The losses stopped being numbers.",
                "Try smaller weights, another layer, or another network.",
            )
        weights = [t.weight for t in self.style] + [t.weight for t in self.content]
        shares = [t.share for t in self.style] + [t.share for t in self.content]
        parts = [share * number for share, number in zip(shares, numbers, strict=True)]
        return Losses(
            sum(weight * number for weight, number in zip(weights, numbers, strict=True)),
            sum(parts[len(style) :]), sum(parts[: len(style)]),
        )  # fmt: skip


class _Known(torch.autograd.Function):
    """A number whose slopes with respect to the layers are known: given to torch as they are, it
    would first load its symbolic mathematics, most of a second in which a window stutters."""

    @staticmethod
    def forward(ctx: Any, slopes: list[Tensor], *layers: Tensor) -> Tensor:
        ctx.slopes = slopes
        return layers[0].new_zeros(())

    @staticmethod
    def backward(ctx: Any, *_: Any) -> tuple[Tensor | None, ...]:
        return (None, *ctx.slopes)


def _add(sums: Grams, key: tuple[str, int], more: Tensor) -> None:
    sums[key] = sums[key] + more if key in sums else more


def _count(mass: Mass, key: tuple[str, int], core: Tensor, mask: Tensor | None) -> None:
    """Add a tile's M: its cells, or what a mask leaves of them."""
    more = float(core.shape[2] * core.shape[3]) if mask is None else float(mask.square().sum())
    mass[key] = mass.get(key, 0.0) + more
