"""What made a picture, written into the picture itself, so that it can be made again."""

from __future__ import annotations

import base64
import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz_app.core import png
from cnnviz_app.core.atomic import shown, write_text
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.images import content_id, load
from cnnviz_app.core.reading import read_file
from cnnviz_app.core.recipe_facts import Recipe, SourceFacts

FORMAT = 1
KEY = "cnnviz"
SIDECAR = ".recipe.json"
MAX_SOURCE_TEXT = 48_000_000
_AGAIN = "Only pictures saved by CNNViz carry one, and some programs drop it when they save again."
_PROGRAMS = {"cnnviz": "CNNViz", "python": "Python", "torch": "PyTorch", "pillow": "Pillow",
             "numpy": "NumPy"}  # fmt: skip

__all__ = ["FORMAT", "KEY", "SIDECAR", "NoRecipe", "Recipe", "SourceFacts", "embed", "read",
           "to_json", "version_notes", "write_sidecar"]  # fmt: skip


class NoRecipe(UserError):
    """A file that is no result of ours, or one that another program saved again."""


def embed(recipe: Recipe, *, with_sources: bool = True) -> dict[str, str]:
    """The recipe as PNG texts: `cnnviz` holds JSON, `cnnviz source N` a base64 PNG each."""
    body = _body(recipe)
    texts: dict[str, str] = {}
    room = MAX_SOURCE_TEXT
    for number, (role, pixels) in enumerate(recipe.sources.items(), 1):
        entry = body["sources"][role]
        if not with_sources:
            entry["missing"] = "private"
            continue
        text = base64.b64encode(png.encode8(pixels)).decode("ascii")
        if len(text) > room:
            entry["missing"] = "too large"
            continue
        room -= len(text)
        entry["text"] = f"{KEY} source {number}"
        texts[entry["text"]] = text
    return {KEY: _dumps(body), **texts}


