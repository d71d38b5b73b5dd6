"""Drawn bridges over water: hung from towers, on stone arches, on one arch of steel."""

from __future__ import annotations

import numpy as np

from cnnviz_app.sources.worlds import _things_places as places
from cnnviz_app.sources.worlds._things_easel import Easel, box, ribbon
from cnnviz_app.sources.worlds.noise import Array


def bridge(e: Easel) -> None:
    """Seen from the shore, a little aslant."""
    horizon = e.between(0.52, 0.64)
    places.sky(e, horizon)
    places.hills(e, horizon + 0.005, e.between(0.05, 0.16), e.pick((0.38, 0.46, 0.48),
                                                                 (0.34, 0.42, 0.30)))
    deep, pale = places.water_colours(e)
    places.sea(e, horizon, deep, pale)
    e.naming = True
    (_hung, _stone, _steel)[int(e.rng.integers(3))](e, horizon)
    e.naming = False
    e.place((0, 0), 1)


def _paint(e: Easel) -> Array:
    return e.pick((0.72, 0.22, 0.14), (0.40, 0.44, 0.48), (0.30, 0.42, 0.40), (0.62, 0.60, 0.56))


def _hung(e: Easel, horizon: float) -> None:
    """Two towers, two cables and many hangers."""
    colour = _paint(e)
    slant = e.between(-0.16, 0.16)
    deck = horizon - e.between(0.04, 0.1)

    def road(x: float) -> float:
        return deck + slant * (x - 0.5)

    towers = (e.between(0.14, 0.24), e.between(0.72, 0.84))
    tall = e.between(0.32, 0.42)
    sizes = (1 + 1.4 * slant * -1, 1 + 1.4 * slant)
    tops = [(x, road(x) - tall * s) for x, s in zip(towers, sizes, strict=True)]
    t = np.linspace(0, 1, 15)
    span = np.column_stack([
        towers[0] + (towers[1] - towers[0]) * t,
        tops[0][1] + (tops[1][1] - tops[0][1]) * t + (0.84 * tall) * (1 - (2 * t - 1) ** 2),
    ])
    before = np.array([(-0.2, road(-0.2) - 0.02), tops[0]])
    after = np.array([tops[1], (1.2, road(1.2) - 0.02)])
    for shift, light in ((0.025, 0.62), (0.0, 1.0)):
        paint = light * colour
        for (x, y), s in zip(tops, sizes, strict=True):
            w = 0.022 * s
            e.fill(box(x + shift - w, y, x + shift + w, horizon + 0.07 * s), paint,
                   to=0.8 * paint)
        for cable in (before, span, after):
            e.fill(ribbon(cable + np.array((shift, 0)), 0.013), paint)
        ends = [(x, y) for x, y in span[1:-1]]
        for (x0, y0), (x1, y1) in (before, after):
            ends += [(x0 + (x1 - x0) * a, y0 + (y1 - y0) * a) for a in (0.3, 0.5, 0.7, 0.85)]
        e.fill([ribbon([(x + shift, y), (x + shift, road(x))], 0.006) for x, y in ends], paint,
               0.85)
    for (x, y), s in zip(tops, sizes, strict=True):
        for v in (0.15, 0.45):
            low, high = y + (v + 0.06) * tall * s, y + v * tall * s
            e.fill(box(x - 0.02, high, x + 0.045, low), 0.85 * colour)
    e.fill(np.array([(-0.1, road(-0.1)), (1.1, road(1.1)), (1.1, road(1.1) + 0.035),
                     (-0.1, road(-0.1) + 0.035)]), 0.8 * colour, to=0.5 * colour)
    _reflect(e, horizon + 0.07)


