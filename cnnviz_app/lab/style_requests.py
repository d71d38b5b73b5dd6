"""What can be asked about style transfer before it runs: the layers it can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Weighted = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class AskStyleLayers:
    """Which layers of a model hold a picture, answered as `StyleLayers`."""

    model: str


@dataclass(frozen=True)
class StyleLayers:
    """Layers with rows and columns, in the order of the network.

    Attributes:
        shapes: units, rows and columns of each.
        papers: what the papers call it, such as `relu3_1`, where they have a name for it.
        usual: the layers with weights that an empty parameter stands for, by its name.
    """

    model: str
    names: tuple[str, ...] = ()
    shapes: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    papers: Mapping[str, str] = field(default_factory=dict)
    usual: Mapping[str, Weighted] = field(default_factory=dict)
