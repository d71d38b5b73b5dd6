"""Drawn landscapes, buildings and bridges."""

from __future__ import annotations

import numpy as np

from cnnviz_app.sources.worlds import _things_places as places
from cnnviz_app.sources.worlds._things_easel import Easel, Sheet, box, ribbon, spline
from cnnviz_app.sources.worlds.noise import Array, smooth

GLASS = np.array((0.22, 0.28, 0.34))


# ---- landscape

def landscape(e: Easel) -> None:
    """Mountains, a lake, a shore or fields; all that is not sky belongs to it."""
    kind = ("alp", "lake", "shore", "fields")[int(e.rng.integers(4))]
    horizon = e.between(0.42, 0.62)
    places.sky(e, horizon, e.between(0.3, 1.0))
    e.naming = True
    {"alp": _alp, "lake": _lake, "shore": _shore, "fields": _fields}[kind](e, horizon)


def _peaks(e: Easel, horizon: float, height: float, rock: Array, snow: float) -> None:
    """A mountain with snow above a wandering line, lit from the left."""
    tops = np.sort(e.rng.uniform(0, 1, 3))
    high = height * e.rng.uniform(0.6, 1, 3)
    flank = 0.14 * e.field(4, 4) * height / 0.35
    slopes = [h - np.abs(e.x - x) * e.between(0.7, 1.3) for x, h in zip(tops, high, strict=True)]
    line = horizon - np.maximum(np.max(slopes, axis=0), 0.05) + 0.35 * flank
    ridge = np.min(np.abs([e.x - x for x in tops]), axis=0)
    faces = np.sign(np.sin(14 * (e.x + 0.4 * e.y) + 9 * flank))
    lit = 1 + 0.35 * faces * np.clip(1 - ridge, 0.2, 1)
    rocks = rock * (0.82 + 0.12 * lit + 0.5 * flank)[..., None]
    white = smooth(-0.02, 0.02, horizon - height * snow - e.y + 1.1 * flank)
    paint = rocks + (np.array((0.95, 0.96, 0.98)) * (0.74 + 0.2 * lit)[..., None] - rocks) * white[
        ..., None]
    e.wash(smooth(-0.008, 0.008, e.y - line), np.clip(paint, 0, 1))


def _alp(e: Easel, horizon: float) -> None:
    places.hills(e, horizon, e.between(0.2, 0.3), e.pick((0.50, 0.58, 0.68)), 0.9)
    _peaks(e, horizon + 0.05, e.between(0.3, 0.45), e.pick((0.38, 0.38, 0.42), (0.42, 0.37, 0.33)),
           e.between(0.2, 0.6))
    if e.rng.random() < 0.7:
        places.trees(e, horizon + 0.07, 14, 0.07, e.pick((0.12, 0.24, 0.16), (0.16, 0.28, 0.14)))
        places.grass(e, horizon + 0.06)
    else:
        near, far = np.array((0.90, 0.92, 0.96)), np.array((0.70, 0.76, 0.85))
        places.ground(e, horizon + 0.05, near, far, 0.08)


def _lake(e: Easel, horizon: float) -> None:
    _peaks(e, horizon + 0.01, e.between(0.16, 0.32), e.pick((0.30, 0.36, 0.40), (0.28, 0.38, 0.28)),
           e.between(0.4, 1.1))
    places.trees(e, horizon + 0.012, 16, 0.05, e.pick((0.12, 0.24, 0.15), (0.36, 0.34, 0.14)))
    deep, pale = places.water_colours(e)
    mirrored = e.canvas.copy()
    places.sea(e, horizon, deep, pale)
    row = np.clip(((2 * horizon - e.y + 0.01 * e.field(6, 2, 6)) * e.side).astype(int), 0,
                  e.side - 1)
    column = np.broadcast_to(np.arange(e.side), row.shape)
    e.wash(0.5 * smooth(0, 0.01, e.y - horizon) * np.clip(1.2 - 2 * (e.y - horizon), 0, 1),
           mirrored[row, column])
    if e.rng.random() < 0.6:
        bank = e.pick((0.34, 0.42, 0.16), (0.45, 0.42, 0.36))
        edge = 0.86 + 0.1 * (e.x - 0.5) + 0.02 * e.field(4)
        e.wash(smooth(-0.01, 0.01, e.y - edge), bank * (1 + 0.25 * e.field(14, 2))[..., None])


