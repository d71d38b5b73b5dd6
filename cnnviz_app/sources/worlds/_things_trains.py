"""Drawn trains on their rails."""

from __future__ import annotations

import numpy as np

from cnnviz_app.sources.worlds import _things_places as places
from cnnviz_app.sources.worlds._things_easel import Easel, Sheet, box, disc, ribbon, rounded, spline
from cnnviz_app.sources.worlds._things_vehicles import LAMP, window
from cnnviz_app.sources.worlds.noise import Array


def train(e: Easel) -> None:
    """Coming towards us, or drawn past by a steam engine."""
    horizon = e.between(0.36, 0.5)
    places.sky(e, horizon)
    if e.rng.random() < 0.6:
        places.hills(e, horizon + 0.01, e.between(0.06, 0.16), e.pick((0.35, 0.44, 0.42)))
    places.trees(e, horizon + 0.03, 8, 0.12, e.pick((0.2, 0.33, 0.14), (0.3, 0.38, 0.18)))
    places.grass(e, horizon)
    (_coming if e.rng.random() < 0.6 else _passing)(e, horizon)


def _coming(e: Easel, horizon: float) -> None:
    vanish = (e.between(0.85, 1.0), horizon + 0.01)
    _rails(e, vanish)
    colour = e.pick((0.92, 0.92, 0.92), (0.75, 0.12, 0.10), (0.12, 0.28, 0.55), (0.90, 0.50, 0.10),
                    (0.16, 0.40, 0.26), (0.88, 0.75, 0.15))
    stripe = e.pick((0.12, 0.25, 0.60), (0.80, 0.12, 0.12), (0.95, 0.85, 0.2), (0.9, 0.9, 0.9))
    high, low = e.between(0.1, 0.24), e.between(0.78, 0.86)
    left, near = e.between(0.06, 0.16), e.between(0.42, 0.52)
    shut = 0.86
    far = vanish[0] - 0.02
    top = vanish[1] + (high - vanish[1]) * (1 - shut)
    bottom = vanish[1] + (low - vanish[1]) * (1 - shut)
    side = Sheet([(near, high), (far, top), (far, bottom), (near, low)])
    under = [(left, low), (near, low + 0.05), (far, bottom + 0.02), (near, low - 0.2)]
    e.shadow(np.array(under), 0.5, 0.02, (0, 0.015))
    e.naming = True
    roof = np.array([(left + 0.03, high - 0.03), (near, high - 0.035), (far, top - 0.006),
                     (far, top + 0.02), (near, high + 0.04), (left, high + 0.04)])
    e.fill(roof, (0.45, 0.46, 0.48), to=(0.62, 0.63, 0.64))
    _train_side(e, side, colour, stripe)
    drop = 0.02
    front = Sheet([(left, high + drop), (near, high), (near, low), (left, low - drop)])
    _train_front(e, front, colour, stripe)


def _rails(e: Easel, vanish: tuple[float, float]) -> None:
    bed = e.pick((0.46, 0.42, 0.38), (0.52, 0.50, 0.48))
    e.fill(np.array([(-0.25, 1.1), vanish, (0.95, 1.1)]), bed,
           grain=1 + 0.25 * e.field(18, 2))
    beams = []
    for i in range(9):
        t = 1 - 0.78**i
        y = 1.06 + (vanish[1] - 1.06) * t
        a, b = -0.1 + (vanish[0] + 0.1) * t, 0.75 + (vanish[0] - 0.75) * t
        beams.append(ribbon([(a, y), (b, y)], 0.035 * (1 - t)))
    e.fill(beams, (0.30, 0.24, 0.2))
    e.fill([ribbon([(x, 1.06), vanish], 0.022, 0.002) for x in (0.04, 0.62)], (0.75, 0.75, 0.77))


def _train_side(e: Easel, side: Sheet, colour: Array, stripe: Array) -> None:
    e.fill(side(box(0, 0, 1, 1)), colour, to=0.75 * colour)
    e.fill(side(box(0, 0.62, 1, 0.72)), stripe)
    e.fill(side(box(0, 0.88, 1, 1.02)), (0.14, 0.14, 0.15))
    for car in range(3):
        begin = car / 3
        for i in range(5):
            u = begin + 0.03 + i * 0.058
            window(e, side(box(u, 0.2, u + 0.045, 0.48)), e.between(0.2, 0.7))
        e.fill(side(box(begin + 0.322, 0, begin + 0.333, 0.95)), (0.1, 0.1, 0.1))
        e.fill([side(disc(begin + u, 0.98, 0.02, 0.06)) for u in (0.05, 0.1, 0.24, 0.29)],
               (0.2, 0.2, 0.22))


def _train_front(e: Easel, front: Sheet, colour: Array, stripe: Array) -> None:
    e.fill(front(rounded(0, 0, 1, 0.94, 0.1)), 0.96 * colour, to=0.72 * colour, volume=0.25)
    e.fill(front(rounded(0.0, 0.56, 1.0, 0.72, 0.02)), stripe)
    if e.rng.random() < 0.5:
        window(e, front(rounded(0.12, 0.16, 0.88, 0.46, 0.06)), 0.5)
    else:
        for u in (0.12, 0.54):
            window(e, front(rounded(u, 0.16, u + 0.34, 0.44, 0.04)), 0.5)
    e.fill(front(disc(0.5, 0.08, 0.08, 0.04)), LAMP)
    for u in (0.16, 0.84):
        e.fill(front(disc(u, 0.65, 0.09, 0.055)), LAMP)
    e.fill(front(box(0.02, 0.85, 0.98, 0.97)), (0.16, 0.16, 0.17))
    for u in (0.28, 0.72):
        e.fill(front(disc(u, 0.92, 0.06, 0.05)), (0.35, 0.35, 0.37))


