"""Populations on disk: by model, weights, layers and pictures; what cannot be read is made anew."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnviz_app import paths
from cnnviz_app.core import atomic
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.population_tally import Shapes, Tally

# Raise it when the arithmetic or the stored arrays change: older files are then never found.
VERSION = 1
FOLDER = "populations"
KEPT = 24
log = logging.getLogger(__name__)
_DAMAGED = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, MemoryError)


@dataclass(frozen=True)
class Stored:
    """A finished population and what it says of itself."""

    facts: Mapping[str, Any]
    tally: Tally


def model_hash(key: str, weights_hash: str) -> str:
    """Names the files of one network; "" for random weights, which are never stored."""
    return _digest([VERSION, key, weights_hash]) if weights_hash else ""


def population_hash(model: str, shapes: Shapes, content: str) -> str:
    """Names one population of one network."""
    return _digest([VERSION, model, shapes.layers, shapes.maps, content])


def _digest(facts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:24]


def file_of(model: str, population: str) -> Path:
    return paths.cache_dir() / FOLDER / f"{model}-{population}.npz"


def files_of(model: str) -> list[Path]:
    """Everything stored about one network, the newest first."""
    with contextlib.suppress(OSError):
        found = (paths.cache_dir() / FOLDER).glob(f"{model}-*.npz")
        return sorted(found, key=lambda file: file.stat().st_mtime_ns, reverse=True)
    return []


def save(path: Path, facts: Mapping[str, Any], tally: Tally) -> None:
    """Store a population in one step; UserError where the disk will not have it."""
    shapes = tally.shapes
    head = {**facts, "layers": shapes.layers, "maps": shapes.maps, "counted": tally.pictures}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"The folder “{path.parent}” cannot be made: {error.strerror}.",
            "The statistics will be computed again next time.",
        ) from error
    text = np.frombuffer(json.dumps(head).encode(), np.uint8)
    with atomic.replacing(path) as file:
        arrays: dict[str, npt.NDArray[Any]] = {"facts": text, **tally.arrays()}
        np.savez(file, **arrays)  # type: ignore[arg-type]  # its last parameter is a bool
    _forget_old(path.parent)


def load(path: Path) -> Stored | None:
    """The population in a file; None where there is none or the file is damaged."""
    if not path.is_file():
        return None
    try:
        # Opened here: numpy leaves a damaged archive open.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        facts = json.loads(arrays["facts"].tobytes())
        maps = tuple((int(c), int(h), int(w)) for c, h, w in facts["maps"])
        shapes = Shapes(tuple(facts["layers"]), maps)
        return Stored(facts, Tally.from_arrays(shapes, int(facts["counted"]), arrays))
    except _DAMAGED as error:
        log.info("%s is damaged and will be made anew: %s", path.name, error)
        with contextlib.suppress(OSError):
            path.unlink()
        return None


def _forget_old(folder: Path) -> None:
    """Keep the newest few: everything here can be computed again."""
    with contextlib.suppress(OSError):
        files = sorted(folder.glob("*.npz"), key=lambda f: f.stat().st_mtime_ns, reverse=True)
        for file in files[KEPT:]:
            file.unlink()
