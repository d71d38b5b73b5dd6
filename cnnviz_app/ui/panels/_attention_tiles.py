"""An answer about attention as tiles: heads, their mean, the rollout; and as a map to lay over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cnnviz_app.core import colormaps
from cnnviz_app.lab.attention_requests import Attended, Cell
from cnnviz_app.lab.requests import Pixels, Values
from cnnviz_app.ui.widgets.base import percent

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class AttentionTiles:
    """Attributes:
    maps: heads, then their mean, then the rollout where there is one.
    captions: the words below each.
    """

    found: Attended
    maps: Values
    captions: tuple[str, ...]

    @staticmethod
    def of(found: Attended) -> AttentionTiles:
        heads = found.heads
        parts = [heads, heads.mean(axis=0, keepdims=True)]
        captions = [*(str(i) for i in range(len(heads))), "mean"]
        # The rollout follows the class token through all layers; it is not about a place.
        if found.rollout is not None and found.request.cell is None:
            parts.append(found.rollout[None])
            captions.append("rollout")
        return AttentionTiles(found, np.concatenate(parts).astype(np.float32), tuple(captions))

    def title(self, tile: int) -> str:
        if not 0 <= tile < len(self.captions):
            return ""
        words = {"mean": "mean of the heads", "rollout": "rollout"}
        return words.get(self.captions[tile], f"head {tile}")

    def words(self, tile: int) -> tuple[str, str, str]:
        """Title, largest share and a note for the hover card."""
        top = percent(float(self.maps[tile].max()))
        if tile >= len(self.found.heads):
            rolled = self.captions[tile] == "rollout"
            note = "all layers up to this one at once" if rolled else "the heads taken together"
            return self.title(tile), top, note
        far = f"looks {self.found.distances[tile]:.0f} px far"
        kept = float(self.found.kept[tile])
        note = f"{far}, {percent(kept)} stays with the class token" if kept > 0.0005 else far
        return self.title(tile), top, note

    # ---- the picture and the grid of tokens

    def _step(self) -> tuple[float, float]:
        rows, columns = self.found.seen.shape[:2]
        return rows / self.maps.shape[1], columns / self.maps.shape[2]

    def cell_at(self, x: int, y: int) -> Cell:
        down, across = self._step()
        _, rows, columns = self.maps.shape
        return min(int(y / down), rows - 1), min(int(x / across), columns - 1)

    def value_at(self, tile: int, x: int, y: int) -> float:
        return float(self.maps[(tile, *self.cell_at(x, y))])

    def cell_box(self) -> Box | None:
        """Where the token that asks lies on the picture; None for the class token."""
        cell = self.found.request.cell
        if cell is None:
            return None
        down, across = self._step()
        y, x = cell
        return x * across, y * down, (x + 1) * across, (y + 1) * down

    def overlay(self, tile: int, name: str) -> Pixels | None:
        """The tile in colour, with how strongly it covers the picture."""
        if not 0 <= tile < len(self.maps):
            return None
        values = self.maps[tile]
        high = float(values.max()) or 1.0
        return colormaps.lit(values, name, 0.0, high, np.sqrt(values / high))


def nearest_layer(known: Sequence[str], layer: str, order: Sequence[str]) -> str:
    """The attention of the block a layer lies in; else the last before it, else the first."""
    places = {name: i for i, name in enumerate(order)}
    here = places.get(layer, 0)

    def nearness(name: str) -> tuple[int, bool, int]:
        pairs = zip(name.split("."), layer.split("."), strict=False)
        shared = next((i for i, (own, its) in enumerate(pairs) if own != its), 99)
        return shared, places.get(name, 0) <= here, -abs(places.get(name, 0) - here)

    return max(known, key=nearness)
