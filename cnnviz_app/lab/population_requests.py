"""What can be asked about a whole population of pictures; importable without torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from cnnviz_app.sources.picture import Picture

Floats = npt.NDArray[np.float64]
Pixels = npt.NDArray[np.uint8]
Order = Literal["specific", "silent", "strong", "sparse"]
Method = Literal["deconvnet", "guided-backprop", "gradient"]
TOP = 9
QUANTILES = (0.5, 0.9, 0.99)


@dataclass(frozen=True)
class PictureSet:
    """Which pictures: `kind` is "world" or "folder", a `count` of 0 means all of them."""

    kind: str
    name: str
    count: int = 0


@dataclass(frozen=True)
class GatherPopulation:
    """Show every picture to a model once, answered as `PopulationFacts`.

    It goes on where an interrupted pass over the same pictures stopped, and is answered from
    the cache where the same was computed before. `layers` are all of the model's if empty;
    `fresh` computes it again.
    """

    model: str
    pictures: PictureSet
    layers: tuple[str, ...] = ()
    fresh: bool = False


@dataclass(frozen=True)
class FindPopulation:
    """The population this model was shown last, answered as `PopulationFacts` or None."""

    model: str


@dataclass(frozen=True)
class PopulationFacts:
    """How far a population is, and what it is.

    Attributes:
        done, total: pictures; `failed` of those done could not be read.
        classes: names; empty where nothing is labelled.
        seconds: what the pass took so far.
    """

    model: str
    pictures: PictureSet
    title: str
    done: int
    total: int
    failed: int
    classes: tuple[str, ...]
    layers: tuple[str, ...]
    units: int
    seconds: float
    cached: bool = False

    @property
    def finished(self) -> bool:
        return self.done + self.failed >= self.total


@dataclass(frozen=True)
class ReadUnit:
    """What the population says about one unit, answered as `UnitStatistics` or None."""

    model: str
    layer: str
    unit: int


@dataclass(frozen=True)
class Distribution:
    """Counts over equal bins.

    Attributes:
        quantiles: (share, value), read off the bins: wrong by one bin's width at most.
    """

    counts: Floats
    lo: float
    hi: float
    quantiles: tuple[tuple[float, float], ...]

    def share_below(self, value: float) -> float:
        """The share of what was counted that lies below a value."""
        total = float(self.counts.sum())
        if total <= 0:
            return 0.0
        place = (value - self.lo) / (self.hi - self.lo) * len(self.counts)
        if place <= 0:
            return 0.0
        whole = min(int(place), len(self.counts))
        part = self.counts[whole] * (place - whole) if whole < len(self.counts) else 0.0
        return float(self.counts[:whole].sum() + part) / total


@dataclass(frozen=True)
class UnitStatistics:
    """One unit over the population.

    Attributes:
        pictures: how many were looked at.
        maxima: of the strongest value in each picture; exact counts.
        values: of the values at all positions, from a sample of positions.
        sample_error: shares of `values` are wrong by at most this, in 999 cases of 1000.
        mean: over all positions of all pictures.
        active: the share of positions where it is above zero.
        seen: the share of pictures with such a position; 0 means that it is silent.
        class_means: the mean by class, and `class_maxima` that of the strongest value.
        favourite: (class, correlation of its maximum with being of this class), or None.
    """

    layer: str
    unit: int
    pictures: int
    maxima: Distribution
    values: Distribution
    sample_error: float
    mean: float
    active: float
    seen: float
    strongest: float
    class_means: tuple[float, ...] = ()
    class_maxima: tuple[float, ...] = ()
    favourite: tuple[str, float] | None = None


@dataclass(frozen=True)
class ReadPatches:
    """The strongest patches of a unit, answered as a tuple of `Patch`, the strongest first."""

    model: str
    layer: str
    unit: int


@dataclass(frozen=True)
class Patch:
    """Where in the population a unit was strongest, once per picture.

    Attributes:
        key: number of the picture in its series.
        place: row and column in the unit's map.
        picture: as the network saw it.
        box: (x0, y0, x1, y1) of the receptive field on it, which may reach over its edge; None
            where the unit sees everything.
        label: its class, or "".
    """

    key: int
    place: tuple[int, int]
    value: float
    picture: Picture
    box: tuple[int, int, int, int] | None
    label: str = ""


@dataclass(frozen=True)
class ExplainPatch:
    """Which pixels of a patch excite the unit there, answered as `PatchMap`."""

    model: str
    layer: str
    unit: int
    patch: Patch
    method: Method = "deconvnet"


@dataclass(frozen=True)
class PatchMap:
    """Float H×W×3 around 0.5, as large as the patch's picture."""

    key: int
    method: Method
    picture: npt.NDArray[np.float32]


@dataclass(frozen=True)
class RankUnits:
    """Units in order, answered as `Ranking`.

    Attributes:
        layer: only of this one; empty means all.
        label: with the order "specific": for this class; empty means each its own.
        limit: how many at most.
    """

    model: str
    order: Order
    layer: str = ""
    label: str = ""
    limit: int = 200


@dataclass(frozen=True)
class RankedUnit:
    """One line of a ranking."""

    layer: str
    unit: int
    strongest: float
    active: float
    seen: float
    label: str = ""
    specificity: float = 0.0


@dataclass(frozen=True)
class Ranking:
    """`total` units have the property that the order asks for."""

    order: Order
    total: int
    rows: tuple[RankedUnit, ...] = field(default=())
