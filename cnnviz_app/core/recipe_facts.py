"""What a recipe holds: plain facts and the source pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnviz_app.core.errors import UserError
from cnnviz_app.core.images import content_id

Pixels8 = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class SourceFacts:
    """What is known of a source picture also when its pixels were left out.

    Attributes:
        why_missing: "" when the pixels are there, else `private` or `too large`.
    """

    content_id: str
    width: int
    height: int
    name: str = ""
    why_missing: str = ""


@dataclass(frozen=True)
class Recipe:
    """Everything needed to make a picture again.

    Attributes:
        weights_hash: SHA-256 of the weights; "" for random ones.
        params: every parameter, also those at their defaults.
        versions: of the programs, and the device and number of threads; all texts.
        sources: role ("picture", "style", …) to uint8 H×W×3 pixels.
        source_names: role to the name of the file or built-in picture it came from.
        size: height and width of the result; (0, 0) when not known.
        edits: what was changed in the network, as `relu3:3,7-12=off`.
        earlier: for a branch, the stretches before it: each its `params`, `seed`, `until` a step.
        known_sources: filled by `read`, pixels there or not.
    """

    technique: str
    model: str
    weights_hash: str = ""
    layer: str = ""
    unit: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    versions: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, Pixels8] = field(default_factory=dict)
    source_names: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    size: tuple[int, int] = (0, 0)
    edits: tuple[str, ...] = ()
    earlier: tuple[Mapping[str, Any], ...] = ()
    known_sources: Mapping[str, SourceFacts] = field(default_factory=dict, compare=False)

    def source(self, role: str = "picture") -> Pixels8 | None:
        """The source's pixels, None when the recipe never had one; UserError when left out."""
        if role in self.sources:
            return self.sources[role]
        facts = self.known_sources.get(role)
        if facts is None:
            return None
        why = "to keep it private" if facts.why_missing == "private" else "because it is too large"
        called = f" (“{facts.name}”, {facts.width} × {facts.height})" if facts.name else ""
        raise UserError(
            f"The source picture{called} was left out of this recipe {why}.",
            "Give it with --image FILE, or open it in the window first." if role == "picture"
            else f"Make the picture again with --set {role.split()[0]}=FILE.",
        )

    def matches(self, role: str, pixels: Pixels8) -> bool:
        """Whether these are the very pixels the recipe was made from."""
        facts = self.known_sources.get(role)
        return facts is None or facts.content_id == content_id(pixels)
