"""Labels that people give to units, kept in one file by the weights they belong to.

The categories are those of Zhou, Khosla, Lapedriza, Oliva and Torralba (2015).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from cnnviz_app.core import atomic
from cnnviz_app.core.errors import UserError

CATEGORIES = (
    "simple element", "material", "region", "object part", "object", "scene",
)  # fmt: skip
FORMAT, VERSION = "cnnviz-unit-labels", 1
LONGEST = 80
_COLUMNS = ("weights", "model", "layer", "unit", "label", "category")
Key = tuple[str, str, int]


class WrittenByNewer(UserError):
    """The file is ours, but holds what only a later version understands: leave it alone."""


@dataclass(frozen=True)
class Annotation:
    """What a person saw in a unit.

    Attributes:
        weights: the hash of the weights; units of other weights look for other things.
        model: what the network was called then, for people reading the file.
        category: one of `CATEGORIES`, or "".
    """

    weights: str
    model: str
    layer: str
    unit: int
    label: str
    category: str = ""

    @property
    def key(self) -> Key:
        return (self.weights, self.layer, self.unit)

    @property
    def address(self) -> str:
        return f"{self.layer}:{self.unit}"


@dataclass(frozen=True)
class Labels:
    """The content of the file: ours, and what else stood there, to be written back as it was."""

    known: Mapping[Key, Annotation]
    others: tuple[Any, ...] = ()

    def with_(self, annotations: Iterable[Annotation], gone: Iterable[Key] = ()) -> Labels:
        known = {**self.known, **{a.key: a for a in annotations}}
        for key in gone:
            known.pop(key, None)
        return replace(self, known=known)


def tidy(label: str) -> str:
    """One line of a length that fits a tile."""
    return " ".join(label.split())[:LONGEST].strip()


def read(path: Path) -> Labels:
    """The labels in the file, none where there is no file; UserError where it is not ours."""
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return Labels({})
    except (OSError, UnicodeDecodeError) as error:
        raise _not_ours(path) from error
    return from_json(text, path)


def write(path: Path, labels: Labels) -> None:
    """In one step; the folder is made when it is the first thing in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_text(path, to_json(labels.known.values(), labels.others))


def set_aside(path: Path) -> Path:
    """Give a file that cannot be read another name, so that a new one does not replace it."""
    for number in range(1, 1000):
        aside = path.with_name(f"{path.stem}-unreadable-{number}{path.suffix}")
        if not aside.exists():
            path.rename(aside)
            return aside
    raise UserError(f"“{path.name}” cannot be read.", "Move it away, then label again.")


def to_json(annotations: Iterable[Annotation], others: Iterable[Any] = ()) -> str:
    rows = [asdict(a) for a in sorted(annotations, key=lambda a: a.key)]
    found = {"format": FORMAT, "version": VERSION, "labels": [*rows, *others]}
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def from_json(text: str, path: Path) -> Labels:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _not_ours(path) from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise _not_ours(path)
    version, rows = found.get("version"), found.get("labels")
    if not isinstance(version, int) or not isinstance(rows, list):
        raise _not_ours(path)
    if version > VERSION:
        raise WrittenByNewer(
            f"“{atomic.shown(path)}” was written by a newer version of this program.",
            "Use that version to change it; here it is left as it is.",
        )
    known: dict[Key, Annotation] = {}
    others: list[Any] = []
    for row in rows:
        annotation = _from_row(row) if isinstance(row, dict) else None
        if annotation is None or set(row) - set(_COLUMNS):
            # A line with something we do not know is kept word for word.
            others.append(row)
        if annotation is not None and not set(row) - set(_COLUMNS):
            known[annotation.key] = annotation
    return Labels(known, tuple(others))


def to_csv(annotations: Iterable[Annotation]) -> str:
    out = io.StringIO()
    rows = csv.DictWriter(out, _COLUMNS, lineterminator="\n")
    rows.writeheader()
    for annotation in sorted(annotations, key=lambda a: a.key):
        rows.writerow(asdict(annotation))
    return out.getvalue()


def from_csv(text: str, path: Path, weights: str, model: str) -> tuple[Annotation, ...]:
    """`weights` and `model` are used where the table does not name its own."""
    separator = ";" if text.partition("\n")[0].count(";") > 1 else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=separator)
    columns = {(name or "").strip().lower() for name in reader.fieldnames or ()}
    if not {"layer", "unit", "label"} <= columns:
        raise UserError(
            f"“{atomic.shown(path)}” is not a table of unit labels.",
            "Its first line should name the columns layer, unit, label and category.",
        )
    found = []
    try:
        for row in reader:
            cells = {(k or "").strip().lower(): v or "" for k, v in row.items() if k is not None}
            cells["weights"] = cells.get("weights") or weights
            cells["model"] = cells.get("model") or model
            annotation = _from_row(cells)
            if annotation is None:
                raise UserError(
                    f"Line {reader.line_num} of “{atomic.shown(path)}” does not label a unit.",
                    "It needs a layer, the number of a unit and a label.",
                )
            found.append(annotation)
    except csv.Error as error:
        raise _not_ours(path) from error
    return tuple(found)


def read_any(path: Path, weights: str, model: str) -> tuple[Annotation, ...]:
    """The labels in a file of either kind that somebody gave us."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _not_ours(path) from error
    if path.suffix.lower() == ".csv":
        return from_csv(text, path, weights, model)
    return tuple(from_json(text, path).known.values())


def write_any(path: Path, annotations: Iterable[Annotation]) -> None:
    """As a table where the name ends in .csv, else as JSON."""
    target = atomic.check_target(path, (".json", ".csv"))
    table = target.suffix.lower() == ".csv"
    atomic.write_text(target, to_csv(annotations) if table else to_json(annotations))


def _from_row(row: Mapping[str, Any]) -> Annotation | None:
    try:
        unit = int(row["unit"])
        layer, label = str(row["layer"]).strip(), tidy(str(row["label"]))
        weights, model = str(row["weights"]).strip(), str(row.get("model", ""))
        category = str(row.get("category", "")).strip().lower()
    except (KeyError, TypeError, ValueError):
        return None
    if unit < 0 or not layer or not weights or not (label or category):
        return None
    return Annotation(
        weights, model, layer, unit, label, category if category in CATEGORIES else ""
    )


def _not_ours(path: Path) -> UserError:
    return UserError(
        f"“{atomic.shown(path)}” cannot be read as unit labels.",
        "It is damaged, or belongs to another program; nothing in it was changed.",
    )
