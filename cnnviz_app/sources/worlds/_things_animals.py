"""Drawn animals, each where one would meet it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cnnviz_app.sources.worlds import _things_places as places
from cnnviz_app.sources.worlds._things_easel import TAU, Easel, disc, ribbon, spline
from cnnviz_app.sources.worlds.noise import Array, hexes, ramp, smooth

BLACK = np.array((0.07, 0.06, 0.07))


def _mirror(points: ArrayLike) -> Array:
    """A closed outline from its upper half, mirrored at y = 0."""
    p = np.asarray(points, float)
    return spline(np.vstack([p, (p * (1, -1))[-2:0:-1]]))


def ladybug(e: Easel) -> None:
    """From above on a leaf, red with black spots."""
    places.garden(e)
    turn, scale = e.between(0, TAU), e.between(0.23, 0.36)
    centre = (e.between(0.4, 0.6), e.between(0.42, 0.6))
    places.leaf(e, (centre[0] + e.between(-0.1, 0.1), centre[1] + 0.04), e.between(0.55, 0.85),
                e.between(0, TAU))
    e.place(centre, scale, turn)
    e.shadow(disc(0, 0, 1.02, 0.9), 0.55, 0.1, (0.08, 0.1))
    e.naming = True
    for x, reach in ((-0.45, -0.5), (0.1, 0.05), (0.6, 0.55)):
        for s in (-1, 1):
            line = [(x, 0.6 * s), (x + 0.6 * reach, 1.02 * s), (x + reach, 1.2 * s)]
            e.fill(ribbon(line, 0.12, 0.06), BLACK)
    for s in (-1, 1):
        e.fill(ribbon([(1.1, 0.15 * s), (1.35, 0.3 * s), (1.45, 0.48 * s)], 0.07, 0.05), BLACK)
    e.ball((1.0, 0), 0.34, 0.42, BLACK, 0.3, 0.6)
    for s in (-1, 1):
        e.fill(disc(1.12, 0.27 * s, 0.1, 0.1), (0.93, 0.92, 0.86))
    e.ball((0.72, 0), 0.42, 0.62, BLACK, 0.35, 0.6)
    for s in (-1, 1):
        e.fill(disc(0.86, 0.43 * s, 0.17, 0.12, 0.5 * s), (0.95, 0.94, 0.88))
    red = e.pick((0.85, 0.10, 0.06), (0.92, 0.22, 0.06), (0.78, 0.06, 0.08), (0.95, 0.38, 0.08))
    e.ball((-0.08, 0), 0.94, 0.86, red, 0.75, 0.4)
    e.fill(ribbon([(0.78, 0), (-1.0, 0)], 0.05, 0.03), BLACK, 0.9)
    e.fill(disc(0.66, 0, 0.14, 0.12), BLACK)
    size = e.between(0.8, 1.15)
    rows = ((0.38, 0.42, 0.17), (-0.12, 0.5, 0.18), (-0.6, 0.34, 0.15), (0.05, 0.2, 0.1))
    for x, y, r in rows[: int(e.rng.integers(3, 5))]:
        for s in (-1, 1):
            e.fill(disc(x, y * s, r * size, 0.92 * r * size), BLACK, 0.95)
    # the highlight lies over the spots as well
    glint = np.linalg.solve(np.array([[np.cos(turn), -np.sin(turn)],
                                      [np.sin(turn), np.cos(turn)]]), (-0.34, -0.38))
    e.fill(disc(glint[0], glint[1], 0.2, 0.13, -turn - 0.7), (1, 1, 1), 0.75, soft=0.06)


def goldfish(e: Easel) -> None:
    """Orange, from the side, in a tank or a pond."""
    deep = e.pick((0.05, 0.20, 0.38), (0.10, 0.34, 0.50), (0.06, 0.24, 0.22), (0.04, 0.07, 0.12))
    e.canvas[:] = ramp(e.y, np.stack([0.7 * deep + 0.22, deep, 0.6 * deep]))
    rays = np.clip(e.field(1.5, 2) + 0.6 * np.sin(9 * (e.x + 0.35 * e.y)), 0, 1) * (1 - e.y)
    e.wash(0.25 * rays, np.array((0.8, 0.95, 0.95)))
    if e.rng.random() < 0.6:
        green = e.pick((0.15, 0.42, 0.18), (0.25, 0.45, 0.15))
        for x in e.rng.uniform(0, 1, 5):
            h, s = e.between(0.3, 0.8), e.between(-0.1, 0.1)
            line = spline([(x, 1.05), (x + s, 1 - 0.4 * h), (x - s, 1 - 0.7 * h), (x + s, 1 - h)],
                          False)
            e.fill(ribbon(line, 0.05, 0.01), green * e.between(0.6, 1.1), 0.8)
        stones = e.pick((0.5, 0.45, 0.38), (0.4, 0.42, 0.42))
        e.wash(smooth(0.9, 0.94, e.y + 0.02 * e.field(5)), stones * (1 + 0.3 * e.field(16, 2))[
            ..., None])
    orange = e.pick((0.98, 0.48, 0.06), (0.95, 0.36, 0.05), (1.0, 0.62, 0.12))
    e.place((e.between(0.42, 0.52), e.between(0.42, 0.58)), e.between(0.27, 0.36),
            e.between(-0.3, 0.3))
    e.naming = True
    _fins(e, orange)
    top = [(-1.1, 0.02), (-0.9, -0.3), (-0.45, -0.56), (0.1, -0.58), (0.6, -0.33), (0.98, -0.1)]
    low = [(1.0, 0.12), (0.6, 0.3), (0.1, 0.56), (-0.45, 0.56), (-0.9, 0.28)]
    body = spline(top + low)
    scales = np.sin(95 * e.x) * np.sin(95 * e.y)
    e.fill(body, 0.94 * orange, to=0.5 * orange + (0.48, 0.42, 0.3), volume=0.45,
           grain=1 + 0.05 * scales)
    e.fill(spline([(-0.5, -0.46), (0.1, -0.5), (0.5, -0.3), (0, -0.3)]), 0.4 * orange + 0.6, 0.4,
           soft=0.06)
    e.fill(ribbon(spline([(-0.5, -0.42), (-0.34, 0.02), (-0.52, 0.42)], False), 0.05, 0.03),
           0.62 * orange, 0.7)
    fin = spline([(-0.25, 0.2), (0.1, 0.22), (0.32, 0.5), (0.0, 0.52)])
    e.fill(fin, 0.75 * orange + 0.25, 0.85, to=orange)
    e.fill(disc(-0.76, -0.1, 0.13), (0.98, 0.93, 0.75))
    e.fill(disc(-0.77, -0.1, 0.08), BLACK)
    e.fill(disc(-0.8, -0.14, 0.03), (1, 1, 1))
    e.fill(ribbon([(-1.1, 0.06), (-1.0, 0.12)], 0.04, 0.02), 0.5 * orange)
    e.naming = False
    e.place((0, 0), 1)
    for _ in range(int(e.rng.integers(2, 8))):
        x, y, r = e.between(0.02, 0.3), e.between(0.05, 0.9), e.between(0.008, 0.022)
        e.fill(disc(x, y, r), (0.9, 0.97, 1), 0.5)
        e.fill(disc(x, y, 0.6 * r), deep, 0.5)


def _fins(e: Easel, orange: Array) -> None:
    pale = 0.72 * orange + 0.27
    lift = e.between(-0.2, 0.2)
    for s in (-1, 1):
        lobe = spline([(0.85, 0.0), (1.15, 0.35 * s + lift * 0.4), (1.75, 0.72 * s + lift),
                       (1.9, 0.36 * s + lift), (1.5, 0.06 * s + lift * 0.6)])
        e.fill(lobe, pale if s < 0 else orange, 0.88, to=orange if s < 0 else pale)
        for k in (0.3, 0.5):
            line = [(0.9, 0.02), (1.3, k * 0.6 * s + 0.5 * lift), (1.75, k * s * 1.1 + lift)]
            e.fill(ribbon(line, 0.04, 0.02), 0.7 * orange, 0.5)
    back = spline([(-0.35, -0.48), (-0.2, -0.86), (0.2, -0.95), (0.62, -0.78), (0.5, -0.34)])
    e.fill(back, pale, 0.9, to=orange)
    for x in (-0.1, 0.15, 0.4):
        e.fill(ribbon([(x, -0.4), (x + 0.06, -0.82)], 0.04, 0.02), 0.75 * orange, 0.6)
    for x in (-0.05, 0.45):
        e.fill(spline([(x, 0.38), (x + 0.3, 0.36), (x + 0.42, 0.74), (x + 0.16, 0.7)]), pale, 0.85,
               to=orange)


def jellyfish(e: Easel) -> None:
    """A glowing bell with trailing arms, in dark water."""
    deep = e.pick((0.02, 0.10, 0.34), (0.01, 0.04, 0.14), (0.04, 0.28, 0.55), (0.02, 0.02, 0.05))
    e.canvas[:] = ramp(e.y, np.stack([1.5 * deep + 0.02, deep, 0.5 * deep]))
    e.canvas += 0.03 * e.field(2.5, 2)[..., None]
    glow = e.pick((0.98, 0.55, 0.28), (0.85, 0.62, 0.86), (0.72, 0.86, 0.98), (0.96, 0.70, 0.55))
    for _ in range(int(e.rng.integers(0, 3))):
        _jelly(e, 0.7 * glow, (e.between(0.1, 0.9), e.between(0.1, 0.8)), e.between(0.05, 0.1))
    e.naming = True
    _jelly(e, glow, (e.between(0.42, 0.58), e.between(0.3, 0.42)), e.between(0.19, 0.28))
    e.naming = False
    e.place((0, 0), 1)
    e.fill([disc(x, y, 0.006) for x, y in e.rng.uniform(0, 1, (10, 2))], glow, 0.4)


def _jelly(e: Easel, glow: Array, centre: tuple[float, float], scale: float) -> None:
    e.place(centre, scale, e.between(-0.5, 0.5))
    pale = 0.5 * glow + 0.5
    named, e.naming = e.naming, False
    e.fill(disc(0, 0.1, 1.2, 1.1), glow, 0.35, soft=0.3)
    e.naming = named
    phase, wave = e.between(0, 6), e.between(0.1, 0.22)
    t, threads = np.linspace(0, 1, 9), []
    for x in np.linspace(-0.85, 0.85, 9):
        length = e.between(1.1, 2.4)
        line = np.column_stack([x * (1 - 0.25 * t) + wave * np.sin(phase + 5 * t + 2 * x) * t,
                                0.3 + length * t])
        threads.append(ribbon(line, 0.05, 0.015))
    e.fill(threads, pale, 0.55)
    for x in (-0.3, -0.05, 0.2, 0.38):
        length = e.between(0.9, 1.7)
        sway = 1.4 * wave * np.sin(phase + 4 * t + 3 * x) * t
        line = np.column_stack([x + sway, 0.1 + length * t])
        e.fill(ribbon(line, 0.3, 0.05), glow, 0.5)
        e.fill(ribbon(line, 0.12, 0.03), pale, 0.6)
    rim = [(0.95, 0.22), (0.72, 0.36), (0.48, 0.26), (0.24, 0.4), (0, 0.3), (-0.24, 0.4),
           (-0.48, 0.26), (-0.72, 0.36), (-0.95, 0.22)]
    dome = [(-1.0, 0.0), (-0.86, -0.5), (-0.45, -0.83), (0, -0.92), (0.45, -0.83), (0.86, -0.5),
            (1.0, 0.0)]
    e.fill(spline(dome + rim), 0.6 * glow + 0.4, 0.82, to=0.8 * glow, volume=0.5)
    ribs = []
    for x in (-0.66, -0.36, 0, 0.36, 0.66):
        ribs.append(ribbon(spline([(0.12 * x, -0.85), (0.75 * x, -0.5), (1.1 * x, 0.25)], False),
                           0.03, 0.06))
    e.fill(ribs, pale, 0.5)
    e.fill(spline([(-0.5, -0.5), (-0.1, -0.72), (0.1, -0.6), (-0.3, -0.35)]), (1, 1, 1), 0.4,
           soft=0.08)
    e.fill(disc(0, -0.02, 0.55, 0.25), 0.7 * glow, 0.4, soft=0.1)


def butterfly(e: Easel) -> None:
    """With open wings on a flower."""
    places.garden(e, e.between(0.7, 1.1))
    centre = (e.between(0.42, 0.58), e.between(0.42, 0.56))
    _flowers(e, (centre[0], centre[1] + 0.12))
    scale, turn = e.between(0.34, 0.44), e.between(-0.7, 0.7)
    main = e.pick((0.95, 0.48, 0.07), (0.98, 0.82, 0.15), (0.95, 0.60, 0.12), (0.93, 0.92, 0.82),
                  (0.30, 0.50, 0.88))
    edged = bool(e.rng.random() < 0.75)
    tips = e.between(0.75, 1.0), e.between(0.75, 1.0)
    e.place(centre, scale, turn)
    e.naming = True
    for s, wide in ((-1, tips[0]), (1, tips[1])):
        _wings(e, main, edged, s * wide)
    e.fill(ribbon([(0, -0.32), (0, 0), (0, 0.5)], 0.11, 0.06), (0.12, 0.09, 0.07), volume=0.8)
    e.fill(disc(0, -0.35, 0.07), (0.10, 0.08, 0.07))
    for s in (-1, 1):
        line = spline([(0, -0.38), (0.14 * s, -0.6), (0.25 * s, -0.78)], False)
        e.fill(ribbon(line, 0.02, 0.02), BLACK)
        e.fill(disc(0.25 * s, -0.79, 0.03), BLACK)


def _wings(e: Easel, main: Array, edged: bool, s: float) -> None:
    def at(points: ArrayLike) -> Array:
        return np.asarray(points, float) * (s, 1)

    upper = [(0.03, -0.22), (0.35, -0.62), (0.85, -0.82), (1.02, -0.66), (0.86, -0.2), (0.55, 0.06),
             (0.03, 0.06)]
    lower = [(0.03, 0.0), (0.5, 0.06), (0.76, 0.22), (0.74, 0.55), (0.48, 0.74), (0.2, 0.56),
             (0.03, 0.25)]
    dark = BLACK * 1.2 if edged else 0.72 * main
    e.shadow(at(spline(upper)), 0.3, 0.05)
    for outline, middle, veins in (
        (lower, (0.38, 0.32), ((0.7, 0.3), (0.62, 0.55), (0.4, 0.66))),
        (upper, (0.48, -0.34), ((0.9, -0.68), (0.88, -0.4), (0.65, -0.08), (0.6, -0.66))),
    ):
        whole = np.asarray(outline)
        inner = np.asarray(middle) + (whole - middle) * (0.8 if edged else 0.94)
        e.fill(at(spline(whole)), dark)
        e.fill(at(spline(inner)), 1.08 * main, to=0.85 * main)
        e.fill([ribbon(at([(0.05, 0.02), vein]), 0.035, 0.02) for vein in veins], dark, 0.85)
    if edged:
        rim = ((0.92, -0.72), (0.92, -0.52), (0.85, -0.32), (0.72, 0.28), (0.71, 0.5),
               (0.52, 0.68), (0.78, -0.78))
        e.fill([disc(x * s, y, 0.032) for x, y in rim], (0.97, 0.95, 0.9))


def _flowers(e: Easel, front: tuple[float, float]) -> None:
    petals = e.pick((0.86, 0.42, 0.62), (0.72, 0.45, 0.80), (0.95, 0.93, 0.90), (0.95, 0.78, 0.2))
    spots = [(e.between(0.05, 0.95), e.between(0.55, 0.95), e.between(0.06, 0.1)) for _ in range(2)]
    for x, y, r in (*spots, (*front, e.between(0.16, 0.26))):
        e.fill(ribbon([(x, y), (x + 0.03, 1.1)], 0.02), (0.28, 0.42, 0.16))
        count, begin = int(e.rng.integers(9, 14)), e.between(0, 1)
        for odd, light in ((0, 0.86), (1, 1.05)):
            around = begin + TAU * np.arange(odd, count, 2) / count
            e.fill([disc(x + 0.6 * r * np.cos(a), y + 0.6 * r * np.sin(a), 0.48 * r, 0.2 * r, a)
                    for a in around], light * petals, volume=0.4)
        e.ball((x, y), 0.28 * r, 0.28 * r, (0.85, 0.60, 0.12), 0.2, 0.5)


def spider(e: Easel) -> None:
    """Eight legs, in a web or on the ground."""
    if e.rng.random() < 0.65:
        places.out_of_focus(e, hexes("#42523a #71895c #a9bb88"), 3, e.between(0.75, 1.1))
        _web(e, e.pick((0.96, 0.97, 0.98), (0.86, 0.88, 0.88)))
    else:
        sand = e.pick((0.62, 0.52, 0.40), (0.48, 0.42, 0.36), (0.70, 0.68, 0.64))
        e.canvas[:] = sand * (1 + 0.2 * e.field(9, 3))[..., None]
    hairy = bool(e.rng.random() < 0.4)
    colour = e.pick((0.28, 0.17, 0.10), (0.20, 0.13, 0.09)) if hairy else e.pick(
        (0.06, 0.05, 0.06), (0.10, 0.09, 0.08), (0.30, 0.22, 0.12))
    e.place((e.between(0.44, 0.56), e.between(0.44, 0.56)), e.between(0.24, 0.31),
            e.between(0, TAU))
    e.naming = True
    thick = 0.15 if hairy else 0.075
    for i, angle in enumerate((0.55, 1.15, 1.85, 2.55)):
        for s in (-1, 1):
            a = s * (angle + e.between(-0.1, 0.1))
            knee, foot = e.between(0.8, 0.95), (1.55, 1.3, 1.3, 1.7)[i] * e.between(0.9, 1.08)
            bent = a + s * (-0.22 if i < 2 else 0.22)
            line = spline([(0.25 * np.cos(a) + 0.25, 0.25 * np.sin(a)),
                           (knee * np.cos(a) + 0.2, knee * np.sin(a)),
                           (foot * np.cos(bent) + 0.1, foot * np.sin(bent))], False, 4)
            e.shadow(ribbon(line, thick), 0.3, 0.05)
            e.fill(ribbon(line, thick, 0.4 * thick), colour * e.between(0.9, 1.4))
            if hairy:
                e.fill(ribbon(line[3:5], 1.2 * thick), 1.8 * colour + 0.06)
    e.shadow(disc(-0.5, 0, 0.5, 0.44), 0.4, 0.08)
    e.ball((0.28, 0), 0.32, 0.26, 1.15 * colour, 0.3, 0.5)
    e.ball((-0.42, 0), 0.56, 0.46, colour, 0.25 if hairy else 0.55, 0.5)
    if not hairy:
        mark = e.pick((0.80, 0.10, 0.06), (0.90, 0.75, 0.15), (0.85, 0.82, 0.75))
        for x in (-0.72, -0.42, -0.14):
            e.fill(disc(x, 0, 0.09, 0.15), mark, 0.9)
    for s in (-1, 1):
        e.fill(disc(0.5, 0.09 * s, 0.035), (0.85, 0.85, 0.85))


def _web(e: Easel, silk: Array) -> None:
    x, y = e.between(0.35, 0.65), e.between(0.35, 0.65)
    angles = np.sort(np.arange(13) * TAU / 13 + e.rng.normal(0, 0.08, 13))
    rays = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    hub = np.array((x, y))
    e.fill([ribbon([hub, hub + ray], 0.008) for ray in rays], silk, 0.75)
    for r in np.linspace(0.09, 0.75, 9):
        ring = hub + rays * (r * e.rng.uniform(0.94, 1.06, 13))[:, None]
        e.fill(ribbon(np.vstack([ring, ring[:1]]), 0.007), silk, 0.7)
