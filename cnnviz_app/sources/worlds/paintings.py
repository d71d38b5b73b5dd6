"""Paintings nobody painted: sketches drawn by rule, then brushed stroke by stroke."""

from __future__ import annotations

import numpy as np

from cnnviz_app.sources.worlds.brush import Layer, Sketch, paint
from cnnviz_app.sources.worlds.noise import (
    Array,
    Picture,
    cloud,
    grid,
    hexes,
    over,
    ramp,
    smooth,
    value_noise,
)


def _whirls(
    x: Array, y: Array, centres: Array, sizes: Array, flow: Array
) -> Array:
    """A direction field that circles round the centres and joins the flow away from them."""
    u, v = np.cos(flow), np.sin(flow)
    for index, ((cx, cy), size) in enumerate(zip(centres, sizes, strict=True)):
        dx, dy = x - cx, y - cy
        weight = 4.0 * np.exp(-(dx**2 + dy**2) / (2 * size**2))
        distance = np.hypot(dx, dy) + 1e-9
        spin = 1.0 if index % 2 == 0 else -1.0
        # a little inward pull makes a spiral of the circle
        u += weight * (-spin * dy - 0.25 * dx) / distance
        v += weight * (spin * dx - 0.25 * dy) / distance
    return np.arctan2(v, u)


def _ridge(x: Array, rng: np.random.Generator, base: float, rise: float, cells: float) -> Array:
    """The skyline of a range of hills as a height for every x."""
    line: Array = base + rise * cloud(x, np.full_like(x, 0.37), rng, cells, 4)
    return line


def _apart(rng: np.random.Generator, count: int, placed: Array, right: float) -> Array:
    """Places in the upper half that keep a distance from each other."""
    for _ in range(400):
        fresh = rng.uniform([0.04 * right, 0.05], [0.96 * right, 0.55])
        near = np.hypot(*(placed - fresh).T)
        if near[0] > 0.24 and near.min() > 0.13:
            placed = np.vstack([placed, fresh])
        if len(placed) == count:
            break
    return placed


def starry(seed: int = 1, height: int = 512, width: int = 640) -> Picture:
    """A night sky that turns, over sleeping hills."""
    rng = np.random.default_rng((101, seed))
    x, y = grid(height, width)
    right = width / min(height, width)
    sky = smooth(-0.9, 0.9, cloud(x + 0.3 * y, 1.6 * y, rng, 2.2, 4) + 0.6 * (y - 0.3))
    colour = ramp(sky, hexes("#0a1440 #16307a #2453a8 #4f86c6 #9cc4dc"))
    flow = 0.35 * value_noise(x, y, rng, 2.0) + 0.15 * np.sin(5 * x)
    centres = np.array([[0.36 * right, 0.30], [0.60 * right, 0.42]])
    direction = _whirls(x, y, centres, np.array([0.13, 0.08]), flow)
    detail = np.zeros_like(x)
    lights = _apart(rng, 12, np.array([[0.86 * right, 0.16]]), right)
    for number, (cx, cy) in enumerate(lights):
        size = 0.11 if number == 0 else rng.uniform(0.022, 0.045)
        distance = np.hypot(x - cx, y - cy)
        glow = np.exp(-((distance / size) ** 2))
        rings = glow * (0.75 + 0.25 * np.cos(distance / size * 7))
        colour = over(colour, hexes("#f7d65a")[0], np.clip(1.1 * rings, 0, 1))
        colour = over(colour, hexes("#fff6c8")[0], smooth(0.72, 0.95, glow))
        round_light = np.arctan2(y - cy, x - cx) + np.pi / 2
        near = glow > 0.15
        direction = np.where(near, round_light, direction)
        detail = np.maximum(detail, smooth(0.1, 0.5, glow))
    for base, shades in ((0.66, "#1d3f6e #3b6d96"), (0.76, "#143253 #2d6272"),
                         (0.87, "#0d2035 #1f4a46")):
        line = _ridge(x[:1], rng, base, 0.05, 2.4)
        inside = smooth(0, 0.01, y - line)
        tone = smooth(-0.7, 0.7, cloud(x, 3 * y, rng, 6, 3))
        colour = over(colour, ramp(tone, hexes(shades)), inside)
        along = np.arctan(np.gradient(line[0], x[0]))[None] + 0.25 * value_noise(x, y, rng, 5)
        direction = np.where(inside > 0.5, along, direction)
    for cx in (0.10 * right, 0.155 * right):
        tall = 0.92 if cx < 0.12 * right else 0.6
        up = np.clip((1.05 - y) / tall, 0, 1)
        half = 0.055 * np.sqrt(np.clip(1 - up, 0, 1)) * (1 + 0.25 * np.sin(26 * y + 9 * cx))
        tree = smooth(0.006, -0.006, np.abs(x - cx - 0.02 * np.sin(9 * y)) - half)
        tree *= smooth(1.0, 0.98, up)
        flame = smooth(-0.6, 0.6, cloud(4 * x, y, rng, 5, 3))
        colour = over(colour, ramp(flame, hexes("#07140f #16351f #2e5a30")), tree)
        direction = np.where(tree > 0.5, np.pi / 2 + 0.5 * np.sin(20 * y + 30 * x), direction)
    sketch = Sketch(colour, direction, detail)
    return paint(
        sketch,
        (Layer(5000, 0.11, 0.022, 0.07), Layer(9000, 0.075, 0.012, 0.09),
         Layer(9000, 0.035, 0.007, 0.07, only_detail=0.25)),
        rng, hexes("#0c1838")[0],
    )


