"""Pictures drawn by small networks of place: smooth, symmetric, and easy to breed (CPPN)."""

from __future__ import annotations

import torch
from torch import Tensor

_WIDTH = 10
_INPUTS = 5  # column, row, distance from the centre, its two absolute values


class Patterns:
    """Genes are the weights of a two-layer network from a place to a colour."""

    def __init__(
        self, shape: tuple[int, int, int], generator: torch.Generator, device: torch.device
    ) -> None:
        self.shape, self._generator, self._device = shape, generator, device
        self._sizes = ((_INPUTS, _WIDTH), (_WIDTH, _WIDTH), (_WIDTH, shape[0]))
        self.genes = sum((rows + 1) * columns for rows, columns in self._sizes)
        y = torch.linspace(-1, 1, shape[1])[:, None].expand(shape[1:])
        x = torch.linspace(-1, 1, shape[2])[None].expand(shape[1:])
        places = torch.stack([x, y, (x**2 + y**2).sqrt(), x.abs(), y.abs()], -1)
        # One row for each input, so that a unit's values lie side by side.
        self._places = places.reshape(-1, _INPUTS).t().contiguous().to(device)

    def draw(self, count: int) -> Tensor:
        """Random genes, one row per pattern."""
        return torch.randn(count, self.genes, generator=self._generator) * 1.2

    def children(self, parents: Tensor, count: int) -> Tensor:
        """Half of them mix two parents; some genes change, few or many, by little or much."""
        pairs = torch.randint(len(parents), (2, count), generator=self._generator)
        mixed = torch.rand(count, self.genes, generator=self._generator) < 0.5
        mixed &= torch.rand(count, 1, generator=self._generator) < 0.5
        child = torch.where(mixed, parents[pairs[1]], parents[pairs[0]])
        # Bold and timid ones in every brood: which of them are needed changes on the way.
        bold = torch.exp2(4 * torch.rand(2, count, 1, generator=self._generator) - 3)
        changed = torch.rand(child.shape, generator=self._generator) < 0.1 * bold[0]
        step = torch.randn(child.shape, generator=self._generator) * 0.6 * bold[1]
        return child + changed * step

    def painted(self, genes: Tensor) -> Tensor:
        """N×C×H×W in [0, 1]."""
        values = self._places.expand(len(genes), -1, -1)
        at = 0
        for number, (rows, columns) in enumerate(self._sizes):
            weights = genes[:, at : at + rows * columns].view(-1, rows, columns).transpose(1, 2)
            at += rows * columns
            bias = genes[:, at : at + columns, None]
            at += columns
            values = torch.baddbmm(bias.to(values), weights.to(values), values)
            if number < 2:
                _bend(values)
        return values.mul_(2).sigmoid_().view(len(genes), *self.shape)


def _bend(values: Tensor) -> None:
    """Every unit gets its own curve: waves make stripes, bells make blobs."""
    values[:, :3].mul_(3).sin_()
    values[:, 3:6].square_().neg_().exp_()
    values[:, 6:8].tanh_()
