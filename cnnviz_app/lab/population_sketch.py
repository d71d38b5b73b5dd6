"""Histograms of many units at once, in fixed memory, over values whose range nobody knows.

Every unit has the same number of equal bins. A value outside doubles that unit's range as often
as needed, and neighbouring bins are put together, which loses nothing but resolution. So:

* counts are exact, and a quantile is wrong by one bin's width at most;
* the range is never more than four times as wide as the values seen (two when it grew to one
  side only), so one of B bins is at most 4/B of their extent.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Values = npt.NDArray[np.float32]


class Histograms:
    """One histogram for each of `units` units."""

    def __init__(self, units: int, bins: int = 512) -> None:
        if bins % 2:
            raise ValueError("an even number of bins can be halved")
        self.bins = bins
        self.counts = np.zeros((units, bins), np.uint32)
        self.lo = np.zeros(units)
        self.width = np.zeros(units)  # 0 until the first value came

    def add(self, values: Values, first: int = 0) -> None:
        """Count N×U values of the units from `first` on."""
        if not len(values):
            return
        part = slice(first, first + values.shape[1])
        low, high = values.min(0).astype(np.float64), values.max(0).astype(np.float64)
        self._begin(part, low, high)
        self._widen(part, low, high)
        # In single precision: a value within rounding of a bin's edge may fall to either side.
        shares = values - self.lo[part].astype(np.float32)
        shares *= (self.bins / self.width[part]).astype(np.float32)
        np.clip(shares, 0, self.bins - 1, out=shares)
        places = shares.astype(np.int64)
        places += np.arange(values.shape[1]) * self.bins
        found = np.bincount(places.ravel(), minlength=values.shape[1] * self.bins)
        self.counts[part] += found.reshape(-1, self.bins).astype(np.uint32)

    def _begin(self, part: slice, low: Floats, high: Floats) -> None:
        fresh = self.width[part] == 0
        if fresh.any():
            # A unit that has been constant so far gets a narrow range, which may widen later.
            least = np.maximum(np.abs(high) * 1e-3, 1e-9)
            self.lo[part][fresh] = low[fresh]
            self.width[part][fresh] = np.maximum((high - low) * (1 + 1e-12), least)[fresh]

    def _widen(self, part: slice, low: Floats, high: Floats) -> None:
        lo, width, counts = self.lo[part], self.width[part], self.counts[part]
        while (above := np.flatnonzero(high > lo + width)).size:
            counts[above] = self._halved(counts[above], into=0)
            width[above] *= 2
        while (below := np.flatnonzero(low < lo)).size:
            counts[below] = self._halved(counts[below], into=self.bins // 2)
            lo[below] -= width[below]
            width[below] *= 2

    def _halved(
        self, counts: npt.NDArray[np.uint32], into: int
    ) -> npt.NDArray[np.uint32]:
        wider = np.zeros_like(counts)
        wider[:, into : into + self.bins // 2] = counts[:, 0::2] + counts[:, 1::2]
        return wider

    def quantile(self, unit: int, share: float) -> float:
        """The value below which that share lies, read linearly inside its bin."""
        counts = self.counts[unit].astype(np.float64)
        total = counts.sum()
        if total == 0:
            return 0.0
        reached = np.cumsum(counts)
        at = min(int(np.searchsorted(reached, share * total)), self.bins - 1)
        before = reached[at] - counts[at]
        inside = (share * total - before) / counts[at] if counts[at] else 0.0
        step = self.width[unit] / self.bins
        return float(self.lo[unit] + (at + inside) * step)

    def bars(self, unit: int, most: int = 56) -> tuple[Floats, float, float]:
        """(counts, lo, hi) of the part that is not empty, in at most so many wider bins."""
        counts = self.counts[unit].astype(np.float64)
        used = np.flatnonzero(counts)
        if not used.size:
            return np.zeros(1), 0.0, 1.0
        first, last = int(used[0]), int(used[-1]) + 1
        together = -(-(last - first) // most)
        padded = -(-(last - first) // together) * together
        cut = np.zeros(padded)
        cut[: last - first] = counts[first:last]
        step = float(self.width[unit]) / self.bins
        lo = float(self.lo[unit]) + first * step
        return cut.reshape(-1, together).sum(1), lo, lo + padded * step

    def arrays(self, name: str) -> dict[str, npt.NDArray[np.generic]]:
        """What has to be kept, by name."""
        return {f"{name}_counts": self.counts, f"{name}_lo": self.lo, f"{name}_width": self.width}

    @classmethod
    def from_arrays(cls, name: str, found: Mapping[str, npt.NDArray[np.generic]]) -> Histograms:
        counts = np.asarray(found[f"{name}_counts"], np.uint32)
        made = cls(len(counts), counts.shape[1])
        made.counts = counts
        made.lo = np.asarray(found[f"{name}_lo"], np.float64)
        made.width = np.asarray(found[f"{name}_width"], np.float64)
        return made


def bins_for(units: int, budget: int = 96 << 20) -> int:
    """As many bins as two sets of histograms may have within so many bytes, from 64 to 512."""
    bins = 512
    while bins > 64 and units * bins * 4 * 2 > budget:
        bins //= 2
    return bins
