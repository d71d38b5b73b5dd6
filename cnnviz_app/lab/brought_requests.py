"""Pictures that came inside a recipe become files, so that parameters can name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cnnviz_app.lab.requests import Pixels


@dataclass(frozen=True)
class KeepPictures:
    """Write these pictures, by their names; answered as a mapping of name to path."""

    pictures: Mapping[str, Pixels] = field(default_factory=dict)
