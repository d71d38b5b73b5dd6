"""Drawn everyday things with light, matter and a place to be, named as a visitor would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from cnnviz_app.sources.worlds import (
    _things_animals,
    _things_bridges,
    _things_food,
    _things_scenery,
    _things_trains,
    _things_vehicles,
)
from cnnviz_app.sources.worlds._things_easel import Easel
from cnnviz_app.sources.worlds.noise import Picture, to_bytes

MAKERS: dict[str, Callable[[Easel], None]] = {
    "boat": _things_vehicles.boat,
    "bridge": _things_bridges.bridge,
    "building": _things_scenery.building,
    "bus": _things_vehicles.bus,
    "butterfly": _things_animals.butterfly,
    "car": _things_vehicles.car,
    "fruit": _things_food.fruit,
    "goldfish": _things_animals.goldfish,
    "jellyfish": _things_animals.jellyfish,
    "ladybug": _things_animals.ladybug,
    "landscape": _things_scenery.landscape,
    "mushroom": _things_food.mushroom,
    "pizza": _things_food.pizza,
    "spider": _things_animals.spider,
    "train": _things_trains.train,
}
THINGS = tuple(MAKERS)


@dataclass(frozen=True)
class Thing:
    """A picture, the number of its class in `THINGS`, and where the thing is in it."""

    image: Picture
    label: int
    mask: NDArray[np.bool_]


def thing(seed: tuple[int, ...], side: int = 64, label: int | None = None) -> Thing:
    """One drawn thing; the same picture at every side, only finer."""
    rng = np.random.default_rng(seed)
    chosen = int(rng.integers(len(THINGS))) if label is None else label
    easel = Easel(rng, side)
    MAKERS[THINGS[chosen]](easel)
    image, mask = _as_taken(easel), easel.thing > 0.5
    if rng.random() < 0.5:
        image, mask = image[:, ::-1], mask[:, ::-1]
    grain = rng.uniform(1, 5)
    image = np.clip(image + rng.normal(0, grain, (side, side, 1)) + 0.5, 0, 255).astype(np.uint8)
    return Thing(image, chosen, np.ascontiguousarray(mask))


def _as_taken(e: Easel) -> Picture:
    """What a camera makes of it: uneven light, a lens that is not quite sharp, a colour cast."""
    slope = e.rng.normal(0, 0.12, 2)
    x, y = e.x - 0.5, e.y - 0.5
    light = 1 + slope[0] * x + slope[1] * y - e.between(0, 0.3) * (x * x + y * y)
    cast = e.between(0.88, 1.08) * (1 + e.rng.normal(0, 0.025, 3))
    image = np.clip(e.canvas, 0, 1) * light[..., None] * cast + e.between(-0.02, 0.03)
    # a larger picture comes from a better lens
    lens = ImageFilter.GaussianBlur(e.between(0.3, 0.6) * float(np.sqrt(e.side / 64)))
    return np.asarray(Image.fromarray(to_bytes(image)).filter(lens))


def things(count: int, seed: int, side: int = 64) -> Iterator[Thing]:
    """Things whose classes come in turn; number i is the same whatever the count."""
    for i in range(count):
        yield thing((seed, i), side, i % len(THINGS))


def labelled(
    count: int, seed: int, side: int = 64
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """(N, side, side, 3) pictures and their numbers in `THINGS`."""
    images = np.empty((count, side, side, 3), np.uint8)
    labels = np.arange(count, dtype=np.int64) % len(THINGS)
    for i, drawn in enumerate(things(count, seed, side)):
        images[i] = drawn.image
    return images, labels
