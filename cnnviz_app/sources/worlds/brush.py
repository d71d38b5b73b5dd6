"""A brush: thousands of strokes that follow a direction field over a coloured sketch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from cnnviz_app.sources.worlds.noise import Array, Picture, relief, to_bytes

HAIRS = 4  # bristles of the brush
POINTS = 9  # of a stroke's middle line


@dataclass(frozen=True)
class Sketch:
    """What to paint: colours, the direction of the hand (radians), and how fine (0 coarse…1)."""

    colour: Array
    direction: Array
    detail: Array


@dataclass(frozen=True)
class Layer:
    """One pass over the canvas; sizes are shares of the short side.

    Attributes:
        strokes: how many.
        length: of a stroke.
        width: of a stroke.
        colour_spread: how far a stroke's colour strays from the sketch.
        only_detail: strokes land only where the sketch is fine.
        alpha: how opaque the paint is.
    """

    strokes: int
    length: float
    width: float
    colour_spread: float = 0.08
    only_detail: float = 0.0
    alpha: float = 0.9


def _paths(sketch: Sketch, starts: Array, length: float) -> Array:
    """(N, POINTS, 2) points in pixels (x, y), walked along the direction field both ways."""
    height, width = sketch.direction.shape
    halves = []
    for sign in (-1.0, 1.0):
        point = starts.copy()
        walked = [point.copy()]
        heading: Array | None = None
        for _ in range(POINTS // 2):
            column = np.clip(point[:, 0].astype(int), 0, width - 1)
            row = np.clip(point[:, 1].astype(int), 0, height - 1)
            angle = sketch.direction[row, column]
            ahead = np.stack([np.cos(angle), np.sin(angle)], 1) * sign
            if heading is not None:
                # the field has no front: keep going the way the hand already moves
                flip = (ahead * heading).sum(1) < 0
                ahead[flip] *= -1
            heading = ahead
            point = point + ahead * (length / (POINTS - 1))
            walked.append(point.copy())
        halves.append(np.stack(walked, 1))
    return np.concatenate([halves[0][:, :0:-1], halves[1]], axis=1)


def _stroke_colours(
    sketch: Sketch, starts: Array, spread: float, rng: np.random.Generator
) -> Array:
    rows = np.clip(starts[:, 1].astype(int), 0, sketch.colour.shape[0] - 1)
    columns = np.clip(starts[:, 0].astype(int), 0, sketch.colour.shape[1] - 1)
    base = sketch.colour[rows, columns]
    light = rng.normal(0, spread, (len(starts), 1))
    hue = rng.normal(0, 0.5 * spread, (len(starts), 3))
    warm = rng.normal(0, 0.4 * spread, (len(starts), 1)) * np.array([[1.0, 0.1, -1.0]])
    mixed: Array = np.clip(base + light + hue + warm, 0, 1)
    return mixed


def _pass(
    canvas: Image.Image, bumps: Image.Image, sketch: Sketch, layer: Layer,
    rng: np.random.Generator, zoom: int,
) -> None:
    height, width = sketch.direction.shape
    short = min(height, width)
    starts = rng.uniform(0, 1, (layer.strokes, 2)) * [width, height]
    if layer.only_detail:
        rows, columns = starts[:, 1].astype(int), starts[:, 0].astype(int)
        starts = starts[sketch.detail[rows, columns] > layer.only_detail]
    paths = _paths(sketch, starts, layer.length * short)
    colours = _stroke_colours(sketch, starts, layer.colour_spread, rng)
    ink = ImageDraw.Draw(canvas, "RGBA")
    bump = ImageDraw.Draw(bumps)
    lines = np.empty((len(paths), HAIRS, POINTS, 2))
    opaque = round(255 * layer.alpha)
    along = np.gradient(paths, axis=1)
    normal = np.stack([-along[..., 1], along[..., 0]], -1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True) + 1e-9
    count = len(paths)
    thick = layer.width * short * rng.uniform(0.6, 1.25, count)
    hair_width = np.maximum(1, np.rint(thick / HAIRS * 1.5 * zoom)).astype(int)
    for hair in range(HAIRS):
        normal_at = normal * (((hair + 0.5) / HAIRS - 0.5) * thick)[:, None, None]
        lines[:, hair] = (paths + normal_at) * zoom
    shades = np.clip(colours[:, None] + rng.normal(0, 0.025, (count, HAIRS, 3)), 0, 1) * 255
    ends = rng.integers(0, 3, (count, HAIRS, 2))
    heights = rng.integers(60, 255, (count, HAIRS))
    for i in range(count):
        for hair in range(HAIRS):
            first, last = ends[i, hair]
            flat = lines[i, hair, first : POINTS - last].ravel().tolist()
            red, green, blue = shades[i, hair].astype(int).tolist()
            ink.line(flat, fill=(red, green, blue, opaque), width=int(hair_width[i]))
            bump.line(flat, fill=int(heights[i, hair]), width=int(hair_width[i]))


def paint(
    sketch: Sketch, layers: tuple[Layer, ...], rng: np.random.Generator,
    ground: Array, thickness: float = 0.12,
) -> Picture:
    """Paint the sketch stroke by stroke on a primed ground; thick paint catches the light."""
    height, width = sketch.direction.shape
    zoom = 2  # drawn at twice the size and reduced: smooth edges
    size = (width * zoom, height * zoom)
    primer = to_bytes(ground[None, None])[0, 0]
    canvas = Image.new("RGB", size, tuple(int(v) for v in primer))
    bumps = Image.new("L", size, 128)
    for layer in layers:
        _pass(canvas, bumps, sketch, layer, rng, zoom)
    box = Image.Resampling.BOX
    colour = np.asarray(canvas.resize((width, height), box), dtype=np.float64) / 255
    height_map = np.asarray(bumps.resize((width, height), box), dtype=np.float64) / 255
    return to_bytes(relief(colour, height_map, thickness))