def _stone(e: Easel, horizon: float) -> None:
    """A row of round arches."""
    stone = e.pick((0.66, 0.58, 0.46), (0.58, 0.56, 0.52), (0.62, 0.44, 0.34))
    slant = e.between(-0.2, 0.2)
    high = horizon - e.between(0.2, 0.34)
    count, low = int(e.rng.integers(3, 6)), horizon + 0.08
    edges = np.linspace(-0.08, 1.08, count + 1)

    def deck(x: float) -> float:
        return high + slant * (x - 0.5)

    pieces = [(-0.2, deck(-0.2)), (1.2, deck(1.2)), (1.2, low)]
    inner = []
    for left, right in zip(edges[-2::-1], edges[:0:-1], strict=True):
        pier, middle = 0.16 * (right - left), (left + right) / 2
        a = np.linspace(0, np.pi, 12)
        half = (right - left) / 2 - pier
        rise = min(1.0 * half * 1.1, low - deck(middle) - 0.1)
        spring = deck(middle) + 0.07 + rise
        arch = np.column_stack([middle + half * np.cos(a), spring - rise * np.sin(a)])
        pieces += [(middle + half, low), *arch, (middle - half, low)]
        inner.append(np.vstack([(middle + half, low), arch, (middle - half, low)]))
    pieces += [(-0.2, low)]
    for hole in inner:
        e.fill(ribbon(hole + np.array((0.03, 0.0)), 0.06), 0.45 * stone)
    e.fill(np.array(pieces), 1.05 * stone, to=0.72 * stone, grain=1 + 0.2 * e.field(14, 2))
    e.fill(np.array([(-0.2, deck(-0.2) - 0.03), (1.2, deck(1.2) - 0.03), (1.2, deck(1.2) + 0.015),
                     (-0.2, deck(-0.2) + 0.015)]), 0.8 * stone, to=0.65 * stone)
    for hole in inner:
        e.fill(ribbon(hole[1:-1], 0.018), 0.8 * stone)
    _reflect(e, low)


def _steel(e: Easel, horizon: float) -> None:
    """One arch that carries the road, with struts between."""
    colour = _paint(e)
    deck, rise = horizon - e.between(0.02, 0.1), e.between(0.26, 0.38)
    slant = e.between(-0.12, 0.12)
    t = np.linspace(0, 1, 21)

    def arch(height: float) -> Array:
        x = -0.04 + 1.08 * t
        foot = deck + 0.08 + slant * (x - 0.5)
        return np.column_stack([x, foot - height * (1 - (2 * t - 1) ** 2)])

    def road(x: float) -> float:
        return deck + slant * (x - 0.5)

    for shift, light in (((0.02, -0.02), 0.6), ((0.0, 0.0), 1.0)):
        paint = light * colour
        upper, lower = arch(rise + 0.07) + shift, arch(rise) + shift
        e.fill(ribbon(upper, 0.016), paint)
        e.fill(ribbon(lower, 0.02), paint)
        ends = [(upper[i], lower[i + 1]) if i % 2 else (lower[i], upper[i + 1]) for i in range(20)]
        e.fill([ribbon(np.array(pair), 0.007) for pair in ends], paint, 0.9)
        e.fill([ribbon([(x, y), (x, road(x) + shift[1])], 0.008) for x, y in lower[2:-2:2]], paint)
    e.fill(np.array([(-0.1, road(-0.1)), (1.1, road(1.1)), (1.1, road(1.1) + 0.04),
                     (-0.1, road(-0.1) + 0.04)]), 0.85 * colour, to=0.5 * colour)
    for x in (0.02, 0.95):
        e.fill(box(x - 0.04, road(x), x + 0.04, horizon + 0.09), (0.55, 0.53, 0.5),
               to=(0.38, 0.37, 0.36))
    _reflect(e, horizon + 0.09)


def _reflect(e: Easel, line: float) -> None:
    """The bridge in the water, broken by waves."""
    named, e.naming = e.naming, False
    wave = 0.012 * e.field(6, 2, 5)
    row = np.clip(((2 * line - e.y + wave) * e.side).astype(int), 0, e.side - 1)
    column = np.clip(((e.x + wave) * e.side).astype(int), 0, e.side - 1)
    e.wash(0.45 * e.thing[row, column] * (e.y > line), 0.6 * e.canvas[row, column])
    e.naming = named
