"""The cards of the bundled networks as plain data, so that listing them needs no torch."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from cnnviz_app import paths

# the order of a first visit, not of the alphabet
ORDER = ("lens-robust", "lens", "lenet5", "linear-digits", "shapes", "res20", "plain20")


def folder() -> Path:
    return paths.resource("bundled")


@functools.cache
def _cards(place: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(place.glob("*.json")) if place.is_dir() else []:
        if not path.with_suffix(".safetensors").is_file():
            continue
        try:
            card = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # an incomplete installation still lists what is whole
        if isinstance(card, dict) and "input" in card and "labels" in card:
            found[path.stem] = card
    return found


def cards() -> dict[str, dict[str, Any]]:
    """Name → card, the most worth looking at first."""
    found = _cards(paths.resources_dir() / "bundled")
    ranks = {name: rank for rank, name in enumerate(ORDER)}
    return {n: found[n] for n in sorted(found, key=lambda n: (ranks.get(n, len(ranks)), n))}


def by_hash(digest: str) -> str | None:
    """The bundled network whose weights file has this sha256."""
    return next((n for n, card in cards().items() if card.get("weights_sha256") == digest), None)
