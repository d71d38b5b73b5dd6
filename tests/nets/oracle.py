"""An independent way to activations: ordinary forward hooks on a plain copy."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from cnnviz_app.nets.network import InputSpec


def activations(
    module: nn.Module, spec: InputSpec, image01: Tensor, paths: Sequence[str]
) -> dict[str, Tensor]:
    """First output of each module; in-place layers are made to work on their own memory."""
    twin = copy.deepcopy(module).eval()
    found: dict[str, Tensor] = {}
    for path, part in twin.named_modules():
        if hasattr(part, "inplace"):
            part.inplace = False
        if path in paths:
            part.register_forward_hook(_keep(path, found))
    mean = torch.tensor(spec.mean, dtype=image01.dtype).reshape(1, -1, 1, 1)
    std = torch.tensor(spec.std, dtype=image01.dtype).reshape(1, -1, 1, 1)
    with torch.no_grad():
        twin((image01 - mean) / std)
    return found


def _keep(path: str, found: dict[str, Tensor]):  # type: ignore[no-untyped-def]
    def hook(module: nn.Module, args: object, output: object) -> None:
        if isinstance(output, Tensor):
            found.setdefault(path, output.detach().clone())

    return hook


def close(one: Tensor, two: Tensor, tolerance: float = 2e-4) -> bool:
    """Equal up to rounding, measured against the largest value."""
    scale = max(float(two.abs().max()), 1e-6)
    return one.shape == two.shape and float((one - two).abs().max()) <= tolerance * scale
