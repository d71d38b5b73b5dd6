"""The photographs that travel inside scikit-image, and seeded crops of them."""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from cnnviz_app.core.errors import UserError
from cnnviz_app.sources.worlds.noise import Picture


@dataclass(frozen=True)
class Photo:
    """One photograph, with whom to thank for it."""

    id: str
    title: str
    file: str
    credit: str
    weight: float = 1.0


# Only pictures whose licence is stated there and free; the first ones are the first to show.
PHOTOS: tuple[Photo, ...] = (
    Photo("cat", "Chelsea the cat", "chelsea.png", "Stefan van der Walt, CC0", 3),
    Photo("coffee", "A cup of coffee", "coffee.png", "Rachel Michetti, CC0", 3),
    Photo("astronaut", "Astronaut", "astronaut.png", "NASA, public domain", 4),
    Photo("rocket", "Rocket", "rocket.jpg", "SpaceX, public domain", 3),
    Photo("camera", "Photographer", "camera.png", "Lav Varshney, CC0", 2),
    Photo("galaxies", "Galaxies", "hubble_deep_field.jpg", "NASA, public domain", 2),
    Photo("coins", "Coins", "coins.png", "Brooklyn Museum, no known restrictions", 2),
    Photo("clock", "Moving clock", "clock_motion.png", "Stefan van der Walt, public domain", 1),
    Photo("brick", "Brick wall", "brick.png", "CC0Textures, CC0", 1),
    Photo("grass", "Grass", "grass.png", "linolafett, CC0", 1),
    Photo("gravel", "Gravel", "gravel.png", "CC0Textures, CC0", 1),
    Photo("retina", "Retina", "retina.jpg", "Mikael Häggström, CC0", 1),
    Photo("tissue", "Stained tissue", "ihc.png", "CMMI, no known restrictions", 1),
    Photo("cell", "Cell", "cell.png", "Paul Müller, CC0", 0.5),
    Photo("horse", "Horse, silhouette", "horse.png", "Andreas Preuss, CC0", 0.5),
    Photo("letters", "Letters", "text.png", "public domain", 0.5),
)
_BY_ID = {photo.id: photo for photo in PHOTOS}


def _folder() -> Path:
    # found without importing the package, which would take a second
    spec = importlib.util.find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        raise UserError(
            "The built-in photographs are missing.", hint="Install scikit-image and start again."
        )
    return Path(spec.submodule_search_locations[0]) / "data"


@functools.lru_cache(maxsize=len(PHOTOS))
def _read(name: str) -> Picture:
    chosen = _BY_ID[name]
    try:
        with Image.open(_folder() / chosen.file) as opened:
            if opened.mode in ("1", "L", "P", "RGBA", "RGB"):
                picture = np.array(opened.convert("RGB"))
            else:
                deep = np.asarray(opened, dtype=np.float64)
                stretched = 255 * (deep - deep.min()) / max(float(np.ptp(deep)), 1e-9)
                picture = np.repeat(stretched.astype(np.uint8)[..., None], 3, axis=2)
    except OSError as error:
        raise UserError(
            f"The built-in photograph {chosen.title!r} is missing.",
            hint="Install scikit-image again.",
        ) from error
    picture.setflags(write=False)
    return picture


def photo(name: str) -> Picture:
    """A photograph by its id, H×W×3; a fresh array."""
    if name not in _BY_ID:
        raise UserError(
            f"There is no built-in photograph called {name!r}.",
            hint=f"Choose one of {', '.join(_BY_ID)}.",
        )
    return _read(name).copy()


def crop(seed: int, number: int, side: int = 224) -> tuple[str, Picture]:
    """Crop `number` of the endless series `seed`: (id of the photograph, side×side×3)."""
    rng = np.random.default_rng((seed, number))
    weights = np.array([p.weight for p in PHOTOS])
    chosen = PHOTOS[int(rng.choice(len(PHOTOS), p=weights / weights.sum()))]
    whole = _read(chosen.id)
    height, width = whole.shape[:2]
    short = min(height, width)
    # between a detail and the whole picture, details as likely as overviews
    extent = int(np.exp(rng.uniform(np.log(max(72, 0.22 * short)), np.log(short))))
    extent = min(extent, short)
    top = int(rng.integers(0, height - extent + 1))
    left = int(rng.integers(0, width - extent + 1))
    cut = Image.fromarray(np.ascontiguousarray(whole[top : top + extent, left : left + extent]))
    picture = np.array(cut.resize((side, side), Image.Resampling.BICUBIC))
    if rng.random() < 0.5:
        picture = np.ascontiguousarray(picture[:, ::-1])
    return chosen.id, picture


def crops(count: int = 1500, seed: int = 0, side: int = 224) -> Iterator[Picture]:
    """The built-in photo population."""
    for number in range(count):
        yield crop(seed, number, side)[1]