def wheat(seed: int = 1, height: int = 512, width: int = 640) -> Picture:
    """A field of ripe wheat under a white sun."""
    rng = np.random.default_rng((102, seed))
    x, y = grid(height, width)
    right = width / min(height, width)
    colour = ramp(smooth(0.0, 0.5, y), hexes("#2f7fb5 #74b3c4 #d9d8a0"))
    puff = smooth(0.1, 0.7, cloud(x, 2.4 * y, rng, 2.4, 5))
    colour = over(colour, hexes("#f6efdc")[0], puff * smooth(0.55, 0.2, y))
    direction = 0.5 * value_noise(x, y, rng, 3.0) + 0.2 * np.sin(7 * x)
    sun = np.hypot(x - 0.66 * right, y - 0.2)
    glow = np.exp(-((sun / 0.13) ** 2))
    colour = over(colour, hexes("#fbe38a")[0], glow)
    colour = over(colour, hexes("#fffbe6")[0], smooth(0.085, 0.07, sun))
    turning = np.arctan2(y - 0.2, x - 0.66 * right) + np.pi / 2
    direction = np.where(sun < 0.25, turning, direction)
    for base, rise, shades in ((0.44, 0.03, "#466f8f #7b98a0"), (0.49, 0.02, "#3e6b4a #7e9a52")):
        inside = smooth(0, 0.008, y - _ridge(x[:1], rng, base, rise, 3))
        tone = smooth(-0.7, 0.7, cloud(x, 3 * y, rng, 7, 3))
        colour = over(colour, ramp(tone, hexes(shades)), inside)
        direction = np.where(inside > 0.5, 0.15 * value_noise(x, y, rng, 5), direction)
    field = smooth(0, 0.01, y - _ridge(x[:1], rng, 0.55, 0.015, 2))
    depth = 1 / np.clip(y - 0.47, 0.03, None)
    furrow = np.sin(6 * (x - 0.5 * right) * depth + 2 * cloud(x, y, rng, 3, 2))
    tone = np.clip(0.5 + 0.28 * furrow + 0.35 * cloud(x, y, rng, 9, 3), 0, 1)
    gold = ramp(tone, hexes("#8a4f16 #c9872a #e8b53c #f6dc80"))
    poppies = smooth(0.42, 0.55, value_noise(x, y, rng, 26)) * smooth(0.6, 0.8, y)
    colour = over(colour, over(gold, hexes("#c8321f")[0], poppies), field)
    lean = -np.pi / 2 + 0.5 * cloud(x, y, rng, 3, 2) + 0.25 * (x - 0.5 * right)
    direction = np.where(field > 0.5, lean, direction)
    sketch = Sketch(colour, direction, field)
    return paint(
        sketch,
        (Layer(4500, 0.10, 0.022, 0.06), Layer(8000, 0.06, 0.012, 0.09),
         Layer(9000, 0.05, 0.006, 0.10, only_detail=0.5)),
        rng, hexes("#7a5a2a")[0],
    )


