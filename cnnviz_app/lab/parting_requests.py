"""What can be asked about where the opinions on two pictures part; importable without torch."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz_app.lab.edit_requests import Edits
from cnnviz_app.lab.requests import Pixels, Values


@dataclass(frozen=True)
class SeeParting:
    """The clean and the attacked picture through every lens, answered as `Parting`.

    Attributes:
        before, after: the answers whose reasons are shown, one for each picture.
    """

    model: str
    clean: Pixels
    attacked: Pixels
    before: int
    after: int
    edits: Edits = ()


@dataclass(frozen=True)
class Reason:
    """One way to ask why: H×W maps of the answer to the clean and to the attacked picture.

    Attributes:
        trouble: why there is none for this network.
    """

    key: str
    title: str
    clean: Values | None
    attacked: Values | None
    trouble: str = ""


@dataclass(frozen=True)
class Apart:
    """How far a layer's activations moved, as a share of their size.

    Attributes:
        attacked: by the attack.
        shuffled: by the same change with its pixels shuffled: as large, but without a plan.
    """

    layer: str
    attacked: float
    shuffled: float


@dataclass(frozen=True)
class Parting:
    reasons: tuple[Reason, ...]
    layers: tuple[Apart, ...]
