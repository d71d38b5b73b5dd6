"""Where the optimiser walks, from pixels to drawing networks, and how that becomes a picture.

A space maps its variables to an unbounded image; colour mixing and the squeeze into [0, 1] are
the same for all of them and invertible, so a space can also start from a photograph and take
back a picture that a regulariser has changed. (A drawing network cannot, and says so.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import torch
from torch import Tensor

from cnnviz_app.techniques._bases import Basis, Size, fft, laplacian, pixels
from cnnviz_app.techniques._colour import decorrelated_to_rgb, mix
from cnnviz_app.techniques._cppn import cppn
from cnnviz_app.techniques._phase import phase

__all__ = ["BASES", "Basis", "Colour", "ImageSpace", "Limits", "Size", "build_space"]

Colour = Literal["decorrelated", "raw"]
Limits = Literal["sigmoid", "clip"]
# A photograph's pure black and white have no finite sigmoid inverse.
_EDGE = 0.5 / 255


BASES: dict[str, Callable[[Size], Basis]] = {
    "fft": fft, "pixels": pixels, "laplacian": laplacian, "phase": phase, "cppn": cppn
}  # fmt: skip


class ImageSpace:
    """A basis with colours and limits: the leaf `variables` the optimiser moves, the picture they
    make, and the way back from a picture to variables."""

    def __init__(self, size: Size, basis: Basis, colour: Colour, limits: Limits) -> None:
        self.size = size
        # What the variables mean: those of one space are those of another of the same kind.
        self.kind: tuple[object, ...] = ()
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
        return self._limited(self._basis.image(self.variables))

    def _limited(self, x: Tensor) -> Tensor:
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
    def drawn(self, variables: Sequence[Tensor]) -> Tensor:
        """The picture that other variables than the present ones make."""
        return self._limited(self._basis.image(variables))

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
        if self._limits == "clip" and self._basis.exact:
            self.assign(self.picture())

    @torch.no_grad()
    def start_from_noise(self, sd: float, generator: torch.Generator) -> None:
        if self._basis.start is not None:
            found = self._basis.start(sd, generator)
        else:
            found = [torch.randn(v.shape, generator=generator).mul_(sd) for v in self.variables]
        for variable, noise in zip(self.variables, found, strict=True):
            variable.copy_(noise)

    @property
    def starts_by_itself(self) -> bool:
        """Whether nothing at all is no start: angles or weights of zero draw no plain grey."""
        return self._basis.start is not None

    def start_from_uniform(self, generator: torch.Generator) -> None:
        """The lectures' start: every pixel anywhere between black and white."""
        self.assign(torch.rand(self.size.shape, generator=generator).to(self.size.device))


def build_space(name: str, size: Size, colour: Colour, limits: Limits) -> ImageSpace:
    space = ImageSpace(size, BASES[name](size), colour, limits)
    space.kind = (name, colour, limits)
    return space
