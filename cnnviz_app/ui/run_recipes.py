"""From recipes to runs, and from runs to the command that does the same."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cnnviz_app.core import references
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.params import ParamSpec
from cnnviz_app.core.recipe import Recipe
from cnnviz_app.lab.requests import RunTechnique, TechniqueFacts
from cnnviz_app.sources.picture import Picture


def values_of(techniques: Sequence[TechniqueFacts], recipe: Recipe) -> dict[str, Any]:
    """A full set of values; what this version does not know is left out, what is wrong told."""
    found = next((t for t in techniques if t.name == recipe.technique), None)
    if found is None:
        raise UserError(
            f"This picture was made with “{recipe.technique}”, which is not in this version.",
            "Install the version it was made with.",
        )
    given = recipe.params
    return {s.name: s.check(given[s.name]) if s.name in given else s.default
            for s in found.specs}  # fmt: skip


def pictures_of(techniques: Sequence[TechniqueFacts], recipe: Recipe) -> dict[str, Picture]:
    """The pictures its parameters name, now and earlier: styles, masks, a guide."""
    specs = next(t.specs for t in techniques if t.name == recipe.technique)
    past = [part["params"] for part in recipe.earlier]
    kept = references.kept_in(specs, recipe.params, recipe.source, past)
    return {name: Picture(name, pixels, "recipe") for name, pixels in kept.items()}


def renamed(
    specs: Iterable[ParamSpec], values: Mapping[str, Any], names: Mapping[str, str]
) -> dict[str, Any]:
    """The values with some of the pictures they name called otherwise."""
    found = dict(values)
    for spec in specs:
        if spec.kind in references.KINDS and spec.name in found:
            old = references.of_value(spec, found[spec.name])
            new = [names.get(name, name) for name in old]
            found[spec.name] = references.join(new) if spec.kind == "pictures" else "".join(new)
    return found


def command_of(request: RunTechnique, technique: TechniqueFacts) -> str:
    """The command line that makes the same picture."""
    parts = ["cnnviz", "run", request.technique, "--model", shlex.quote(request.model)]
    origin = request.picture.origin if request.picture is not None else ""
    if origin.startswith("builtin:") or Path(origin).is_absolute():
        parts += ["--image", shlex.quote(origin)]
    elif technique.needs_picture:
        parts += ["--image", "PICTURE"]
    # What the command line starts from: a preset's values, and the defaults below them.
    usual = {spec.name: spec.default for spec in technique.specs}
    usual.update(technique.presets.get(str(request.params.get("preset")), {}))
    for spec in technique.specs:
        value = request.params[spec.name]
        if value != usual[spec.name] or (spec.name == "preset" and value != spec.default):
            text = str(value).lower() if isinstance(value, bool) else str(value)
            parts += ["--set", shlex.quote(f"{spec.name}={text}")]
    for edit in request.edits:
        parts += ["--edit", shlex.quote(edit.text)]
    return " ".join([*parts, "--seed", str(request.seed), "--out", "picture.png"])
