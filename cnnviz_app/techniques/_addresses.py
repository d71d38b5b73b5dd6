"""Texts that name a unit, a sum of units or a class, checked against the network."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from cnnviz_app.core.errors import UserError

_TERM = re.compile(
    r"\s*(?P<sign>[+-]?)\s*(?:(?P<weight>\d+(?:\.\d*)?)\s*\*\s*)?"
    r"(?:(?P<layer>[^\s:+*@]+):)?(?P<channel>\d+)(?:@(?P<y>\d+),(?P<x>\d+))?\s*"
)
_HOW = "Write 12, 12@3,4, layer:12, or a sum such as 12 + 40 or 12 - 0.5*40."


class Addressed(Protocol):
    """The part of a network addresses are checked against."""

    @property
    def labels(self) -> tuple[str, ...]: ...
    @property
    def output(self) -> str: ...
    def map_shape(self, name: str) -> tuple[int, int, int]: ...
    def resolve(self, name: str) -> str: ...
    def default_layer(self, purpose: str) -> str: ...
    def logits(self, image01: Tensor) -> Tensor: ...


@dataclass(frozen=True)
class UnitTerm:
    """One unit of a sum: `weight` times channel `channel` of `node`, at (y, x) if given."""

    node: str
    channel: int
    at: tuple[int, int] | None
    weight: float

    @property
    def text(self) -> str:
        where = f"@{self.at[0]},{self.at[1]}" if self.at else ""
        return f"{self.node}:{self.channel}{where}"


def find_layer(net: Addressed, text: str, purpose: str) -> str:
    """The node a layer's name stands for; nothing means the network's usual one."""
    return net.resolve(text.strip() or net.default_layer(purpose))


def find_units(net: Addressed, text: str, layer: str) -> tuple[UnitTerm, ...]:
    """The terms of `12`, `layer:12@y,x` or a sum of such; `layer` where none is named."""
    terms: list[UnitTerm] = []
    at = 0
    while at < len(text):
        match = _TERM.match(text, at)
        if match is None or (terms and not match["sign"]):
            break
        terms.append(_term(net, match, layer))
        at = match.end()
    if not terms or at < len(text):
        raise UserError(f"“{text}” does not name a unit.", _HOW)
    return tuple(terms)


def _term(net: Addressed, match: re.Match[str], layer: str) -> UnitTerm:
    node = net.resolve(match["layer"]) if match["layer"] else layer
    channel = int(match["channel"])
    count = unit_count(net, node)
    if channel >= count:
        raise UserError(
            f"There is no unit {channel} in “{node}”.", f"Its units are 0 to {count - 1}."
        )
    weight = float(match["weight"] or 1.0) * (-1.0 if match["sign"] == "-" else 1.0)
    where = (int(match["y"]), int(match["x"])) if match["y"] else None
    return UnitTerm(node, channel, where, weight)


def unit_count(net: Addressed, node: str) -> int:
    """Channels of a map, width of a vector or of a token."""
    return net.map_shape(node)[0]


def class_title(labels: Sequence[str], index: int) -> str:
    """`leopard (12)`, or `class 12` where the network has no names."""
    name = labels[index].split(",")[0] if index < len(labels) else ""
    return f"{name} ({index})" if name and name != str(index) else f"class {index}"


def find_class(net: Addressed, text: str, image01: Tensor | None) -> int:
    """The class `index`, `name` or `top` stands for; `top` without a picture is class 0."""
    wanted = text.strip()
    count = unit_count(net, net.output)
    if wanted.lower() == "top":
        return 0 if image01 is None else int(net.logits(image01)[0].argmax())
    if re.fullmatch(r"-?\d+", wanted):
        if 0 <= int(wanted) < count:
            return int(wanted)
        raise UserError(f"There is no class {wanted}.", f"Its classes are 0 to {count - 1}.")
    return _class_by_name(net.labels, wanted, count)


def _class_by_name(labels: Sequence[str], wanted: str, count: int) -> int:
    names = [label.lower() for label in labels[:count]]
    low = wanted.lower()
    synonyms = [[part.strip() for part in name.split(",")] for name in names]
    for matches in (
        [i for i, name in enumerate(names) if name == low],
        [i for i, parts in enumerate(synonyms) if low in parts],
        [i for i, name in enumerate(names) if low and low in name],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            several = ", ".join(f"{labels[i]} ({i})" for i in matches[:5])
            raise UserError(f"“{wanted}” could be several classes.", f"Which one: {several}?")
    every = [part for parts in synonyms for part in parts]
    close = difflib.get_close_matches(low, every, n=1)
    hint = f"Did you mean “{close[0]}”?" if close else f"Its classes are 0 to {count - 1}."
    raise UserError(f"There is no class called “{wanted}”.", hint)
