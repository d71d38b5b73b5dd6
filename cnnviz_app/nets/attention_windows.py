"""Attention inside shifted windows (Swin): its weights, and where each window's tokens lie."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.nn import functional

from cnnviz_app.nets.operators import attribute

# What torchvision adds to the scores of tokens that only the shift made neighbours.
_APART = -100.0


@dataclass(frozen=True)
class Windows:
    """Attributes:
    grid: rows and columns of the tokens.
    places: windows × tokens, the place of each on the grid; −1 is padding.
    """

    grid: tuple[int, int]
    places: Tensor

    def seen_from(self, weights: Tensor, cell: tuple[int, int] | None) -> Tensor:
        """heads × rows × columns; zero outside the window of the cell."""
        cells = self.grid[0] * self.grid[1]
        # One more place takes what goes to the padding.
        flat = torch.zeros(weights.shape[1], cells + 1)
        if cell is not None:
            at = (self.places == cell[0] * self.grid[1] + cell[1]).nonzero()[0]
            window, token = int(at[0]), int(at[1])
            flat[:, self.places[window]] = weights[window, :, token]
        else:
            asking = (self.places >= 0).to(weights)
            given = torch.einsum("whqk,wq->whk", weights, asking) / cells
            for window, places in enumerate(self.places):
                flat.index_add_(1, places % (cells + 1), given[window])
        return flat[:, :cells].reshape(-1, *self.grid)

    def distances(self, weights: Tensor) -> Tensor:
        """How far each head looks on average, in cells."""
        y, x = self.places // self.grid[1], self.places % self.grid[1]
        at = torch.stack([y, x], dim=-1).float()
        real = (self.places >= 0).to(weights)
        between = torch.cdist(at, at) * real[:, :, None] * real[:, None]
        inside = (weights * real[:, None, None]).sum(dim=-1).clamp_min(1e-12)
        mean = (weights * between[:, None]).sum(dim=-1) / inside
        return (mean * real[:, None]).sum(dim=(0, 2)) / real.sum()


def shifted_windows(
    values: Tensor, bias: Tensor, given: Mapping[str, Any], root: nn.Module
) -> tuple[Tensor, Windows]:
    """windows × heads × tokens × tokens for one picture's tokens, rows × columns × width."""
    height, width, channels = values.shape
    down, across = (int(side) for side in given["window_size"])
    heads = int(given["num_heads"])
    pad = (-height % down, -width % across)
    padded = functional.pad(values, (0, 0, 0, pad[1], 0, pad[0]))
    tall, wide = padded.shape[:2]
    shift = [int(side) for side in given["shift_size"]]
    shift = [0 if down >= tall else shift[0], 0 if across >= wide else shift[1]]
    numbers = torch.full((tall, wide), -1, dtype=torch.long)
    numbers[:height, :width] = torch.arange(height * width).reshape(height, width)
    moved = padded.roll((-shift[0], -shift[1]), (0, 1))
    tokens = _cut(moved, down, across)
    places = _cut(numbers.roll((-shift[0], -shift[1]), (0, 1))[..., None], down, across)[..., 0]
    scores = _scores(tokens, given, root, heads, channels) + bias.to(tokens)
    if any(shift):
        region = _regions(tall, wide, (down, across), shift)
        parts = _cut(region[..., None], down, across)[..., 0].to(scores.device)
        apart = (parts[:, :, None] != parts[:, None]) * _APART
        scores = scores + apart[:, None]
    return torch.softmax(scores, dim=-1), Windows((height, width), places)


def _scores(
    tokens: Tensor, given: Mapping[str, Any], root: nn.Module, heads: int, channels: int
) -> Tensor:
    weight = _value(given["qkv_weight"], root)
    bias = _value(given.get("qkv_bias"), root)
    scale = _value(given.get("logit_scale"), root)
    assert weight is not None
    if scale is not None and bias is not None:
        bias = bias.clone()
        third = bias.numel() // 3
        bias[third : 2 * third] = 0
    part = channels // heads
    both = functional.linear(tokens, weight, bias)[..., : 2 * channels]
    q, k = both.unflatten(-1, (2, heads, part)).permute(2, 0, 3, 1, 4)
    if scale is not None:  # Swin V2 compares directions only
        alike = functional.normalize(q, dim=-1) @ functional.normalize(k, dim=-1).mT
        return torch.mul(alike, scale.clamp(max=math.log(100.0)).exp())
    scores: Tensor = q @ k.mT / math.sqrt(part)
    return scores


def _value(given: object, root: nn.Module) -> Tensor | None:
    if isinstance(given, fx.Node):
        found: Tensor = attribute(root, str(given.target))
        return found
    return given if isinstance(given, Tensor) else None


def _cut(grid: Tensor, down: int, across: int) -> Tensor:
    """rows × columns × width → windows × tokens × width."""
    rows, columns = grid.shape[0] // down, grid.shape[1] // across
    parts = grid.reshape(rows, down, columns, across, -1).transpose(1, 2)
    return parts.reshape(rows * columns, down * across, -1)


def _regions(tall: int, wide: int, window: tuple[int, int], shift: list[int]) -> Tensor:
    """A number for each part of the shifted grid that belongs together."""
    region = torch.zeros(tall, wide, dtype=torch.long)
    number = 0
    for rows in _slices(window[0], shift[0]):
        for columns in _slices(window[1], shift[1]):
            region[rows, columns] = number
            number += 1
    return region


def _slices(window: int, shift: int) -> tuple[slice, slice, slice]:
    return slice(0, -window), slice(-window, -shift), slice(-shift, None)
