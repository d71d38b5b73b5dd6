"""Where drawn things are: sky, water, leaves, streets, tables, forest floors."""

from __future__ import annotations

import numpy as np

from cnnviz_app.sources.worlds._things_easel import Easel, box, disc, ribbon, spline
from cnnviz_app.sources.worlds.noise import Array, hexes, ramp, smooth

SKIES = (
    hexes("#2f6fc0 #7fb2e2 #cfe3f2"), hexes("#3d86cf #a3cdec #eef3f2"),
    hexes("#5a7fa8 #a8bccc #dcdfdd"), hexes("#44659c #d6a48a #f6d9a8"),
    hexes("#8d9aa6 #b9c1c6 #d9dcda"),
)  # fmt: skip


def sky(e: Easel, horizon: float = 1.0, clouds: float = 1.0) -> None:
    """Blue, hazy or evening, with clouds that grow flatter towards the horizon."""
    colours = SKIES[int(e.rng.integers(len(SKIES)))]
    e.canvas[:] = ramp(np.clip(e.y / horizon, 0, 1), colours)
    amount = smooth(e.between(0.0, 0.25), 0.9, e.field(2.6, 3, 2.2)) * clouds
    e.wash(0.8 * amount, np.array((0.97, 0.97, 0.96)))


def sea(e: Easel, horizon: float, deep: Array, pale: Array) -> None:
    """Water to the horizon, with waves that shrink into the distance."""
    depth = np.clip((e.y - horizon) / (1 - horizon), 1e-3, 1)
    paint = ramp(depth**0.6, np.stack([pale, deep]))
    far = 1 / (0.12 + depth)
    waves = np.sin(18 * far + 5 * e.field(3, 2, 3)) * np.clip(depth * 4, 0, 1)
    paint = paint * (1 + 0.09 * waves + 0.08 * e.field(5, 2, 5))[..., None]
    e.wash(smooth(-0.5 / e.side, 0.5 / e.side, e.y - horizon), paint)


def water_colours(e: Easel) -> tuple[Array, Array]:
    deep = e.pick((0.08, 0.26, 0.42), (0.10, 0.36, 0.42), (0.20, 0.32, 0.36))
    return deep, 0.45 * deep + 0.5


def ground(e: Easel, horizon: float, near: Array, far: Array, rough: float = 0.14) -> None:
    """Grass, earth or snow to the horizon, with grain that shrinks into the distance."""
    depth = np.clip((e.y - horizon) / max(1 - horizon, 0.05), 0, 1)
    paint = ramp(depth, np.stack([far, near]))
    grain = e.field(5, 2, 4) * (1 - depth) + e.field(14, 2, 2) * depth
    edge = horizon + 0.006 * e.field(4, 2)
    e.wash(smooth(-0.006, 0.006, e.y - edge), paint * (1 + rough * grain)[..., None])


def grass(e: Easel, horizon: float) -> None:
    near = e.pick((0.24, 0.42, 0.14), (0.34, 0.46, 0.18), (0.45, 0.44, 0.22))
    ground(e, horizon, near, 0.75 * near + 0.2)


def hills(e: Easel, horizon: float, height: float, colour: Array, rough: float = 0.5) -> None:
    """A ridge against the sky."""
    at = np.linspace(-0.05, 1.05, 56)
    line = 0.5 + 0.5 * np.sin(at * e.between(2, 5) + e.between(0, 6))
    for octave in range(4):
        knots = e.rng.normal(0, 1, 10 * 2**octave)
        line = line + rough * 0.4 / 1.9**octave * np.interp(
            at, np.linspace(-0.1, 1.1, len(knots)), knots
        )
    line = (line - line.min()) / np.ptp(line)
    top = np.column_stack([at, horizon - height * (0.25 + 0.75 * line)])
    e.fill(np.vstack([top, (1.05, horizon), (-0.05, horizon)]), colour, to=0.7 * colour + 0.25)


