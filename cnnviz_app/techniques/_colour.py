"""Colour axes along which natural pictures vary independently (Olah and others 2017).

Neighbouring colour channels of photographs rise and fall together. An optimiser that moves
along the axes below, instead of along red, green and blue, finds colours of photographs.
"""

from __future__ import annotations

import torch
from torch import Tensor

# Square root of the covariance of ImageNet's colours: columns are brightness,
# yellow against blue, and green against magenta.
_COVARIANCE_ROOT = (
    (0.26, 0.09, 0.02),
    (0.27, 0.00, -0.05),
    (0.27, -0.09, 0.03),
)


def decorrelated_to_rgb(device: torch.device | str = "cpu") -> Tensor:
    """The 3×3 matrix from independent axes to RGB, its longest column of length one."""
    root = torch.tensor(_COVARIANCE_ROOT, device=device)
    longest: Tensor = torch.linalg.vector_norm(root, dim=0).max()
    return root / longest


def mix(matrix: Tensor, x: Tensor) -> Tensor:
    """Apply a 3×3 colour matrix to N×3×H×W."""
    n, c, h, w = x.shape
    return torch.matmul(matrix, x.reshape(n, c, h * w)).view(n, c, h, w)
