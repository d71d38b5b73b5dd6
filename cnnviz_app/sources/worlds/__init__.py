"""Pictures made by rule: endless, labelled, seeded, and free of anybody's licence."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from cnnviz_app.core.errors import UserError
from cnnviz_app.sources.worlds import (
    digits,
    gratings,
    paintings,
    photos,
    scenes,
    textures,
    things,
)
from cnnviz_app.sources.worlds.noise import Picture

Labelled = tuple[Picture, str]


@dataclass(frozen=True)
class Population:
    """A built-in series of pictures; number i is the same whatever the count.

    Attributes:
        make: (number, seed, side) to that picture with the name of its class.
    """

    name: str
    title: str
    count: int
    side: int
    make: Callable[[int, int, int], Labelled]


def _photo(number: int, seed: int, side: int) -> Labelled:
    name, picture = photos.crop(seed, number, side)
    return picture, name


def _scene(number: int, seed: int, side: int) -> Labelled:
    label = number % len(scenes.SHAPES)
    objects = 1 if (number // len(scenes.SHAPES)) % 2 == 0 else 3
    return scenes.scene((seed, number), side, objects, label).image, scenes.SHAPES[label]


def _thing(number: int, seed: int, side: int) -> Labelled:
    label = number % len(things.THINGS)
    return things.thing((seed, number), side, label).image, things.THINGS[label]


def _digit(number: int, seed: int, side: int) -> Labelled:
    grey = digits.digit(number % 10, np.random.default_rng((seed, number)), side)
    return np.repeat(grey[..., None], 3, axis=2), str(number % 10)


def _grating(number: int, seed: int, side: int) -> Labelled:
    kinds = ("grating", "gabor", "bar", "spot")
    return gratings.random_stimulus(number, seed, side).image, kinds[number % 4]


def _painted(number: int, seed: int, side: int) -> Labelled:
    """A square crop of a generated painting or texture."""
    names = (*TEXTURES, *PAINTINGS)
    rng = np.random.default_rng((seed, number))
    name = names[number % len(names)]
    sheet = _sheet(name, 1 + seed)
    extent = min(side, *sheet.shape[:2])
    top = int(rng.integers(0, sheet.shape[0] - extent + 1))
    left = int(rng.integers(0, sheet.shape[1] - extent + 1))
    return sheet[top : top + extent, left : left + extent].copy(), name


@functools.lru_cache(maxsize=16)
def _sheet(name: str, seed: int) -> Picture:
    _title, make = {**TEXTURES, **PAINTINGS}[name]
    return make(seed)


PAINTINGS: dict[str, tuple[str, Callable[[int], Picture]]] = {
    "starry": ("Turning night sky", paintings.starry),
    "wheat": ("Wheat field", paintings.wheat),
    "pond": ("Water lilies", paintings.pond),
    "dots": ("Shore in dots", paintings.dots),
}
TEXTURES: dict[str, tuple[str, Callable[[int], Picture]]] = {
    "waves": ("Waves", textures.waves),
    "mosaic": ("Sun mosaic", textures.mosaic),
    "stained-glass": ("Rose window", textures.stained_glass),
    "marble": ("Marbled paper", textures.marble),
    "circles": ("Colour circles", textures.circles),
    "engraving": ("Engraved mountains", textures.engraving),
}

POPULATIONS: dict[str, Population] = {
    p.name: p
    for p in (
        Population("photos", "Photo crops", 1500, 224, _photo),
        Population("things", "Drawn things", 1500, 224, _thing),
        Population("scenes", "Shapes and textures", 2000, 64, _scene),
        Population("digits", "Drawn digits", 2000, 28, _digit),
        Population("gratings", "Gratings, bars and spots", 1000, 64, _grating),
        Population("paintings", "Paintings and textures", 400, 224, _painted),
    )
}


def find_population(name: str) -> Population:
    """The built-in population of that name; UserError names the others."""
    try:
        return POPULATIONS[name]
    except KeyError:
        raise UserError(
            f"There is no built-in population called {name!r}.",
            hint=f"Choose one of {', '.join(POPULATIONS)}.",
        ) from None


def labelled(
    name: str, n: int | None = None, seed: int = 0, side: int | None = None
) -> Iterator[Labelled]:
    """(picture, class) of a built-in population; sizes default to the population's own."""
    chosen = find_population(name)
    return (chosen.make(i, seed, side or chosen.side) for i in range(n or chosen.count))


def population(
    name: str, n: int | None = None, seed: int = 0, side: int | None = None
) -> Iterator[Picture]:
    """The pictures of a built-in population, uint8 side×side×3."""
    return (picture for picture, _label in labelled(name, n, seed, side))


def _sample(name: str, number: int, side: int) -> Callable[[], Picture]:
    def make() -> Picture:
        return find_population(name).make(number, 7, side)[0]

    return make


def gallery() -> list[tuple[str, str, Callable[[], Picture]]]:
    """(id, title, maker) of every built-in picture, photographs first; makers may take a second."""
    found: list[tuple[str, str, Callable[[], Picture]]] = []
    for photo in photos.PHOTOS:
        found.append((photo.id, photo.title, partial(photos.photo, photo.id)))
    for name, (title, make) in {**PAINTINGS, **TEXTURES}.items():
        found.append((name, title, partial(make, 1)))
    for name in ("ladybug", "bus", "jellyfish"):
        number = things.THINGS.index(name)
        found.append((f"drawn-{name}", f"A drawn {name}", _sample("things", number, 256)))
    found.append(("scene", "A scene of shapes", _sample("scenes", 11, 256)))
    for number in (3, 8):
        found.append((f"digit-{number}", f"A drawn {number}", _sample("digits", number, 28)))
    found.append(("grating", "A grating", lambda: gratings.grating(224, 30, 8)))
    return found
