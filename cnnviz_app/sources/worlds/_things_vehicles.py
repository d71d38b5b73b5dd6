"""Drawn vehicles on roads and water."""

from __future__ import annotations

import numpy as np

from cnnviz_app.sources.worlds import _things_places as places
from cnnviz_app.sources.worlds._things_easel import Easel, Sheet, box, disc, ribbon, rounded, spline
from cnnviz_app.sources.worlds.noise import Array, smooth

TYRE, GLASS = np.array((0.07, 0.07, 0.08)), np.array((0.16, 0.21, 0.26))
LAMP = np.array((0.98, 0.95, 0.82))


def window(e: Easel, outline: Array, sky: float = 0.45) -> None:
    """Dark glass in which the sky is seen."""
    e.fill(outline, GLASS + sky * np.array((0.55, 0.7, 0.8)), to=GLASS)


def wheel(e: Easel, sheet: Sheet, u: float, v: float, ru: float, rv: float) -> None:
    """A wheel on a surface seen aslant."""
    e.fill(sheet(disc(u, v, 1.22 * ru, 1.22 * rv)), 0.7 * TYRE)
    e.fill(sheet(disc(u, v, ru, rv)), TYRE)
    e.fill(sheet(disc(u, v, 0.55 * ru, 0.55 * rv)), (0.62, 0.63, 0.65), to=(0.36, 0.37, 0.4))
    e.fill(sheet(disc(u, v, 0.18 * ru, 0.18 * rv)), (0.2, 0.2, 0.22))


def _flat(left: float, top: float, right: float, bottom: float) -> Sheet:
    return Sheet(box(left, top, right, bottom))


# ---- bus

def bus(e: Easel) -> None:
    """On a street, most often a yellow one that takes children to school."""
    horizon = e.between(0.42, 0.55)
    places.street(e, horizon, horizon + e.between(0.12, 0.2))
    school = bool(e.rng.random() < 0.65)
    colour = e.pick((0.97, 0.70, 0.06), (0.95, 0.62, 0.05)) if school else e.pick(
        (0.75, 0.10, 0.10), (0.90, 0.90, 0.88), (0.15, 0.35, 0.62), (0.2, 0.5, 0.3))
    e.place((e.between(0.46, 0.54), e.between(0.52, 0.6)), e.between(0.4, 0.5))
    near, end = e.between(-0.52, -0.3), e.between(0.95, 1.15)
    shut = e.between(0.62, 0.8)
    side = Sheet([(near, -0.72), (end, -0.72 * shut), (end, 0.52 * shut - 0.06), (near, 0.52)])
    front = Sheet([(-0.98, -0.66), (near, -0.72), (near, 0.52), (-0.98, 0.42)])
    e.shadow(np.array([(-1.0, 0.44), (near, 0.6), (end + 0.05, 0.52 * shut), (end, 0.3)]), 0.6,
             0.06, (0, 0.06))
    e.naming = True
    roof = np.array([(-0.93, -0.7), (near + 0.03, -0.8), (end, -0.8 * shut), (end, -0.5),
                     (-0.93, -0.5)])
    e.fill(roof, 1.12 * colour if not school else 0.4 * colour + 0.55)
    _bus_side(e, side, colour, school)
    _bus_front(e, front, colour, school)


def _bus_side(e: Easel, side: Sheet, colour: Array, school: bool) -> None:
    e.fill(side(rounded(0, 0, 1, 0.96, 0.03)), 1.02 * colour, to=0.78 * colour)
    count = int(e.rng.integers(6, 9))
    window(e, side(box(0.03, 0.15, 0.985, 0.43)), 0.2)
    gap = 0.95 / count
    for i in range(count):
        left = 0.035 + i * gap
        window(e, side(box(left + 0.012, 0.16, left + gap - 0.012, 0.42)), e.between(0.3, 0.75))
    trim = (0.08, 0.08, 0.08) if school else 0.5 * colour + 0.45
    for v in (0.5, 0.64, 0.75)[: 3 if school else 1]:
        e.fill(side(box(0, v, 1, v + (0.025 if school else 0.1))), trim)
    e.fill(side(box(0, 0.93, 1, 0.98)), (0.12, 0.12, 0.12))
    for u in (0.2, 0.78):
        wheel(e, side, u, 0.95, 0.068, 0.12)


def _bus_front(e: Easel, front: Sheet, colour: Array, school: bool) -> None:
    e.fill(front(rounded(0, 0, 1, 0.97, 0.06)), 0.94 * colour, to=0.7 * colour)
    window(e, front(rounded(0.08, 0.17, 0.92, 0.52, 0.05)), 0.6)
    e.fill(front(box(0.48, 0.17, 0.52, 0.52)), 0.7 * colour)
    e.fill(front(rounded(0.2, 0.04, 0.8, 0.13, 0.03)), (0.1, 0.1, 0.1))
    if school:
        for u in (0.1, 0.84):
            e.fill(front(disc(u + 0.03, 0.085, 0.05, 0.035)), (0.85, 0.15, 0.08))
    e.fill(front(rounded(0.26, 0.62, 0.74, 0.8, 0.03)), 0.35 * colour)
    for v in (0.66, 0.71, 0.76):
        e.fill(front(box(0.28, v, 0.72, v + 0.02)), 0.6 * colour + 0.2)
    for u in (0.13, 0.87):
        e.fill(front(disc(u, 0.72, 0.1, 0.055)), LAMP)
    e.fill(front(box(-0.02, 0.87, 1.02, 0.95)), (0.13, 0.13, 0.14))


