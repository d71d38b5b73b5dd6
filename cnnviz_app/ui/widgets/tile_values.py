"""What a tile grid shows: the maps, their order, their scale; and the image made of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from cnnviz_app.core import colormaps
from cnnviz_app.ui.theme import color, theme

from . import tile_image
from .base import number
from .tile_layout import TileLayout


class TileValues:
    """Maps C×H×W with their strongest values, and a cache of the part that is on screen."""

    def __init__(self) -> None:
        self.maps: tile_image.Maps | None = None
        self.peaks: tile_image.Maps = np.zeros(0, np.float32)
        self.signed = False
        self.per_unit = True
        # The values drawn with the last colour, where other maps share the scale; else the peaks.
        self.tops: tile_image.Maps | None = None
        self.gamma = 1.0
        self.map_name = "tide"
        self.count = 0
        self.order: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self.version = 0
        self._places: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._ranks: npt.NDArray[np.int64] | None = None

    # ---- content

    def set_maps(self, maps: tile_image.Maps, signed: bool, keep_order: bool) -> None:
        self.maps, self.signed = maps, signed
        self.peaks = tile_image.peaks_of(maps, signed) if len(maps) else self.peaks[:0]
        self._ranks = None
        self.count = len(maps)
        if not keep_order:
            self.set_order(None)

    def set_count(self, count: int) -> None:
        """Pictures in place of maps."""
        self.maps, self.count = None, count
        self.peaks = np.ones(count, np.float32)
        self._ranks = None
        self.set_order(None)

    def set_order(self, order: npt.NDArray[np.integer] | Sequence[int] | None) -> None:
        chosen = np.arange(self.count) if order is None else np.asarray(order)
        self.order = chosen.astype(np.int64)
        self._places = np.full(self.count, -1, np.int64)
        self._places[self.order] = np.arange(len(self.order))

    @property
    def shown(self) -> int:
        return len(self.order)

    def aspect(self) -> float:
        """Height / width of a tile; long maps are kept within 1 : 2."""
        if self.maps is None or not self.maps.size:
            return 1.0
        return float(min(max(self.maps.shape[1] / self.maps.shape[2], 0.5), 2.0))

    def place_of(self, unit: int) -> int:
        return int(self._places[unit]) if 0 <= unit < len(self._places) else -1

    def is_silent(self, unit: int) -> bool:
        return self.maps is not None and not self.peaks[unit] > 0

    def silent_count(self) -> int:
        return 0 if self.maps is None else int((~(self.peaks > 0)).sum())

    def rank_of(self, unit: int) -> int:
        """1 for the strongest unit on this picture."""
        if self._ranks is None:
            self._ranks = np.empty(self.count, np.int64)
            self._ranks[np.argsort(-self.peaks, kind="stable")] = np.arange(1, self.count + 1)
        return int(self._ranks[unit])

    def scale_of(self, unit: int) -> float:
        """The value drawn with the last colour of the map."""
        tops = self._scales()
        if self.per_unit or not len(tops):
            return float(tops[unit]) if len(tops) else 1.0
        return float(tops.max())

    def _scales(self) -> tile_image.Maps:
        shared = self.tops is not None and len(self.tops) == len(self.peaks)
        return self.tops if shared and self.tops is not None else self.peaks

    def lut_name(self) -> str:
        return "poles" if self.signed else self.map_name

    def words_of(self, unit: int, noun: str, caption: str) -> tuple[str, str, str]:
        title = caption or f"{noun} {unit}"
        if self.maps is None:
            return title, "", ""
        if self.is_silent(unit):
            return title, "0", "silent on this picture"
        note = f"rank {self.rank_of(unit)} of {self.count} on this picture"
        return title, number(float(self.peaks[unit])), note

    # ---- image

    def image(self, layout: TileLayout, rows: tuple[int, int], smooth: bool) -> QImage:
        """The rows that show as one image in device pixels, without any frames."""
        if self.maps is None:
            return QImage()
        units = self.order[rows[0] * layout.columns : rows[1] * layout.columns]
        if not len(units):
            return QImage()
        peaks = self.peaks[units]
        tops = self._scales()
        scale = tops[units] if self.per_unit else np.full_like(peaks, tops.max())
        maps = tile_image.normalised(self.maps[units], scale, self.signed, self.gamma)
        tiles = tile_image.resized(maps, layout.tile_h, layout.tile_w, smooth)
        canvas = tile_image.laid_out(
            tiles, ~(peaks > 0), layout.columns, (layout.pitch_y, layout.pitch_x)
        )
        height, width = canvas.shape
        image = QImage(canvas.data, width, height, width, QImage.Format.Format_Indexed8)
        image.setColorTable(self._table())
        return image.convertToFormat(QImage.Format.Format_RGB32)

    def _table(self) -> list[int]:
        lut = colormaps.lut(self.lut_name(), theme().is_dark).astype(np.uint32)
        at = np.rint(np.linspace(0, 255, tile_image.LEVELS)).astype(int)
        rgb = (0xFF << 24) | (lut[at, 0] << 16) | (lut[at, 1] << 8) | lut[at, 2]
        return [*(int(c) for c in rgb), color("bg1").rgb(), color("mat").rgb()]

    def one(self, unit: int) -> tile_image.Pixels:
        """One map in colour at its own size."""
        assert self.maps is not None
        values = self.maps[unit]
        top = self.scale_of(unit)
        lo = -top if self.signed else 0.0
        return colormaps.apply(values, self.lut_name(), lo, top, theme().is_dark, self.gamma)
