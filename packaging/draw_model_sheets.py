"""Makes the sheets of the bundled networks with the program itself, in resources/help.

    python packaging/draw_model_sheets.py [kernels] [classes] [offline] [things] [blind]

`blind` writes the class images of lens-robust, shuffled and without names, and the names apart,
so that somebody can say what they show before looking.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from contact_sheet import Pixels, Row, Tile, lay_out, save

from cnnviz_app import Lab
from cnnviz_app.core.colormaps import in_colour
from cnnviz_app.nets import bundled
from cnnviz_app.sources import builtin
from cnnviz_app.sources.worlds import things

CLASSES = ("butterfly", "fruit", "boat", "bus", "ladybug", "pizza", "mushroom", "spider")
# One layer each, chosen by looking: the robust network's dreams are of its classes.
DREAM_MODEL = "lens-robust"
DREAMS = (("starry", "relu5"), ("wheat", "relu6"), ("rocket", "relu6"), ("cat", "relu7"))
DREAM: dict[str, Any] = {"size": 320, "steps": 12}
STYLES = (
    ("cat", "starry"), ("cat", "stained-glass"), ("coffee", "waves"),
    ("coffee", "mosaic"), ("rocket", "wheat"), ("rocket", "pond"),
)  # fmt: skip
STYLE_MODEL = "lens"
# Without the deeper layers it keeps drawing, and total variation takes the ripple of its pools.
STYLE: dict[str, Any] = {
    "style_layers": "relu1, relu2, relu3, relu4", "content_layers": "relu3", "beta": 100.0,
    "tv": 1.0, "size": 352, "steps": 150,
}  # fmt: skip


def draw_kernels(lab: Lab) -> None:
    """The first convolution of every bundled network."""
    rows = []
    for model in bundled.names():
        net = lab.network(model)
        first = next(node for node in net.nodes if net.kernel(node.name) is not None)
        weights = net.kernel(first.name)
        assert weights is not None
        # A linear classifier weighs every pixel: one picture for each class.
        about = net.spec
        whole = (about.channels, about.height, about.width)
        shape = tuple(weights.shape[1:]) if weights.dim() == 4 else whole
        tiles = [Tile(kernel_picture(kernel.reshape(shape))) for kernel in weights.numpy()[:32]]
        rows += [Row(tiles[at : at + 16], "" if at else net.title, columns=16, crisp=True)
                 for at in range(0, len(tiles), 16)]  # fmt: skip
    save(lay_out(rows), "kernels.jpg")


def kernel_picture(kernel: np.ndarray[Any, np.dtype[np.float32]]) -> Pixels:
    if kernel.shape[0] != 3:
        return in_colour(kernel[0].astype(np.float32), "signed")
    low, high = float(kernel.min()), float(kernel.max())
    shown: Pixels = ((kernel - low) / (high - low) * 255).astype(np.uint8).transpose(1, 2, 0)
    return shown


def class_image(lab: Lab, model: str, name: str, preset: str, seed: int) -> Pixels:
    return lab.run("class-image", model=model, target=name, preset=preset, seed=seed).pixels


def draw_classes(lab: Lab) -> None:
    """Eight classes as both Lens networks see them."""
    rows = [
        Row([Tile(class_image(lab, model, name, "lucid", 1), name.capitalize())
             for name in CLASSES], lab.network(model).title)
        for model in ("lens", "lens-robust")
    ]  # fmt: skip
    save(lay_out(rows), "class-images.jpg")


def draw_offline(lab: Lab) -> None:
    """Four dreams and six style transfers: everything in them comes with the program."""
    dreams = []
    for name, layer in DREAMS:
        made = lab.run("deepdream", DREAM_MODEL, f"builtin:{name}", layer=layer, **DREAM)
        dreams.append(Tile(made.pixels, builtin.title(name), layer))
    styles = []
    for name, painting in STYLES:
        made = lab.run("style", STYLE_MODEL, f"builtin:{name}", style=f"builtin:{painting}",
                       **STYLE)  # fmt: skip
        styles.append(Tile(made.pixels, builtin.title(name), builtin.title(painting)))
    rows = [
        Row(dreams, f"Dreams of {lab.network(DREAM_MODEL).title}", aspect=1.25),
        Row(styles[:3], f"Styles by {lab.network(STYLE_MODEL).title}", aspect=1.4),
        Row(styles[3:], aspect=1.4),
    ]
    save(lay_out(rows), "offline.jpg")


def draw_things(lab: Lab) -> None:
    """Two of every thing that the program draws."""
    drawn = [things.thing((3, number), 192, number % len(things.THINGS)) for number in range(30)]
    tiles = [Tile(one.image, things.THINGS[one.label]) for one in drawn]
    save(lay_out([Row(tiles[at : at + 10]) for at in range(0, 30, 10)]), "things.jpg")


def draw_blind(lab: Lab) -> None:
    """All classes of lens-robust without their names."""
    names = list(lab.network("lens-robust").labels)
    random.Random(11).shuffle(names)
    tiles = [Tile(class_image(lab, "lens-robust", name, "robust", 5), f"{number}")
             for number, name in enumerate(names, 1)]  # fmt: skip
    rows = [Row(tiles[at : at + 8]) for at in range(0, len(tiles), 8)]
    lay_out(rows).save("blind.png")
    Path("blind-names.json").write_text(json.dumps(names), "utf-8")


MAKERS: dict[str, Callable[[Lab], None]] = {
    "kernels": draw_kernels, "classes": draw_classes, "offline": draw_offline,
    "things": draw_things, "blind": draw_blind,
}  # fmt: skip


def main(names: list[str]) -> None:
    lab = Lab()
    for name in names:
        began = time.perf_counter()
        MAKERS[name](lab)
        print(f"{name}: {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:] or ["kernels", "classes", "offline"])