# ---- car

def car(e: Easel) -> None:
    """From the side, on a road."""
    horizon = e.between(0.36, 0.5)
    places.street(e, horizon, horizon + e.between(0.1, 0.2))
    colour = e.pick((0.78, 0.08, 0.08), (0.10, 0.22, 0.55), (0.85, 0.86, 0.87), (0.10, 0.10, 0.11),
                    (0.95, 0.75, 0.10), (0.50, 0.53, 0.56), (0.12, 0.38, 0.28))
    e.place((0.5, e.between(0.56, 0.66)), e.between(0.40, 0.47), e.between(-0.03, 0.03))
    roof, bonnet = e.between(-0.52, -0.4), e.between(-0.16, -0.06)
    back = e.between(-0.2, -0.08)
    front_glass, rear_glass = e.between(-0.42, -0.3), e.between(0.5, 0.72)
    e.shadow(spline([(-1.05, 0.3), (0, 0.36), (1.05, 0.3), (0, 0.42)]), 0.75, 0.06, (0, 0.02))
    e.naming = True
    body = spline([(-1.02, 0.14), (-1.0, -0.0), (-0.86, bonnet + 0.03),
                   (front_glass - 0.16, bonnet - 0.04), (front_glass + 0.1, roof + 0.08),
                   (front_glass + 0.34, roof), (0.24, roof),
                   (rear_glass - 0.14, roof + 0.1), (rear_glass + 0.12, back - 0.03), (0.94, back),
                   (1.03, 0.06), (1.0, 0.24), (0.7, 0.27), (-0.7, 0.27), (-0.98, 0.24)], steps=4)
    e.fill(body, 0.85 * colour + 0.12, to=0.6 * colour, volume=0.35)
    belt = max(bonnet, back) - 0.03
    glass = [(front_glass - 0.04, belt), (front_glass + 0.16, roof + 0.09),
             (front_glass + 0.36, roof + 0.05), (0.22, roof + 0.05),
             (rear_glass - 0.18, roof + 0.12), (rear_glass, belt)]
    e.fill(np.array(glass), GLASS + 0.35, to=GLASS)
    split = 0.5 * (front_glass + rear_glass) + 0.02
    e.fill(box(split - 0.03, roof + 0.04, split + 0.03, belt), 0.8 * colour)
    e.fill(ribbon([(-0.92, bonnet + 0.12), (0.96, back + 0.12)], 0.025), 0.5 * colour + 0.5, 0.6)
    for x in (front_glass - 0.04, split, rear_glass - 0.02):
        e.fill(ribbon([(x, belt), (x + 0.02, 0.2)], 0.014), 0.3 * colour, 0.8)
    e.fill(box(split + 0.08, belt + 0.07, split + 0.2, belt + 0.1), 0.4 * colour + 0.4)
    e.fill(box(-0.68, 0.2, 0.7, 0.29), 0.3 * colour)
    e.fill(spline([(-1.0, 0.0), (-0.86, -0.03), (-0.8, 0.05), (-0.98, 0.08)]), LAMP)
    e.fill(spline([(1.0, 0.0), (0.9, -0.04), (0.88, 0.06), (1.01, 0.08)]), (0.75, 0.08, 0.06))
    for x in (-0.62, 0.62):
        wheel(e, _flat(x - 0.2, 0.04, x + 0.2, 0.44), 0.5, 0.5, 0.5, 0.5)
        e.fill([ribbon([(x, 0.24), (x + 0.1 * np.cos(a), 0.24 + 0.1 * np.sin(a))], 0.03)
                for a in np.arange(5) * 1.257], (0.8, 0.8, 0.82))


# ---- boat

