"""What can be asked of the engine, and what it answers; plain data, importable without torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from cnnviz_app.core.params import ParamSpec
    from cnnviz_app.core.recipe import Recipe
    from cnnviz_app.core.registry import TechniqueResult
    from cnnviz_app.lab.edit_requests import Edits
    from cnnviz_app.nets.network import Node
    from cnnviz_app.sources.folder import Folder
    from cnnviz_app.sources.picture import Picture

Values = npt.NDArray[np.float32]
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class ListTechniques:
    """Everything that can be computed, answered as a tuple of `TechniqueFacts`."""


@dataclass(frozen=True)
class TechniqueFacts:
    """A technique as the window needs it: its declaration without its code.

    Attributes:
        specs: layer and unit default to "" here: the window's own selection.
        presets: parameter values by the name of a known recipe.
    """

    name: str
    title: str
    group: str
    summary: str
    specs: tuple[ParamSpec, ...]
    needs_picture: bool
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class ListModels:
    """Every model that can be opened, answered as a tuple of `Entry`."""


@dataclass(frozen=True)
class OpenModel:
    """Make a model ready to look into, answered as `ModelFacts`.

    `untrained` accepts random weights where there are none yet; nobody gets them unasked.
    `expected` is the hash of the weights a recipe was made with: others get a note.
    """

    model: str
    weights: str = ""
    untrained: bool = False
    expected: str = ""


@dataclass(frozen=True)
class ModelFacts:
    """All the window needs to know of a model.

    Attributes:
        nodes: the operators in the order of execution.
        layers: the names worth showing; `map_shapes` has units, rows and columns of each.
        aliases: container path → node name of its output.
        defaults: the layer to start with, by purpose.
    """

    name: str
    title: str
    labels: tuple[str, ...]
    input: tuple[int, int, int]
    trained: bool
    weights_hash: str
    nodes: tuple[Node, ...]
    layers: tuple[str, ...]
    map_shapes: Mapping[str, tuple[int, int, int]]
    aliases: Mapping[str, str]
    output: str
    defaults: Mapping[str, str]
    params: int
    macs: int
    device: str = ""
    notes: tuple[str, ...] = ()

    def node(self, layer: str) -> Node:
        name = self.aliases.get(layer, layer)
        return self._by_name[name]

    @property
    def _by_name(self) -> dict[str, Node]:
        cached: dict[str, Node] | None = self.__dict__.get("_index")
        if cached is None:
            cached = {node.name: node for node in self.nodes}
            object.__setattr__(self, "_index", cached)
        return cached


@dataclass(frozen=True)
class OpenPicture:
    """Read a picture, or the first readable one of a folder; answered as `Opened`.

    Attributes:
        recipes: a picture of ours is answered with its recipe, to make it again.
    """

    path: Path
    recipes: bool = False


@dataclass(frozen=True)
class OpenInFolder:
    """The picture at a place of an open folder, round its end; answered as `Opened`.

    Attributes:
        direction: where to look on when the file there cannot be read.
    """

    folder: Folder
    place: int
    direction: int = 1


@dataclass(frozen=True)
class Opened:
    """What was found: a picture, or a recipe in its stead; the folder when it lies in one."""

    picture: Picture | None
    folder: Folder | None = None
    recipe: Recipe | None = None


@dataclass(frozen=True)
class Look:
    """Show a picture to a model and read one layer, answered as `Looked`.

    Attributes:
        edits: units that are changed while it runs.
    """

    model: str
    picture: Picture
    layer: str
    edits: Edits = ()


@dataclass(frozen=True)
class Looked:
    """What the model makes of a picture.

    Attributes:
        seen: the picture as it enters the network, uint8 H×W×3.
        maps: float32 C×H×W of the layer; vectors are C×1×1.
        seconds: what the forward pass took.
        edits: the units that were changed for it.
        plain: the logits of the unchanged network; None when nothing is changed.
    """

    model: str
    layer: str
    picture: Picture
    seen: Pixels
    maps: Values
    logits: Values
    probabilities: Values
    seconds: float
    edits: Edits = ()
    plain: Values | None = None


@dataclass(frozen=True)
class ReadKernels:
    """The weights behind a layer, answered as `Kernels`."""

    model: str
    layer: str


@dataclass(frozen=True)
class Kernels:
    """float32 out×in×h×w, or None where the layer has no weights of its own."""

    model: str
    layer: str
    weights: Values | None


@dataclass(frozen=True)
class RunTechnique:
    """Compute with a technique, answered as `Outcome`.

    Attributes:
        pictures: those named in `params` that need not be read from a file, by their names.
        edits: units that are changed while it runs.
    """

    technique: str
    model: str
    params: Mapping[str, Any] = field(default_factory=dict)
    picture: Picture | None = None
    seed: int = 0
    weights: str = ""
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    edits: Edits = ()


@dataclass(frozen=True)
class Outcome:
    """A finished picture or map and everything needed to make it again."""

    result: TechniqueResult
    recipe: Recipe
    seconds: float


@dataclass(frozen=True)
class SaveOutcome:
    """Write a picture with its recipe inside, answered as the `Path` written."""

    outcome: Outcome
    path: Path
    with_sources: bool = True


@dataclass(frozen=True)
class FetchWeights:
    """Download a model's weights into the ordinary cache, answered as its new `Entry`."""

    model: str


@dataclass(frozen=True)
class ImportWeights:
    """Take a weights file from anywhere, answered as the `Entry` it became."""

    path: Path
    model: str = ""


@dataclass(frozen=True)
class TrustCode:
    """The person said that this Python file may be run; answered as its `Entry`."""

    path: Path
