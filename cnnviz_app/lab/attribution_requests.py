"""What is asked about maps of attribution; plain data, importable without torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cnnviz_app.core.events import Scale
from cnnviz_app.lab.edit_requests import Edits
from cnnviz_app.lab.requests import Values
from cnnviz_app.sources.picture import Picture

# One click compares these: gradients, maps, covering, and two maps that know nothing.
COMPARED = (
    "gradient", "guided-backprop", "integrated-gradients", "smoothgrad", "gradcam", "occlusion",
    "random-cam", "edge-detector",
)  # fmt: skip
BASELINES = ("random-cam", "edge-detector")


@dataclass(frozen=True)
class PlayCurves:
    """Take pixels away, and give them back, in the order of a map; answered as `Curves`.

    Attributes:
        values: H×W or H×W×3, as the technique made them.
        target, unit: whose answer is watched, as in the parameters of an attribution.
    """

    model: str
    picture: Picture
    values: Values
    target: str = "top"
    unit: str = ""
    edits: Edits = ()


@dataclass(frozen=True)
class Curves:
    """The answer after each share of pixels, from none to all.

    Attributes:
        deletion, insertion: a class's probability, or what a unit says.
        deletion_auc, insertion_auc: areas, for a unit beside what it says to the whole picture.
    """

    deletion: tuple[float, ...]
    insertion: tuple[float, ...]
    deletion_auc: float
    insertion_auc: float


@dataclass(frozen=True)
class CompareMethods:
    """Several maps of one picture for one question, with their curves; answered as `Compared`.

    Frames are named by method; metrics are called "deletion METHOD" and "insertion METHOD".

    Attributes:
        own: parameters of single methods, by their names.
    """

    model: str
    picture: Picture
    methods: tuple[str, ...] = COMPARED
    target: str = "top"
    unit: str = ""
    own: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    seed: int = 0
    edits: Edits = ()


@dataclass(frozen=True)
class MethodMap:
    """One of them; `trouble` is the sentence why there is no map."""

    method: str
    title: str
    values: Values | None
    scale: Scale
    curves: Curves | None
    seconds: float
    trouble: str = ""


@dataclass(frozen=True)
class Compared:
    """In the order they were asked for."""

    maps: tuple[MethodMap, ...]
    figures: Mapping[str, Any]
