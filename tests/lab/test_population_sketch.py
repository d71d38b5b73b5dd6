"""Histograms of unknown range: exact counts, quantiles within a bin, fixed memory."""

from __future__ import annotations

import numpy as np
import pytest

from cnnviz_app.lab.population_sketch import Histograms, bins_for

SHARES = (0.01, 0.25, 0.5, 0.9, 0.99, 0.999)


def streams() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    n = 6000
    return {
        "bell": rng.normal(5, 2, n),
        "long tail": rng.exponential(1, n) ** 2,
        "mostly zero": np.where(rng.random(n) < 0.8, 0.0, rng.exponential(3, n)),
        "rising": np.linspace(-1, 400, n),
        "falling": np.linspace(3, -90, n),
        "both ways": np.arange(n) * np.where(np.arange(n) % 2, 1, -1),
        "constant": np.full(n, 7.0),
        "tiny": rng.normal(0, 1e-12, n),
    }


@pytest.mark.parametrize("together", [7, 500])
def test_quantiles_are_within_one_bin_and_bins_are_narrow(together: int) -> None:
    values = np.stack(list(streams().values()), 1).astype(np.float32)
    sketch = Histograms(values.shape[1], 512)
    for start in range(0, len(values), together):
        sketch.add(values[start : start + together])
    for unit, name in enumerate(streams()):
        column = values[:, unit]
        extent = max(float(np.ptp(column)), abs(float(column.max())) * 1e-3, 1e-9)
        step = sketch.width[unit] / sketch.bins
        assert step <= 4.001 * extent / sketch.bins, name
        assert sketch.counts[unit].sum() == len(column), name
        for share in SHARES:
            exact = np.quantile(column, share, method="inverted_cdf")
            assert abs(sketch.quantile(unit, share) - float(exact)) <= 1.01 * step, (name, share)


def test_the_order_of_the_values_hardly_matters() -> None:
    values = streams()["long tail"].astype(np.float32)[:, None]
    forwards, backwards = Histograms(1), Histograms(1)
    for part in np.array_split(values, 50):
        forwards.add(part)
    for part in np.array_split(np.sort(values, 0)[::-1], 50):
        backwards.add(part)
    step = max(forwards.width[0], backwards.width[0]) / 512
    for share in SHARES:
        assert abs(forwards.quantile(0, share) - backwards.quantile(0, share)) <= 2 * step


def test_some_units_can_be_counted_for_themselves() -> None:
    whole, parts = Histograms(5), Histograms(5)
    values = np.random.default_rng(0).normal(size=(300, 5)).astype(np.float32)
    whole.add(values)
    parts.add(values[:, :2], 0)
    parts.add(values[:, 2:], 2)
    assert np.array_equal(whole.counts, parts.counts)


def test_bars_lose_nothing_and_span_what_was_seen() -> None:
    values = np.random.default_rng(1).normal(3, 1, (5000, 1)).astype(np.float32)
    sketch = Histograms(1)
    for part in np.array_split(values, 30):
        sketch.add(part)
    counts, lo, hi = sketch.bars(0, 40)
    assert len(counts) <= 40
    assert counts.sum() == len(values)
    wide = (hi - lo) / len(counts)
    assert lo <= values.min() + wide
    assert hi >= values.max() - wide
    assert hi - lo < 1.3 * float(np.ptp(values))


def test_memory_does_not_grow_with_what_is_counted() -> None:
    sketch = Histograms(100, 64)
    rng = np.random.default_rng(0)
    sizes = set()
    for scale in (1.0, 1e3, 1e6):
        sketch.add((rng.normal(size=(400, 100)) * scale).astype(np.float32))
        sizes.add(sum(array.nbytes for array in sketch.arrays("x").values()))
    assert len(sizes) == 1
    assert bins_for(2_000) == 512
    assert 150_000 * bins_for(150_000) * 8 <= 160 << 20


def test_stored_arrays_give_the_same_back() -> None:
    sketch = Histograms(3)
    sketch.add(np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32))
    again = Histograms.from_arrays("m", sketch.arrays("m"))
    assert again.quantile(2, 0.3) == sketch.quantile(2, 0.3)
    assert again.bars(1)[0].tolist() == sketch.bars(1)[0].tolist()


def test_an_empty_histogram_answers_too() -> None:
    sketch = Histograms(1)
    sketch.add(np.zeros((0, 1), np.float32))
    assert sketch.quantile(0, 0.5) == 0.0
    assert sketch.bars(0)[0].sum() == 0
