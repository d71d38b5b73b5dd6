"""Names of classes, from where the weights say them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

DIGITS: tuple[str, ...] = tuple("0123456789")


def of_weights(weights: Any) -> tuple[str, ...]:
    """The class names a torchvision weights entry carries; none when it has none."""
    meta = getattr(weights, "meta", None) or {}
    return tuple(str(name) for name in meta.get("categories") or ())


def imagenet() -> tuple[str, ...]:
    """The thousand names torchvision's own weights were trained with."""
    from torchvision.models import ResNet18_Weights

    return of_weights(ResNet18_Weights.IMAGENET1K_V1)


def label(labels: Sequence[str], index: int) -> str:
    """The name of a class, or “class 12” where it has none."""
    return labels[index] if 0 <= index < len(labels) else f"class {index}"


def fitting(labels: Sequence[str], classes: int) -> tuple[str, ...]:
    """The labels when there are as many as classes, else none: a wrong name is worse than none."""
    return tuple(labels) if len(labels) == classes else ()


def find(labels: Sequence[str], text: str) -> int | None:
    """The class a person means by a number or a name; exact names first, then parts of names."""
    wanted = text.strip().casefold()
    if wanted.isdecimal():
        return int(wanted)
    names = [name.casefold() for name in labels]
    if wanted in names:
        return names.index(wanted)
    hits = [i for i, name in enumerate(names) if wanted and wanted in name]
    return hits[0] if hits else None
