"""Drawn food, on tables, and mushrooms where they grow."""

from __future__ import annotations

import numpy as np

from cnnviz_app.sources.worlds import _things_places as places
from cnnviz_app.sources.worlds._things_easel import TAU, Easel, disc, ribbon, spline
from cnnviz_app.sources.worlds.noise import Array, smooth


def pizza(e: Easel) -> None:
    """From above: crust, sauce, cheese and what lies on it."""
    places.table(e)
    centre, scale = (e.between(0.42, 0.58), e.between(0.44, 0.58)), e.between(0.36, 0.52)
    tilt = e.between(0.68, 1.0)
    e.place(centre, scale, 0, (1, tilt))
    round_ = disc(0, 0, 1)
    wobble = 1 + 0.025 * np.sin(np.linspace(0, 3 * TAU, len(round_), False) + e.between(0, 6))
    if e.rng.random() < 0.4:
        e.shadow(disc(0, 0, 1.14), 0.4, 0.08)
        e.fill(disc(0, 0, 1.14), (0.90, 0.90, 0.88), volume=0.2)
    e.shadow(round_, 0.5, 0.06)
    e.naming = True
    crust = e.pick((0.80, 0.58, 0.32), (0.72, 0.48, 0.24), (0.86, 0.68, 0.42))
    e.fill(round_ * wobble[:, None], 1.05 * crust, volume=0.9, grain=1 + 0.22 * e.field(9, 2))
    e.fill(0.86 * round_ * wobble[:, None], (0.72, 0.20, 0.07), soft=0.02)
    cheese = e.pick((0.95, 0.78, 0.38), (0.96, 0.86, 0.56), (0.92, 0.66, 0.25))
    blots = 1 + 0.16 * e.field(8, 3)
    e.fill(0.81 * round_ * wobble[:, None], cheese, 0.92, soft=0.03, grain=blots)
    e.fill([disc(*_on(e, 0.74), e.between(0.04, 0.13), e.between(0.03, 0.1), e.between(0, 3))
            for _ in range(16)], (0.80, 0.30, 0.08), 0.45, soft=0.03)
    toppings = (_pepperoni, _olives, _leaves, _slices)
    first = int(e.rng.integers(4))
    toppings[0 if e.rng.random() < 0.5 else first](e)
    toppings[1 + (first + 1) % 3](e)
    if e.rng.random() < 0.5:
        toppings[1 + (first + 2) % 3](e)
    if e.rng.random() < 0.45:
        begin = e.between(0, TAU)
        for i in range(3):
            a = begin + i * TAU / 6
            ray = np.array((np.cos(a), np.sin(a)))
            e.fill(ribbon([-ray, ray], 0.022), 0.45 * crust, 0.8)


def _on(e: Easel, reach: float) -> tuple[float, float]:
    r, a = reach * np.sqrt(e.between(0, 1)), e.between(0, TAU)
    return float(r * np.cos(a)), float(r * np.sin(a))


def _spread(e: Easel, count: int, reach: float = 0.7) -> Array:
    """Places that keep their distance from one another, as a cook would choose them."""
    i = np.arange(count)
    r, a = reach * np.sqrt((i + 0.5) / count), i * 2.4 + e.between(0, TAU)
    return np.column_stack([r * np.cos(a), r * np.sin(a)]) + e.rng.normal(0, 0.04, (count, 2))


def _pepperoni(e: Easel) -> None:
    red = e.pick((0.70, 0.14, 0.08), (0.62, 0.10, 0.08), (0.78, 0.24, 0.12))
    at = [(x, y, e.between(0.11, 0.15)) for x, y in _spread(e, int(e.rng.integers(9, 16)))]
    e.shadow([disc(x, y, r) for x, y, r in at], 0.4, 0.02, (0.015, 0.025))
    e.fill([disc(x, y, r) for x, y, r in at], 0.72 * red)
    mottled = 1.1 + 0.16 * e.field(20, 2)
    e.fill([disc(x, y, 0.86 * r) for x, y, r in at], 1.12 * red, grain=mottled)
    e.fill([disc(x + e.between(-0.06, 0.06), y + e.between(-0.06, 0.06), 0.16 * r)
            for x, y, r in at for _ in range(3)], (0.93, 0.62, 0.40), 0.6)


