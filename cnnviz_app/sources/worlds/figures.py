"""Plane figures as signed distances (negative inside), in units where a figure's radius is 1."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
TAU = 2 * np.pi


def circle(x: Array, y: Array) -> Array:
    return np.hypot(x, y) - 0.9


def square(x: Array, y: Array) -> Array:
    return np.maximum(np.abs(x), np.abs(y)) - 0.78


def ring(x: Array, y: Array) -> Array:
    return np.abs(np.hypot(x, y) - 0.68) - 0.24


def cross(x: Array, y: Array) -> Array:
    along, across = np.maximum(np.abs(x), np.abs(y)), np.minimum(np.abs(x), np.abs(y))
    inside = np.maximum(along - 0.95, across - 0.3)
    return np.where(along < 0.3, along - 0.95, inside)


def polygon(corners: Array) -> Callable[[Array, Array], Array]:
    """The signed distance to any simple polygon."""
    following = np.roll(corners, -1, axis=0)

    def distance(x: Array, y: Array) -> Array:
        nearest = np.full(x.shape, np.inf)
        inside = np.zeros(x.shape, bool)
        for (ax, ay), (bx, by) in zip(corners, following, strict=True):
            ex, ey, px, py = bx - ax, by - ay, x - ax, y - ay
            t = np.clip((px * ex + py * ey) / (ex * ex + ey * ey), 0, 1)
            nearest = np.minimum(nearest, (px - t * ex) ** 2 + (py - t * ey) ** 2)
            crosses = (ay > y) != (by > y)
            inside ^= crosses & (x < ex * (y - ay) / (by - ay + 1e-12) + ax)
        signed: Array = np.where(inside, -1.0, 1.0) * np.sqrt(nearest)
        return signed

    return distance


def _regular(count: int, inner: float = 1.0) -> Array:
    """A regular polygon, or a star when every second corner is drawn in to `inner`."""
    points = count if inner == 1.0 else 2 * count
    angle = TAU * np.arange(points) / points - TAU / 4
    radius = np.where(np.arange(points) % 2 == 0, 1.0, inner)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


_CROSS = np.array([(0.3, 0.95), (0.95, 0.3)])
FIGURES: dict[str, Callable[[Array, Array], Array]] = {
    "circle": circle,
    "square": square,
    "triangle": polygon(_regular(3)),
    "star": polygon(_regular(5, 0.42)),
    "ring": ring,
    "cross": cross,
    "hexagon": polygon(_regular(6)),
    "moon": lambda x, y: np.maximum(np.hypot(x, y) - 0.92, 0.74 - np.hypot(x - 0.48, y)),
}

# Points a person would call corners, for the concept of that name.
CORNERS: dict[str, Array] = {
    "square": 0.78 * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]),
    "triangle": _regular(3),
    "star": _regular(5),
    "cross": np.array([(a * u, b * v) for u, v in _CROSS for a in (-1, 1) for b in (-1, 1)]),
    "hexagon": _regular(6),
    "moon": np.array([(0.56, -0.74), (0.56, 0.74)]),
}
