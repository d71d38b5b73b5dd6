"""The list of the person's own models, kept beside the settings."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from cnnviz_app import paths
from cnnviz_app.core.errors import UserError
from cnnviz_app.nets import hashes

Kind = Literal["state", "python", "exported", "torchscript"]


@dataclass(frozen=True)
class Record:
    """How to open one of the person's own models again.

    Attributes:
        path: the weights, or the whole model; for a Python file without weights that file.
        architecture: name in the zoo, for a file of weights without a builder.
        builder, attribute: the Python file and what in it makes the module.
        input: channels, height, width.
    """

    name: str
    title: str
    kind: Kind
    path: str
    architecture: str = ""
    builder: str = ""
    attribute: str = ""
    classes: int = 0
    params: int = 0
    input: tuple[int, int, int] = (3, 224, 224)
    size_bytes: int = 0
    sha256: str = ""
    summary: str = ""


def _file() -> Path:
    return paths.config_dir() / "models.json"


def _read(raw: Any) -> Record | None:
    """Fields of another version are left out; a record that makes no sense is skipped."""
    if not isinstance(raw, dict):
        return None
    known = {key: value for key, value in raw.items() if key in Record.__dataclass_fields__}
    try:
        channels, height, width = (int(side) for side in known.get("input", (3, 224, 224)))
        record = Record(**{**known, "input": (channels, height, width)})
    except (TypeError, ValueError):
        return None
    texts = (record.name, record.title, record.path, record.builder, record.attribute)
    return record if all(isinstance(text, str) for text in texts) and record.name else None


def records() -> tuple[Record, ...]:
    raw = hashes.read_json(_file()).get("models", [])
    read = [_read(item) for item in raw] if isinstance(raw, list) else []
    return tuple(record for record in read if record is not None)


def find(name: str) -> Record | None:
    return next((record for record in records() if record.name == name), None)


def find_file(path: Path, builder: Path | None = None) -> Record | None:
    wanted = (str(path.resolve()), str(builder.resolve()) if builder else "")
    return next((r for r in records() if (r.path, r.builder) == wanted), None)


def _write(kept: Collection[Record]) -> None:
    try:
        hashes.write_json(_file(), {"version": 1, "models": [asdict(r) for r in kept]})
    except OSError as error:
        raise UserError(
            f"The list of your models could not be saved: {error.strerror}.",
            f"Make room in {paths.config_dir()}, or allow writing there.",
        ) from error


def free_name(wanted: str, taken: Collection[str]) -> str:
    """A short name that can be typed, not used by another model."""
    base = re.sub(r"[^a-z0-9._-]+", "-", wanted.lower()).strip("-.") or "model"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def add(record: Record, taken: Collection[str] = ()) -> Record:
    """Put a model on the list; the same file again replaces its former line, name included."""
    kept = list(records())
    same = next((r for r in kept if (r.path, r.builder, r.attribute)
                 == (record.path, record.builder, record.attribute)), None)
    if same is not None:
        record = replace(record, name=same.name)
        kept[kept.index(same)] = record
    else:
        record = replace(record, name=free_name(record.name, {*taken, *(r.name for r in kept)}))
        kept.append(record)
    _write(kept)
    return record


def remove(name: str) -> None:
    """Take a model off the list; its file stays where it is."""
    kept = [record for record in records() if record.name != name]
    if len(kept) == len(records()):
        raise UserError(f"None of your models is called {name}.", "See the list of models.")
    _write(kept)