def _shore(e: Easel, horizon: float) -> None:
    deep, pale = places.water_colours(e)
    places.sea(e, horizon, deep, pale)
    if e.rng.random() < 0.6:
        cliff = e.pick((0.45, 0.40, 0.32), (0.32, 0.38, 0.28))
        at = np.linspace(0, e.between(0.35, 0.7), 8)
        top = horizon - e.between(0.08, 0.22) * np.sqrt(np.linspace(1, 0, 8)) * e.rng.uniform(
            0.8, 1.2, 8)
        rock = np.vstack([np.column_stack([at, top]), (at[-1], horizon + 0.03),
                          (-0.1, horizon + 0.05), (-0.1, top[0])])
        e.fill(rock, 1.1 * cliff, to=0.7 * cliff, grain=1 + 0.3 * e.field(11, 2))
    sand = e.pick((0.86, 0.76, 0.58), (0.76, 0.66, 0.50))
    slant, low = e.between(-0.5, 0.1), e.between(0.74, 0.86)
    edge = low + slant * (e.x - 0.5) + 0.03 * np.sin(7 * e.x + e.between(0, 6))
    e.wash(smooth(-0.07, 0.0, e.y - edge) * (e.y > horizon), 0.3 * deep + 0.62)
    e.wash(smooth(-0.008, 0.008, e.y - edge), sand * (1 + 0.06 * e.field(12, 2, 2))[..., None])
    e.wash(np.exp(-((e.y - edge + 0.01) / 0.014) ** 2), np.array((0.97, 0.98, 0.98)))


def _fields(e: Easel, horizon: float) -> None:
    places.hills(e, horizon, e.between(0.06, 0.14), e.pick((0.42, 0.52, 0.58), (0.36, 0.46, 0.42)))
    green = e.pick((0.40, 0.50, 0.18), (0.55, 0.52, 0.20), (0.30, 0.44, 0.16))
    for i in range(4):
        t = i / 4
        y = horizon + (1 - horizon) * (t**1.6) * 0.8
        paint = green * e.between(0.75, 1.15) + (0.16 * (1 - t))
        wave = y + 0.03 * np.sin(e.x * e.between(2, 6) + e.between(0, 6)) * (0.3 + t)
        e.wash(smooth(-0.005, 0.005, e.y - wave), paint * (1 + 0.12 * e.field(9, 2, 2))[..., None])
        places.trees(e, y + 0.01, 5, 0.05 + 0.1 * t, e.pick((0.16, 0.28, 0.12)))


# ---- buildings

def building(e: Easel) -> None:
    """A tower block, a house, a barn or a lighthouse against the sky."""
    horizon = e.between(0.76, 0.86)
    places.sky(e, horizon)
    kind = ("block", "block", "house", "lighthouse")[int(e.rng.integers(4))]
    if kind == "block":
        for _ in range(4):
            x, w, h = e.between(-0.1, 0.9), e.between(0.1, 0.22), e.between(0.1, 0.35)
            e.fill(box(x, horizon - h, x + w, horizon), e.pick((0.58, 0.62, 0.68)), 0.85)
        e.fill(box(-0.1, horizon, 1.1, 1.1), (0.48, 0.48, 0.48), to=(0.36, 0.36, 0.38))
        _block(e, horizon)
    else:
        places.hills(e, horizon + 0.01, 0.12, e.pick((0.32, 0.42, 0.28)))
        places.grass(e, horizon)
        (_house if kind == "house" else _lighthouse)(e, horizon)


def _faces(e: Easel, x: float, high: float, low: float, width: float, deep: float) -> tuple[
    Sheet, Sheet
]:  # fmt: skip
    """Front and side of a box that stands before us, the near edge between them."""
    drop, rise = e.between(0.04, 0.12), 0.03
    left = x - width
    front = Sheet([(left, high + 0.6 * drop), (x, high), (x, low), (left, low - 0.4 * rise)])
    side = Sheet([(x, high), (x + deep, high + 1.4 * drop), (x + deep, low - rise), (x, low)])
    return front, side


