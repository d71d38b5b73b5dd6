"""What can be asked about where a transformer looks; plain data, importable without torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnviz_app.lab.edit_requests import Edits
from cnnviz_app.lab.requests import Pixels, Values

if TYPE_CHECKING:
    from cnnviz_app.sources.picture import Picture

Cell = tuple[int, int]


@dataclass(frozen=True)
class ListAttention:
    """The layers of a model that attend, answered as a tuple of `AttentionLayer`."""

    model: str


@dataclass(frozen=True)
class AttentionLayer:
    """Attributes:
    name: the operator, as `ReadAttention` wants it.
    title: the shortest name that tells it from the others.
    """

    name: str
    title: str


@dataclass(frozen=True)
class ReadAttention:
    """Where the heads of one layer look, answered as `Attended`.

    `cell` is the place whose token asks; None is the class token, or the mean over all tokens.
    """

    model: str
    picture: Picture
    layer: str
    cell: Cell | None = None
    edits: Edits = ()


@dataclass(frozen=True)
class Attended:
    """Attributes:
    heads: heads × rows × columns; each with `kept` sums to 1.
    kept: the share of each head that stays with tokens that are no place (the class token).
    distances: how far each head looks on average, in pixels of the picture as it enters.
    rollout: all layers up to this one at once, or None where that cannot be said.
    class_token: whether `cell` None means one token, not the mean over all.
    """

    request: ReadAttention
    seen: Pixels
    heads: Values
    kept: Values
    distances: Values
    rollout: Values | None
    class_token: bool
