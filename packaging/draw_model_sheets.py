"""Makes the contact sheets of the bundled networks with the program itself, in resources/help.

    python packaging/draw_model_sheets.py [kernels] [classes] [offline] [blind]

`blind` writes the class images of lens-robust, shuffled and without names, and the names apart,
so that somebody can say what they show before looking.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from cnnviz_app import Lab, paths
from cnnviz_app.core.colormaps import in_colour
from cnnviz_app.nets import bundled

CLASSES = ("butterfly", "fruit", "boat", "bus", "ladybug", "pizza", "mushroom", "spider")
# One unit or layer each, chosen by looking.
DREAMS = (
    ("cat", "lens-robust", "relu5"), ("coffee", "lens-robust", "relu7"),
    ("astronaut", "lens", "relu5"), ("rocket", "lens-robust", "relu6"),
)  # fmt: skip
STYLES = (
    ("cat", "builtin:starry"), ("cat", "builtin:stained-glass"), ("coffee", "builtin:waves"),
    ("coffee", "builtin:mosaic"), ("astronaut", "builtin:wheat"), ("rocket", "builtin:pond"),
)  # fmt: skip
STYLE_MODEL = "lens-robust"
INK, GROUND, QUIET = (236, 238, 242), (18, 19, 22), (150, 154, 163)
Pixels = npt.NDArray[np.uint8]
Tile = tuple[Image.Image, str]


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def sheet(rows: list[tuple[str, list[Tile]]], side: int, gap: int = 10) -> Image.Image:
    """Titled rows of captioned tiles on dark ground."""
    line = 22
    wide = max(len(tiles) for _, tiles in rows) * (side + gap) + gap
    tall = sum(side + gap + line + (line + gap if title else 0) for title, _ in rows) + gap
    page = Image.new("RGB", (wide, tall), GROUND)
    pen = ImageDraw.Draw(page)
    y = gap
    for title, tiles in rows:
        if title:
            pen.text((gap, y), title, INK, font(17))
            y += line + gap
        for number, (picture, caption) in enumerate(tiles):
            x = gap + number * (side + gap)
            page.paste(fitted(picture, side), (x, y))
            pen.text((x, y + side + 3), caption, QUIET, font(14))
        y += side + line + gap
    return page


def fitted(picture: Image.Image, side: int) -> Image.Image:
    """The middle square, by smooth scaling, or by whole pixels for kernels."""
    short = min(picture.size)
    left, top = (picture.width - short) // 2, (picture.height - short) // 2
    cut = picture.crop((left, top, left + short, top + short))
    kind = Image.Resampling.NEAREST if short <= 16 else Image.Resampling.LANCZOS
    return cut.resize((side, side), kind)


def save(page: Image.Image, name: str) -> None:
    path = paths.resource("help") / name
    page.save(path, quality=88, optimize=True)
    print(path, page.size, path.stat().st_size // 1024, "kB")


def draw_kernels(lab: Lab) -> None:
    """The first convolution of every bundled network."""
    rows: list[tuple[str, list[Tile]]] = []
    for model in bundled.names():
        net = lab.network(model)
        weights = net.kernel(net.resolve("conv1"))
        assert weights is not None
        tiles: list[Tile] = []
        for kernel in weights.numpy()[:32]:
            if kernel.shape[0] == 3:
                low, high = float(kernel.min()), float(kernel.max())
                shown = ((kernel - low) / (high - low) * 255).astype(np.uint8).transpose(1, 2, 0)
            else:
                shown = in_colour(kernel[0].astype(np.float32), "signed")
            tiles.append((Image.fromarray(shown), ""))
        rows += [(net.title if at == 0 else "", tiles[at : at + 16])
                 for at in range(0, len(tiles), 16)]  # fmt: skip
    save(sheet(rows, 52, 6), "kernels.jpg")


def class_image(lab: Lab, model: str, name: str, seed: int = 1) -> Image.Image:
    preset = "robust" if model == "lens-robust" else "lucid"
    made = lab.run("class-image", model=model, target=name, preset=preset, seed=seed)
    return Image.fromarray(made.pixels)


def draw_classes(lab: Lab) -> None:
    rows = [
        (lab.network(model).title, [(class_image(lab, model, name), name) for name in CLASSES])
        for model in ("lens", "lens-robust")
    ]
    save(sheet(rows, 150), "class-images.jpg")


def draw_offline(lab: Lab) -> None:
    """Four dreams and six style transfers: everything in them comes with the program."""
    dreams: list[Tile] = []
    for picture, model, layer in DREAMS:
        made = lab.run("deepdream", model, f"builtin:{picture}", size=320, layer=layer)
        dreams.append((Image.fromarray(made.pixels), f"{picture}, {model} {layer}"))
    styles: list[Tile] = []
    for picture, style in STYLES:
        made = lab.run("style", model=STYLE_MODEL, picture=f"builtin:{picture}", style=style,
                       size=320)  # fmt: skip
        styles.append((Image.fromarray(made.pixels), f"{picture} as {style.split(':')[1]}"))
    rows = [("DeepDream", dreams), ("Style transfer", styles[:3]), ("", styles[3:])]
    save(sheet(rows, 300), "offline.jpg")


def draw_blind(lab: Lab) -> None:
    names = list(lab.network("lens-robust").labels)
    random.Random(7).shuffle(names)
    tiles = [(class_image(lab, "lens-robust", name, 5), f"{number}")
             for number, name in enumerate(names, 1)]  # fmt: skip
    rows = [("", tiles[at : at + 8]) for at in range(0, len(tiles), 8)]
    sheet(rows, 150).save("blind.png")
    Path("blind-names.json").write_text(json.dumps(names), "utf-8")


if __name__ == "__main__":
    lab = Lab()
    wanted = sys.argv[1:] or ["kernels", "classes", "offline"]
    for name in wanted:
        globals()[f"draw_{name}"](lab)
