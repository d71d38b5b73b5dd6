"""What can be asked about receptive fields, and what is answered; plain data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from cnnviz_app.lab.edit_requests import Edits
from cnnviz_app.techniques._field_window import Window

if TYPE_CHECKING:
    from cnnviz_app.nets.graph import ReceptiveField
    from cnnviz_app.sources.picture import Picture

Values = npt.NDArray[np.float32]
Pixels = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]
MOST_LAYERS = 16


@dataclass(frozen=True)
class MeasureField:
    """What one unit looks at, by gradients; answered as `UnitField`.

    The mean gradient so far comes as frames "effective".

    Attributes:
        picture: where the gradient's support is measured; None for the population only.
        position: the cell (y, x) for that; None for the unit's strongest.
        pictures: how many photo crops to scan for those on which the unit answers.
        most: of how many of them to take the gradient.
    """

    model: str
    layer: str
    unit: int
    picture: Picture | None = None
    position: tuple[int, int] | None = None
    pictures: int = 256
    most: int = 48
    edits: Edits = ()


@dataclass(frozen=True)
class FieldSizes:
    """Sizes in pixels; 0 where nothing was measured.

    Attributes:
        theoretical: the longer side of the receptive field, by arithmetic.
        support: the longer side of the box in which the gradient is not zero.
        effective68, effective95: side of the square that holds so much of the mean gradient.
        empirical: root of the area where covering costs half as much as at the worst place.
    """

    theoretical: float
    support: float = 0.0
    effective68: float = 0.0
    effective95: float = 0.0
    empirical: float = 0.0


@dataclass(frozen=True)
class UnitField:
    """Where one unit looks.

    Attributes:
        window: where the maps lie on the picture, cell by cell.
        effective: mean |gradient| in the window's pixels.
        support: top, left, height, width in the window's pixels, or None for a silent unit.
        support_here: it was measured on the picture asked about, not on the population.
        used, scanned: pictures on which the unit answered, of how many.
    """

    model: str
    layer: str
    unit: int
    window: Window
    sizes: FieldSizes
    effective: Values
    support: Box | None
    support_here: bool
    used: int
    scanned: int
    seconds: float


@dataclass(frozen=True)
class CoverField:
    """Zhou's empirical field of a unit, over its strongest photo crops; answered as `Covered`.

    The mean so far comes as frames "empirical".
    """

    model: str
    layer: str
    unit: int
    pictures: int = 256
    top: int = 5
    detail: int = 13
    edits: Edits = ()


@dataclass(frozen=True)
class Covered:
    """Attributes:
    drops: the mean share of the answer that is lost, in the window's pixels.
    region: where it is at least half of the largest loss.
    patch: side of the covering patch: nothing finer can be told.
    crops: the pictures used, uint8 H×W×3, strongest first; `cells` their peaks.
    """

    model: str
    layer: str
    unit: int
    window: Window
    drops: Values
    region: npt.NDArray[np.bool_]
    size: float
    patch: int
    crops: tuple[Pixels, ...]
    cells: tuple[tuple[int, int], ...]
    seconds: float


@dataclass(frozen=True)
class MeasureLayers:
    """The sizes of the fields of layers, over units drawn by lot; answered as `LayerSizes`.

    After each layer comes a metric whose step is its place in `layers`.

    Attributes:
        layers: names, or () for the layers of the network where the field or the map changes.
        samples: pictures, each with a unit of its own, for the gradient.
        covered: of how many of them patches are covered; 0 leaves that out.
    """

    model: str
    layers: tuple[str, ...] = ()
    samples: int = 16
    covered: int = 3
    detail: int = 9
    edits: Edits = ()


@dataclass(frozen=True)
class LayerSizes:
    model: str
    layers: tuple[str, ...]
    sizes: tuple[FieldSizes, ...]
    seconds: float


def layers_to_measure(
    layers: Iterable[tuple[str, ReceptiveField | None, tuple[int, int, int]]],
) -> tuple[str, ...]:
    """The layers at which the receptive field or the map changes, at most `MOST_LAYERS`.

    Of several that see the same (a convolution and its ReLU) the last one is taken;
    vectors at the end see the whole picture and are left out.

    Args:
        layers: name, receptive field, and units, rows and columns of each, in order.
    """
    found: dict[object, str] = {}
    for layer, field, shape in layers:
        if field is not None and shape[1] * shape[2] > 1:
            found.pop((field, shape), None)
            found[(field, shape)] = layer
    names = tuple(found.values())
    if len(names) <= MOST_LAYERS:
        return names
    step = (len(names) - 1) / (MOST_LAYERS - 1)
    return tuple(names[round(place * step)] for place in range(MOST_LAYERS))
