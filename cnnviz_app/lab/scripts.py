"""A result as a Python script or a notebook that makes it again with the public interface."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cnnviz_app.core import references, registry
from cnnviz_app.core.atomic import write_text
from cnnviz_app.core.errors import UserError
from cnnviz_app.core.images import save_png
from cnnviz_app.core.params import ParamSpec, describe
from cnnviz_app.core.recipe import Recipe

ENDINGS = (".py", ".ipynb")


def save_script(recipe: Recipe, path: Path) -> Path:
    """Write `path` and, beside it, the pictures that it starts from."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise UserError(
            f"A script must be a .py or .ipynb file, not “{path.suffix}”.",
            "Give the file a name that ends in .py or .ipynb.",
        )
    beside: dict[str, str] = {}
    for role, pixels in recipe.sources.items():
        name = f"{path.stem}-{role.replace(' ', '-')}.png"
        save_png(path.with_name(name), pixels)
        beside[role] = name
    cells = _cells(recipe, beside, f"{path.stem}-again.png")
    text = _notebook(cells) if ending == ".ipynb" else "\n\n".join(cells) + "\n"
    write_text(path, text)
    return path


def _cells(recipe: Recipe, beside: dict[str, str], out: str) -> list[str]:
    technique = registry.find(recipe.technique)
    specs = describe(technique.params)
    past = [part["params"] for part in recipe.earlier]
    roles = references.by_role_of_branch(specs, recipe.params, past)
    files = {reference: beside[role] for role, reference in roles.items() if role in beside}
    lines = [f"    {recipe.technique!r},", f"    model={recipe.model!r},"]
    if "picture" in beside:
        lines.append(f"    picture={beside['picture']!r},")
    lines.append(f"    seed={recipe.seed},")
    if recipe.edits:
        lines.append(f"    edits={list(recipe.edits)!r},")
    if recipe.earlier:
        # A branch: what it went through before its own parameters, each part up to a step.
        lines.append("    earlier=[")
        for part in recipe.earlier:
            given = {"until": part["until"], "seed": part["seed"],
                     **_values(specs, part["params"], files)}  # fmt: skip
            words = ", ".join(f"{key}={value!r}" for key, value in given.items())
            lines.append(f"        dict({words}),")
        lines.append("    ],")
    lines += [f"    {k}={v!r}," for k, v in _values(specs, recipe.params, files).items()]
    versions = ", ".join(f"{name} {value}" for name, value in recipe.versions.items())
    head = f'"""{technique.title}, made with {versions}."""'
    return [
        f"{head}\n\nfrom cnnviz_app import Lab\n\nlab = Lab()",
        "result = lab.run(\n" + "\n".join(lines) + "\n)",
        f"result.save({out!r})",
    ]


def _values(
    specs: Sequence[ParamSpec], params: Mapping[str, Any], files: Mapping[str, str]
) -> dict[str, Any]:
    """Only what differs from the usual (a script is read, too); pictures by their new files."""
    found: dict[str, Any] = {}
    for spec in specs:
        if spec.name not in params:
            continue
        value = params[spec.name]
        if spec.kind in references.KINDS:
            names = references.of_value(spec, value)
            if any(name in files for name in names):
                found[spec.name] = references.join(files.get(name, name) for name in names)
                continue
        if value != spec.default:
            found[spec.name] = value
    return found


def _notebook(cells: list[str]) -> str:
    body = {
        "cells": [
            {"cell_type": "code", "execution_count": None, "id": f"cell-{number}", "metadata": {},
             "outputs": [], "source": cell.splitlines(keepends=True)}
            for number, cell in enumerate(
                [*cells, "from PIL import Image\n\nImage.fromarray(result.pixels)"], 1
            )
        ],
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }  # fmt: skip
    return json.dumps(body, indent=1, ensure_ascii=False) + "\n"
