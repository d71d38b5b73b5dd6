"""Keeps every finished result as a picture with its recipe, for this and later sessions."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from cnnviz_app import paths
from cnnviz_app.core import atomic, colormaps
from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.requests import Outcome, SaveOutcome
from cnnviz_app.ui.engine_client import EngineClient
from cnnviz_app.ui.run_session import RunSession
from cnnviz_app.ui.settings import Settings
from cnnviz_app.ui.widgets.base import Pixels, to_qimage

KEPT = 200
THUMB = 256
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Result:
    """One kept picture; `file` is a name inside the results folder.

    Attributes:
        title: the technique's title.
        caption: what it was made of or for: layer and unit, or the picture.
        made: seconds since 1970.
    """

    file: str
    title: str
    caption: str
    model: str
    made: float
    seconds: float = 0.0

    @property
    def path(self) -> Path:
        return folder() / self.file

    @property
    def thumb(self) -> Path:
        return folder() / "thumbs" / self.file


def folder() -> Path:
    return paths.cache_dir() / "results"


class ResultStore(QObject):
    """Saves outcomes as they come; the newest first.

    Signals:
        changed: results came or went.
    """

    changed = Signal()

    def __init__(
        self, runs: RunSession, engine: EngineClient, settings: Settings, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._runs = runs
        self._engine = engine
        self._settings = settings
        self._results: list[Result] | None = None
        runs.outcome_changed.connect(self._on_outcome)

    @property
    def results(self) -> list[Result]:
        """Newest first; the folder is read when somebody first asks."""
        if self._results is None:
            self._results = _read_index()
        return self._results

    def remove(self, result: Result) -> Callable[[], None]:
        """Take a result out of the gallery; calling what comes back brings it in again."""
        place = self.results.index(result)
        bin_ = folder() / "removed"
        (bin_ / "thumbs").mkdir(parents=True, exist_ok=True)
        moved = ((result.path, bin_ / result.file), (result.thumb, bin_ / "thumbs" / result.file))
        for here, there in moved:
            if here.exists():
                here.replace(there)
        self.results.remove(result)
        self._write_index()

        def restore() -> None:
            for here, there in moved:
                if there.exists():
                    there.replace(here)
            self.results.insert(min(place, len(self.results)), result)
            self._write_index()

        return restore

    def _on_outcome(self, outcome: Outcome | None) -> None:
        if outcome is None:
            return
        self.results  # noqa: B018 - read the folder before a new file is in it
        result = self._describe(outcome)
        try:
            result.thumb.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            log.info("results cannot be kept: %s", error)
            return
        request = SaveOutcome(outcome, result.path, self._settings.values.recipe_sources)
        ticket = self._engine.ask(request, urgent=True, title=f"Keep {result.title}")
        ticket.finished.connect(lambda _path: self._add(result, outcome))

    def _describe(self, outcome: Outcome) -> Result:
        recipe = outcome.recipe
        known = next((t for t in self._runs.techniques if t.name == recipe.technique), None)
        now = time.time()
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
        return Result(
            file=f"{stamp}-{int(now * 1000) % 1000:03d}-{recipe.technique}.png",
            title=known.title if known is not None else recipe.technique,
            caption=caption(outcome),
            model=recipe.model,
            made=now,
            seconds=outcome.seconds,
        )

    def _add(self, result: Result, outcome: Outcome) -> None:
        small = thumbnail(outcome)
        if small is not None:
            to_qimage(small).scaled(
                THUMB, THUMB, Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            ).save(str(result.thumb))  # fmt: skip
        self.results.insert(0, result)
        for old in self.results[KEPT:]:
            old.path.unlink(missing_ok=True)
            old.thumb.unlink(missing_ok=True)
        del self.results[KEPT:]
        self._write_index()

    def _write_index(self) -> None:
        try:
            atomic.write_text(_index(), json.dumps([asdict(r) for r in self.results], indent=0))
        except (UserError, OSError) as error:
            log.info("the list of results could not be written: %s", error)
        self.changed.emit()


def caption(outcome: Outcome) -> str:
    """Layer and unit, as the address bar says it, or the picture's name."""
    recipe = outcome.recipe
    layer = recipe.layer or str(recipe.params.get("layer") or "")
    unit = recipe.unit if recipe.unit != "" else str(recipe.params.get("unit", ""))
    name = recipe.source_names.get("picture", "")
    if ":" in unit or not layer:
        address = unit
    else:
        address = f"{layer}:{unit}" if unit not in ("", "None") else layer
    changed = "network changed" if recipe.edits else ""
    return ", ".join(word for word in (name, address, changed) if word) or recipe.model


def thumbnail(outcome: Outcome) -> Pixels | None:
    """The outcome in few pixels; every n-th is enough before it is scaled smoothly."""
    result = outcome.result
    source = result.picture if result.picture is not None else result.values
    if source is None or source.size == 0:
        return None
    every = max(1, max(source.shape[:2]) // (2 * THUMB))
    few = source[::every, ::every]
    if result.picture is not None:
        return np.asarray(np.clip(few * 255 + 0.5, 0, 255), np.uint8)
    if result.scale == "signed":
        high = float(np.percentile(np.abs(few), 99.5)) or 1.0
        return colormaps.apply(few, "poles", -high, high)
    return colormaps.apply(few, "tide", 0.0, float(few.max()) or 1.0)


def _index() -> Path:
    return folder() / "index.json"


def _read_index() -> list[Result]:
    _empty_bin()
    try:
        raw = json.loads(_index().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raw = []
    read = [_read_result(item) for item in raw] if isinstance(raw, list) else []
    return [r for r in read if r is not None and r.path.is_file()]


def _read_result(item: Any) -> Result | None:
    """A line of another version, or one that was edited, is left out."""
    if not isinstance(item, dict):
        return None
    texts = {key: str(item.get(key, "")) for key in ("file", "title", "caption", "model")}
    if not texts["file"] or Path(texts["file"]).name != texts["file"]:
        return None
    try:
        return Result(**texts, made=float(item["made"]), seconds=float(item.get("seconds", 0.0)))
    except (KeyError, TypeError, ValueError):
        return None


def _empty_bin() -> None:
    """What was removed in an earlier session is gone for good."""
    for old in (folder() / "removed").rglob("*.png"):
        old.unlink(missing_ok=True)
