"""Digits written with a pen: strokes, a wandering hand, and the ink's thickness."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Every digit has a few ways of being written. A way is a list of strokes; a stroke is a
# list of points (x, y) in a unit square with y downwards, joined by a smooth curve
# ("~") or by straight lines ("-").
Stroke = tuple[str, tuple[tuple[float, float], ...]]

WAYS: dict[int, tuple[tuple[Stroke, ...], ...]] = {
    0: (
        (("~", ((.52, .05), (.25, .18), (.17, .5), (.27, .84), (.5, .95), (.74, .83), (.83, .5),
                (.74, .17), (.50, .05))),),
        (("~", ((.6, .08), (.33, .1), (.2, .38), (.2, .68), (.38, .93), (.62, .92), (.8, .66),
                (.8, .35), (.64, .1), (.48, .06))),),
    ),
    1: (
        (("-", ((.5, .04), (.5, .96))),),
        (("-", ((.32, .24), (.54, .05), (.54, .96))),),
        (("-", ((.33, .22), (.53, .05), (.53, .95))), ("-", ((.33, .95), (.73, .95)))),
        (("-", ((.6, .04), (.42, .96))),),
    ),
    2: (
        (("~", ((.2, .28), (.3, .09), (.52, .04), (.76, .14), (.78, .34), (.62, .58), (.36, .8),
                (.18, .95))), ("-", ((.18, .95), (.84, .95)))),
        (("~", ((.2, .25), (.35, .07), (.6, .06), (.77, .25), (.68, .52), (.42, .78), (.22, .93),
                (.2, .78), (.36, .75), (.55, .9), (.84, .93))),),
        (("~", ((.22, .2), (.42, .05), (.7, .1), (.78, .3), (.6, .6), (.2, .94))),
         ("~", ((.2, .94), (.5, .9), (.82, .96)))),
    ),
    3: (
        (("~", ((.22, .16), (.45, .04), (.72, .12), (.74, .32), (.58, .46), (.42, .48))),
         ("~", ((.42, .48), (.68, .52), (.82, .7), (.7, .9), (.45, .96), (.2, .86)))),
        (("-", ((.22, .07), (.76, .07), (.44, .44))),
         ("~", ((.44, .44), (.7, .46), (.82, .66), (.74, .88), (.48, .97), (.2, .87)))),
        (("~", ((.25, .1), (.55, .04), (.76, .2), (.66, .4), (.45, .47), (.7, .55), (.78, .76),
                (.6, .93), (.22, .92))),),
    ),
    4: (
        (("-", ((.62, .04), (.16, .64), (.86, .64))), ("-", ((.66, .36), (.66, .97)))),
        (("-", ((.24, .06), (.2, .52), (.8, .52))), ("-", ((.72, .06), (.7, .96)))),
        (("-", ((.66, .96), (.66, .05), (.16, .62), (.86, .62))),),
        (("~", ((.28, .08), (.2, .3), (.24, .5), (.5, .54), (.78, .46))),
         ("~", ((.78, .06), (.74, .5), (.7, .96)))),
    ),
    5: (
        (("-", ((.78, .06), (.3, .06), (.26, .44))),
         ("~", ((.26, .44), (.5, .37), (.76, .48), (.8, .7), (.66, .9), (.42, .96), (.2, .86)))),
        (("-", ((.3, .08), (.27, .42))),
         ("~", ((.27, .42), (.55, .38), (.78, .55), (.74, .82), (.5, .96), (.2, .88))),
         ("-", ((.3, .08), (.8, .06)))),
        (("~", ((.76, .08), (.5, .07), (.32, .12), (.28, .38), (.5, .42), (.74, .58), (.7, .84),
                (.48, .96), (.2, .9))),),
    ),
    6: (
        (("~", ((.68, .05), (.42, .2), (.24, .5), (.22, .76), (.38, .94), (.62, .93), (.78, .76),
                (.68, .56), (.46, .53), (.26, .7))),),
        (("~", ((.74, .1), (.54, .06), (.32, .24), (.2, .58), (.28, .86), (.52, .96), (.76, .84),
                (.76, .62), (.54, .5), (.32, .6), (.24, .76))),),
        (("~", ((.5, .04), (.3, .3), (.22, .62), (.28, .86), (.5, .95), (.7, .84), (.7, .66),
                (.5, .58), (.26, .7))),),
    ),
    7: (
        (("-", ((.18, .07), (.82, .07), (.42, .96))),),
        (("-", ((.18, .07), (.82, .07), (.42, .96))), ("-", ((.36, .5), (.76, .5)))),
        (("-", ((.2, .2), (.2, .07), (.8, .07), (.46, .96))),),
        (("~", ((.18, .12), (.48, .06), (.82, .08), (.66, .4), (.5, .7), (.42, .96))),),
    ),
    8: (
        (("~", ((.7, .16), (.5, .04), (.28, .15), (.32, .36), (.52, .48), (.74, .64), (.76, .84),
                (.52, .96), (.26, .85), (.26, .65), (.5, .48), (.7, .34), (.7, .16))),),
        (("~", ((.5, .46), (.3, .36), (.28, .16), (.5, .05), (.7, .16), (.7, .35), (.5, .46))),
         ("~", ((.5, .46), (.24, .6), (.22, .84), (.5, .96), (.78, .84), (.76, .6), (.5, .46)))),
    ),
    9: (
        (("~", ((.74, .22), (.54, .06), (.3, .14), (.24, .36), (.4, .5), (.62, .44), (.75, .22))),
         ("-", ((.75, .2), (.7, .96)))),
        (("~", ((.74, .3), (.58, .07), (.32, .12), (.24, .36), (.42, .52), (.66, .42), (.75, .18),
                (.74, .5), (.64, .82), (.46, .95), (.26, .88))),),
        (("~", ((.7, .14), (.46, .05), (.26, .22), (.32, .44), (.54, .5), (.72, .36), (.72, .14))),
         ("~", ((.72, .14), (.7, .5), (.52, .96)))),
    ),
}


def _catmull_rom(points: Array, per_piece: int = 8) -> Array:
    """A smooth curve through all points."""
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, 1, per_piece, endpoint=False)[:, None]
    pieces = []
    for i in range(len(points) - 1):
        a, b, c, d = padded[i : i + 4]
        pieces.append(
            b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
        )
    return np.vstack([*pieces, points[-1:]])


def _hand(rng: np.random.Generator, points: Array) -> Array:
    """Lean, size, turn and place of the whole digit."""
    angle = rng.normal(0, 0.10)
    shear = rng.normal(0.08, 0.18)
    height = rng.uniform(0.82, 1.08)
    width = height * rng.uniform(0.6, 1.12)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    lean = np.array([[1.0, -shear], [0.0, 1.0]])
    matrix = turn @ lean @ np.diag([width, height])
    result: Array = (points - 0.5) @ matrix.T
    return result


def _elastic(rng: np.random.Generator, points: Array, strength: float) -> Array:
    """Push points by a few slow waves, so that strokes stay joined where they met."""
    moved = points.copy()
    for _ in range(4):
        direction = rng.normal(0, 1, 2)
        wave = rng.normal(0, 3.2, 2)
        phase = rng.uniform(0, 2 * np.pi)
        moved += strength * direction * np.sin(points @ wave + phase)[:, None]
    return moved


def _ink(lines: list[Array], side: int, width: float) -> Array:
    """Distance to the nearest stroke, turned into grey with a soft edge; white ink on black."""
    axis = (np.arange(side) + 0.5) / side
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 1, 2)
    nearest = np.full(side * side, np.inf)
    for line in lines:
        start, end = line[:-1], line[1:]
        along = end - start
        length2 = np.maximum((along**2).sum(1), 1e-12)
        t = np.clip(((grid - start) * along).sum(2) / length2, 0, 1)
        gap = grid - (start + t[..., None] * along)
        nearest = np.minimum(nearest, np.sqrt((gap**2).sum(2)).min(1))
    edge = 0.9 / side
    grey = np.clip((width / 2 + edge / 2 - nearest) / edge, 0, 1)
    return grey.reshape(side, side)


def digit(label: int, rng: np.random.Generator, side: int = 28) -> NDArray[np.uint8]:
    """One digit, white on black, side×side; centred as MNIST is, then moved a little."""
    ways = WAYS[label]
    way = ways[int(rng.integers(len(ways)))]
    lines = []
    sizes = []
    for kind, points in way:
        anchor = np.array(points) + rng.normal(0, 0.018, (len(points), 2))
        fine = _catmull_rom(anchor) if kind == "~" and len(points) > 2 else anchor
        if kind == "-":
            steps = np.linspace(0, len(anchor) - 1, 6 * (len(anchor) - 1) + 1)
            fine = np.stack(
                [np.interp(steps, np.arange(len(anchor)), anchor[:, i]) for i in (0, 1)], axis=1
            )
        lines.append(fine)
        sizes.append(len(fine))
    # one transformation for all strokes: what touches stays touching
    whole = _elastic(rng, _hand(rng, np.vstack(lines)), rng.uniform(0.0, 0.028))
    low, high = whole.min(0), whole.max(0)
    extent = float(max(high - low))
    scale = rng.uniform(0.58, 0.78) / max(extent, 0.2)
    # the centre lies between the box's middle and the points' mean, as a person would place it
    centre = 0.5 * ((low + high) / 2 + whole.mean(0))
    placed = (whole - centre) * scale + 0.5 + rng.normal(0, 0.02, 2)
    placed += np.clip(0.11 - placed.min(0), 0, None) - np.clip(placed.max(0) - 0.89, 0, None)
    cut = np.split(placed, np.cumsum(sizes)[:-1])
    width = rng.uniform(0.045, 0.135)
    grey = _ink(cut, side, width)
    if rng.random() < 0.5:
        grey = grey ** rng.uniform(0.7, 1.4) * rng.uniform(0.8, 1.0)
    return (255 * grey + 0.5).astype(np.uint8)


def digits(count: int, seed: int, side: int = 28) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """(N, side, side) grey pictures and their labels; ten classes in turn."""
    pictures = np.empty((count, side, side), np.uint8)
    labels = np.arange(count, dtype=np.int64) % 10
    for i in range(count):
        pictures[i] = digit(int(labels[i]), np.random.default_rng((seed, i)), side)
    return pictures, labels
