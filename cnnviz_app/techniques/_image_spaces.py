"""Where the optimiser walks: pixels, frequencies or a pyramid, and how they become a picture.

Each space is a linear map from its variables to an unbounded image; colour mixing and the
squeeze into [0, 1] are the same for all of them and invertible, so every space can also start
from a photograph and take back a picture that a regulariser has changed.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz_app.techniques._colour import decorrelated_to_rgb, mix

Colour = Literal["decorrelated", "raw"]
Limits = Literal["sigmoid", "clip"]
# A photograph's pure black and white have no finite sigmoid inverse.
_EDGE = 0.5 / 255


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
    """The linear part of a space.

    Attributes:
        shapes: shapes of the variables.
        image: variables → unbounded image.
        variables: unbounded image → variables, so that `image(variables(x)) == x`.
    """

    shapes: tuple[tuple[int, ...], ...]
    image: Callable[[Sequence[Tensor]], Tensor]
    variables: Callable[[Tensor], list[Tensor]]


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


BASES: dict[str, Callable[[Size], Basis]] = {"fft": fft, "pixels": pixels, "laplacian": laplacian}


class ImageSpace:
    """A basis with colours and limits: the leaf `variables` the optimiser moves, the picture they
    make, and the way back from a picture to variables."""

    def __init__(self, size: Size, basis: Basis, colour: Colour, limits: Limits) -> None:
        self.size = size
        self._basis = basis
        self._limits = limits
        self._mix: Tensor | None = None
        self._unmix: Tensor | None = None
        if colour == "decorrelated" and size.c == 3:
            self._mix = decorrelated_to_rgb(size.device)
            self._unmix = torch.linalg.inv(self._mix)
        self.variables: list[Tensor] = [
            torch.zeros(shape, device=size.device, requires_grad=True) for shape in basis.shapes
        ]

    def picture(self) -> Tensor:
        """N×C×H×W in [0, 1], differentiable with respect to the variables."""
        x = self._basis.image(self.variables)
        if self._mix is not None:
            x = mix(self._mix, x)
        if self._limits == "sigmoid":
            return torch.sigmoid(x)
        x = x + 0.5
        # The value is clipped, the slope is not: a pixel at the limit must be able to come back.
        return x + (x.detach().clamp(0.0, 1.0) - x.detach())

    @torch.no_grad()
    def finished(self) -> Tensor:
        """The present picture, for looking at."""
        return self.picture()

    @torch.no_grad()
    def assign(self, image01: Tensor) -> None:
        """Make the variables those of a given picture, in place."""
        for variable, new in zip(self.variables, self._invert(image01), strict=True):
            variable.copy_(new)

    def _invert(self, image01: Tensor) -> list[Tensor]:
        if self._limits == "sigmoid":
            x = torch.logit(image01.clamp(_EDGE, 1.0 - _EDGE))
        else:
            x = image01 - 0.5
        if self._unmix is not None:
            x = mix(self._unmix, x)
        return self._basis.variables(x)

    @torch.no_grad()
    def settle(self) -> None:
        """After a step: with clipping, bring variables back to what the picture shows, or they
        would run off to where nobody sees them."""
        if self._limits == "clip":
            self.assign(self.picture())

    @torch.no_grad()
    def start_from_noise(self, sd: float, generator: torch.Generator) -> None:
        for variable in self.variables:
            noise = torch.randn(variable.shape, generator=generator)
            variable.copy_(noise.mul_(sd))

    def start_from_uniform(self, generator: torch.Generator) -> None:
        """The lectures' start: every pixel anywhere between black and white."""
        self.assign(torch.rand(self.size.shape, generator=generator).to(self.size.device))


def build_space(name: str, size: Size, colour: Colour, limits: Limits) -> ImageSpace:
    return ImageSpace(size, BASES[name](size), colour, limits)