def write_sidecar(
    path: str | os.PathLike[str], recipe: Recipe, *, with_sources: bool = True
) -> Path:
    """The recipe beside a GIF, MP4 or HTML file: `dive.gif` gets `dive.gif.recipe.json`."""
    texts = embed(recipe, with_sources=with_sources)
    beside = Path(f"{os.fspath(path)}{SIDECAR}")
    write_text(beside, json.dumps(texts, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    return beside


def read(source: str | os.PathLike[str] | bytes, name: str = "") -> Recipe:
    """The recipe in a PNG, beside another file, or in a sidecar; UserError says why not."""
    if isinstance(source, bytes):
        return _from_texts(_texts_in(source, name or "This picture"))
    name = shown(source)
    beside = Path(f"{os.fspath(source)}{SIDECAR}")
    data = read_file(source, what="a picture with a recipe")
    if not png.is_png(data) and beside.is_file():
        data = read_file(beside, what="a recipe")
    return _from_texts(_texts_in(data, name))


def version_notes(recipe: Recipe, current: Mapping[str, str]) -> tuple[str, ...]:
    """One sentence for each thing that differs from when the picture was made."""
    notes = []
    for key, then in recipe.versions.items():
        now = current.get(key, then)
        if now == then:
            continue
        if key == "threads":
            made, here = f"with {then} computing threads", f"there are {now}"
        elif key in ("device", "platform"):
            made, here = f"on {then}", f"this is {now}"
        else:
            made, here = f"with {_PROGRAMS.get(key, key)} {then}", f"this is {now}"
        notes.append(f"It was made {made}; {here}, so pixels may differ a little.")
    return tuple(notes)


def to_json(recipe: Recipe) -> dict[str, Any]:
    """The recipe without pixels, for `--json` and for showing."""
    return _body(recipe)


def _body(recipe: Recipe) -> dict[str, Any]:
    sources: dict[str, dict[str, Any]] = {}
    for role, pixels in recipe.sources.items():
        height, width = pixels.shape[:2]
        name = _name(recipe.source_names.get(role, ""))
        sources[role] = _entry(SourceFacts(content_id(pixels), width, height, name))
    for role, known in recipe.known_sources.items():
        if role not in sources:
            sources[role] = {**_entry(known), "missing": known.why_missing or "private"}
    return {
        "format": FORMAT, "technique": recipe.technique, "model": recipe.model,
        "weights_hash": recipe.weights_hash, "layer": recipe.layer, "unit": recipe.unit,
        "params": _plain(recipe.params), "seed": recipe.seed, "versions": dict(recipe.versions),
        "sources": sources, "figures": _plain(recipe.figures), "size": list(recipe.size),
        **({"edits": list(recipe.edits)} if recipe.edits else {}),
        **({"earlier": [_plain(stretch) for stretch in recipe.earlier]} if recipe.earlier else {}),
    }  # fmt: skip


def _entry(facts: SourceFacts) -> dict[str, Any]:
    return {"content_id": facts.content_id, "width": facts.width, "height": facts.height,
            "name": facts.name}  # fmt: skip


def _name(path: str) -> str:
    # The file's name only: the folders it lies in are nobody's business.
    return shown(path) if path else ""


def _plain(value: Any) -> Any:
    """As JSON holds it: numpy's numbers as Python's, what is no number as null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, int | float | bool):
        return value
    # Names of files may hold half characters that no text can be written with.
    return str(value).encode("utf-8", "replace").decode()


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)


def _texts_in(data: bytes, name: str) -> dict[str, str]:
    """The recipe's texts, from a PNG or from a sidecar."""
    if png.is_png(data):
        try:
            texts = png.read_texts(data)
        except png.DamagedPngError as error:
            sentence = error.sentence.replace("This PNG file", f"“{name}”")
            raise UserError(sentence, error.hint) from error
    else:
        texts = _sidecar_texts(data, name)
    if KEY not in texts:
        raise NoRecipe(f"There is no recipe in “{name}”.", _AGAIN)
    return texts


def _sidecar_texts(data: bytes, name: str) -> dict[str, str]:
    if data.lstrip()[:1] != b"{":
        return {}
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise UserError(f"The recipe in “{name}” is damaged.", "Use another copy of it.") from None
    if not isinstance(found, dict):
        return {}
    return {key: text for key, text in found.items() if isinstance(text, str)}


def _from_texts(texts: Mapping[str, str]) -> Recipe:
    try:
        body = json.loads(texts[KEY])
        newest = body["format"]
        if type(newest) is not int or newest < 1:
            raise TypeError("format")
        if newest > FORMAT:
            raise UserError(
                f"This recipe was written by a newer CNNViz (form {newest}; this one reads up to "
                f"{FORMAT}).", "Install the newest CNNViz."
            )  # fmt: skip
        known = {role: _facts(entry) for role, entry in body.get("sources", {}).items()}
        pixels = {
            role: _source_pixels(texts[entry["text"]], known[role])
            for role, entry in body.get("sources", {}).items()
            if entry.get("text")
        }
        return _recipe(body, known, pixels)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        raise UserError("The recipe in this picture is damaged.",
                        "Use another copy of the picture.") from None  # fmt: skip


def _recipe(body: Mapping[str, Any], known: dict[str, SourceFacts], pixels: Any) -> Recipe:
    height, width = body.get("size", (0, 0))
    return Recipe(
        technique=_text(body["technique"]),
        model=_text(body["model"]),
        weights_hash=_text(body.get("weights_hash", "")),
        layer=_text(body.get("layer", "")),
        unit=_text(body.get("unit", "")),
        params=_mapping(body.get("params", {})),
        seed=_whole(body.get("seed", 0)),
        versions={key: _text(value) for key, value in body.get("versions", {}).items()},
        sources=pixels,
        source_names={role: facts.name for role, facts in known.items() if facts.name},
        figures=_mapping(body.get("figures", {})),
        size=(_whole(height), _whole(width)),
        edits=tuple(_text(item) for item in body.get("edits", ())),
        earlier=tuple(_stretch(item) for item in body.get("earlier", ())),
        known_sources=known,
    )


def _stretch(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"params": _mapping(item["params"]), "seed": _whole(item["seed"]),
            "until": _whole(item["until"])}  # fmt: skip


def _facts(entry: Mapping[str, Any]) -> SourceFacts:
    return SourceFacts(
        content_id=_text(entry["content_id"]),
        width=_whole(entry["width"]),
        height=_whole(entry["height"]),
        name=_text(entry.get("name", "")),
        why_missing="" if entry.get("text") else _text(entry.get("missing", "private")),
    )


def _source_pixels(text: str, facts: SourceFacts) -> Any:
    """The pixels, found to be the very ones the recipe names."""
    try:
        loaded = load(base64.b64decode(text, validate=True))
    except UserError:
        raise ValueError("source") from None
    if content_id(loaded.pixels) != facts.content_id:
        raise ValueError("source")
    return loaded.pixels


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError("number")
    return value


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("mapping")
    return value
