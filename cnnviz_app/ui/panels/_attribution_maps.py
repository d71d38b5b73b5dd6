"""A map of attribution on its picture: laid over it, alone, or as what lets the picture through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnviz_app.core import colormaps
from cnnviz_app.core.events import Scale
from cnnviz_app.ui.theme import color, theme
from cnnviz_app.ui.widgets.base import number

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
OVERLAY, ALONE, MASKED = "overlay", "map", "masked"
LOOKS = ((OVERLAY, "Overlay"), (ALONE, "Map"), (MASKED, "Masked"))


@dataclass(frozen=True)
class ShownMap:
    """A map with its colours: H×W values, or H×W×3 values of colours drawn around grey."""

    values: Floats
    scale: Scale
    bar: tuple[str, float, float, bool]

    @classmethod
    def of(cls, values: Floats, scale: Scale, sequential: str = "tide") -> ShownMap:
        kind: Scale = "signed" if values.ndim == 3 else scale
        return cls(values, kind, colormaps.bar_of(values, kind, sequential))

    @property
    def strength(self) -> Floats:
        """How much there is at each pixel, 0 … 1; what speaks against it counts as well."""
        size = np.abs(self.values)
        flat = size.max(2) if size.ndim == 3 else size
        high = self.bar[2] or 1.0
        share: Floats = np.clip(flat / high, 0.0, 1.0).astype(np.float32)
        return share

    @property
    def pixels(self) -> Pixels:
        return self.colours(theme().is_dark)

    def colours(self, dark: bool) -> Pixels:
        name, lo, hi, _ = self.bar
        if self.values.ndim == 3:
            around: Pixels = np.rint(
                np.clip(0.5 + self.values / (2 * hi), 0, 1) * 255
            ).astype(np.uint8)  # fmt: skip
            return around
        return colormaps.apply(self.values, name, lo, hi, dark)

    @property
    def layer(self) -> Pixels:
        """What is laid over the picture, with its cover; in every theme the same."""
        if self.values.ndim == 3:
            cover = np.rint(255 * self.strength[..., None]).astype(np.uint8)
            return np.concatenate([self.pixels, cover], -1)
        name, lo, hi, _ = self.bar
        return colormaps.lit(self.values, name, lo, hi, self.strength)

    def words_at(self, x: int, y: int) -> str:
        rows, columns = self.values.shape[:2]
        if not (0 <= x < columns and 0 <= y < rows):
            return ""
        return number(float(np.mean(self.values[y, x])))


def masked(seen: Pixels, shown: ShownMap) -> Pixels:
    """The picture where the map is strong, and the ground elsewhere."""
    strength = shown.strength
    if shown.scale == "signed" and shown.values.ndim == 2:
        strength = np.where(shown.values > 0, strength, 0.0).astype(np.float32)
    ground = color("mat")
    paper = np.array([ground.red(), ground.green(), ground.blue()], np.float32)
    share = strength[..., None]
    mixed: Pixels = np.rint(seen * share + paper * (1 - share)).astype(np.uint8)
    return mixed


def blended(seen: Pixels, shown: ShownMap, strength: float) -> Pixels:
    """The map over its picture, as one picture."""
    return colormaps.laid_over(seen, shown.layer, strength)


def drawn(seen: Pixels | None, shown: ShownMap, look: str, strength: float) -> Pixels:
    """One picture for a tile; the map alone where the picture is of another size."""
    if look == ALONE or seen is None or seen.shape[:2] != shown.values.shape[:2]:
        return shown.pixels
    return masked(seen, shown) if look == MASKED else blended(seen, shown, strength)
