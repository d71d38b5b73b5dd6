"""The losses of the lectures written a second time, as plainly as can be, for comparison."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


def flat(features: Tensor) -> Tensor:
    """F: one row for each feature map."""
    return features[0].reshape(features.shape[1], -1)


def naive_content(f: Tensor, p: Tensor) -> Tensor:
    return 0.5 * ((f - p) ** 2).sum()


def naive_gram(features: Tensor) -> Tensor:
    rows = flat(features)
    found = torch.zeros(len(rows), len(rows), dtype=rows.dtype)
    for i, one in enumerate(rows):
        for j, other in enumerate(rows):
            found[i, j] = (one * other).sum()
    return found


def naive_style(f: Tensor, s: Tensor) -> Tensor:
    """For pictures of one size: 1 / (4 N² M²) Σ (G − A)²."""
    n, m = flat(f).shape
    rows, styles = flat(f), flat(s)
    difference = rows @ rows.T - styles @ styles.T
    return (difference**2).sum() / (4.0 * n**2 * m**2)


def naive_loss(
    net: Any, picture: Tensor, content: Tensor, style: Tensor, alpha: float, beta: float,
    content_layers: dict[str, float], style_layers: dict[str, float],
) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
    """α content + β style, content, style; with autograd through everything."""
    names = [*content_layers, *style_layers]
    seen = net.run(picture, names)
    wanted, manner = net.run(content, names), net.run(style, names)
    c = sum((w * naive_content(seen[n], wanted[n]) for n, w in content_layers.items()),
            torch.zeros(()))  # fmt: skip
    s = sum((w * naive_style(seen[n], manner[n]) for n, w in style_layers.items()), torch.zeros(()))
    return alpha * c + beta * s, c, s
