"""What the optimiser moves and what the network and the person see of it."""

from __future__ import annotations

import torch
from torch import Tensor

from cnnviz_app.techniques._style_pictures import enlarged, luminance, with_luminance

_NOISE = 0.12


class Canvas:
    """A variable in [0, 1], the picture the network sees, and the way back for gradients.

    Attributes:
        variable: 1×C×H×W, or 1×1×H×W when only the luminance is painted.
    """

    def __init__(
        self, size: tuple[int, int], channels: int, device: torch.device, *,
        content: Tensor | None, grey: bool, region: Tensor | None,
    ) -> None:  # fmt: skip
        self._channels = channels
        self._content = content
        self._grey = grey and channels > 1
        self._region = region
        planes = 1 if self._grey else channels
        self.variable = torch.full((1, planes, *size), 0.5, device=device)

    @property
    def background(self) -> Tensor | None:
        """The content in the variable's colours."""
        if self._content is None:
            return None
        return luminance(self._content) if self._grey else self._content

    def picture(self) -> Tensor:
        """What the network sees."""
        painted = self._composed()
        return painted.expand(-1, self._channels, -1, -1).contiguous() if self._grey else painted

    def back(self, gradient: Tensor) -> Tensor:
        """From the picture's gradient to the variable's."""
        if self._grey:
            gradient = gradient.sum(1, keepdim=True)
        return gradient if self._region is None else gradient * self._region

    def shown(self, variable: Tensor | None = None) -> Tensor:
        """What the person sees: the painted luminance under the photograph's colours; of another
        variable than the present one, if there is one."""
        painted = self._composed(variable)
        if self._grey and self._content is not None:
            return with_luminance(self._content, painted)
        return painted.expand(-1, self._channels, -1, -1)

    def start(self, how: str, mean: float, generator: torch.Generator) -> None:
        """Noise around a grey, or a picture's own pixels."""
        if how == "content" and self.background is not None:
            self.variable.copy_(self.background)
            return
        noise = torch.randn(self.variable.shape, generator=generator).mul_(_NOISE).add_(mean)
        self.variable.copy_(noise.clamp_(0.0, 1.0))

    def put(self, picture: Tensor) -> None:
        """A picture of any size, in the variable's colours or the network's."""
        if picture.shape[1] != self.variable.shape[1]:
            picture = luminance(picture)
        height, width = self.variable.shape[2:]
        self.variable.copy_(enlarged(picture, (height, width)))

    def _composed(self, variable: Tensor | None = None) -> Tensor:
        painted = self.variable if variable is None else variable
        if self._region is None or self.background is None:
            return painted
        return self.background + self._region * (painted - self.background)
