"""The losses of Gatys, Ecker and Bethge, "Image Style Transfer Using Convolutional Neural
Networks" (2016), with their gradients written out, as the lectures derive them.

With F the N×M activations of a layer, P those of the content picture, G = F Fᵀ and A the same of
the style picture:

    content = ½ Σ (F − P)²                        d content / dF = F − P
    style   = 1 / (4 N² M²) Σ (G − A)²            d style / dF   = 1 / (N² M²) (G − A) F

A style picture of another size has another M: G and A are each divided by their own M, which is
the same thing where they agree. A region counts its cells with a mask: F becomes T F, M = Σ T².
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

_TINY = 1e-20
# Half-precision products round their results: summed from so many parts, the error averages out.
_PARTS = 16


@dataclass(frozen=True)
class StyleTarget:
    """What a layer's Gram matrix should become, over the picture or over one region.

    Attributes:
        weight: of the loss as the lectures define it, everything included.
        gram: A / M.
        region: which of the regions it counts; -1 is the whole picture.
        share: the part of the user's weight, for the figures.
    """

    layer: str
    weight: float
    gram: Tensor
    region: int = -1
    share: float = 1.0


@dataclass(frozen=True)
class ContentTarget:
    """What a layer's activations should become, one piece for each tile."""

    layer: str
    weight: float
    pieces: tuple[Tensor, ...]
    share: float = 1.0


def cells(features: Tensor) -> Tensor:
    """1×N×h×w as M×N without copying channels-last memory."""
    return features.permute(0, 2, 3, 1).reshape(-1, features.shape[1])


def gram(features: Tensor, mask: Tensor | None = None) -> Tensor:
    """G = F Fᵀ, of the cells a mask lets through."""
    seen = cells(features)
    if mask is not None:
        seen = seen * mask.reshape(-1, 1)
    if seen.dtype == torch.bfloat16:
        return _gram_of_halves(seen)
    return seen.T @ seen


def _gram_of_halves(seen: Tensor) -> Tensor:
    """In single precision from half-precision rows."""
    even = len(seen) // _PARTS * _PARTS
    parts = seen[:even].view(_PARTS, -1, seen.shape[1])
    found = torch.bmm(parts.transpose(1, 2), parts).float().sum(0)
    rest = seen[even:].float()
    return found + rest.T @ rest


def style_loss(gram_sum: Tensor, mass: float, target: Tensor) -> Tensor:
    """1 / (4 N²) Σ (G/M − A/M)²."""
    count = gram_sum.shape[0]
    return (gram_sum / max(mass, _TINY) - target).square().sum() / (4.0 * count**2)


def style_pull(gram_sum: Tensor, mass: float, target: Tensor, weight: float) -> Tensor:
    """The matrix that turns activations into the gradient: weight / (N² M) (G/M − A/M)."""
    count = gram_sum.shape[0]
    mass = max(mass, _TINY)
    return (gram_sum / mass - target) * (weight / (count**2 * mass))


def style_gradient(features: Tensor, pull: Tensor, mask: Tensor | None = None) -> Tensor:
    """d style / dF, in the shape of the activations."""
    seen = cells(features)
    pull = pull.to(features.dtype)
    if mask is not None:
        flat = mask.reshape(-1, 1).to(features.dtype)
        moved = ((seen * flat) @ pull) * flat
    else:
        moved = seen @ pull
    height, width = features.shape[2:]
    return moved.reshape(1, height, width, features.shape[1]).permute(0, 3, 1, 2)


def content_loss(features: Tensor, target: Tensor) -> Tensor:
    """½ Σ (F − P)²."""
    return 0.5 * (features - target).float().square().sum()


def style_size(target: Tensor) -> float:
    """The style loss of a picture that excites nothing: what "balanced" divides by."""
    return float(target.square().sum()) / (4.0 * target.shape[0] ** 2)


def content_size(pieces: tuple[Tensor, ...]) -> float:
    """The content loss of a picture that excites nothing."""
    return 0.5 * float(torch.stack([piece.float().square().sum() for piece in pieces]).sum())
