"""Spearman's correlation beside a plain writing of its definition."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cnnviz_app.techniques._ranks import ranks, spearman


def plain_ranks(values: list[float]) -> list[float]:
    """By counting: how many are smaller, and the middle of those that are equal."""
    return [
        sum(other < value for other in values) + (sum(o == value for o in values) + 1) / 2
        for value in values
    ]


def plain_spearman(one: list[float], other: list[float]) -> float:
    a, b = plain_ranks(one), plain_ranks(other)
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    both = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    spread = sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b)
    return both / math.sqrt(spread)


@pytest.mark.parametrize("levels", [3, 10, 1000])
def test_it_agrees_with_the_definition_with_and_without_ties(levels: int) -> None:
    rng = np.random.default_rng(levels)
    one = rng.integers(0, levels, (9, 7)).astype(np.float32)
    other = one + rng.integers(0, levels, (9, 7)).astype(np.float32)
    expected = plain_spearman(one.ravel().tolist(), other.ravel().tolist())
    assert ranks(one).tolist() == plain_ranks(one.ravel().tolist())
    assert spearman(one, other) == pytest.approx(expected, abs=1e-12)


def test_known_values() -> None:
    # Without ties it is 1 − 6 Σ d² / (n (n² − 1)): here d = 1, 1, 0, 1, 1 gives 0.8.
    one, other = np.array([1.0, 2, 3, 4, 5]), np.array([2.0, 1, 3, 5, 4])
    assert spearman(one, other) == pytest.approx(0.8)
    assert spearman(one, np.exp(one)) == pytest.approx(1.0)
    assert spearman(one, -one) == pytest.approx(-1.0)


def test_a_map_that_is_the_same_everywhere_has_no_order() -> None:
    assert math.isnan(spearman(np.zeros(5), np.arange(5.0)))
