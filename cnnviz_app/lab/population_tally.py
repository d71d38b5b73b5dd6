"""What is kept of every unit while pictures go by: sums, histograms, the strongest places."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnviz_app.lab.population_requests import TOP
from cnnviz_app.lab.population_sketch import Histograms, bins_for

Array = npt.NDArray[np.generic]
Floats = npt.NDArray[np.float64]
Values = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

# Beyond this the means by class of a very large network are not kept.
CLASS_BYTES = 256 << 20
NOBODY = -1


@dataclass(frozen=True)
class Shapes:
    """The layers side by side: units, rows and columns of each, and where each begins."""

    layers: tuple[str, ...]
    maps: tuple[tuple[int, int, int], ...]

    @property
    def starts(self) -> tuple[int, ...]:
        return (0, *np.cumsum([shape[0] for shape in self.maps]).tolist())

    @property
    def units(self) -> int:
        return sum(shape[0] for shape in self.maps)

    def part(self, layer: str) -> slice:
        place = self.layers.index(layer)
        return slice(self.starts[place], self.starts[place + 1])

    def at(self, unit: int) -> tuple[str, int]:
        """(layer, unit in it) of a unit counted through all layers."""
        place = int(np.searchsorted(self.starts, unit, side="right")) - 1
        return self.layers[place], unit - self.starts[place]


@dataclass(frozen=True)
class Entrants:
    """Places that may belong to the strongest: row of the batch, unit, value, flat position."""

    row: Numbers
    unit: Numbers
    value: Values
    place: Numbers


class Tally:
    """Everything that is kept; its size depends on the network, not on how many pictures."""

    def __init__(self, shapes: Shapes, classes: int, k: int = TOP) -> None:
        units = shapes.units
        self.shapes = shapes
        self.pictures = 0
        self.mean_sum = np.zeros(units)
        self.active_sum = np.zeros(units)
        self.seen = np.zeros(units, np.int64)
        self.max_sum = np.zeros(units)
        self.max_squares = np.zeros(units)
        kept = classes if classes * units * 16 <= CLASS_BYTES else 0
        self.class_count = np.zeros(kept, np.int64)
        self.class_mean_sum = np.zeros((kept, units))
        self.class_max_sum = np.zeros((kept, units))
        bins = bins_for(units)
        self.maxima = Histograms(units, bins)
        self.values = Histograms(units, bins)
        self.top_value = np.full((units, k), -np.inf, np.float32)
        self.top_picture = np.full((units, k), NOBODY, np.int32)
        self.top_place = np.zeros((units, k), np.int32)

    def add(
        self, numbers: Numbers, labels: Numbers, highest: Values, mean: Values, active: Values
    ) -> None:
        """Count a batch: N pictures × all units."""
        self.pictures += len(numbers)
        self.mean_sum += mean.sum(0, dtype=np.float64)
        self.active_sum += active.sum(0, dtype=np.float64)
        self.seen += (highest > 0).sum(0)
        self.max_sum += highest.sum(0, dtype=np.float64)
        self.max_squares += np.einsum("nu,nu->u", highest, highest, dtype=np.float64)
        for label in np.unique(labels[labels >= 0]) if len(self.class_count) else ():
            rows = labels == label
            self.class_count[label] += int(rows.sum())
            self.class_mean_sum[label] += mean[rows].sum(0, dtype=np.float64)
            self.class_max_sum[label] += highest[rows].sum(0, dtype=np.float64)

    def enter(self, numbers: Numbers, entrants: Entrants) -> None:
        """Put the new places among the strongest of their units; equals stay in order."""
        if not len(entrants.unit):
            return
        k = self.top_value.shape[1]
        # Only the k best of a unit in this batch can matter.
        order = np.lexsort((entrants.row, -entrants.value, entrants.unit))
        unit = entrants.unit[order]
        changed, first = np.unique(unit, return_index=True)
        rank = np.arange(len(unit)) - np.repeat(first, np.diff([*first, len(unit)]))
        order, rank = order[rank < k], rank[rank < k]
        row = np.searchsorted(changed, entrants.unit[order])
        value = np.full((len(changed), 2 * k), -np.inf, np.float32)
        picture = np.full((len(changed), 2 * k), NOBODY, np.int32)
        place = np.zeros((len(changed), 2 * k), np.int32)
        value[:, :k] = self.top_value[changed]
        picture[:, :k] = self.top_picture[changed]
        place[:, :k] = self.top_place[changed]
        value[row, k + rank] = entrants.value[order]
        picture[row, k + rank] = numbers[entrants.row[order]]
        place[row, k + rank] = entrants.place[order]
        best = np.argsort(-value, axis=1, kind="stable")[:, :k]
        self.top_value[changed] = np.take_along_axis(value, best, 1)
        self.top_picture[changed] = np.take_along_axis(picture, best, 1)
        self.top_place[changed] = np.take_along_axis(place, best, 1)

    def correlations(self) -> Values:
        """Classes × units: how well the maximum of a picture tells that it is of that class."""
        n = self.pictures
        count = self.class_count[:, None].astype(np.float64)
        if n < 2 or not len(count):
            return np.zeros((0, self.shapes.units), np.float32)
        mean = self.max_sum / n
        spread = np.sqrt(np.maximum(self.max_squares / n - mean**2, 0.0))
        # Rounding leaves a trace of a spread where all pictures give the same.
        spread[spread < 1e-6 * np.abs(mean) + 1e-12] = np.inf
        share = np.clip(count / n, 1e-12, 1 - 1e-12)
        inside = self.class_max_sum / np.maximum(count, 1)
        found = (inside - mean) * np.sqrt(share / (1 - share)) / spread
        found[self.class_count == 0] = 0.0
        clipped: Values = np.clip(found, -1.0, 1.0).astype(np.float32)
        return clipped

    def sample_error(self, sampled_per_picture: int) -> float:
        """How far a share of the sampled values may be off, in 999 cases of 1000 (Hoeffding)."""
        n = max(1, self.pictures * sampled_per_picture)
        return min(1.0, math.sqrt(math.log(2 / 0.001) / (2 * n)))

    def arrays(self) -> dict[str, Array]:
        """What has to be kept on disk."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        return {**plain, **self.maxima.arrays("maxima"), **self.values.arrays("values")}

    @classmethod
    def from_arrays(cls, shapes: Shapes, pictures: int, found: Mapping[str, Array]) -> Tally:
        """The tally behind stored arrays; ValueError or KeyError where they do not fit."""
        made = cls(shapes, len(found["class_count"]), found["top_value"].shape[1])
        made.pictures = pictures
        for name in _PLAIN:
            wanted = getattr(made, name)
            if found[name].shape != wanted.shape:
                raise ValueError(f"{name} has another shape")
            setattr(made, name, np.asarray(found[name], wanted.dtype))
        made.maxima = Histograms.from_arrays("maxima", found)
        made.values = Histograms.from_arrays("values", found)
        if len(made.maxima.lo) != shapes.units or len(made.values.lo) != shapes.units:
            raise ValueError("histograms of another network")
        return made


_PLAIN = (
    "mean_sum", "active_sum", "seen", "max_sum", "max_squares", "class_count", "class_mean_sum",
    "class_max_sum", "top_value", "top_picture", "top_place",
)  # fmt: skip
