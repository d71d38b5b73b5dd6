"""An easel for small rendered pictures: filled outlines with soft edges, volume, and light."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image, ImageDraw, ImageFilter

from cnnviz_app.sources.worlds.noise import Array

TAU = 2 * np.pi
# outlines are filled this much larger and averaged, so that edges are smooth
FINE = 4
Colour = ArrayLike
Box = tuple[slice, slice]
Outlines = Array | list[Array]
_ANGLES = np.arange(32) * (TAU / 32)
_ROUND = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)


def disc(x: float, y: float, rx: float, ry: float | None = None, turn: float = 0.0) -> Array:
    """The outline of an ellipse, turned by `turn` radians."""
    outline = _ROUND * np.array((rx, rx if ry is None else ry))
    if turn:
        cos, sin = math.cos(turn), math.sin(turn)
        outline = outline @ np.array(((cos, sin), (-sin, cos)))
    moved: Array = outline + np.array((x, y))
    return moved


def box(left: float, top: float, right: float, bottom: float) -> Array:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])


def spline(points: ArrayLike, closed: bool = True, steps: int = 6) -> Array:
    """A smooth line through the points (Catmull-Rom)."""
    p = np.asarray(points, float)
    if closed:
        before, after, last = np.roll(p, 1, 0), np.roll(p, -1, 0), np.roll(p, -2, 0)
        here = p
    else:
        padded = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
        before, here, after, last = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    t = (np.arange(steps) / steps)[None, :, None]
    a, b, c, d = (q[:, None, :] for q in (before, here, after, last))
    line = 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
    flat: Array = line.reshape(-1, 2)
    return flat if closed else np.vstack([flat, p[-1:]])


def ribbon(points: ArrayLike, start: float, end: float | None = None) -> Array:
    """The outline of a line whose width runs from `start` to `end`."""
    p = np.asarray(points, float)
    step = p[1:] - p[:-1]
    slope = np.concatenate([step[:1], step[1:] + step[:-1], step[-1:]])
    slope /= np.sqrt((slope * slope).sum(1) + 1e-18)[:, None]
    width = np.linspace(start, start if end is None else end, len(p))[:, None] / 2
    side = slope[:, ::-1] * np.array((-1, 1)) * width
    return np.concatenate([p + side, (p - side)[::-1]])


def rounded(left: float, top: float, right: float, bottom: float, radius: float) -> Array:
    """A box with round corners."""
    angle = np.linspace(0, TAU / 4, 6)
    corners = []
    for x, y, begin in (
        (right - radius, bottom - radius, 0.0), (left + radius, bottom - radius, TAU / 4),
        (left + radius, top + radius, TAU / 2), (right - radius, top + radius, 3 * TAU / 4),
    ):  # fmt: skip
        corners.append(np.stack([x + radius * np.cos(begin + angle),
                                 y + radius * np.sin(begin + angle)], axis=1))
    return np.vstack(corners)


class Sheet:
    """A flat surface seen in perspective: points of the unit square to points of the picture."""

    def __init__(self, corners: ArrayLike) -> None:
        """Corners in the order upper left, upper right, lower right, lower left."""
        rows, right = [], []
        for (u, v), (x, y) in zip(
            ((0, 0), (1, 0), (1, 1), (0, 1)), np.asarray(corners, float), strict=True
        ):
            rows += [[u, v, 1, 0, 0, 0, -u * x, -v * x], [0, 0, 0, u, v, 1, -u * y, -v * y]]
            right += [x, y]
        self._matrix = np.append(np.linalg.solve(np.array(rows, float), right), 1).reshape(3, 3)

    def __call__(self, points: Array) -> Array:
        mapped = np.column_stack([points, np.ones(len(points))]) @ self._matrix.T
        flat: Array = mapped[:, :2] / mapped[:, 2:]
        return flat


class Easel:
    """A picture in the making; coordinates run from 0 to 1, downwards in y.

    Attributes:
        canvas: what was painted so far, H×W×3 in 0…1.
        thing: how much of every pixel belongs to what the picture shows.
        naming: whether what is painted now belongs to it.
    """

    def __init__(self, rng: np.random.Generator, side: int) -> None:
        self.rng, self.side = rng, side
        at = (np.arange(side) + 0.5) / side
        self.x, self.y = np.meshgrid(at, at)
        self.canvas = np.zeros((side, side, 3))
        self.thing = np.zeros((side, side))
        self.naming = False
        self.place((0, 0), 1)

    # ---- where

    def place(
        self, centre: Sequence[float], scale: float, turn: float = 0.0,
        stretch: tuple[float, float] = (1, 1),
    ) -> None:  # fmt: skip
        """What is painted from now on is given in units of `scale` around `centre`."""
        cos, sin = np.cos(turn), np.sin(turn)
        self._turn = scale * np.array([[cos, -sin], [sin, cos]]) @ np.diag(stretch)
        self._centre, self._scale = np.asarray(centre, float), scale

    def _cover(self, outlines: list[Array], soft: float) -> tuple[Box, Array] | None:
        """The part of the picture that outlines touch, and how much they cover there."""
        placed = [(o @ self._turn.T + self._centre) * self.side for o in outlines]
        soft *= self._scale * self.side
        margin = 1 + 2.5 * soft
        whole = placed[0] if len(placed) == 1 else np.concatenate(placed)
        (left, top), (right, bottom) = whole.min(0).tolist(), whole.max(0).tolist()
        x0, y0 = max(0, math.floor(left - margin)), max(0, math.floor(top - margin))
        width = min(self.side, math.ceil(right + margin)) - x0
        height = min(self.side, math.ceil(bottom + margin)) - y0
        if width < 1 or height < 1:
            return None
        mask = Image.new("L", (width * FINE, height * FINE))
        pen = ImageDraw.Draw(mask)
        for points in placed:
            pen.polygon(((points - np.array((x0, y0))) * FINE - 0.5).ravel().tolist(), fill=255)
        mask = mask.reduce(FINE)
        if soft > 0.2:
            mask = mask.filter(ImageFilter.GaussianBlur(soft))
        flat = np.frombuffer(mask.tobytes(), np.uint8).reshape(height, width)
        return (slice(y0, y0 + height), slice(x0, x0 + width)), flat / 255

    # ---- paint

    def _lay(self, where: Box, coverage: Array, colour: Array) -> None:
        part = self.canvas[where]
        part += (colour - part) * coverage[..., None]
        if self.naming:
            known = self.thing[where]
            np.maximum(known, coverage, out=known)

    def fill(
        self, outline: Outlines, colour: Colour, alpha: float = 1.0, soft: float = 0.0,
        volume: float = 0.0, to: Colour | None = None, grain: Array | None = None,
    ) -> None:  # fmt: skip
        """Paint an outline, or several alike.

        Args:
            soft: blur of the edge, in units of `place`.
            volume: how much the shape bulges towards the viewer, lit from the upper left.
            to: the colour at the lower end, where the first one is that of the upper end.
            grain: brightness of the paint over the whole picture, about 1.
        """
        outlines = outline if isinstance(outline, list) else [outline]
        found = self._cover(outlines, soft) if outlines else None
        if found is None:
            return
        where, coverage = found
        paint: Array = np.asarray(colour, float)
        if to is not None:
            paint = paint + (np.asarray(to, float) - paint) * self._down(outlines[0], where)
        if volume:
            size = float(np.ptp(outlines[0] @ self._turn.T, axis=0).min())
            paint = paint * (1 + volume * _bulge(coverage, size * self.side))[..., None]
        if grain is not None:
            paint = paint * grain[where][..., None]
        self._lay(where, coverage * alpha, paint)

    def _down(self, outline: Array, where: Box) -> Array:
        ends = (outline @ self._turn.T + self._centre)[:, 1]
        t = (self.y[where] - ends.min()) / max(float(np.ptp(ends)), 1e-6)
        return np.asarray(np.clip(t, 0, 1)[..., None])

    def ball(
        self, centre: tuple[float, float], rx: float, ry: float, colour: Colour,
        gloss: float = 0.5, dark: float = 0.35, turn: float = 0.0,
    ) -> None:  # fmt: skip
        """A rounded body lit from the upper left, with a highlight and a darker edge."""
        found = self._cover([disc(*centre, rx, ry, turn)], 0.0)
        if found is None:
            return
        where, coverage = found
        x0, y0 = np.asarray(centre) @ self._turn.T + self._centre
        matrix = self._turn @ np.array([[np.cos(turn), -np.sin(turn)],
                                        [np.sin(turn), np.cos(turn)]]) @ np.diag([rx, ry])
        inverse = np.linalg.inv(matrix)
        dx, dy = self.x[where] - x0, self.y[where] - y0
        u, v = (inverse[i, 0] * dx + inverse[i, 1] * dy for i in (0, 1))
        z = np.sqrt(np.clip(1 - u * u - v * v, 0, 1))
        # in the picture's own directions, so that the light stays where it is
        size = np.sqrt(rx * ry) * self._scale
        lit = np.clip((-0.45 * dx - 0.6 * dy) / size + 0.66 * z, 0, 1)
        shade = dark + (1.12 - dark) * lit
        shine = gloss * np.exp(-((dx / size + 0.38) ** 2 + (dy / size + 0.42) ** 2) / 0.045)
        paint = np.asarray(colour, float) * shade[..., None]
        self._lay(where, coverage, paint + (1 - paint) * np.clip(shine, 0, 0.95)[..., None])

    def shadow(
        self, outline: Outlines, dark: float = 0.5, soft: float = 0.08,
        move: tuple[float, float] = (0.06, 0.08),
    ) -> None:  # fmt: skip
        named, self.naming = self.naming, False
        outlines = outline if isinstance(outline, list) else [outline]
        self.fill([o + np.asarray(move) for o in outlines], (0.02, 0.02, 0.05), dark, soft)
        self.naming = named

    def wash(self, coverage: Array, colour: Array) -> None:
        """Paint over the whole picture, by a coverage for every pixel."""
        self._lay((slice(None), slice(None)), coverage, colour)

    # ---- chance and matter

    def pick(self, *choices: Colour, spread: float = 0.06) -> Array:
        """One of the colours, never twice quite the same."""
        chosen = np.asarray(choices[int(self.rng.integers(len(choices)))], float)
        light = self.rng.uniform(-spread, spread)
        return np.clip(chosen * (1 + light) + self.rng.normal(0, spread / 3, 3), 0, 1)

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def field(self, cells: float, octaves: int = 2, flat: float = 1.0) -> Array:
        """Smooth noise about -1…1; `flat` above 1 draws it out sideways."""
        total = np.zeros((self.side, self.side))
        weight = 1.0
        for _ in range(octaves):
            size = (cells, cells * flat)
            knots = self.rng.uniform(-1, 1, [math.ceil(n) + 3 for n in size[::-1]])
            # three cells beyond the picture's edge, so that nothing is flat there
            near = Image.fromarray(knots.astype(np.float32)).resize(
                (self.side, self.side), Image.Resampling.BICUBIC,
                (1.5, 1.5, 1.5 + size[0], 1.5 + size[1]),
            )  # fmt: skip
            total += weight * np.asarray(near)
            cells, weight = 2.03 * cells, 0.5 * weight
        return total * (1.25 / (2 - 2 * weight))


def _bulge(coverage: Array, size: float) -> Array:
    """-1…1: how much a shape that is thickest in its middle faces the upper left."""
    height, width = coverage.shape
    radius = 0.16 * size
    edge = int(2 * radius) + 1
    padded = np.zeros((height + 2 * edge, width + 2 * edge), np.uint8)
    padded[edge:-edge, edge:-edge] = coverage * 255
    blurred = Image.fromarray(padded).filter(ImageFilter.GaussianBlur(radius))
    high = np.asarray(blurred).astype(np.float32) / 255
    step = max(1, round(radius))
    rows, columns = slice(edge, edge + height), slice(edge, edge + width)
    after, before = edge + step, edge - step
    across = high[rows, after : after + width] - high[rows, before : before + width]
    along = high[after : after + height, columns] - high[before : before + height, columns]
    lit: Array = 0.9 * across + 0.6 * along
    return lit