def trees(e: Easel, horizon: float, count: int, size: float, colour: Array) -> None:
    """A loose row of round or pointed trees."""
    pointed = e.rng.random() < 0.4
    for x in e.rng.uniform(-0.05, 1.05, count):
        h = size * e.between(0.6, 1.25)
        paint = colour * e.between(0.75, 1.2)
        if pointed:
            outline = np.array([(x - 0.32 * h, horizon), (x, horizon - 1.5 * h),
                                (x + 0.32 * h, horizon)])
            e.fill(outline, 1.15 * paint, to=0.7 * paint, volume=0.6)
        else:
            for _ in range(3):
                dx, dy = e.rng.uniform(-0.35, 0.35, 2) * h
                e.fill(disc(x + dx, horizon - 0.55 * h + dy, 0.42 * h, 0.45 * h), paint,
                       volume=0.7)


def out_of_focus(e: Easel, colours: Array, lights: int = 5, dark: float = 1.0) -> None:
    """A garden behind the thing, far too near to the lens's limit to be sharp."""
    e.canvas[:] = dark * ramp(np.clip(0.5 + 0.55 * e.field(2.2, 2), 0, 1), colours)
    for _ in range(lights):
        x, y = e.rng.uniform(0, 1, 2)
        paint = 0.6 * colours[int(e.rng.integers(len(colours)))] + 0.35
        e.fill(disc(x, y, e.between(0.05, 0.14)), dark * paint, 0.35, soft=0.03)


def garden(e: Easel, dark: float = 1.0) -> None:
    palettes = (
        hexes("#1d3a14 #3f6b26 #86a84a"), hexes("#2b4a1c #5d8a34 #b5c573"),
        hexes("#243528 #4c6a4c #93a986"), hexes("#3b3a1a #6f7434 #b4ab62"),
    )  # fmt: skip
    out_of_focus(e, palettes[int(e.rng.integers(len(palettes)))], dark=dark)


def leaf(e: Easel, centre: tuple[float, float], length: float, turn: float) -> None:
    """A leaf with veins, which the light comes through."""
    green = e.pick((0.27, 0.50, 0.14), (0.36, 0.58, 0.18), (0.20, 0.42, 0.16), (0.5, 0.6, 0.2))
    e.place(centre, length, turn)
    half = [(-1, 0), (-0.6, -0.32), (0, -0.46), (0.55, -0.3), (1.05, 0)]
    outline = spline(half + [(x, -y) for x, y in half[-2:0:-1]])
    e.shadow(outline, 0.4, 0.06)
    e.fill(outline, 1.15 * green, to=0.8 * green, volume=0.3, grain=1 + 0.08 * e.field(9, 2))
    vein = 0.65 * green + 0.3
    e.fill(ribbon([(-1, 0), (0, 0.02), (1, 0)], 0.05, 0.015), vein)
    e.fill([ribbon([(x, 0), (x + 0.18, 0.16 * s), (x + 0.3, 0.32 * s)], 0.02, 0.01)
            for x in (-0.6, -0.25, 0.1, 0.45) for s in (-1, 1)], vein, 0.7)
    e.place((0, 0), 1)


def forest_floor(e: Easel) -> None:
    """Dim trunks behind, moss and fallen leaves in front."""
    out_of_focus(e, hexes("#1a2114 #35422a #6a7350"), 4, e.between(0.7, 1.1))
    for x in e.rng.uniform(0, 1, 3):
        w = e.between(0.03, 0.09)
        e.fill(box(x - w, -0.1, x + w, 0.8), (0.16, 0.12, 0.09), 0.6, soft=0.035)
    near = e.pick((0.24, 0.30, 0.12), (0.34, 0.26, 0.16), (0.30, 0.34, 0.16))
    ground(e, e.between(0.62, 0.78), near, 0.7 * near, 0.35)
    for _ in range(9):
        x, y = e.between(0, 1), e.between(0.74, 1)
        paint = e.pick((0.45, 0.28, 0.12), (0.52, 0.38, 0.18), (0.30, 0.20, 0.12))
        e.fill(disc(x, y, e.between(0.03, 0.07), 0.02, e.between(-0.7, 0.7)), paint, volume=0.5)


