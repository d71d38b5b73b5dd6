"""Textures and ornaments by rule: mosaic, stained glass, waves, marble, circles, ink."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cnnviz_app.sources.worlds.noise import (
    Array,
    Picture,
    blur,
    cloud,
    grid,
    hexes,
    over,
    ramp,
    relief,
    smooth,
    to_bytes,
    value_noise,
)

Ints = NDArray[np.int64]


def _cells(u: Array, v: Array, rng: np.random.Generator, jitter: float) -> tuple[
    Ints, Array, Array, Array
]:
    """Cells round jittered lattice points: (number, distance to the border, centre u, centre v)."""
    table = rng.uniform(-jitter / 2, jitter / 2, (128, 128, 2))
    column, row = np.floor(u).astype(int), np.floor(v).astype(int)
    best = np.full(u.shape, np.inf)
    second = best.copy()
    number = np.zeros(u.shape, np.int64)
    centre_u, centre_v = np.zeros_like(u), np.zeros_like(v)
    for dr in (-1, 0, 1):
        for dc in (-1, 0, 1):
            r, c = row + dr, column + dc
            shift = table[r % 128, c % 128]
            pu, pv = c + 0.5 + shift[..., 0], r + 0.5 + shift[..., 1]
            distance = np.hypot(u - pu, v - pv)
            closer = distance < best
            second = np.where(closer, best, np.minimum(second, distance))
            best = np.where(closer, distance, best)
            number = np.where(closer, (r % 128) * 128 + c % 128, number)
            centre_u, centre_v = np.where(closer, pu, centre_u), np.where(closer, pv, centre_v)
    return number, (second - best) / 2, centre_u, centre_v


def mosaic(seed: int = 1, height: int = 512, width: int = 640) -> Picture:
    """Stone tiles laid along the waves round a sun."""
    rng = np.random.default_rng((201, seed))
    x, y = grid(height, width)
    right = width / min(height, width)
    cx, cy = 0.5 * right, 0.44
    radius, angle = np.hypot(x - cx, y - cy), np.arctan2(y - cy, x - cx)
    sea = y > 0.70 + 0.03 * np.sin(9 * x + seed)
    # tiles run in rings round the sun, and in wavy rows in the sea
    ring = radius * 30
    per_ring = np.maximum(6, np.round(2 * np.pi * (np.floor(ring) + 0.5)))
    around = (angle / (2 * np.pi) + 0.5) * per_ring + 0.5 * (np.floor(ring) % 2)
    rows = (y - 0.03 * np.sin(9 * x + seed) - 0.012 * np.sin(23 * x)) * 34
    along = x * 30 + 0.5 * (np.floor(rows) % 2)
    u, v = np.where(sea, along, around), np.where(sea, rows, ring)
    cell_u, cell_v = np.floor(u), np.floor(v)
    edge = np.minimum.reduce([u - cell_u, 1 - u + cell_u, v - cell_v, 1 - v + cell_v])
    key = (cell_u * 374761 + cell_v * 668265 + sea * 987643).astype(np.int64)
    random = np.mod(np.sin(key * 0.0129898 + seed) * 43758.5453, 1.0)
    band = (np.floor(v) + 0.5) / 30
    disc = band < 0.17
    wobble = band + 0.035 * np.sin(12 * angle) * (band > 0.17)
    rays = (np.sin(16 * angle) > 0) & (band < 0.30)
    sky = ramp(np.clip((wobble - 0.2) / 0.6 + 0.15 * (random - 0.5), 0, 1),
               hexes("#f2d9a0 #e9a86a #5fa6b0 #2a6f92 #1d3f6b #14284a"))
    gold = ramp(np.clip(band / 0.17 + 0.4 * (random - 0.5), 0, 1), hexes("#fff0b0 #f5c542 #d98a1f"))
    flame = ramp(random, hexes("#c8401f #e56a2a #f0a23c"))
    tone = np.clip((np.floor(v) / 34 - 0.66) / 0.36 + 0.5 * (random - 0.5), 0, 1)
    water = ramp(tone, hexes("#d7efe6 #6fc0bd #2f8ea3 #1c5a86 #152f5c"))
    colour = np.where(rays[..., None], flame, sky)
    colour = np.where(disc[..., None], gold, colour)
    colour = np.where(sea[..., None], water, colour)
    colour *= (0.86 + 0.24 * random)[..., None]
    tile = smooth(0.06, 0.13, edge + 0.03 * value_noise(x, y, rng, 90))
    grain = 1 + 0.05 * value_noise(x, y, rng, 160)
    lit = relief(colour * grain[..., None], tile, 0.16)
    return to_bytes(over(np.broadcast_to(hexes("#5c5348")[0], colour.shape), lit, tile))


def stained_glass(seed: int = 1, height: int = 512, width: int = 640) -> Picture:
    """A rose window with the light behind it."""
    rng = np.random.default_rng((202, seed))
    x, y = grid(height, width)
    right = width / min(height, width)
    dx, dy = x - 0.5 * right, y - 0.5
    radius, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
    petals = 12
    bounds = np.array([0.0, 0.075, 0.19, 0.31, 0.44])
    ring = np.searchsorted(bounds, radius.ravel()).reshape(radius.shape) - 1
    turn = angle / (2 * np.pi) * petals * np.where(ring >= 2, 2, 1) + 0.5 * (ring % 2)
    slice_number = np.floor(turn)
    # each outer field is cut once more by an arch
    local = turn - slice_number - 0.5
    low = bounds[np.clip(ring, 0, 4)]
    high = np.append(bounds, 0.7)[np.clip(ring + 1, 0, 5)]
    depth = (radius - low) / (high - low)
    arch = depth - (0.88 - 2.6 * local**2)
    part = (arch > 0).astype(int)
    to_side = (0.5 - np.abs(local)) * 2 * np.pi * radius / (petals * np.where(ring >= 2, 2, 1))
    lead = np.minimum.reduce([
        np.where(ring > 0, to_side, 1.0),
        np.abs(radius[..., None] - bounds[1:]).min(-1),
        np.where(ring > 0, np.abs(arch) * (high - low) * 0.5, 1.0),
    ])
    outside = radius > bounds[-1]
    number, gap, _, _ = _cells(x * 9, y * 9, rng, 0.9)
    lead = np.where(outside, np.minimum(gap / 9, radius - bounds[-1]), lead)
    palette = hexes(
        "#b3122a #e0401c #f29a1f #f7d54a #2f8f4e #157a8c #1d4fb0 #1a2f86 #5b2a94 #c04f9c"
    )
    rose = (ring * 3 + part * 4 + slice_number.astype(int) % (2 + ring % 2) * 2 + seed) % 10
    corner = np.array([6, 7, 5, 8, 6, 7])[number % 6]
    colour = palette[np.where(outside, corner, rose)]
    shade = np.mod(np.sin(np.where(outside, number, slice_number * 7 + ring * 31 + part * 3)
                          * 12.9898) * 43758.5, 1.0)
    light = 0.75 + 0.4 * shade + 0.16 * cloud(x, y, rng, 6, 4)
    light *= 1.15 - 0.75 * np.clip(radius - 0.05, 0, 1)
    streaks = 1 + 0.05 * value_noise(3 * x + y, 0.6 * y, rng, 30)
    glass = np.clip(colour * (light * streaks)[..., None], 0, 1)
    glow = np.clip(1 - radius / 0.10, 0, 1)[..., None]
    glass = glass + (hexes("#fff3c4")[0] - glass) * 0.8 * glow
    thick = 0.0065 + 0.004 * (np.abs(radius - bounds[-1]) < 0.01)
    came = smooth(thick * 0.7, thick * 1.25, lead)
    metal = np.full_like(colour, 0.07) + 0.10 * smooth(0.004, 0.0, lead)[..., None]
    picture = over(metal, glass, came)
    halo = blur(picture, 9)
    return to_bytes(picture + 0.28 * np.clip(halo - 0.18, 0, 1))


def waves(seed: int = 1, height: int = 512, width: int = 640) -> Picture:
    """Waves one behind the other, with curling foam, before a pale sky and a far mountain."""
    rng = np.random.default_rng((203, seed))
    x, y = grid(height, width)
    right = width / min(height, width)
    colour = ramp(smooth(0.0, 0.6, y), hexes("#d9c7a0 #eadfc4 #f3ead6"))
    sun = np.hypot(x - 0.74 * right, y - 0.20)
    colour = over(colour, hexes("#c9432f")[0], smooth(0.092, 0.086, sun))
    peak = 0.50 - 0.26 * np.exp(-np.abs(x - 0.34 * right) / 0.15) + 0.01 * np.sin(30 * x)
    mountain = smooth(0, 0.004, y - peak)
    snow = smooth(0.004, -0.004, y - 0.335 - 0.022 * np.abs(np.sin(32 * x)))
    stone = over(np.broadcast_to(hexes("#51708f")[0], colour.shape),
                 np.broadcast_to(hexes("#f8f4e8")[0], colour.shape), snow)
    colour = over(colour, stone, mountain)
    tones = hexes("#86b0bd #5f95b0 #3f79a1 #2b5f8f #1e4677 #16315c #10244a")
    for layer in range(7):
        depth = layer / 6
        base = 0.47 + 0.085 * layer
        pace = 9 - 5.2 * depth
        swell = 0.022 + 0.05 * depth
        phase = rng.uniform(0, 2 * np.pi)
        # the crest leans over: x is read a little behind itself where the wave is high
        lean = x + 0.10 * (0.4 + depth) * (y - base) / (swell + 0.03)
        theta = pace * lean + phase + 0.5 * value_noise(x, y, rng, 2)
        crest = base - swell * (2 * (0.5 + 0.5 * np.sin(theta)) ** 1.7 - 0.6)
        depth_in = y - crest
        body = smooth(0, 0.004, depth_in)
        lines = np.sin(depth_in * (250 - 120 * depth) + 3 * np.sin(theta)) > 0.25
        dark, light = tones[layer], np.clip(tones[layer] * 0.45 + 0.55, 0, 1)
        fading = np.exp(-depth_in / (0.05 + 0.06 * depth))
        water = over(np.broadcast_to(dark, colour.shape),
                     np.broadcast_to(light, colour.shape), lines * 0.8 * fading)
        colour = over(colour, water, body)
        high = smooth(0.1, 0.9, np.sin(theta))
        size = 26 - 12 * depth
        number, _, pu, pv = _cells(x * size, y * size, rng, 0.8)
        drop = np.hypot(x * size - pu, y * size - pv) * (1 + 0.5 * np.mod(number * 0.618, 1))
        froth = high * (0.016 + 0.042 * depth)
        at_crest = smooth(1.0, 0.7, np.abs(depth_in - 0.1 * froth) / (froth + 1e-6))
        # a bubble is whole or not there: its centre decides
        row = np.clip(pv / size * min(height, width), 0, height - 1).astype(int)
        column = np.clip(pu / size * min(height, width), 0, width - 1).astype(int)
        at_crest = (at_crest[row, column] > 0.2) * 1.0
        bubbles = smooth(0.50, 0.44, drop) * at_crest
        foam = np.maximum(bubbles, smooth(0.006 + 0.004 * depth, 0.002, np.abs(depth_in)) * high)
        colour = over(colour, hexes("#f7f3e6")[0], foam)
        rim = smooth(0.10, 0.03, np.abs(drop - 0.47)) * at_crest
        colour = over(colour, tones[min(layer + 1, 6)], 0.75 * rim)
    paper = 1 + 0.035 * value_noise(0.4 * x, y, rng, 140) + 0.02 * value_noise(x, y, rng, 60)
    return to_bytes(colour * paper[..., None])


def marble(seed: int = 1, height: int = 512, width: int = 640) -> Picture:
    """Ink combed on water and lifted off with paper."""
    rng = np.random.default_rng((204, seed))
    x, y = grid(height, width)
    u, v = x + 0.0, y + 0.0
    for comb in range(3):
        pace = (11.0, 7.0, 16.0)[comb]
        pull = (0.10, 0.13, 0.045)[comb]
        drift = value_noise(x, y, rng, 2)
        if comb % 2 == 0:
            v = v + pull * np.abs(2 * np.mod(u * pace / 2 + 0.1 * drift, 1) - 1) * 1.6
        else:
            u = u + pull * np.sin(v * pace + 1.5 * drift)
    warp = cloud(u, v, rng, 1.6, 3)
    bands = 2.6 * v + 0.9 * warp + 0.35 * cloud(u + 3, v, rng, 3.5, 3)
    palette = (
        "#f4ead5 #0f3b57 #f4ead5 #d9512c #f2b84b #f4ead5 #1f6f78 #0f3b57 #f7e3c0 #8c1c2e #f4ead5",
        "#101a3a #f5efe0 #2b6ea3 #f5efe0 #d8a23c #101a3a #7db7c9 #f5efe0 #b23a48 #101a3a",
    )[seed % 2]
    colours = hexes(palette)
    place = np.mod(bands, 1) * len(colours)
    index = np.floor(place).astype(int) % len(colours)
    between = place - np.floor(place)
    slope = np.hypot(np.gradient(place, axis=0), np.gradient(place, axis=1))
    sharp = np.clip((between - 1 + slope) / (slope + 1e-6), 0, 1) * (slope < 3)
    colour = over(colours[index], colours[(index + 1) % len(colours)], sharp)
    vein = smooth(0.10, 0.0, np.abs(np.mod(bands * 4.0 + warp, 1) - 0.5))
    colour = over(colour, hexes("#c9a35a")[0], 0.5 * vein)
    spots, _, pu, pv = _cells(u * 15, v * 15, rng, 1.0)
    drop = np.hypot(u * 15 - pu, v * 15 - pv)
    chosen = np.mod(spots * 0.61803, 1.0)
    colour = over(colour, hexes("#f7f1e2")[0], (chosen < 0.22) * smooth(0.24, 0.19, drop))
    paper = 1 + 0.02 * value_noise(x, y, rng, 120)
    return to_bytes(colour * paper[..., None])


def circles(seed: int = 1, height: int = 512, width: int = 640) -> Picture:
    """Rings of loud colours in soft squares, watercolour on paper."""
    rng = np.random.default_rng((205, seed))
    x, y = grid(height, width)
    wobble = 0.010 * cloud(x, y, rng, 5, 3)
    u, v = (x + wobble) * 4, (y + 0.010 * cloud(y, x, rng, 5, 3)) * 4
    column, row = np.floor(u).astype(int), np.floor(v).astype(int)
    palette = hexes(
        "#d7263d #f46036 #f9c22e #2e294e #1b998b #3a86ff #8338ec #ff8fab #e8dcc4 #264653 #a7c957"
    )
    picks = rng.integers(0, len(palette), (16, 16, 6))
    for i in range(1, 6):  # neighbouring rings never share a colour
        same = picks[..., i] == picks[..., i - 1]
        picks[..., i] = np.where(same, (picks[..., i] + 3) % len(palette), picks[..., i])
    offsets = rng.uniform(-0.06, 0.06, (16, 16, 2))
    shift = offsets[row % 16, column % 16]
    du, dv = u - column - 0.5 - shift[..., 0], v - row - 0.5 - shift[..., 1]
    distance = np.hypot(du, dv * 1.04) + 0.02 * value_noise(x, y, rng, 14)
    radii = rng.uniform(0.07, 0.115, (16, 16))[row % 16, column % 16]
    ring = np.clip(np.floor(distance / radii), 0, 5).astype(int)
    colour = palette[picks[row % 16, column % 16, ring]]
    within = distance / radii - ring
    # pigment gathers at the edge of a wash, and dries unevenly inside it
    pooled = 0.90 + 0.10 * np.cos(2 * np.pi * np.clip(within, 0, 1))
    wash = 1 + 0.16 * cloud(x, y, rng, 8, 5)
    colour = 1 - (1 - colour) * np.clip(pooled * wash, 0, 1.15)[..., None]
    border = np.minimum.reduce([u - column, 1 - u + column, v - row, 1 - v + row])
    white = smooth(0.02, 0.03, border + 0.01 * value_noise(x, y, rng, 40))
    sheet = np.broadcast_to(hexes("#f6f0e2")[0], colour.shape)
    gap = smooth(0.0, 0.035, np.minimum(within, 1 - within) + (ring >= 5) * 0.5)
    colour = over(sheet, colour, white * (0.72 + 0.28 * gap))
    paper = relief(colour, cloud(x, y, rng, 110, 2), 0.03)
    return to_bytes(paper)


def engraving(seed: int = 1, height: int = 512, width: int = 640) -> Picture:
    """Mountains in lines that swell with the shadow, as on an old banknote."""
    rng = np.random.default_rng((206, seed))
    x, y = grid(height, width)
    tone = 0.16 + 0.16 * smooth(-0.3, 0.9, cloud(x, 3 * y, rng, 2, 4))
    bend = 0.02 * np.sin(4 * x)
    for base, rise, cells in ((0.42, 0.16, 2.2), (0.60, 0.15, 2.8), (0.80, 0.12, 3.4)):
        line = base + rise * cloud(x[:1], np.full_like(x[:1], base), rng, cells, 5)
        inside = y > line
        shape = cloud(x, 0.8 * (y - line), rng, 6, 4)
        steep = np.gradient(shape, axis=1) * min(height, width)
        shade = np.clip(0.48 + 0.05 * steep + 0.30 * (line - y) / 0.3 + 0.22, 0.06, 0.93)
        tone = np.where(inside, shade, tone)
        bend = np.where(inside, 0.07 * shape + 0.25 * (y - line) * np.sin(3 * x + base), bend)
    pitch = 78
    phase = (y + bend) * pitch
    triangle = np.abs(2 * (phase - np.floor(phase)) - 1)
    # the gradient keeps edges one pixel wide however the lines are squeezed
    softness = np.clip(np.abs(np.gradient(phase, axis=0)) * 2.2, 0.1, 1)
    ink = smooth(-softness / 2, softness / 2, tone - triangle)
    cross_phase = (0.8 * x + 0.6 * y - bend) * pitch
    second = np.abs(2 * (cross_phase - np.floor(cross_phase)) - 1)
    deep = smooth(-softness / 2, softness / 2, (tone - 0.55) * 1.6 - second)
    amount = np.maximum(ink, deep)
    page = hexes("#f3e9d2")[0] * (1 + 0.03 * cloud(x, y, rng, 30, 3))[..., None]
    return to_bytes(over(page, np.broadcast_to(hexes("#1c2a3a")[0], page.shape), amount))
