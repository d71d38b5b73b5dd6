"""Whether a network may look in half precision (bfloat16), and where that is worth it.

Convolutions then multiply numbers of 16 bits and add up with 32, which processors made for it do
twice as fast. What is computed from the activations stays in single precision.
"""

from __future__ import annotations

from typing import Any

import torch

_CHECKS = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")


def is_made_for_halves(device: torch.device) -> bool:
    """Whether this processor has instructions for bfloat16."""
    # Torch only tells by functions it calls private: without them the answer is no.
    checks = [getattr(torch.cpu, name, bool) for name in _CHECKS]
    return device.type == "cpu" and any(check() for check in checks)


def in_halves(wanted: str, device: torch.device) -> bool:
    """What "auto", "half" or "single" means on this device."""
    if wanted == "auto":
        return is_made_for_halves(device)
    return wanted == "half" and device.type == "cpu"


def looking(*, halves: bool) -> Any:
    """A context in which networks compute in half precision, or as ever."""
    return torch.autocast("cpu", torch.bfloat16, enabled=halves)
