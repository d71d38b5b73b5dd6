"""Pictures made by rule: endless, labelled, seeded, and free of anybody's licence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from cnnviz_app.core.errors import UserError
from cnnviz_app.sources.worlds import digits, gratings, paintings, photos, scenes, textures
from cnnviz_app.sources.worlds.noise import Picture

Labelled = tuple[Picture, str]


@dataclass(frozen=True)
class Population:
    """A built-in series of pictures; number i is the same whatever the count.

    Attributes:
        make: (count, seed, side) to pictures with the name of their class ("" for none).
    """

    name: str
    title: str
    count: int
    side: int
    make: Callable[[int, int, int], Iterator[Labelled]]


def _photos(count: int, seed: int, side: int) -> Iterator[Labelled]:
    for number in range(count):
        name, picture = photos.crop(seed, number, side)
        yield picture, name


def _scenes(count: int, seed: int, side: int) -> Iterator[Labelled]:
    for number in range(count):
        label = number % len(scenes.SHAPES)
        objects = 1 if (number // len(scenes.SHAPES)) % 2 == 0 else 3
        yield scenes.scene((seed, number), side, objects, label).image, scenes.SHAPES[label]


def _digits(count: int, seed: int, side: int) -> Iterator[Labelled]:
    for number in range(count):
        grey = digits.digit(number % 10, np.random.default_rng((seed, number)), side)
        yield np.repeat(grey[..., None], 3, axis=2), str(number % 10)


def _gratings(count: int, seed: int, side: int) -> Iterator[Labelled]:
    kinds = ("grating", "gabor", "bar", "spot")
    for number, stimulus in enumerate(gratings.random_stimuli(count, seed, side)):
        yield stimulus.image, kinds[number % 4]


def _painted(count: int, seed: int, side: int) -> Iterator[Labelled]:
    """Square crops of the generated paintings and textures."""
    makers = [*TEXTURES.items(), *PAINTINGS.items()]
    sheets: dict[str, Picture] = {}
    for number in range(count):
        rng = np.random.default_rng((seed, number))
        name, (_title, make) = makers[number % len(makers)]
        if name not in sheets:
            sheets[name] = make(1 + seed)
        sheet = sheets[name]
        extent = min(side, *sheet.shape[:2])
        top = int(rng.integers(0, sheet.shape[0] - extent + 1))
        left = int(rng.integers(0, sheet.shape[1] - extent + 1))
        yield sheet[top : top + extent, left : left + extent].copy(), name


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
        Population("photos", "Photo crops", 1500, 224, _photos),
        Population("scenes", "Shapes and textures", 2000, 64, _scenes),
        Population("digits", "Drawn digits", 2000, 28, _digits),
        Population("gratings", "Gratings, bars and spots", 1000, 64, _gratings),
        Population("paintings", "Paintings and textures", 400, 224, _painted),
    )
}


def _population(name: str) -> Population:
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
    chosen = _population(name)
    return chosen.make(n or chosen.count, seed, side or chosen.side)


def population(
    name: str, n: int | None = None, seed: int = 0, side: int | None = None
) -> Iterator[Picture]:
    """The pictures of a built-in population, uint8 side×side×3."""
    return (picture for picture, _label in labelled(name, n, seed, side))


def _sample(name: str, number: int, side: int) -> Callable[[], Picture]:
    def make() -> Picture:
        *_, last = population(name, number + 1, 7, side)
        return last

    return make


def gallery() -> list[tuple[str, str, Callable[[], Picture]]]:
    """(id, title, maker) of every built-in picture, photographs first; makers may take a second."""
    found: list[tuple[str, str, Callable[[], Picture]]] = []
    for photo in photos.PHOTOS:
        found.append((photo.id, photo.title, partial(photos.photo, photo.id)))
    for name, (title, make) in {**PAINTINGS, **TEXTURES}.items():
        found.append((name, title, partial(make, 1)))
    found.append(("scene", "A scene of shapes", _sample("scenes", 11, 256)))
    for number in (3, 8):
        found.append((f"digit-{number}", f"A drawn {number}", _sample("digits", number, 28)))
    found.append(("grating", "A grating", lambda: gratings.grating(224, 30, 8)))
    return found
