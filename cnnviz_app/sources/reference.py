"""A picture by what a parameter or the command line calls it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cnnviz_app.core import references
from cnnviz_app.core.params import ParamSpec
from cnnviz_app.sources import builtin
from cnnviz_app.sources.picture import Picture, open_picture


def open_reference(text: str) -> Picture:
    """`builtin:NAME` or the path of a file; UserError when there is no such picture."""
    return builtin.load(text) if references.is_builtin(text) else open_picture(text)


def open_named(
    specs: Iterable[ParamSpec], values: Mapping[str, Any], given: Mapping[str, Picture]
) -> dict[str, Picture]:
    """Every picture the values name, by that name; those already `given` are not opened."""
    named = dict.fromkeys(references.by_role(specs, values).values())
    return {name: given[name] if name in given else open_reference(name) for name in named}
