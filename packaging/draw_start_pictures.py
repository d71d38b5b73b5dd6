"""Makes the pictures of the start page with the program itself, as files in resources/start."""

from __future__ import annotations

import io
import math
import sys
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from cnnviz_app import paths
from cnnviz_app.core import colormaps
from cnnviz_app.core.atomic import write_bytes
from cnnviz_app.core.context import Context
from cnnviz_app.core.images import to_uint8
from cnnviz_app.lab.requests import ListModels, Look, OpenModel, ReadKernels, RunTechnique
from cnnviz_app.lab.start import make_answer
from cnnviz_app.sources import builtin
from cnnviz_app.ui.start_places import (
    PAINT_LAYER,
    PAINT_UNIT,
    PAINTER,
    PAINTING,
    PHOTO,
    UNIT,
    UNIT_LAYER,
)

WIDTH, HEIGHT = 840, 420
AMBER = (255, 197, 61)
CLASSES = ("pizza", "spider", "bus")
Pixels = npt.NDArray[np.uint8]

answer = make_answer()


def ask(request: object) -> Any:
    return answer(Context.silent(), request)


def paint(model: str, technique: str, **params: object) -> Image.Image:
    outcome = ask(RunTechnique(technique, model, params))
    return Image.fromarray(to_uint8(outcome.result.picture))


def unit() -> Image.Image:
    """The cat with the place where the unit answers most, and what the unit looks for."""
    ask(OpenModel("lens"))
    looked = ask(Look("lens", builtin.load("cat"), UNIT_LAYER))
    canvas = Image.new("RGB", (WIDTH, HEIGHT))
    canvas.paste(Image.fromarray(looked.seen).resize((HEIGHT, HEIGHT), Image.Resampling.BICUBIC))
    values = looked.maps[UNIT]
    y, x = np.unravel_index(values.argmax(), values.shape)
    cell = HEIGHT / values.shape[0]
    side = 32 / 64 * HEIGHT  # what a unit of that layer sees of the 64 pixels
    centre = (float(x) + 0.5) * cell, (float(y) + 0.5) * cell
    box = [c - side / 2 for c in centre] + [c + side / 2 for c in centre]
    box = [min(max(value, 4), HEIGHT - 5) for value in box]
    pen = ImageDraw.Draw(canvas)
    pen.rounded_rectangle(box, 6, outline=(0, 0, 0), width=7)
    pen.rounded_rectangle([b + d for b, d in zip(box, (2, 2, -2, -2), strict=True)], 5,
                          outline=AMBER, width=4)  # fmt: skip
    sight = paint("lens", "feature-vis", layer=UNIT_LAYER, unit=str(UNIT), steps=256)
    canvas.paste(sight.resize((HEIGHT, HEIGHT), Image.Resampling.BICUBIC), (HEIGHT, 0))
    return canvas


