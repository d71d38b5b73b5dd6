"""A technique's parameters, declared once.

The form in the window, the command line, the recipe and the documentation all come from here:
a frozen dataclass whose fields are made with `param`.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from cnnviz_app.core.errors import UserError

Kind = Literal[
    "int", "float", "bool", "choice", "text", "layer", "unit", "target", "picture", "pictures",
    "mask", "shares", "layers",
]
T = TypeVar("T")
_SPEC = "cnnviz"
# How a parameter that need not be set is written when it is not.
_UNSET = ("", "none", "auto")


@dataclass(frozen=True)
class ParamSpec:
    """One declared parameter.

    Attributes:
        kind: what the form shows for it; `layer`, `unit`, `target`, `picture` (a file or
            `builtin:NAME`), `pictures` (several, with commas), `mask` (a grey picture that can be
            painted), `shares` (a number for each of the pictures) and `layers` (with weights) are
            texts that the window offers choosers for.
        low, high: hard limits, inclusive.
        slider: the range a slider covers when the limits are wider than anyone drags.
        when: `(parameter, values)`: only shown while that parameter has one of these values.
        follows: for `layer` and `unit`: left empty in the window it means the selected one.
    """

    name: str
    title: str
    kind: Kind
    default: Any
    help: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    group: str = ""
    log: bool = False
    slider: tuple[float, float] | None = None
    when: tuple[str, tuple[Any, ...]] | None = None
    follows: bool = True

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name, "title": self.title, "type": self.kind, "default": self.default,
            "min": self.low, "max": self.high, "choices": list(self.choices) or None,
            "unit": self.unit, "group": self.group, "help": self.help,
        }  # fmt: skip

    def check(self, value: Any) -> Any:
        """The value in its own type, or a UserError that says what is allowed."""
        if self.default is None and (value is None or str(value).lower() in _UNSET):
            return None
        return _CHECKS[self.kind](self, value)


def param(
    default: T,
    help: str,
    *,
    title: str = "",
    kind: Kind | None = None,
    low: float | None = None,
    high: float | None = None,
    choices: Sequence[str] = (),
    unit: str = "",
    group: str = "",
    log: bool = False,
    slider: tuple[float, float] | None = None,
    when: tuple[str, tuple[Any, ...]] | None = None,
    follows: bool = True,
) -> T:
    """Declare a dataclass field; its annotation decides the kind unless `kind` says otherwise."""
    spec = {
        "title": title, "kind": kind or ("choice" if choices else None), "help": help, "low": low,
        "high": high, "choices": tuple(choices), "unit": unit, "group": group, "log": log,
        "slider": slider, "when": when, "follows": follows,
    }  # fmt: skip
    declared: T = dataclasses.field(default=default, metadata={_SPEC: spec})
    return declared


def describe(params: type[Any]) -> tuple[ParamSpec, ...]:
    """Every declared parameter, in order."""
    hints = typing.get_type_hints(params)
    specs = []
    for field in dataclasses.fields(params):
        spec = dict(field.metadata[_SPEC])
        spec["kind"] = spec["kind"] or _kind_of(hints[field.name])
        spec["title"] = spec["title"] or field.name.replace("_", " ").capitalize()
        specs.append(ParamSpec(name=field.name, default=field.default, **spec))
    return tuple(specs)


def build(params: type[T], values: Mapping[str, Any]) -> T:
    """An instance from loose values (texts from the command line, JSON from a recipe)."""
    specs = {spec.name: spec for spec in describe(params)}
    checked = {}
    for name, value in values.items():
        if name not in specs:
            close = difflib.get_close_matches(name, specs, n=1)
            known = ", ".join(specs) or "none"
            hint = f"Did you mean “{close[0]}”?" if close else f"There are: {known}."
            raise UserError(f"There is no parameter called “{name}” here.", hint)
        checked[name] = specs[name].check(value)
    chosen = presets(params).get(checked.get("preset", ""), {})
    return params(**{**chosen, **checked})


def presets(params: type[Any]) -> Mapping[str, Mapping[str, Any]]:
    """Named sets of values a class offers as `PRESETS`; its parameter `preset` chooses one, and
    whatever is given beside it goes before it."""
    found: Mapping[str, Mapping[str, Any]] = getattr(params, "PRESETS", {})
    return found


def parse_settings(texts: Sequence[str]) -> dict[str, str]:
    """`key=value` texts of the command line as a mapping."""
    settings: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise UserError(f"“{text}” is not of the form key=value.", "Write --set steps=64.")
        if name.strip() in settings:
            raise UserError(f"“{name.strip()}” is set twice.", "Set each parameter once.")
        settings[name.strip()] = value.strip()
    return settings


def to_json(instance: Any) -> dict[str, Any]:
    return {f.name: getattr(instance, f.name) for f in dataclasses.fields(instance)}


def changed(instance: Any) -> dict[str, Any]:
    """Only what differs from the defaults: what a person would have to type."""
    return {
        f.name: getattr(instance, f.name)
        for f in dataclasses.fields(instance)
        if getattr(instance, f.name) != f.default
    }


def _kind_of(hint: Any) -> Kind:
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        hint = next(arg for arg in typing.get_args(hint) if arg is not type(None))
    kinds: dict[Any, Kind] = {bool: "bool", int: "int", float: "float", str: "text"}
    if hint not in kinds:
        raise TypeError(f"no form for {hint!r}: give param(kind=…)")
    return kinds[hint]


def _range_text(spec: ParamSpec) -> str:
    unit = f" {spec.unit}" if spec.unit else ""
    if spec.low is not None and spec.high is not None:
        return f"It goes from {spec.low:.12g} to {spec.high:.12g}{unit}."
    if spec.low is not None:
        return f"It is at least {spec.low:.12g}{unit}."
    return f"It is at most {spec.high:.12g}{unit}." if spec.high is not None else "Any number."


def _check_number(spec: ParamSpec, value: Any) -> float | int:
    wanted = "a whole number" if spec.kind == "int" else "a number"
    refused = UserError(f"“{spec.name}” must be {wanted}, not “{value}”.", _range_text(spec))
    if isinstance(value, bool):
        raise refused
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise refused from None
    if not math.isfinite(number) or (spec.kind == "int" and number != int(number)):
        raise refused
    below = spec.low is not None and number < spec.low
    above = spec.high is not None and number > spec.high
    if below or above:
        raise UserError(f"“{spec.name}” cannot be {number:.12g}.", _range_text(spec))
    if spec.kind == "int":
        return value if isinstance(value, int) else int(number)
    return number


def _check_bool(spec: ParamSpec, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    words = {"true": True, "yes": True, "on": True, "1": True,
             "false": False, "no": False, "off": False, "0": False}  # fmt: skip
    if str(value).lower() not in words:
        raise UserError(f"“{spec.name}” must be true or false, not “{value}”.")
    return words[str(value).lower()]


def _check_choice(spec: ParamSpec, value: Any) -> str:
    if str(value) in spec.choices:
        return str(value)
    raise UserError(
        f"“{spec.name}” cannot be “{value}”.", f"Choose one of: {', '.join(spec.choices)}."
    )


def _check_text(spec: ParamSpec, value: Any) -> str:
    if not isinstance(value, str | int):
        raise UserError(f"“{spec.name}” must be text, not “{value}”.")
    return str(value)


_CHECKS: dict[str, Any] = {
    "int": _check_number, "float": _check_number, "bool": _check_bool, "choice": _check_choice,
    "text": _check_text, "layer": _check_text, "unit": _check_text, "target": _check_text,
    "picture": _check_text, "pictures": _check_text, "mask": _check_text,
    "shares": _check_text, "layers": _check_text,
}  # fmt: skip
