"""Drawn scenes of shapes, textures and colours in which every concept's pixels are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnviz_app.sources.worlds.figures import CORNERS, FIGURES, TAU

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

SHAPES = tuple(FIGURES)
TEXTURES = ("plain", "stripes", "checks", "dots", "noise")
COLOURS: dict[str, tuple[float, float, float]] = {
    "red": (0.86, 0.15, 0.16), "orange": (0.95, 0.52, 0.10), "yellow": (0.96, 0.84, 0.20),
    "green": (0.18, 0.62, 0.27), "cyan": (0.15, 0.72, 0.78), "blue": (0.14, 0.30, 0.80),
    "purple": (0.52, 0.22, 0.68), "pink": (0.95, 0.50, 0.68), "white": (0.95, 0.95, 0.93),
    "black": (0.08, 0.08, 0.10),
}
PARTS = ("rim", "corner", "hole", "inside")


@dataclass(frozen=True)
class Scene:
    """A picture, the class of its main figure, and a mask for every concept in it.

    Concepts are written `shape:star`, `part:corner`, `texture:stripes`, `colour:red`,
    `background:dots` and `occluder:bar`. Masks hold visible pixels only.
    """

    image: NDArray[np.uint8]
    label: int
    masks: dict[str, Mask]


def concepts() -> tuple[str, ...]:
    """Every concept that can occur in any scene."""
    return (
        *(f"shape:{name}" for name in SHAPES),
        *(f"part:{name}" for name in PARTS),
        *(f"texture:{name}" for name in TEXTURES),
        *(f"colour:{name}" for name in COLOURS),
        *(f"background:{name}" for name in TEXTURES),
        "occluder:bar",
    )


def pattern(name: str, x: Array, y: Array, rng: np.random.Generator) -> Array:
    """A texture as 0…1; `x`, `y` run from 0 to 1 over the picture."""
    angle = rng.uniform(0, TAU / 2)
    period = rng.uniform(0.07, 0.16)
    u = (np.cos(angle) * x + np.sin(angle) * y) / period + rng.uniform()
    v = (-np.sin(angle) * x + np.cos(angle) * y) / period + rng.uniform()
    soft = period * x.shape[0] / 2  # edges are one pixel wide whatever the picture's size
    if name == "noise":
        return _cloud(x.shape[0], 4, rng)
    if name == "stripes":
        signed: Array = soft * np.sin(TAU * u) / np.pi
    elif name == "checks":
        signed = soft * np.sin(np.pi * u) * np.sin(np.pi * v)
    elif name == "dots":
        signed = 2 * soft * (0.3 - np.hypot(u - np.round(u), v - np.round(v)))
    else:
        return np.zeros_like(x)
    amount: Array = np.clip(0.5 + signed, 0, 1)
    return amount


def _cloud(side: int, coarse: int, rng: np.random.Generator) -> Array:
    """Smooth noise of two scales, stretched to 0…1."""
    total = np.zeros((side, side))
    at = (np.arange(side) + 0.5) / side
    for cells, weight in ((2 * coarse, 1.0), (5 * coarse, 0.7)):
        knots = rng.uniform(0, 1, (cells + 2, cells + 2))
        low = np.floor(at * cells).astype(int)
        t = at * cells - low
        t = t * t * (3 - 2 * t)
        rows = knots[low] * (1 - t)[:, None] + knots[low + 1] * t[:, None]
        total += weight * (rows[:, low] * (1 - t) + rows[:, low + 1] * t)
    stretched: Array = (total - total.min()) / (np.ptp(total) + 1e-9)
    return stretched


def _two_colours(rng: np.random.Generator, taken: set[str]) -> tuple[str, Array, Array]:
    """A named colour and a partner of the same hue, so that a texture keeps its colour's name."""
    free = [name for name in COLOURS if name not in taken]
    name = free[int(rng.integers(len(free)))]
    main = np.array(COLOURS[name]) * rng.uniform(0.88, 1.05)
    toward = 0.0 if main.mean() > 0.55 else 1.0
    partner = main + (toward - main) * rng.uniform(0.4, 0.6)
    return name, np.clip(main, 0, 1), np.clip(partner, 0, 1)


def _blend(low: Array, high: Array, amount: Array) -> Array:
    mixed: Array = low + (high - low) * amount[..., None]
    return mixed