def dream() -> Image.Image:
    sight = paint(
        "lens", "feature-vis", layer=PAINT_LAYER, unit=str(PAINT_UNIT), steps=320, size=128
    )
    wide = sight.resize((WIDTH, WIDTH), Image.Resampling.BICUBIC)
    return wide.crop((0, HEIGHT // 2, WIDTH, HEIGHT // 2 + HEIGHT))


def robust() -> Image.Image:
    ask(OpenModel("lens-robust"))
    canvas = Image.new("RGB", (WIDTH, HEIGHT))
    third = WIDTH // 3
    for i, name in enumerate(CLASSES):
        made = paint("lens-robust", "class-image", preset="lucid", target=name)
        made = made.resize((HEIGHT, HEIGHT), Image.Resampling.BICUBIC)
        edge = (HEIGHT - third) // 2
        canvas.paste(made.crop((edge, 0, edge + third, HEIGHT)), (i * third, 0))
    return canvas


def kernels() -> Image.Image:
    weights = ask(ReadKernels("lens", "conv1")).weights
    canvas = Image.new("RGBA", (WIDTH, HEIGHT), (0, 0, 0, 0))
    columns, rows, side, gap = 8, 4, 84, 12
    left = (WIDTH - columns * (side + gap) + gap) // 2
    top = (HEIGHT - rows * (side + gap) + gap) // 2
    for i, kernel in enumerate(weights[: columns * rows]):
        high = float(np.abs(kernel).max()) or 1.0
        pixels = np.rint(127.5 + 127.5 * kernel / high).astype(np.uint8).transpose(1, 2, 0)
        tile = Image.fromarray(pixels).resize((side, side), Image.Resampling.NEAREST)
        row, column = divmod(i, columns)
        canvas.paste(tile, (left + column * (side + gap), top + row * (side + gap)))
    return canvas


def style() -> Image.Image:
    """The photograph under a wipe, what became of it, and the painting in the corner."""
    photo = builtin.load(PHOTO)
    outcome = ask(RunTechnique("style", PAINTER, {"style": PAINTING, "size": 560}, photo))
    painted = Image.fromarray(to_uint8(outcome.result.picture))
    canvas = _filling(painted, WIDTH, HEIGHT)
    line = round(WIDTH * 0.36)
    canvas.paste(_filling(Image.fromarray(photo.pixels), WIDTH, HEIGHT).crop((0, 0, line, HEIGHT)))
    pen = ImageDraw.Draw(canvas)
    pen.rectangle((line - 3, 0, line + 2, HEIGHT), fill=(40, 40, 40))
    pen.rectangle((line - 1, 0, line, HEIGHT), fill=(255, 255, 255))
    wide, tall, edge = 176, 124, 20
    at = (WIDTH - wide - edge, HEIGHT - tall - edge)
    corners = (at[0] - 4, at[1] - 4, at[0] + wide + 3, at[1] + tall + 3)
    pen.rounded_rectangle(corners, 8, fill=(255, 255, 255))
    manner = builtin.load(PAINTING.removeprefix("builtin:"))
    canvas.paste(_filling(Image.fromarray(manner.pixels), wide, tall), at)
    return canvas


def _filling(picture: Image.Image, width: int, height: int) -> Image.Image:
    """The middle of a picture, as large as the place."""
    scale = max(width / picture.width, height / picture.height)
    size = max(width, round(picture.width * scale)), max(height, round(picture.height * scale))
    large = picture.resize(size, Image.Resampling.BICUBIC)
    left, top = (large.width - width) // 2, (large.height - height) // 2
    return large.crop((left, top, left + width, top + height))


def zoo() -> Image.Image:
    """Accuracy over operations, one circle a network, its area the parameters."""
    entries = [e for e in ask(ListModels()) if e.top1 and e.gflops and e.source == "torchvision"]
    scale = 3
    canvas = Image.new("RGBA", (WIDTH * scale, HEIGHT * scale), (0, 0, 0, 0))
    xs = [math.log(e.gflops) for e in entries]
    ys = [e.top1 for e in entries]
    for entry, x, y in sorted(zip(entries, xs, ys, strict=True), key=lambda row: -row[0].params):
        across = (90 + (x - min(xs)) / (max(xs) - min(xs)) * (WIDTH - 190)) * scale
        down = (HEIGHT - 50 - (y - min(ys)) / (max(ys) - min(ys)) * (HEIGHT - 120)) * scale
        radius = (5 + 2.2 * math.sqrt(entry.params / 1e6)) * scale
        share = 0.36 + 0.5 * ((entry.year or 2012) - 2012) / 10
        paint_at = colormaps.apply(np.array([[share]], np.float32), "tide", 0.0, 1.0, True)[0, 0]
        disc = Image.new("RGBA", canvas.size, (0, 0, 0, 0))
        colour = tuple(int(c) for c in paint_at)
        ImageDraw.Draw(disc).ellipse(
            (across - radius, down - radius, across + radius, down + radius),
            fill=(*colour, 70), outline=(*colour, 255), width=2 * scale,
        )  # fmt: skip
        canvas = Image.alpha_composite(canvas, disc)
    return canvas.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


MAKERS = {
    "unit.jpg": unit, "dream.jpg": dream, "style.jpg": style, "robust.jpg": robust,
    "kernels.png": kernels, "zoo.png": zoo,
}  # fmt: skip


def main(names: list[str]) -> None:
    folder = paths.resource("bundled").parent / "start"
    folder.mkdir(exist_ok=True)
    for name in names or list(MAKERS):
        buffer = io.BytesIO()
        if name.endswith(".jpg"):
            MAKERS[name]().save(buffer, "JPEG", quality=88)
        else:
            MAKERS[name]().save(buffer, "PNG", optimize=True)
        write_bytes(folder / name, buffer.getvalue())
        print(f"{name}: {len(buffer.getvalue()) // 1024} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