def boat(e: Easel) -> None:
    """A sailing, fishing or rowing boat, mirrored in the water."""
    horizon = e.between(0.38, 0.56)
    places.sky(e, horizon)
    if e.rng.random() < 0.6:
        places.hills(e, horizon + 0.005, e.between(0.05, 0.18), e.pick((0.36, 0.44, 0.42),
                                                                     (0.40, 0.46, 0.56)))
    deep, pale = places.water_colours(e)
    places.sea(e, horizon, deep, pale)
    floats = horizon + e.between(0.12, 0.24)
    colour = e.pick((0.93, 0.93, 0.91), (0.75, 0.16, 0.12), (0.14, 0.30, 0.52), (0.90, 0.45, 0.10),
                    (0.38, 0.24, 0.15))
    kind = ("sail", "cabin", "open")[int(e.rng.integers(3))]
    x, scale = e.between(0.42, 0.58), e.between(0.33, 0.44)
    e.place((x, floats), scale, e.between(-0.05, 0.05))
    e.naming = True
    {"sail": _sails, "cabin": _cabin, "open": _people}[kind](e, colour)
    hull = spline([(-1.02, -0.36), (-0.5, -0.24), (0.3, -0.23), (1.1, -0.42), (0.9, -0.1),
                   (0.62, 0.06), (-0.6, 0.06), (-0.86, -0.05)])
    e.fill(hull, 1.05 * colour, to=0.6 * colour, volume=0.4)
    edge = spline([(-1.02, -0.36), (-0.5, -0.24), (0.3, -0.23), (1.1, -0.42)], False)
    e.fill(ribbon(edge, 0.05),
           0.4 * colour + 0.5 if colour.mean() < 0.6 else 0.5 * colour)
    e.fill(ribbon([(-0.84, -0.05), (0.84, -0.05)], 0.06),
           e.pick((0.6, 0.14, 0.1), (0.1, 0.16, 0.3)))
    e.naming = False
    _mirror_image(e, floats, deep)


def _sails(e: Easel, colour: Array) -> None:
    cloth = e.pick((0.96, 0.95, 0.92), (0.94, 0.90, 0.80), (0.85, 0.30, 0.20))
    top = e.between(-2.0, -1.6)
    lean = e.between(0.0, 0.15)
    e.fill(ribbon([(0, -0.2), (0, top)], 0.05), (0.4, 0.3, 0.22))
    e.fill(spline([(0.05, top + 0.05), (0.4 + lean, -1.1), (0.92, -0.42),
                   (0.4, -0.36), (0.05, -0.38)], steps=4), cloth, to=0.85 * cloth, volume=0.3)
    e.fill(spline([(-0.06, top + 0.25), (-0.4, -0.9), (-0.86, -0.42),
                   (-0.4, -0.36), (-0.08, -0.42)], steps=4), 0.93 * cloth, to=0.78 * cloth,
           volume=0.3)
    for y in (-0.75, -1.1):
        e.fill(ribbon([(0.06, y), (0.4 + 0.3 * (y + 1.1), y + 0.03)], 0.015), 0.7 * cloth)


def _cabin(e: Easel, colour: Array) -> None:
    white = e.pick((0.94, 0.94, 0.92), (0.85, 0.80, 0.70))
    e.fill(rounded(-0.6, -0.62, 0.45, -0.15, 0.06), white, to=0.8 * white)
    e.fill(rounded(-0.35, -1.0, 0.25, -0.58, 0.05), white, to=0.85 * white)
    e.fill(box(-0.42, -1.06, 0.32, -0.98), 0.6 * colour + 0.1)
    for x in (-0.3, -0.1, 0.1):
        window(e, box(x, -0.92, x + 0.14, -0.72))
    for x in (-0.48, -0.22, 0.04, 0.28):
        e.fill(disc(x, -0.42, 0.07), GLASS)
    e.fill(ribbon([(-0.05, -1.0), (-0.05, -1.55)], 0.04), (0.35, 0.32, 0.3))
    e.fill(ribbon([(-0.05, -1.5), (0.9, -0.4)], 0.012), (0.3, 0.3, 0.3))
    e.fill(ribbon([(-0.05, -1.5), (-0.95, -0.36)], 0.012), (0.3, 0.3, 0.3))


def _people(e: Easel, colour: Array) -> None:
    for x in (-0.45, 0.0, 0.42)[: int(e.rng.integers(1, 4))]:
        shirt = e.pick((0.75, 0.15, 0.12), (0.15, 0.3, 0.55), (0.9, 0.88, 0.8), (0.9, 0.6, 0.1))
        e.fill(spline([(x - 0.14, -0.2), (x - 0.13, -0.55), (x, -0.62), (x + 0.13, -0.55),
                       (x + 0.14, -0.2)]), shirt, volume=0.5)
        e.ball((x, -0.74), 0.1, 0.12, (0.72, 0.52, 0.40), 0.1, 0.5)
        e.fill(ribbon([(x + 0.1, -0.42), (x + 0.6, 0.1)], 0.04), (0.55, 0.4, 0.25))


def _mirror_image(e: Easel, floats: float, deep: Array) -> None:
    """What stands above the water line, upside down, broken by small waves."""
    row = (np.arange(e.side) + 0.5) / e.side
    wave = 0.014 * e.field(5, 2, 5)
    source = np.clip(((2 * floats - e.y + wave) * e.side).astype(int), 0, e.side - 1)
    aside = np.clip(((e.x + wave) * e.side).astype(int), 0, e.side - 1)
    seen = e.canvas[source, aside]
    below = smooth(0, 0.012, e.y - floats) * (1 - e.thing)
    below *= np.clip(1.2 - 1.4 * (e.y - floats), 0, 1)
    there = e.thing[source, aside]
    e.wash(below * (0.15 + 0.5 * there) * (row[:, None] > floats), 0.72 * seen + 0.28 * deep)
