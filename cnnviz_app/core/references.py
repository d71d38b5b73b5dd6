"""Pictures named in parameters: how a list of them is written, and what part each one plays.

A parameter of the kind `picture` or `pictures` is a text: `builtin:NAME`, or the path of a file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cnnviz_app.core.errors import UserError
from cnnviz_app.core.params import ParamSpec

KINDS = ("picture", "pictures", "mask")
_BUILTIN = "builtin:"


def is_builtin(reference: str) -> bool:
    return reference.startswith(_BUILTIN)


def split(text: str) -> tuple[str, ...]:
    """The pictures in a list with commas; a name with a comma of its own stands in quotes."""
    fields = next(csv.reader([text], skipinitialspace=True), [])
    return tuple(field.strip() for field in fields if field.strip())


def join(references: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' if "," in name else name for name in references)


def of_value(spec: ParamSpec, value: Any) -> tuple[str, ...]:
    """What a value names: nothing, one picture, or several."""
    text = str(value or "").strip()
    return split(text) if spec.kind == "pictures" else (text,) if text else ()


def by_role(specs: Iterable[ParamSpec], values: Mapping[str, Any]) -> dict[str, str]:
    """Role in the recipe (`style`, `style 2`, `guide`) to the picture named for it."""
    return {
        spec.name if number == 1 else f"{spec.name} {number}": reference
        for spec in specs
        if spec.kind in KINDS
        for number, reference in enumerate(of_value(spec, values.get(spec.name, spec.default)), 1)
    }


def by_role_of_branch(
    specs: Iterable[ParamSpec], values: Mapping[str, Any], earlier: Iterable[Mapping[str, Any]]
) -> dict[str, str]:
    """The same, and what only earlier stretches of a branch name: `style before 1`."""
    specs = tuple(specs)
    found = by_role(specs, values)
    for number, past in enumerate(earlier, 1):
        for role, reference in by_role(specs, past).items():
            if reference not in found.values():
                found[f"{role} before {number}"] = reference
    return found


def kept_in(
    specs: Iterable[ParamSpec], values: Mapping[str, Any], pixels: Callable[[str], Any],
    earlier: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Any]:  # fmt: skip
    """Name to what `pixels(role)` finds for it; built-in pictures may be missing."""
    found = {}
    for role, reference in by_role_of_branch(specs, values, earlier).items():
        try:
            kept = pixels(role)
        except UserError:
            if not is_builtin(reference):
                raise
            continue
        if kept is not None:
            found[reference] = kept
    return found


def without_folders(
    specs: Iterable[ParamSpec], values: Mapping[str, Any], names: dict[str, str] | None = None
) -> dict[str, Any]:
    """The picture parameters as a recipe holds them: names only, each one for one picture.

    Several sets of values that share `names` (name to what it stands for) share their pictures.
    """
    found: dict[str, Any] = {}
    names = {} if names is None else names
    for spec in specs:
        if spec.kind in KINDS:
            references = of_value(spec, values.get(spec.name, spec.default))
            found[spec.name] = join(_name(reference, names) for reference in references)
    return found


def _name(reference: str, names: dict[str, str]) -> str:
    """The file's name; two files of one name in different folders stay two."""
    if is_builtin(reference):
        return reference
    plain = re.split(r"[\\/]", reference)[-1].replace(",", " ").replace('"', " ").strip()
    name, number = plain, 2
    while names.setdefault(name, reference) != reference:
        name, number = f"{plain} ({number})", number + 1
    return name
