"""The sanity check of a map: what is asked and answered; plain data, importable without torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cnnviz_app.core.events import Scale
from cnnviz_app.lab.edit_requests import Edits
from cnnviz_app.lab.requests import Values
from cnnviz_app.sources.picture import Picture


@dataclass(frozen=True)
class CheckSanity:
    """Make a map again and again while the network forgets from the top layer down.

    Answered as `Sanity`. Each map is a frame called "map 0", "map 1" …, each correlation a metric.

    Attributes:
        most: how many steps at most; layers are taken together where there are more.
    """

    model: str
    picture: Picture
    technique: str
    params: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    most: int = 12
    edits: Edits = ()


@dataclass(frozen=True)
class SanityStep:
    """One map.

    Attributes:
        layer: the lowest layer whose weights are random now; "" for the network as it is.
        layers: all that lost their weights in this step.
        signed, absolute: rank correlation with the first map, of the values and of their sizes;
            not a number where the map is the same everywhere.
    """

    layer: str
    layers: tuple[str, ...]
    values: Values
    scale: Scale
    signed: float
    absolute: float


@dataclass(frozen=True)
class Sanity:
    """The first step is the network as it is, the last one has forgotten everything."""

    technique: str
    steps: tuple[SanityStep, ...]
    seconds: float
