"""What is remembered between runs: preferences checked field by field, layouts as bytes."""

from __future__ import annotations

import dataclasses
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

log = logging.getLogger(__name__)
# Raised whenever a dock's id or the meaning of a saved layout changes: older ones are dropped.
LAYOUT_VERSION = 1
THEMES = ("dark", "light", "projector")
SCALES = (100, 115, 130, 150, 175, 200, 250)
MAPS = ("tide", "viridis", "inferno", "grey")


@dataclass(frozen=True)
class Preferences:
    """Everything with a name; a stored value of the wrong type or range falls back alone."""

    theme: str = "dark"
    scale: int = 100
    sequential_map: str = "tide"
    workspace: str = "explore"
    model: str = ""
    layer: str = ""
    unit: int = 0
    picture: str = ""
    folder: str = ""
    seen_start: bool = False
    reduce_motion: bool = False
    recipe_sources: bool = True


_ALLOWED: dict[str, tuple[Any, ...]] = {
    "theme": THEMES, "scale": SCALES, "sequential_map": MAPS,
}  # fmt: skip


class Settings(QObject):
    """Preferences, technique parameters and window layouts in one ini file.

    Signals:
        changed: the name of a preference that has a new value.
    """

    changed = Signal(str)

    def __init__(self, path: Path | None, parent: QObject | None = None) -> None:
        """`path` None keeps everything in memory, for tours and tests."""
        super().__init__(parent)
        self.folder = path.parent if path is not None else None
        self._store: QSettings | None = None
        self._memory: dict[str, Any] = {}
        if path is not None:
            self._store = QSettings(str(path), QSettings.Format.IniFormat)
        self.values = self._load()

    def update(self, **values: Any) -> None:
        """Change preferences by name; unknown names are a programming error."""
        fresh = dataclasses.replace(self.values, **values)
        for name, value in values.items():
            if getattr(self.values, name) != value:
                self._write(f"preferences/{name}", value)
        before, self.values = self.values, fresh
        for name in values:
            if getattr(before, name) != getattr(fresh, name):
                self.changed.emit(name)

    def technique_values(self, technique: str) -> dict[str, Any]:
        """What the person last chose for a technique; empty when nothing usable is stored."""
        try:
            stored = json.loads(str(self._read(f"techniques/{technique}") or "{}"))
        except ValueError:
            return {}
        return stored if isinstance(stored, dict) else {}

    def set_technique_values(self, technique: str, values: dict[str, Any]) -> None:
        self._write(f"techniques/{technique}", json.dumps(values))

    def folded(self, place: str, part: str, usual: bool) -> bool:
        """Whether the person folded this part of a panel."""
        stored = str(self._read(f"folds-{place}/{part}")).lower()
        return stored == "true" if stored in ("true", "false") else usual

    def set_folded(self, place: str, part: str, folded: bool) -> None:
        self._write(f"folds-{place}/{part}", folded)

    def layout(self, workspace: str) -> QByteArray | None:
        stored = self._read(f"layouts-{LAYOUT_VERSION}/{workspace}")
        return stored if isinstance(stored, QByteArray) and not stored.isEmpty() else None

    def set_layout(self, workspace: str, state: QByteArray | None) -> None:
        self._write(f"layouts-{LAYOUT_VERSION}/{workspace}", state or QByteArray())

    def geometry(self) -> QByteArray | None:
        stored = self._read("window/geometry")
        return stored if isinstance(stored, QByteArray) and not stored.isEmpty() else None

    def set_geometry(self, geometry: QByteArray) -> None:
        self._write("window/geometry", geometry)

    def sync(self) -> None:
        if self._store is not None:
            self._store.sync()

    def _load(self) -> Preferences:
        good: dict[str, Any] = {}
        for field in dataclasses.fields(Preferences):
            stored = self._read(f"preferences/{field.name}")
            if stored is None:
                continue
            try:
                good[field.name] = _checked(field.name, field.default, stored)
            except ValueError:
                log.info("dropped the stored value %r of %s", stored, field.name)
        return Preferences(**good)

    def _read(self, key: str) -> Any:
        return self._store.value(key) if self._store is not None else self._memory.get(key)

    def _write(self, key: str, value: Any) -> None:
        if self._store is not None:
            self._store.setValue(key, value)
        else:
            self._memory[key] = value


def _checked(name: str, default: Any, stored: Any) -> Any:
    """The stored text in the type of the default, or ValueError."""
    if isinstance(default, bool):
        if str(stored).lower() not in ("true", "false"):
            raise ValueError(stored)
        return str(stored).lower() == "true"
    value = int(stored) if isinstance(default, int) else stored
    if isinstance(default, str) and not isinstance(value, str):
        raise ValueError(stored)
    if name in _ALLOWED and value not in _ALLOWED[name]:
        raise ValueError(stored)
    return value
