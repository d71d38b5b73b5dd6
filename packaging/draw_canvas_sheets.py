"""Makes the sheets of what the canvas paints with real networks, with the program itself.

    CNNVIZ_CHECK_DATA=FOLDER python packaging/draw_canvas_sheets.py
        [units] [dreams] [ladder] [styles]

The weights come from that folder's weights/ and are nowhere else; the pictures are those that
ship or are generated.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import given_networks as given  # before the program: it moves the settings out of the way
from contact_sheet import Pixels, Row, Tile, lay_out, save

from cnnviz_app import Lab
from cnnviz_app.scripting import Result
from cnnviz_app.sources import builtin

# From shallow to deep, chosen by looking; values before the ReLU, where no start is dead.
UNITS = (
    ("3a", "b5x5", 30, "Weave"), ("3b", "b5x5", 22, "Fur"), ("3b", "b5x5", 18, "Scales"),
    ("4b", "pool_proj", 63, "Petals"), ("4c", "pool_proj", 46, "Eyes"),
    ("4d", "pool_proj", 60, "Muzzles"), ("4d", "pool_proj", 61, "Wading birds"),
    ("4e", "pool_proj", 32, "Wheels"),
)  # fmt: skip
UNIT_SIDE, UNIT_STEPS = 144, 96

DREAM_LAYER = "inception_4c"
DREAMS = (("starry", {"size": 576}), ("wheat", {"size": 576}))
DREAM_PHOTO, GUIDE = "rocket", "cat"

LADDER_PHOTO, LADDER_STEPS = "cat", 120
# What deep layers leave open is filled with noise unless neighbouring pixels must agree.
LADDER: tuple[tuple[str, dict[str, Any]], ...] = (
    ("conv2_3x3", {"tv_weight": 0.01}), ("inception_3a", {"tv_weight": 0.03}),
    ("inception_3b", {"tv_weight": 0.05, "jitter": 4}),
    ("inception_4a", {"tv_weight": 0.15, "jitter": 8}),
    ("inception_4c", {"tv_weight": 0.2, "jitter": 8}),
    ("inception_4e", {"tv_weight": 0.3, "jitter": 8}),
    ("inception_5b", {"tv_weight": 0.4, "jitter": 8}),
)  # fmt: skip

PHOTOS = ("cat", "coffee")
PAINTINGS = ("starry", "stained-glass", "waves")
# relu1_1, relu2_1 and relu3_1 of VGG-19 carry the style, relu3_1 the content too.
STYLE: dict[str, Any] = {
    "style_layers": "1, 6, 11", "content_layers": "11", "beta": 300.0, "size": 384, "steps": 150,
}  # fmt: skip


def photo(name: str) -> Pixels:
    return builtin.load(name).pixels


def picture(name: str) -> str:
    return f"builtin:{name}"


def units(lab: Lab) -> None:
    """Eight units of a GoogLeNet, from textures to things."""
    tiles = []
    for block, branch, unit, seen in UNITS:
        made = lab.run(
            "feature-vis", given.GOOGLENET, layer=f"inception_{block}.{branch}.conv",
            unit=str(unit), size=UNIT_SIDE, steps=UNIT_STEPS,
        )  # fmt: skip
        tiles.append(Tile(made.pixels, seen, f"inception_{block}, {branch} {unit}"))
    save(lay_out([Row(tiles[:4]), Row(tiles[4:])]), "units.jpg")


def dreams(lab: Lab) -> None:
    """Two paintings dreamt on, and a photograph: freely, and guided by another one."""
    def dream(name: str, **how: Any) -> Pixels:
        made = lab.run("deepdream", given.GOOGLENET, picture(name), layer=DREAM_LAYER, **how)
        return made.pixels

    large = [Tile(dream(name, **how), builtin.title(name), DREAM_LAYER) for name, how in DREAMS]
    small = [
        Tile(photo(DREAM_PHOTO), "A photograph", builtin.title(DREAM_PHOTO), source=True),
        Tile(dream(DREAM_PHOTO, size=400), "Dreamt on freely", DREAM_LAYER),
        Tile(photo(GUIDE), "A guide", builtin.title(GUIDE), source=True),
        Tile(dream(DREAM_PHOTO, size=400, guide=picture(GUIDE)), "Guided by it", DREAM_LAYER),
    ]
    save(lay_out([Row(large, aspect=1.5), Row(small, aspect=1.5)]), "dreams.jpg")


def ladder(lab: Lab) -> None:
    """One photograph rebuilt from layer after layer, numbered by depth."""
    name, chance = lab.predict(given.GOOGLENET, picture(LADDER_PHOTO), 1)[0]
    tiles = [Tile(photo(LADDER_PHOTO), "The photograph", said(name, chance), source=True)]
    for number, (layer, how) in enumerate(LADDER, start=1):
        made = lab.run("inversion", given.GOOGLENET, picture(LADDER_PHOTO), layer=layer,
                       steps=LADDER_STEPS, by_depth=False, **how)  # fmt: skip
        words = f"{number}. {layer}, {made.figures['psnr']:.0f} dB"
        tiles.append(Tile(made.pixels, words, seen_in(made)))
    save(lay_out([Row(tiles[:4]), Row(tiles[4:])]), "ladder.jpg")


def seen_in(made: Result) -> str:
    return said(made.figures["class_end"], made.figures["probability_end"])


def said(name: object, chance: Any) -> str:
    return f"{100 * chance:.0f} % {str(name).rsplit(' (', 1)[0]}"


def styles(lab: Lab) -> None:
    """Three paintings on two photographs."""
    rows = [Row([Tile(None), *(Tile(photo(name), source=True) for name in PAINTINGS)], aspect=1.25)]
    for name in PHOTOS:
        tiles = [Tile(photo(name), source=True)]
        for painting in PAINTINGS:
            made = lab.run(
                "style", given.VGG, picture(name), style=picture(painting), **STYLE
            )  # fmt: skip
            tiles.append(Tile(made.pixels))
        rows.append(Row(tiles, aspect=1.25))
    save(lay_out(rows), "styles.jpg")


MAKERS: dict[str, Callable[[Lab], None]] = {
    "units": units, "dreams": dreams, "ladder": ladder, "styles": styles,
}  # fmt: skip


def main(names: list[str]) -> None:
    lab = given.open_lab()
    for name in names or list(MAKERS):
        began = time.perf_counter()
        MAKERS[name](lab)
        print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