def pond(seed: int = 1, height: int = 512, width: int = 640) -> Picture:
    """Water lilies between the reflections of willows."""
    rng = np.random.default_rng((103, seed))
    x, y = grid(height, width)
    right = width / min(height, width)
    mirror = smooth(-0.8, 0.8, cloud(2.6 * x, 0.8 * y, rng, 2.0, 4))
    colour = ramp(mirror, hexes("#17324a #2b5d6d #4d8c7d #8fb8a8 #c8c6d8"))
    blush = smooth(0.1, 0.8, cloud(x, 1.4 * y, rng, 1.7, 3))
    colour = over(colour, hexes("#d9a9bf")[0], 0.55 * blush)
    willow = smooth(0.1, 0.7, cloud(5 * x, 0.5 * y, rng, 2.0, 4)) * smooth(0.6, 0.0, y)
    colour = over(colour, hexes("#3f6b35")[0], 0.8 * willow)
    direction = np.where(willow > 0.4, np.pi / 2, 0.12 * value_noise(x, y, rng, 4))
    detail = np.zeros_like(x)
    for _ in range(42):
        cx, cy = rng.uniform(0, right), 0.22 + 0.8 * np.sqrt(rng.uniform(0, 1))
        size = 0.025 + 0.055 * (cy - 0.1) * rng.uniform(0.7, 1.2)
        dx, dy = (x - cx) / size, (y - cy) / (0.42 * size)
        pad = smooth(1.1, 0.9, np.hypot(dx, dy) + 0.1 * np.sin(5 * np.arctan2(dy, dx)))
        tone = np.clip(0.5 - 0.35 * dy + 0.2 * dx, 0, 1)
        shade = over(colour, hexes("#10283a")[0], 0.7 * np.roll(pad, 4, axis=0))
        colour = over(shade, ramp(tone, hexes("#2f6b4a #5d9b5a #a8c878")), pad)
        detail = np.maximum(detail, pad)
        if rng.random() < 0.45:
            bloom = np.hypot(x - cx, (y - cy + 0.25 * size) * 1.3) / (0.42 * size)
            petals = smooth(1.0, 0.8, bloom * (1 + 0.2 * np.cos(7 * np.arctan2(y - cy, x - cx))))
            flower = ramp(np.clip(bloom, 0, 1), hexes("#fff2b0 #ffffff #f5b6cf #d96a9b"))
            colour = over(colour, flower, petals)
            detail = np.maximum(detail, 2 * petals)
    sketch = Sketch(colour, direction, detail)
    return paint(
        sketch,
        (Layer(4500, 0.09, 0.024, 0.07), Layer(8000, 0.05, 0.013, 0.09),
         Layer(14000, 0.022, 0.007, 0.06, only_detail=0.5)),
        rng, hexes("#27485a")[0],
    )


def dots(seed: int = 1, height: int = 512, width: int = 640) -> Picture:
    """A shore in the afternoon, in dots of pure colour that mix in the eye."""
    rng = np.random.default_rng((104, seed))
    x, y = grid(height, width)
    right = width / min(height, width)
    colour = ramp(smooth(0.0, 0.42, y), hexes("#6ea9dc #b9d8ea #fbe9cf"))
    colour = over(colour, hexes("#ffffff")[0], 0.8 * smooth(0.1, 0.8, cloud(x, 3 * y, rng, 2, 4))
                  * smooth(0.42, 0.2, y))
    sea = smooth(0.40, 0.405, y)
    glitter = smooth(0.0, 0.9, cloud(x, 7 * y, rng, 4, 3))
    colour = over(colour, ramp(glitter, hexes("#1f5f9a #3f8fbf #cfe6e6")), sea)
    beach = smooth(0, 0.01, y - (0.58 + 0.10 * np.sin(2.2 * x + seed) * (x / right)))
    sand = ramp(smooth(-0.8, 0.8, cloud(x, 2 * y, rng, 4, 3)), hexes("#d8b26a #f1d99a #fbeec6"))
    colour = over(colour, sand, beach)
    lawn = smooth(0, 0.01, y - (0.80 - 0.12 * x / right + 0.02 * np.sin(9 * x)))
    grass = ramp(smooth(-0.8, 0.8, cloud(2 * x, y, rng, 5, 3)), hexes("#2c6b34 #6da33e #c5cf57"))
    colour = over(colour, grass, lawn)
    for _ in range(9):
        cx, cy = rng.uniform(0.05, 0.95) * right, rng.uniform(0.43, 0.55)
        size = 0.05 * (cy - 0.3) / 0.2 * rng.uniform(0.7, 1.3)
        rise = (cy - y) / size
        sail = smooth(0, 0.04, rise) * smooth(0.008, -0.008, np.abs(x - cx) * 2.6 - (
            size * np.clip(1.6 - rise, 0, 2)))
        colour = over(colour, hexes("#fff7ea")[0], sail)
        hull = smooth(1.0, 0.85, np.hypot((x - cx) / (0.7 * size), (y - cy) / (0.14 * size)))
        colour = over(colour, hexes("#7c2f2a")[0], hull)
    crown = np.hypot((x - 0.12 * right) / 0.26, (y - 0.22) / 0.24) + 0.25 * cloud(x, y, rng, 7, 3)
    trunk = smooth(0.02, 0.012, np.abs(x - 0.12 * right - 0.03 * np.sin(5 * y))) * (y > 0.3)
    colour = over(colour, hexes("#4a2f3a")[0], trunk * (y < 0.86))
    leaf = ramp(smooth(-0.8, 0.8, cloud(x, y, rng, 9, 3)), hexes("#173f3a #2f7a3f #a3b83e"))
    colour = over(colour, leaf, smooth(1.0, 0.9, crown))
    spots = Sketch(colour, np.zeros_like(x), np.ones_like(x))
    return paint(
        spots,
        (Layer(7000, 0.012, 0.016, 0.10), Layer(26000, 0.006, 0.009, 0.15),),
        rng, hexes("#efe3c8")[0], 0.06,
    )
