"""Pictures with the contrast of photographs: only the phase of each frequency is free.

After Fel and others, "Unlocking Feature Visualization for Deeper Networks with MAgnitude
Constrained Optimization" (2023). How strong each frequency is, is the mean of the built-in
photographs, so no frequency can be exaggerated.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz_app.sources import builtin
from cnnviz_app.techniques._bases import Basis, Size
from cnnviz_app.techniques._colour import decorrelated_to_rgb, mix

_EDGE = 0.5 / 255


def phase(size: Size) -> Basis:
    """Angles of Fourier coefficients whose lengths are those of photographs."""
    lengths = photographs_spectrum(size.c, size.h, size.w).to(size.device)
    window = (size.h, size.w)

    def image(v: Sequence[Tensor]) -> Tensor:
        spectrum = torch.polar(lengths.expand_as(v[0]), v[0])
        x: Tensor = torch.fft.irfft2(spectrum, s=window, norm="ortho")
        return x

    def variables(x: Tensor) -> list[Tensor]:
        return [torch.fft.rfft2(x, norm="ortho").angle()]

    def start(sd: float, generator: torch.Generator) -> list[Tensor]:
        """Any angle for every frequency; how strong the noise is, is not free here."""
        shape = (size.n, size.c, size.h, size.w // 2 + 1)
        return [(torch.rand(shape, generator=generator) * 2 - 1) * math.pi]

    shapes = ((size.n, size.c, size.h, size.w // 2 + 1),)
    return Basis(shapes, image, variables, start=start, exact=False)


@functools.lru_cache(maxsize=8)
def photographs_spectrum(channels: int, height: int, width: int) -> Tensor:
    """Mean length of each Fourier coefficient over the built-in photographs, before the squeeze
    into [0, 1] and along the colour axes the other spaces use too."""
    unmix = torch.linalg.inv(decorrelated_to_rgb())
    total = torch.zeros(channels, height, width // 2 + 1)
    entries = [entry for entry in builtin.entries() if entry.group == builtin.entries()[0].group]
    for entry in entries:
        pixels = torch.from_numpy(builtin.load(entry.id).pixels.copy())
        whole = pixels.permute(2, 0, 1)[None].float() / 255
        side = min(whole.shape[-2:])
        photo = F.interpolate(
            whole[..., :side, :side], size=(height, width), mode="bilinear", antialias=True
        )
        x = torch.logit(photo.clamp(_EDGE, 1.0 - _EDGE))
        x = mix(unmix, x) if channels == 3 else x.mean(1, keepdim=True).expand(-1, channels, -1, -1)
        lengths = torch.fft.rfft2(x, norm="ortho").abs()[0]
        # A mirrored photo is a photo: its spectrum has the rows in the other order.
        mirrored = lengths.flip(1).roll(1, 1)
        total += 0.5 * (lengths + mirrored)
    return total / len(entries)
