"""Smooth random fields, colour ramps and small helpers shared by the generated pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Picture = NDArray[np.uint8]


def grid(height: int, width: int) -> tuple[Array, Array]:
    """x and y of every pixel's centre; the short side runs from 0 to 1."""
    short = min(height, width)
    y, x = np.mgrid[0:height, 0:width]
    return (x + 0.5) / short, (y + 0.5) / short


def value_noise(x: Array, y: Array, rng: np.random.Generator, cells: float) -> Array:
    """Noise of one scale in -1…1, `cells` lumps across a unit length; defined everywhere."""
    table = rng.uniform(-1, 1, (64, 64))
    u, v = x * cells, y * cells
    column, row = np.floor(u).astype(int), np.floor(v).astype(int)
    s, t = u - column, v - row
    s, t = s * s * s * (s * (6 * s - 15) + 10), t * t * t * (t * (6 * t - 15) + 10)
    left, right = column % 64, (column + 1) % 64
    top, bottom = row % 64, (row + 1) % 64
    upper = table[top, left] * (1 - s) + table[top, right] * s
    lower = table[bottom, left] * (1 - s) + table[bottom, right] * s
    mixed: Array = upper * (1 - t) + lower * t
    return mixed


def cloud(
    x: Array, y: Array, rng: np.random.Generator, cells: float = 3.0, octaves: int = 4
) -> Array:
    """Several scales of noise added up, about -1…1."""
    total = np.zeros_like(x)
    weight = norm = 1.0
    for octave in range(octaves):
        if octave:
            norm += weight
        total += weight * value_noise(x + 7.3 * octave, y - 3.1 * octave, rng, cells)
        cells *= 2.03
        weight *= 0.5
    return total / norm * 1.6


def hexes(text: str) -> Array:
    """Colours written as "#rrggbb #rrggbb …" to rows of 0…1."""
    return np.array(
        [[int(word[i : i + 2], 16) / 255 for i in (1, 3, 5)] for word in text.split()]
    )


def ramp(amount: Array, colours: Array, stops: Sequence[float] | None = None) -> Array:
    """0…1 to colours, blended between stops in a light-linear way so that mixtures stay bright."""
    places = np.linspace(0, 1, len(colours)) if stops is None else np.asarray(stops)
    linear = colours**2.2
    mixed = np.stack([np.interp(amount, places, linear[:, c]) for c in range(3)], axis=-1)
    return mixed ** (1 / 2.2)


def smooth(edge0: float | Array, edge1: float | Array, value: Array) -> Array:
    t = np.clip((value - edge0) / (edge1 - edge0), 0, 1)
    result: Array = t * t * (3 - 2 * t)
    return result


def over(below: Array, above: Array, coverage: Array) -> Array:
    """`above` laid over `below` where `coverage` is 1."""
    mixed: Array = below + (above - below) * coverage[..., None]
    return mixed


def blur(field: Array, radius: float) -> Array:
    """A Gaussian blur of an H×W or H×W×C array through the Fourier transform; edges wrap."""
    height, width = field.shape[:2]
    fy, fx = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]
    gain = np.exp(-2 * (np.pi * radius) ** 2 * (fx**2 + fy**2))
    if field.ndim == 3:
        gain = gain[..., None]
    spectrum = np.fft.rfft2(field, axes=(0, 1)) * gain
    result: Array = np.fft.irfft2(spectrum, s=(height, width), axes=(0, 1))
    return result


def relief(colour: Array, height: Array, strength: float) -> Array:
    """Light from the upper left on paint that stands up by `height`."""
    slope = (np.roll(height, 1, 0) - np.roll(height, -1, 0)) + (
        np.roll(height, 1, 1) - np.roll(height, -1, 1)
    )
    lit: Array = colour * (1 - strength * slope[..., None])
    return lit


def to_bytes(colour: Array) -> Picture:
    return (np.clip(colour, 0, 1) * 255 + 0.5).astype(np.uint8)