def _passing(e: Easel, horizon: float) -> None:
    """An engine with boiler, funnel and cab, and the carriages behind it."""
    line = e.between(0.74, 0.84)
    e.fill(box(-0.1, line - 0.02, 1.1, line + 0.06), (0.45, 0.41, 0.37), soft=0.008,
           grain=1 + 0.25 * e.field(18, 2))
    e.fill([box(x, line, x + 0.03, line + 0.025) for x in np.arange(-0.05, 1.05, 0.06)],
           (0.28, 0.22, 0.18))
    e.fill(box(-0.1, line - 0.004, 1.1, line + 0.006), (0.72, 0.72, 0.74))
    colour = e.pick((0.10, 0.10, 0.11), (0.12, 0.32, 0.20), (0.55, 0.12, 0.10), (0.12, 0.22, 0.42))
    wagons = e.pick((0.55, 0.14, 0.11), (0.30, 0.42, 0.26), (0.82, 0.66, 0.34), (0.35, 0.26, 0.2))
    scale = e.between(0.26, 0.32)
    e.place((e.between(0.26, 0.34), line), scale, 0)
    _smoke(e)
    e.naming = True
    for i in range(3):
        _wagon(e, 0.72 + 1.28 * i, wagons)
    _engine(e, colour)


def _smoke(e: Easel) -> None:
    for i in range(8):
        t = i / 7
        x, y = -0.55 + 2.4 * t + e.between(-0.05, 0.05), -1.35 - 0.5 * np.sqrt(t)
        size = 0.14 + 0.3 * t
        e.fill(disc(x, y, size, 0.8 * size), e.pick((0.9, 0.9, 0.9), (0.75, 0.75, 0.77)),
               0.75 - 0.45 * t, soft=0.07)


def _wagon(e: Easel, left: float, colour: Array) -> None:
    e.fill(box(left - 0.1, -0.26, left, -0.2), (0.15, 0.15, 0.15))
    e.fill(rounded(left, -0.92, left + 1.18, -0.2, 0.05), 1.05 * colour, to=0.75 * colour)
    e.fill(spline([(left - 0.02, -0.88), (left + 0.2, -1.0), (left + 0.98, -1.0),
                   (left + 1.2, -0.88)]), (0.36, 0.36, 0.38))
    for i in range(4):
        x = left + 0.1 + 0.26 * i
        window(e, rounded(x, -0.76, x + 0.2, -0.5, 0.03), e.between(0.2, 0.6))
    e.fill(box(left, -0.42, left + 1.18, -0.37), 0.5 * colour + 0.4)
    for x in (left + 0.2, left + 0.42, left + 0.78, left + 1.0):
        _rolling(e, x, 0.12, np.array((0.2, 0.2, 0.21)))


def _engine(e: Easel, colour: Array) -> None:
    red = e.pick((0.72, 0.12, 0.10), (0.25, 0.25, 0.27))
    e.fill(box(-0.92, -0.36, 0.64, -0.22), 0.7 * red)
    e.fill(rounded(-0.86, -0.82, 0.2, -0.34, 0.1), 1.35 * colour + 0.06, to=0.5 * colour,
           volume=0.7)
    for x in (-0.6, -0.3, -0.02):
        e.fill(box(x, -0.83, x + 0.03, -0.34), (0.82, 0.66, 0.25), 0.9)
    e.fill(disc(-0.86, -0.58, 0.08, 0.24), 0.8 * colour + 0.05)
    e.fill(np.array([(-0.7, -0.8), (-0.73, -1.16), (-0.47, -1.16), (-0.5, -0.8)]),
           1.2 * colour + 0.03, volume=0.6)
    e.fill(rounded(-0.78, -1.22, -0.42, -1.12, 0.03), 0.8 * colour)
    e.ball((-0.12, -0.86), 0.13, 0.14, (0.85, 0.68, 0.25), 0.5, 0.5)
    e.fill(rounded(0.18, -1.08, 0.62, -0.26, 0.03), 1.15 * colour + 0.04, to=0.8 * colour)
    e.fill(rounded(0.1, -1.15, 0.7, -1.05, 0.04), 0.6 * colour + 0.08)
    window(e, rounded(0.27, -0.95, 0.53, -0.66, 0.03), 0.5)
    e.fill(disc(-0.94, -0.86, 0.07), LAMP)
    e.fill(np.array([(-0.9, -0.28), (-1.18, 0.0), (-0.82, 0.0)]), 0.8 * red)
    for x, r in ((-0.68, 0.14), (-0.32, 0.21), (0.08, 0.21), (0.45, 0.17)):
        _rolling(e, x, r, red)
    e.fill(ribbon([(-0.34, -0.2), (0.1, -0.2)], 0.05), (0.78, 0.78, 0.8))


def _rolling(e: Easel, x: float, r: float, colour: Array) -> None:
    e.fill(disc(x, -r, r), (0.09, 0.09, 0.1))
    e.fill(disc(x, -r, 0.8 * r), 1.1 * colour)
    e.fill([ribbon([(x - 0.75 * r * np.cos(a), -r - 0.75 * r * np.sin(a)),
                    (x + 0.75 * r * np.cos(a), -r + 0.75 * r * np.sin(a))], 0.2 * r)
            for a in (0.3, 1.35, 2.4)], 0.5 * colour)
    e.fill(disc(x, -r, 0.25 * r), (0.5, 0.5, 0.52))
