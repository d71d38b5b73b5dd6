"""What can be asked about two pictures, or two networks, side by side; importable without torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnviz_app.lab.edit_requests import Edits
from cnnviz_app.lab.requests import Looked, Values

if TYPE_CHECKING:
    from cnnviz_app.sources.picture import Picture

SideKey = tuple[str, str, Edits, str]


@dataclass(frozen=True)
class Side:
    """One of the two: a model that looks at a picture, and the layer that is read.

    Attributes:
        edits: units of the model that are changed on this side.
    """

    model: str
    picture: Picture
    layer: str
    edits: Edits = ()

    @property
    def key(self) -> SideKey:
        return self.model, self.picture.content_id, self.edits, self.layer


@dataclass(frozen=True)
class CompareSides:
    """Look at both and subtract, answered as `Compared`."""

    a: Side
    b: Side


@dataclass(frozen=True)
class Compared:
    """Attributes:
    difference: A − B, or None where the maps have different shapes.
    distance: the size of the difference as a share of the size of A, or None as above.
    note: one sentence on what the difference means, or why there is none.
    """

    a: Looked
    b: Looked
    difference: Values | None
    distance: float | None
    note: str = ""


@dataclass(frozen=True)
class CompareLayers:
    """How far apart A and B are in every layer both have, answered as `LayerDistance`s in order."""

    a: Side
    b: Side


@dataclass(frozen=True)
class LayerDistance:
    """‖A − B‖ / ‖A‖ of one layer."""

    layer: str
    distance: float
