"""Small random changes of a training batch, all drawn from one generator so they repeat."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True)
class Augment:
    """What may happen to a training picture.

    Attributes:
        shift: pixels of reflected border from which the picture is cut again.
        flip: mirror half of the pictures.
        light: largest relative change of brightness.
        tint: largest relative change of each colour channel.
        zoom: largest relative change of the part of the picture that is cut out, in half of
            the batches; the others stay as sharp as the pictures that will be asked about.
    """

    shift: int = 6
    flip: bool = True
    light: float = 0.15
    tint: float = 0.08
    zoom: float = 0.0


NONE = Augment(shift=0, flip=False, light=0.0, tint=0.0)


def _shifted(images: Tensor, shift: int, side: int, generator: torch.Generator) -> Tensor:
    count = len(images)
    padded = F.pad(images.float(), (shift, shift, shift, shift), mode="reflect")
    room = padded.shape[-1] - side + 1
    windows = padded.unfold(2, side, 1).unfold(3, side, 1)
    offsets = torch.randint(room, (2, count), generator=generator)
    picked: Tensor = windows[torch.arange(count), :, offsets[0], offsets[1]]
    return picked


def _zoomed(
    images: Tensor, size: int, zoom: float, shift: float, generator: torch.Generator
) -> Tensor:
    """Every picture cut out a little larger or smaller, wider or taller, somewhere else."""
    count = len(images)
    span = 1 + zoom * (torch.rand(count, 1, generator=generator) * 1.5 - 1)
    aspect = 1 + zoom / 2 * (torch.rand(count, 1, generator=generator) * 2 - 1)
    scales = torch.cat([span * aspect, span / aspect], 1)
    room = (1 - scales).clamp_min(0) + shift
    offsets = room * (torch.rand(count, 2, generator=generator) * 2 - 1)
    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0], theta[:, 1, 1], theta[:, :, 2] = scales[:, 0], scales[:, 1], offsets
    grid = F.affine_grid(theta, [count, images.shape[1], size, size], align_corners=False)
    return F.grid_sample(images.float(), grid, padding_mode="reflection", align_corners=False)


def augmented(
    images: Tensor, size: int, options: Augment, generator: torch.Generator
) -> Tensor:
    """uint8 (N, C, S, S) to float [0, 1] (N, C, size, size), randomly changed."""
    side = images.shape[-1]
    if options.zoom and float(torch.rand((), generator=generator)) < 0.5:
        x = _zoomed(images, size, options.zoom, 2 * options.shift / side, generator)
    elif options.shift:
        x = _shifted(images, options.shift, side, generator)
    else:
        x = images.float()
    if x.shape[-1] != size:
        x = F.interpolate(x, size=(size, size), mode="bilinear", antialias=True)
    count, channels = x.shape[:2]
    if options.flip:
        mirrored = torch.rand(count, 1, 1, 1, generator=generator) < 0.5
        x = torch.where(mirrored, x.flip(3), x)
    gain = torch.ones(count, channels, 1, 1)
    if options.light:
        gain = gain + options.light * (torch.rand(count, 1, 1, 1, generator=generator) * 2 - 1)
    if options.tint and channels == 3:
        gain = gain + options.tint * (torch.rand(count, 3, 1, 1, generator=generator) * 2 - 1)
    x = (x * (gain / 255)).clamp_(0, 1)
    return x.contiguous(memory_format=torch.channels_last)