def _olives(e: Easel) -> None:
    olive = e.pick((0.10, 0.09, 0.08), (0.32, 0.36, 0.12))
    at = _spread(e, int(e.rng.integers(8, 14)), 0.75)
    e.fill([disc(x, y, 0.07, 0.06) for x, y in at], olive, volume=0.6)
    e.fill([disc(x, y, 0.03, 0.025) for x, y in at], (0.88, 0.68, 0.32))


def _leaves(e: Easel) -> None:
    green = e.pick((0.20, 0.42, 0.12), (0.30, 0.50, 0.16))
    at = _spread(e, int(e.rng.integers(6, 12)), 0.68)
    e.fill([disc(x, y, e.between(0.08, 0.13), 0.05, e.between(0, 3)) for x, y in at], green,
           volume=0.8, grain=1 + 0.2 * e.field(8))


def _slices(e: Easel) -> None:
    """Mushrooms or peppers, pale or bright."""
    paint = e.pick((0.90, 0.82, 0.68), (0.82, 0.16, 0.10), (0.85, 0.75, 0.16))
    pieces = []
    for x, y in _spread(e, int(e.rng.integers(7, 12)), 0.68):
        arc = np.linspace(0, 2.6, 7) + e.between(0, TAU)
        line = np.column_stack([x + 0.09 * np.cos(arc), y + 0.09 * np.sin(arc)])
        pieces.append(ribbon(line, 0.055))
    e.fill(pieces, paint, volume=0.5, grain=1 + 0.12 * e.field(8))


# ---- fruit

ROUND = {
    "orange": ((0.96, 0.52, 0.06), (0.92, 0.44, 0.05)),
    "apple": ((0.78, 0.10, 0.10), (0.62, 0.74, 0.18), (0.86, 0.28, 0.12)),
    "lemon": ((0.97, 0.85, 0.14), (0.90, 0.84, 0.22)),
    "peach": ((0.96, 0.60, 0.34),),
}


def fruit(e: Easel) -> None:
    """Oranges, apples, lemons or bananas on a table or in leaves."""
    if e.rng.random() < 0.65:
        places.table(e)
        wall = e.pick((0.45, 0.42, 0.38), (0.20, 0.22, 0.24), (0.80, 0.78, 0.72), (0.3, 0.4, 0.45))
        e.wash(smooth(0.012, -0.012, e.y - e.between(0.25, 0.45)),
               wall * (1.05 - 0.4 * e.y)[..., None])
    else:
        places.garden(e)
        for _ in range(7):
            places.leaf(e, (e.between(0, 1), e.between(0, 1)), e.between(0.12, 0.22),
                        e.between(0, TAU))
    kind = ("orange", "orange", "lemon", "apple", "banana", "peach")[int(e.rng.integers(6))]
    if kind == "banana":
        _bananas(e)
        return
    colours = ROUND[kind]
    e.naming = True
    layouts = (
        ((0.5, 0.55, 0.33),),
        ((0.32, 0.5, 0.23), (0.68, 0.6, 0.25)),
        ((0.3, 0.62, 0.22), (0.7, 0.6, 0.23), (0.5, 0.38, 0.21)),
        ((0.26, 0.38, 0.19), (0.7, 0.36, 0.2), (0.48, 0.56, 0.2), (0.2, 0.76, 0.19),
         (0.76, 0.76, 0.21)),
    )
    for x, y, r in layouts[int(e.rng.integers(4))]:
        dx, dy = e.rng.uniform(-0.03, 0.03, 2)
        e.place((x + dx, y + dy), r * e.between(0.9, 1.08))
        _fruit(e, kind, e.pick(*colours))
    if kind in ("orange", "lemon") and e.rng.random() < 0.6:
        e.place((e.between(0.25, 0.75), e.between(0.68, 0.8)), e.between(0.16, 0.24))
        _cut(e, e.pick(*colours))


