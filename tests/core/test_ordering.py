"""Orders of kernels and maps: alike ones together, stripes by their direction."""

from __future__ import annotations

import time

import numpy as np
import pytest

from cnnviz_app.core import ordering

RNG = np.random.default_rng(0)


def grating(degrees: float, side: int = 11, phase: float = 0.0, cycles: float = 0.2) -> np.ndarray:
    """Stripes that lie at this angle, counted against the clock from level."""
    y, x = np.mgrid[:side, :side] - side // 2
    across = np.radians(degrees) + np.pi / 2
    return np.cos(2 * np.pi * cycles * (x * np.cos(across) - y * np.sin(across)) + phase)


@pytest.mark.parametrize("degrees", [0, 20, 45, 70, 90, 110, 135, 160])
def test_the_direction_of_stripes_is_found(degrees: float) -> None:
    angles, clear = ordering.directions(np.stack([grating(degrees), grating(degrees, phase=1.3)]))
    off = (angles - degrees + 90) % 180 - 90
    assert np.abs(off).max() < 4
    assert clear.min() > 0.6


def test_a_kernel_in_colour_and_a_constant_one() -> None:
    colour = np.stack([grating(30), 0.2 * grating(30), -grating(30)])
    angles, clear = ordering.directions(np.stack([colour, np.ones_like(colour)]))
    assert angles[0] == pytest.approx(30, abs=4)
    assert clear[1] == 0
    assert np.isfinite(angles).all()


def test_a_spot_has_no_direction() -> None:
    y, x = np.mgrid[:9, :9] - 4
    _, clear = ordering.directions(np.exp(-(x**2 + y**2) / 4)[None])
    assert clear[0] < ordering.COHERENT


def test_by_direction_turns_once_and_puts_spots_last() -> None:
    y, x = np.mgrid[:11, :11] - 5
    kernels = [grating(120), np.exp(-(x**2 + y**2) / 4), grating(10), grating(60)]
    assert ordering.by_direction(np.stack(kernels)).tolist() == [2, 3, 0, 1]


def test_alike_ones_become_neighbours() -> None:
    """Two shuffled families of overlapping bumps: every neighbour is of the same family."""
    places = np.arange(40)
    bumps = np.exp(-((places[None] - np.arange(30)[:, None] - 5) ** 2) / 8)
    shuffled = RNG.permutation(30)
    order = ordering.alike_together(bumps[shuffled])
    path = shuffled[order]
    assert sorted(order.tolist()) == list(range(30))
    assert np.abs(np.diff(path)).max() == 1


def test_constant_items_stand_at_the_end_and_few_items_stay() -> None:
    items = RNG.normal(size=(6, 9))
    items[2] = 3.0
    items[4] = 0.0
    assert ordering.alike_together(items)[-2:].tolist() == [2, 4]
    assert ordering.alike_together(items[:2]).tolist() == [0, 1]
    assert ordering.alike_together(np.zeros((5, 4))).tolist() == [0, 1, 2, 3, 4]
    assert ordering.alike_together(np.zeros((0, 4))).tolist() == []


def test_strongest_first_keeps_equal_ones() -> None:
    assert ordering.strongest_first(np.array([1.0, 3.0, 1.0, 2.0])).tolist() == [1, 3, 0, 2]


def test_shrunk_keeps_means() -> None:
    maps = RNG.random((3, 48, 36), np.float32)
    small = ordering.shrunk(maps)
    assert small.shape == (3, 12, 12)
    assert np.allclose(small.mean(axis=(1, 2)), maps.mean(axis=(1, 2)), atol=1e-5)
    assert ordering.shrunk(maps[:, :7, :7]) is not None


def test_two_thousand_maps_take_a_moment() -> None:
    maps = RNG.random((2048, 12, 12), np.float32)
    began = time.perf_counter()
    order = ordering.alike_together(maps)
    assert time.perf_counter() - began < 0.5
    assert len(set(order.tolist())) == 2048
