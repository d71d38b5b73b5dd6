"""Addresses of units: `layer:channel`, and `layer:channel@y,x` for one cell of its map."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cnnviz_app.core.errors import UserError
from cnnviz_app.nets.network import Network

_FORM = re.compile(r"(?P<layer>.+):(?P<channel>[^:@]+)(?:@(?P<y>[^,]+),(?P<x>[^,]+))?")
_HINT = "Write it as layer:channel, or layer:channel@y,x for one position."


@dataclass(frozen=True)
class Unit:
    """One channel of a layer, or one cell of it. `layer` is written as the person wrote it."""

    layer: str
    channel: int
    position: tuple[int, int] | None = None

    def __str__(self) -> str:
        place = "" if self.position is None else "@{},{}".format(*self.position)
        return f"{self.layer}:{self.channel}{place}"


def parse(text: str, network: Network) -> Unit:
    """The unit an address means in this network; UserError with a way out when it means none."""
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise UserError(f"“{text}” is not the address of a unit.", hint=_HINT)
    layer = match["layer"].strip()
    network.resolve(layer)
    channels, height, width = network.map_shape(layer)
    channel = _number(match["channel"], text)
    _in_range(channel, channels, f"“{layer}”", "channels")
    if match["y"] is None:
        return Unit(layer, channel)
    y, x = _number(match["y"], text), _number(match["x"], text)
    _in_range(y, height, f"A map of “{layer}”", "rows")
    _in_range(x, width, f"A map of “{layer}”", "columns")
    return Unit(layer, channel, (y, x))


def _number(text: str, address: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UserError(f"“{text.strip()}” in “{address}” is not a number.", hint=_HINT) from None


def _in_range(value: int, count: int, owner: str, things: str) -> None:
    if not 0 <= value < count:
        raise UserError(
            f"{owner} has {count} {things}, so there is no number {value}.",
            hint=f"Choose one from 0 to {count - 1}.",
        )