def _fruit(e: Easel, kind: str, colour: Array) -> None:
    e.shadow(disc(0.05, 0.75, 0.95, 0.35), 0.55, 0.16)
    turn = e.between(-0.6, 0.6)
    if kind == "lemon":
        ends = [(1.18 * np.cos(turn), 1.18 * np.sin(turn))]
        for x, y in (*ends, *((-a, -b) for a, b in ends)):
            e.fill(disc(x * 0.92, y * 0.92, 0.22), 0.85 * colour, volume=0.5)
        e.ball((0, 0), 1.08, 0.82, colour, 0.45, 0.42, turn)
    else:
        e.ball((0, 0), 1.0, 0.95, colour, 0.4 if kind == "peach" else 0.6, 0.34)
    if kind == "apple":
        if colour[0] > 0.7:
            e.fill(disc(0.25, 0.1, 0.25, 0.6, 0.3), (0.92, 0.72, 0.2), 0.3, soft=0.16)
        e.fill(disc(0.05, -0.68, 0.26, 0.1), 0.45 * colour, 0.75, soft=0.04)
        e.fill(ribbon(spline([(0.05, -0.66), (0.08, -0.9), (0.2, -1.12)], False), 0.07, 0.09),
               (0.32, 0.2, 0.1))
        if e.rng.random() < 0.6:
            e.fill(disc(0.42, -1.02, 0.27, 0.12, -0.4), (0.32, 0.52, 0.16), volume=0.6)
    elif kind == "orange":
        e.fill(disc(0.14, -0.5, 0.1, 0.07), (0.35, 0.38, 0.12), 0.9)
        e.fill([disc(*_on(e, 0.85), 0.03) for _ in range(26)], 0.7 * colour, 0.4)
    elif kind == "peach":
        e.fill(disc(0.3, 0.05, 0.45, 0.7), (0.86, 0.26, 0.18), 0.45, soft=0.22)
        e.fill(ribbon(spline([(0.0, -0.8), (-0.2, 0), (0.0, 0.8)], False), 0.05), (0.7, 0.3, 0.2),
               0.5, soft=0.03)


def _cut(e: Easel, colour: Array) -> None:
    """Half a fruit with its segments."""
    e.shadow(disc(0, 0.1, 1), 0.5, 0.12)
    e.fill(disc(0, 0, 1), colour, volume=0.3)
    e.fill(disc(0, 0, 0.9), 0.3 * colour + 0.68)
    begin, count = e.between(0, 1), 9
    segments = []
    for i in range(count):
        a = begin + TAU * i / count
        angle = np.linspace(a + 0.06, a + TAU / count - 0.06, 5)
        arc = 0.82 * np.column_stack([np.cos(angle), np.sin(angle)])
        segments.append(np.vstack([0.14 * arc[2:3], arc]))
    e.fill(segments, 0.95 * colour, grain=1 + 0.1 * e.field(9))


def _bananas(e: Easel) -> None:
    yellow = e.pick((0.96, 0.82, 0.18), (0.93, 0.78, 0.25), (0.86, 0.80, 0.22))
    e.place((0.5, e.between(0.42, 0.52)), e.between(0.4, 0.48), e.between(-0.5, 0.5))
    e.naming = True
    for i in range(int(e.rng.integers(2, 5))):
        y, bend = 0.24 * i - 0.3, e.between(0.48, 0.6)
        line = spline([(-0.95 + 0.03 * i, y - 0.25), (-0.5, y + 0.6 * bend - 0.1),
                       (0.1, y + bend - 0.12), (0.65, y + 0.6 * bend - 0.18),
                       (0.98, y - 0.12)], False)
        width = 0.3 * np.sin(np.linspace(0.28, 2.9, len(line))) ** 0.6
        slope = np.gradient(line, axis=0)
        slope /= np.hypot(slope[:, 0], slope[:, 1])[:, None]
        side = np.stack([-slope[:, 1], slope[:, 0]], axis=1) * width[:, None] / 2
        outline = np.vstack([line + side, (line - side)[::-1]])
        e.shadow(outline, 0.45, 0.07)
        e.fill(outline, 1.06 * yellow, to=0.8 * yellow, volume=0.6)
        e.fill(ribbon(line + 0.25 * side, 0.03), 0.72 * yellow, 0.6)
        e.fill(ribbon(line[:3], 0.1, 0.07), (0.35, 0.28, 0.12))
        e.fill(disc(line[-1, 0], line[-1, 1], 0.06), (0.22, 0.17, 0.1))