class _Painter:
    """Paints figures over one another and keeps every mask to what is still visible."""

    def __init__(self, rng: np.random.Generator, side: int) -> None:
        self.rng, self.side = rng, side
        at = (np.arange(side) + 0.5) / side
        self.x, self.y = np.meshgrid(at, at)
        self.masks: dict[str, Mask] = {}
        self.taken: set[str] = set()
        texture = TEXTURES[int(rng.integers(len(TEXTURES)))]
        name, first, second = _two_colours(rng, self.taken)
        self.taken.add(name)
        # backgrounds are quiet: half the contrast of a figure, with a slow change of light
        amount = 0.5 * pattern(texture, self.x, self.y, rng)
        slope = rng.normal(0, 0.12, 2)
        light = 1 + slope[0] * (self.x - 0.5) + slope[1] * (self.y - 0.5)
        self.canvas = _blend(first, second, amount) * light[..., None]
        self._add(f"background:{texture}", np.ones((side, side), bool))
        self._add(f"colour:{name}", np.ones((side, side), bool))

    def _add(self, concept: str, mask: Mask) -> None:
        present = self.masks.get(concept)
        self.masks[concept] = mask if present is None else present | mask

    def _cover(self, coverage: Array, colour: Array) -> Mask:
        solid: Mask = coverage > 0.5
        for concept in self.masks:
            self.masks[concept] = self.masks[concept] & ~solid
        self.canvas += (colour - self.canvas) * coverage[..., None]
        return solid

    def figure(self, shape: str, radius: float, centre: tuple[float, float]) -> None:
        rng = self.rng
        angle = rng.normal(0, 0.35) if shape in ("triangle", "square", "cross") else (
            rng.uniform(0, TAU)
        )
        stretch = np.exp(rng.normal(0, 0.08))
        dx, dy = self.x - centre[0], self.y - centre[1]
        u = (np.cos(angle) * dx + np.sin(angle) * dy) / (radius * stretch)
        v = (-np.sin(angle) * dx + np.cos(angle) * dy) / (radius / stretch)
        distance = FIGURES[shape](u, v) * radius
        texture = TEXTURES[int(rng.integers(len(TEXTURES)))]
        name, first, second = _two_colours(rng, self.taken)
        self.taken.add(name)
        colour = _blend(first, second, pattern(texture, self.x, self.y, rng))
        solid = self._cover(np.clip(0.5 - distance * self.side, 0, 1), colour)
        self._add(f"shape:{shape}", solid)
        self._add(f"texture:{texture}", solid)
        self._add(f"colour:{name}", solid)
        rim = solid & (distance > -0.12 * radius)
        self._add("part:rim", rim)
        self._add("part:inside", solid & ~rim)
        if shape == "ring":
            self._add("part:hole", (np.hypot(u, v) < 0.44) & ~solid)
        if shape in CORNERS:
            near = np.zeros_like(solid)
            for cu, cv in CORNERS[shape]:
                near |= np.hypot(u - cu, v - cv) < 0.3
            self._add("part:corner", near & solid)

    def bar(self, centre: tuple[float, float], radius: float) -> None:
        """A post in front of the figure, hiding part of it."""
        rng = self.rng
        angle = rng.uniform(0, TAU)
        offset = rng.uniform(-0.5, 0.5) * radius
        width = rng.uniform(0.10, 0.22) * radius
        across = np.abs(
            np.cos(angle) * (self.x - centre[0]) + np.sin(angle) * (self.y - centre[1]) - offset
        )
        grey = np.full(3, rng.uniform(0.25, 0.75))
        solid = self._cover(np.clip(0.5 - (across - width) * self.side, 0, 1), grey)
        self._add("occluder:bar", solid)


def scene(
    seed: tuple[int, ...], side: int = 64, objects: int = 1, label: int | None = None
) -> Scene:
    """One scene; with several objects the label is that of the largest, which lies in front."""
    rng = np.random.default_rng(seed)
    painter = _Painter(rng, side)
    chosen = int(rng.integers(len(SHAPES))) if label is None else label
    for _ in range(objects - 1):
        other = SHAPES[int(rng.integers(len(SHAPES)))]
        place = (float(rng.uniform(0.12, 0.88)), float(rng.uniform(0.12, 0.88)))
        painter.figure(other, float(rng.uniform(0.10, 0.18)), place)
    radius = float(rng.uniform(0.24, 0.42))
    room = 0.5 - 0.8 * radius
    centre = (0.5 + float(rng.uniform(-room, room)), 0.5 + float(rng.uniform(-room, room)))
    painter.figure(SHAPES[chosen], radius, centre)
    if rng.random() < 0.3:
        painter.bar(centre, radius)
    grain = rng.normal(0, rng.uniform(0, 0.03), (side, side, 1))
    image = (np.clip(painter.canvas + grain, 0, 1) * 255 + 0.5).astype(np.uint8)
    return Scene(image, chosen, {k: m for k, m in painter.masks.items() if m.any()})


def scenes(count: int, seed: int, side: int = 64, objects: int = 1) -> Iterator[Scene]:
    """Scenes whose classes come in turn; number i is the same whatever the count."""
    for i in range(count):
        yield scene((seed, i), side, objects, i % len(SHAPES))


def labelled(
    count: int, seed: int, side: int = 64
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """(N, side, side, 3) pictures and their labels; every second one with clutter."""
    images = np.empty((count, side, side, 3), np.uint8)
    labels = np.arange(count, dtype=np.int64) % len(SHAPES)
    for i in range(count):
        objects = 1 if (i // len(SHAPES)) % 2 == 0 else 3
        images[i] = scene((seed, i), side, objects, int(labels[i])).image
    return images, labels