def blades(e: Easel, count: int, low: float = 1.02, height: float = 0.25) -> None:
    """Grass in front of everything, which hides a little of the thing."""
    named, e.naming = e.naming, False
    green = e.pick((0.26, 0.42, 0.14), (0.36, 0.46, 0.2))
    for light in (0.75, 1.2):
        tufts = []
        for x in e.rng.uniform(-0.02, 1.02, count // 2):
            h, lean = height * e.between(0.4, 1), e.between(-0.1, 0.1)
            line = [(x, low), (x + 0.3 * lean, low - 0.6 * h), (x + lean, low - h)]
            tufts.append(ribbon(spline(line, False, 4), 0.022, 0.002))
        e.fill(tufts, light * green)
    e.naming = named


def table(e: Easel) -> None:
    """Wood, cloth or stone, seen from above."""
    kind = int(e.rng.integers(3))
    if kind == 0:
        wood = e.pick((0.50, 0.32, 0.18), (0.62, 0.45, 0.28), (0.36, 0.23, 0.15))
        veins = np.sin(40 * e.y + 6 * e.field(1.2, 2, 4))
        planks = smooth(0.0, 0.05, np.abs((e.y * 3.3 + 0.2) % 1 - 0.5))
        e.canvas[:] = wood * ((1 + 0.1 * veins) * (0.55 + 0.45 * planks))[..., None]
    elif kind == 1:
        cloth = e.pick((0.82, 0.80, 0.76), (0.62, 0.18, 0.16), (0.30, 0.42, 0.56))
        checks = (np.sin(22 * e.x) > 0) * 0.5 + (np.sin(22 * e.y) > 0) * 0.5
        e.canvas[:] = cloth + (0.93 - cloth) * (0.5 * checks)[..., None]
    else:
        stone = e.pick((0.56, 0.54, 0.52), (0.30, 0.30, 0.32), (0.75, 0.72, 0.68))
        e.canvas[:] = stone * (1 + 0.12 * e.field(6, 3))[..., None]


def street(e: Easel, horizon: float, kerb: float) -> None:
    """Houses or trees behind, a pavement, and the road."""
    sky(e, horizon)
    if e.rng.random() < 0.5:
        x = -0.1
        while x < 1:
            w, h = e.between(0.14, 0.34), e.between(0.2, 0.5)
            wall = e.pick((0.66, 0.52, 0.42), (0.74, 0.70, 0.64), (0.52, 0.34, 0.28),
                          (0.58, 0.60, 0.62))
            e.fill(box(x, horizon - h, x + w, horizon + 0.06), wall, to=0.8 * wall)
            e.fill([box(wx, wy, wx + 0.03, wy + 0.05)
                    for wx in np.arange(x + 0.03, x + w - 0.03, 0.06)
                    for wy in np.arange(horizon - h + 0.04, horizon - 0.05, 0.09)],
                   0.45 * wall, 0.8)
            x += w
    else:
        trees(e, horizon + 0.03, 9, 0.26, e.pick((0.2, 0.34, 0.14), (0.3, 0.4, 0.18)))
        grass(e, horizon)
    e.fill(box(-0.1, kerb - 0.06, 1.1, kerb), (0.66, 0.65, 0.63))
    road = e.pick((0.36, 0.36, 0.38), (0.46, 0.45, 0.45), (0.28, 0.28, 0.30))
    e.fill(box(-0.1, kerb, 1.1, 1.1), 1.1 * road, to=0.85 * road, grain=1 + 0.1 * e.field(14, 2, 2))
