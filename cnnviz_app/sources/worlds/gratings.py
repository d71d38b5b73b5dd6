"""Gratings, bars and spots of known angle, frequency, phase and place, for tuning curves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from cnnviz_app.sources.worlds.noise import Array, Picture


@dataclass(frozen=True)
class Stimulus:
    """A picture and the numbers it was made from."""

    image: Picture
    values: Mapping[str, float]


def _axes(side: int, angle: float) -> tuple[Array, Array]:
    """Across and along a line at `angle` degrees (0 is vertical lines); 0 is the centre."""
    at = (np.arange(side) + 0.5) / side - 0.5
    x, y = np.meshgrid(at, at)
    turn = np.deg2rad(angle)
    return np.cos(turn) * x + np.sin(turn) * y, -np.sin(turn) * x + np.cos(turn) * y


def _picture(light: Array) -> Picture:
    grey = (np.clip(light, 0, 1) * 255 + 0.5).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def grating(
    side: int = 64, angle: float = 0.0, cycles: float = 4.0, phase: float = 0.0,
    contrast: float = 1.0, square: bool = False,
) -> Picture:
    """A sine or square grating.

    Args:
        side: of the picture in pixels.
        angle: in degrees; 0 is vertical stripes, 90 horizontal ones.
        cycles: stripes across the picture.
        phase: in degrees.
        contrast: 1 runs from black to white.
        square: sharp stripes instead of a sine.
    """
    across, _ = _axes(side, angle)
    wave = np.sin(2 * np.pi * cycles * across + np.deg2rad(phase))
    if square:
        # the edge is one pixel wide, so that turning the stripes makes no staircase
        wave = np.clip(wave * side / (2 * np.pi * cycles), -1, 1)
    return _picture(0.5 + 0.5 * contrast * wave)


def gabor(
    side: int = 64, angle: float = 0.0, cycles: float = 4.0, phase: float = 0.0,
    x: float = 0.5, y: float = 0.5, width: float = 0.15,
) -> Picture:
    """A grating seen through a soft round window at (x, y), sizes as shares of the side."""
    at = (np.arange(side) + 0.5) / side
    dx, dy = np.meshgrid(at - x, at - y)
    turn = np.deg2rad(angle)
    wave = np.cos(
        2 * np.pi * cycles * (np.cos(turn) * dx + np.sin(turn) * dy) + np.deg2rad(phase)
    )
    return _picture(0.5 + 0.5 * wave * np.exp(-(dx**2 + dy**2) / (2 * width**2)))


def bar(
    side: int = 64, angle: float = 0.0, position: float = 0.0, width: float = 0.1,
    length: float = 2.0, bright: bool = True,
) -> Picture:
    """One bar; `position` is its distance from the centre, across its length."""
    across, along = _axes(side, angle)
    outside = np.maximum(np.abs(across - position) - width / 2, np.abs(along) - length / 2)
    cover = np.clip(0.5 - outside * side, 0, 1)
    return _picture(0.5 + (0.5 if bright else -0.5) * cover)


def spot(
    side: int = 64, x: float = 0.5, y: float = 0.5, radius: float = 0.1, bright: bool = True
) -> Picture:
    """One round spot on grey."""
    at = (np.arange(side) + 0.5) / side
    dx, dy = np.meshgrid(at - x, at - y)
    cover = np.clip(0.5 - (np.hypot(dx, dy) - radius) * side, 0, 1)
    return _picture(0.5 + (0.5 if bright else -0.5) * cover)


def angles(side: int = 64, count: int = 24, cycles: float = 6.0, phases: int = 4) -> list[Stimulus]:
    """The stimuli of an orientation tuning curve: every angle in several phases."""
    found = []
    for i in range(count):
        angle = 180.0 * i / count
        for k in range(phases):
            phase = 360.0 * k / phases
            image = grating(side, angle, cycles, phase)
            found.append(Stimulus(image, {"angle": angle, "cycles": cycles, "phase": phase}))
    return found


def frequencies(
    side: int = 64, angle: float = 0.0, count: int = 16, lowest: float = 1.0, phases: int = 4
) -> list[Stimulus]:
    """The stimuli of a frequency tuning curve, up to a quarter of the pixels' frequency."""
    found = []
    for cycles in np.geomspace(lowest, side / 4, count):
        for k in range(phases):
            phase = 360.0 * k / phases
            image = grating(side, angle, float(cycles), phase)
            values = {"angle": angle, "cycles": float(cycles), "phase": phase}
            found.append(Stimulus(image, values))
    return found


def random_stimuli(count: int, seed: int, side: int = 64) -> Iterator[Stimulus]:
    """Gratings, Gabors, bars and spots in turn, with random numbers."""
    for i in range(count):
        yield random_stimulus(i, seed, side)


def random_stimulus(i: int, seed: int, side: int = 64) -> Stimulus:
    """Number i of that series."""
    rng = np.random.default_rng((seed, i))
    angle, phase = float(rng.uniform(0, 180)), float(rng.uniform(0, 360))
    cycles = float(np.exp(rng.uniform(np.log(1.5), np.log(side / 5))))
    x, y = (float(v) for v in rng.uniform(0.2, 0.8, 2))
    size = float(rng.uniform(0.04, 0.2))
    bright = bool(rng.random() < 0.5)
    kind = i % 4
    if kind == 0:
        square = bool(rng.random() < 0.5)
        image = grating(side, angle, cycles, phase, 1.0, square)
        return Stimulus(image, {"angle": angle, "cycles": cycles, "phase": phase})
    if kind == 1:
        image = gabor(side, angle, cycles, phase, x, y, size)
        values = {"angle": angle, "cycles": cycles, "phase": phase, "x": x, "y": y}
        return Stimulus(image, values)
    if kind == 2:
        image = bar(side, angle, x - 0.5, size, bright=bright)
        return Stimulus(image, {"angle": angle, "position": x - 0.5, "width": size})
    return Stimulus(spot(side, x, y, size, bright), {"x": x, "y": y, "radius": size})