# ---- mushrooms

def mushroom(e: Easel) -> None:
    """One to three on the forest floor."""
    places.forest_floor(e)
    cap = e.pick((0.78, 0.12, 0.07), (0.62, 0.38, 0.18), (0.86, 0.78, 0.62), (0.84, 0.46, 0.14),
                 (0.50, 0.30, 0.20))
    spots = bool(cap[0] > 0.7 and cap[1] < 0.2)
    more = int(e.rng.integers(0, 3))
    for i in range(more):
        x = (0.2, 0.8)[i] + e.between(-0.06, 0.06)
        _mushroom(e, cap, spots, (x, e.between(0.72, 0.82)), e.between(0.11, 0.17))
    _mushroom(e, cap, spots, (e.between(0.42, 0.58), e.between(0.8, 0.9)), e.between(0.25, 0.34))
    e.place((0, 0), 1)
    places.blades(e, 10)


def _mushroom(
    e: Easel, cap: Array, spots: bool, foot: tuple[float, float], size: float
) -> None:
    """A stem of height 1 to 1.4 with a cap; seen a little from above or from below."""
    e.place(foot, size, e.between(-0.14, 0.14))
    height, flat, thick = e.between(0.9, 1.35), e.between(0.55, 0.95), e.between(0.2, 0.32)
    e.shadow(disc(0, 0.02, 0.6, 0.14), 0.6, 0.1, (0.12, 0.02))
    e.naming = True
    stem = e.pick((0.90, 0.86, 0.76), (0.82, 0.74, 0.60))
    outline = spline([(-1.25 * thick, 0.0), (-thick, -0.4), (-0.85 * thick, -height),
                      (0.85 * thick, -height), (thick, -0.4), (1.25 * thick, 0.0), (0, 0.1)])
    e.fill(outline, stem, to=0.72 * stem, volume=0.8)
    if e.rng.random() < 0.5:
        e.fill(spline([(-1.2 * thick, -0.62 * height), (0, -0.7 * height),
                       (1.2 * thick, -0.62 * height), (0.9 * thick, -0.5 * height),
                       (0, -0.54 * height), (-0.9 * thick, -0.5 * height)]), 0.95 * stem,
               volume=0.5)
    below = e.between(0.1, 0.24)
    gills = 0.55 * stem + 0.1
    e.fill(disc(0, -height, 0.98, below), gills)
    e.fill([ribbon([(0.25 * x, -height), (x, -height + below * np.sqrt(1 - x * x))], 0.03)
            for x in np.linspace(-0.85, 0.85, 13)], 1.35 * gills, 0.6)
    dome = spline([(-1, -height + 0.02), (-0.92, -height - 0.45 * flat),
                   (-0.5, -height - 0.85 * flat), (0, -height - flat),
                   (0.5, -height - 0.85 * flat), (0.92, -height - 0.45 * flat),
                   (1, -height + 0.02), (0.5, -height + 0.02), (0, -height + 0.04),
                   (-0.5, -height + 0.02)])
    e.fill(dome, 1.1 * cap, to=0.72 * cap, volume=0.7, grain=1 + 0.07 * e.field(10, 2))
    e.fill(disc(-0.32, -height - 0.66 * flat, 0.26, 0.1, -0.35), (1, 1, 0.97), 0.4, soft=0.07)
    if spots:
        dots = ((-0.5, 0.3, 0.11), (-0.05, 0.25, 0.12), (0.45, 0.33, 0.11),
                        (-0.25, 0.62, 0.1), (0.22, 0.66, 0.1), (0.7, 0.16, 0.08),
                        (-0.76, 0.14, 0.08), (0.0, 0.86, 0.08))
        e.fill([disc(x + e.between(-0.04, 0.04), -height - y * flat, r, 0.72 * r)
                for x, y, r in dots], (0.95, 0.93, 0.86), volume=0.4)
    e.naming = False