def _block(e: Easel, horizon: float) -> None:
    wall = e.pick((0.75, 0.70, 0.62), (0.62, 0.40, 0.32), (0.70, 0.72, 0.74), (0.45, 0.55, 0.64),
                  (0.86, 0.84, 0.80))
    width, deep = e.between(0.26, 0.42), e.between(0.14, 0.3)
    x = 0.5 + 0.5 * (width - deep) + e.between(-0.06, 0.06)
    front, side = _faces(e, x, e.between(0.06, 0.24), horizon + 0.06, width, deep)
    e.naming = True
    floors, columns = int(e.rng.integers(6, 11)), int(e.rng.integers(4, 7))
    wide = e.between(0.5, 0.8)
    for sheet, light, count in ((front, 1.05, columns), (side, 0.68, max(2, columns // 2))):
        e.fill(sheet(box(0, 0, 1, 1)), light * wall, to=0.92 * light * wall)
        e.fill(sheet(box(-0.01, 0, 1.01, 0.03)), 0.8 * light * wall)
        panes: tuple[list[Array], ...] = ([], [], [])
        for row in range(floors):
            v = 0.06 + 0.86 * row / floors
            for column in range(count):
                u = (column + 0.5 - 0.5 * wide) / count
                pane = sheet(box(u, v, u + wide / count, v + 0.56 / floors))
                panes[int(e.rng.integers(3))].append(pane)
        for sky, alike in zip((0.0, 0.12, 0.3), panes, strict=True):
            e.fill(alike, light * (GLASS + sky * np.array((0.7, 0.9, 1.1))))
    e.fill(front(box(0.42, 0.93, 0.58, 1.0)), (0.15, 0.13, 0.12))


def _house(e: Easel, horizon: float) -> None:
    wall = e.pick((0.66, 0.14, 0.10), (0.90, 0.87, 0.80), (0.84, 0.72, 0.48), (0.62, 0.58, 0.54))
    roof = e.pick((0.42, 0.22, 0.17), (0.35, 0.36, 0.40), (0.55, 0.30, 0.20))
    width, deep = e.between(0.26, 0.34), e.between(0.3, 0.42)
    x, high = 0.5 + 0.5 * (width - deep), e.between(0.4, 0.52)
    low = horizon + 0.05
    e.naming = True
    front, side = _faces(e, x, high, low, width, deep)
    gable = (x - 0.5 * width, high - e.between(0.16, 0.26))
    end = (x + deep - 0.3 * width, gable[1] + 0.07)
    eave = side(np.array([(1.04, -0.02)]))[0]
    e.fill(side(box(0, 0, 1, 1)), 0.72 * wall, to=0.6 * wall)
    e.fill(np.vstack([front(box(0, 0, 1, 1))[[3, 0]], gable, front(box(0, 0, 1, 1))[1:3]]), wall,
           to=0.88 * wall)
    e.fill(np.array([gable, end, eave, (x + 0.01, high + 0.015)]), roof, to=0.8 * roof,
           grain=1 + 0.12 * e.field(12, 2, 3))
    left = front(np.array([(-0.06, 0.06)]))[0]
    e.fill(ribbon([left, gable, (x + 0.015, high + 0.02)], 0.03), 0.8 * roof)
    frame = np.array((0.95, 0.94, 0.9))
    for sheet, places_ in ((front, ((0.14, 0.2), (0.62, 0.2), (0.14, 0.62))),
                           (side, ((0.12, 0.3), (0.42, 0.3), (0.72, 0.3)))):
        for u, v in places_:
            e.fill(sheet(box(u - 0.025, v - 0.03, u + 0.225, v + 0.27)), frame)
            e.fill(sheet(box(u, v, u + 0.2, v + 0.24)), GLASS)
            e.fill(sheet(box(u + 0.09, v, u + 0.11, v + 0.24)), frame)
    e.fill(front(box(0.52, 0.55, 0.82, 1)), 0.45 * wall)
    px, py = 0.55 * gable[0] + 0.45 * end[0], 0.55 * gable[1] + 0.45 * end[1]
    e.fill(box(px - 0.03, py - 0.08, px + 0.03, py + 0.05), 0.8 * roof)


def _lighthouse(e: Easel, horizon: float) -> None:
    x, top, low = e.between(0.42, 0.58), e.between(0.2, 0.28), horizon + 0.05
    width = e.between(0.09, 0.13)
    e.naming = True
    white = np.array((0.94, 0.93, 0.90))
    tower = np.array([(x - 0.62 * width, top), (x + 0.62 * width, top), (x + width, low),
                      (x - width, low)])
    e.fill(tower, white, volume=1.0)
    if e.rng.random() < 0.65:
        paint = e.pick((0.78, 0.12, 0.10), (0.15, 0.15, 0.17))
        for i in range(3):
            a, b = (i + 0.5) / 3, (i + 0.95) / 3
            left, right = tower[3] - tower[0], tower[2] - tower[1]
            band = (tower[0] + left * a, tower[1] + right * a, tower[1] + right * b,
                    tower[0] + left * b)
            e.fill(np.array(band), paint, volume=0.9)
    e.fill(box(x - 0.8 * width, top - 0.025, x + 0.8 * width, top + 0.01), (0.2, 0.2, 0.22))
    e.fill(box(x - 0.42 * width, top - 0.11, x + 0.42 * width, top - 0.02), (0.95, 0.9, 0.62))
    bars = [box(x + (u - 0.05) * width, top - 0.11, x + (u + 0.05) * width, top - 0.02)
            for u in (-0.3, 0, 0.3)]
    e.fill(bars, (0.2, 0.2, 0.22))
    e.fill(spline([(x - 0.55 * width, top - 0.1), (x, top - 0.2), (x + 0.55 * width, top - 0.1)]),
           (0.62, 0.12, 0.1), volume=0.6)
    e.fill(box(x - 0.2 * width, low - 0.1, x + 0.2 * width, low), (0.3, 0.2, 0.15))
    x += width
    e.fill(np.array([(x, low - 0.16), (x + 0.09, low - 0.24), (x + 0.2, low - 0.16),
                     (x + 0.2, low), (x, low)]), 0.9 * white, to=0.75 * white)
    e.fill(np.array([(x - 0.01, low - 0.15), (x + 0.1, low - 0.26), (x + 0.22, low - 0.15)]),
           (0.55, 0.2, 0.15))
