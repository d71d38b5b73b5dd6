"""The linear parts of image spaces: pixels, frequencies, and a pyramid of details."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

Start = Callable[[float, torch.Generator], list[Tensor]]


@dataclass(frozen=True)
class Size:
    """Batch, colour channels, height, width, and where they live."""

    n: int
    c: int
    h: int
    w: int
    device: torch.device | str = "cpu"

    @property
    def shape(self) -> tuple[int, int, int, int]:
        return self.n, self.c, self.h, self.w


@dataclass(frozen=True)
class Basis:
    """The inner part of a space; linear in most.

    Attributes:
        shapes: shapes of the variables.
        image: variables → unbounded image.
        variables: unbounded image → variables, so that `image(variables(x)) == x`.
        start: (strength, generator) → variables to start from, where noise would be no start.
        exact: whether every image has variables; else `variables` finds the nearest or refuses.
    """

    shapes: tuple[tuple[int, ...], ...]
    image: Callable[[Sequence[Tensor]], Tensor]
    variables: Callable[[Tensor], list[Tensor]]
    start: Start | None = None
    exact: bool = True


def pixels(size: Size) -> Basis:
    """Every pixel by itself: what the lectures write down."""
    return Basis((size.shape,), lambda v: v[0], lambda x: [x])


def fft(size: Size, decay: float = 1.0) -> Basis:
    """Fourier coefficients scaled by 1/frequency, as photographs have them.

    Steps in this space are spread evenly over coarse and fine detail, where steps in pixels
    prefer the finest.
    """
    fy = torch.fft.fftfreq(size.h, device=size.device)[:, None]
    fx = torch.fft.rfftfreq(size.w, device=size.device)[None, :]
    frequency = torch.sqrt(fy * fy + fx * fx).clamp_min(1.0 / max(size.h, size.w))
    # A quarter brings the sigmoid's input to the contrast of a photograph.
    scale = 0.25 * frequency.pow(-decay)
    window = (size.h, size.w)

    def image(v: Sequence[Tensor]) -> Tensor:
        spectrum = torch.view_as_complex(v[0]) * scale
        x: Tensor = torch.fft.irfft2(spectrum, s=window, norm="ortho")
        return x

    def variables(x: Tensor) -> list[Tensor]:
        return [torch.view_as_real(torch.fft.rfft2(x, norm="ortho") / scale).contiguous()]

    return Basis(((size.n, size.c, size.h, size.w // 2 + 1, 2),), image, variables)


def laplacian(size: Size, levels: int = 5) -> Basis:
    """A pyramid: each level holds the detail its coarser neighbour cannot."""
    sides = [(math.ceil(size.h / 2**k), math.ceil(size.w / 2**k)) for k in range(levels)]
    sides = [side for side in sides if min(side) >= 2] or sides[:1]

    def enlarge(x: Tensor, side: tuple[int, int]) -> Tensor:
        return F.interpolate(x, size=side, mode="bilinear", align_corners=False)

    def image(v: Sequence[Tensor]) -> Tensor:
        whole = v[-1]
        for level in reversed(range(len(sides) - 1)):
            whole = enlarge(whole, sides[level]) + v[level]
        return whole

    def variables(x: Tensor) -> list[Tensor]:
        found = []
        for side, coarser in itertools.pairwise(sides):
            small = F.interpolate(x, size=coarser, mode="area")
            found.append(x - enlarge(small, side))
            x = small
        return [*found, x]

    return Basis(tuple((size.n, size.c, *side) for side in sides), image, variables)
