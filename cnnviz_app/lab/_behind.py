"""A network behind a defence, for an attack that knows of it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import torch
from torch import Tensor

from cnnviz_app.nets.network import Network
from cnnviz_app.techniques._attacks import pixels_of
from cnnviz_app.techniques._survival import Treatment, as_batch

# Copies with fresh noise that one step looks at.
DRAWS = 4
# Numbers of copies that no vote uses: the attack knows the noise's size, not the noise.
_FIRST = 1000


class Behind:
    """Answers to treated pictures; slopes go straight through (Athalye and others, 2018).

    A defence that has no slope, such as JPEG, is taken for one that changes nothing. Where noise
    is voted on, the answer is the mean over a few copies with noise of their own, so that the
    steps follow what is expected and not one draw.
    """

    def __init__(self, net: Network, treatment: Treatment) -> None:
        self._net, self._treatment = net, treatment
        self._copies = count(_FIRST)
        self.device, self.labels = net.device, net.labels

    def logits(self, x: Tensor) -> Tensor:
        return self._mean(x, self._net.logits)

    @torch.no_grad()
    def exact(self, x: Tensor) -> Tensor:
        return self._mean(x, self._net.exact)

    def _mean(self, x: Tensor, ask: Callable[[Tensor], Tensor]) -> Tensor:
        draws = DRAWS if self._treatment.copies > 1 else 1
        answers = [ask(x + (self._treated(x) - x).detach()) for _ in range(draws)]
        found: Tensor = torch.stack(answers).mean(0)
        return found

    @torch.no_grad()
    def _treated(self, x: Tensor) -> Tensor:
        copy = next(self._copies)
        levels = (x.detach() * 255).round()
        shown = [self._treatment.make(pixels_of(one[None]), copy) for one in levels]
        return as_batch(self._net, shown)
