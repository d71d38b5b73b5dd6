"""Pictures on their way in and out of a style transfer: sizes, colours, regions."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

Side = tuple[int, int]
_LUMA = (0.299, 0.587, 0.114)


def sized(picture: Tensor, size: Side) -> Tensor:
    """Exactly this height and width."""
    if tuple(picture.shape[2:]) == size:
        return picture
    return F.interpolate(
        picture, size=size, mode="bilinear", antialias=True, align_corners=False
    ).clamp_(0.0, 1.0)


def enlarged(picture: Tensor, size: Side) -> Tensor:
    """The picture of one rung of the ladder as the start of the next."""
    if tuple(picture.shape[2:]) == size:
        return picture.clone()
    return F.interpolate(picture, size=size, mode="bicubic", align_corners=False).clamp_(0.0, 1.0)


def side_for(shape: Side, longest: int, smallest: int = 16) -> Side:
    """Height and width with this long side and the same proportions."""
    factor = longest / max(shape)
    return max(smallest, round(shape[0] * factor)), max(smallest, round(shape[1] * factor))


def luminance(picture: Tensor) -> Tensor:
    """1×1×H×W."""
    if picture.shape[1] == 1:
        return picture
    weights = torch.tensor(_LUMA, device=picture.device).reshape(1, 3, 1, 1)
    return (picture * weights).sum(1, keepdim=True)


def with_luminance(picture: Tensor, light: Tensor) -> Tensor:
    """The picture's colours (I and Q of YIQ) under another luminance."""
    return (picture + (light - luminance(picture))).clamp_(0.0, 1.0)


def match_luminance(style: Tensor, content: Tensor) -> Tensor:
    """The style's luminance with the mean and spread of the content's."""
    light, wanted = luminance(style), luminance(content)
    scale = wanted.std() / light.std().clamp_min(1e-4)
    return ((light - light.mean()) * scale + wanted.mean()).clamp_(0.0, 1.0)


def match_histogram(style: Tensor, content: Tensor) -> Tensor:
    """The style in the content's colours: mean and covariance of its pixels become the same.

    Gatys, Bethge, Hertzmann and Shechtman, "Preserving Color in Neural Artistic Style Transfer"
    (2016), with the symmetric square root.
    """
    a, b = style.flatten(2)[0].double(), content.flatten(2)[0].double()
    mean_a, mean_b = a.mean(1, keepdim=True), b.mean(1, keepdim=True)
    mix = _root(_covariance(b, mean_b)) @ torch.linalg.inv(_root(_covariance(a, mean_a)))
    moved = mix @ (a - mean_a) + mean_b
    found: Tensor = moved.reshape(style.shape).to(style.dtype).clamp_(0.0, 1.0)
    return found


def _covariance(pixels: Tensor, mean: Tensor) -> Tensor:
    centred = pixels - mean
    found = centred @ centred.T / pixels.shape[1]
    return found + 1e-5 * torch.eye(len(pixels), dtype=found.dtype, device=found.device)


def _root(matrix: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(matrix)
    root: Tensor = vectors @ torch.diag(values.clamp_min(0.0).sqrt()) @ vectors.T
    return root


def regions(mask: Tensor, styles: int) -> list[Tensor]:
    """Where each style goes, from grey levels: white the first, black the last.

    With one style, black is where none goes.
    """
    levels = max(2, styles)
    nearest = ((1.0 - luminance(mask)) * (levels - 1)).round().clamp(0, levels - 1)
    return [(nearest == number).float() for number in range(styles)]


def feathered(mask: Tensor, radius: float) -> Tensor:
    """Soft edges: a Gaussian of this many pixels, continued at the border."""
    if radius <= 0.0:
        return mask
    reach = min(math.ceil(3 * radius), min(mask.shape[2:]) - 1)
    if reach < 1:
        return mask
    places = torch.arange(-reach, reach + 1, device=mask.device, dtype=mask.dtype)
    bell = torch.exp(-0.5 * (places / radius) ** 2)
    bell = bell / bell.sum()
    padded = F.pad(mask, (reach,) * 4, mode="replicate")
    rows = F.conv2d(padded, bell.reshape(1, 1, -1, 1))
    return F.conv2d(rows, bell.reshape(1, 1, 1, -1)).clamp_(0.0, 1.0)
