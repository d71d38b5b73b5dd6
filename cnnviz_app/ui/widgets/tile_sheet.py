"""The tiles of a grid as one scrolled image: their content, their layout and their painting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from cnnviz_app.ui.theme import px, theme

from .base import Pixels, painter_for, to_qimage
from .tile_layout import TileLayout
from .tile_paint import GridLook, paint_grid
from .tile_values import TileValues

SMALLEST, LARGEST, LABELS_FROM, HARD_FROM = 24, 160, 72, 64
MARGIN = 5  # room for the ring around the tiles at the edge


class TileSheet(QAbstractScrollArea):
    """Maps or pictures in an order; which one is selected or hovered is the grid's to say."""

    tile_size_changed = Signal(int)
    resized = Signal()

    def __init__(self, tile: int, hard: bool, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.values = TileValues()
        self._tile, self._hard = tile, hard
        self.smallest, self.largest = SMALLEST, LARGEST
        self._pictures: list[QImage] = []
        self._captions: dict[int, str] = {}
        self._selected, self._hover = -1, -1
        self._pinned: frozenset[int] = frozenset()
        self._look = GridLook()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        theme().changed.connect(self._on_theme)

    # ---- content

    def set_maps(
        self, values: npt.NDArray[np.floating], *, signed: bool = False, keep_order: bool = True
    ) -> None:
        """C×H×W; the order stays when the number of maps does (a live source)."""
        array = np.ascontiguousarray(values, np.float32)
        before = self.values.maps
        same = len(array) == self.values.count and not self._pictures
        self._pictures.clear()
        self.values.set_maps(array, signed, keep_order and same)
        if not same:
            self._hover = -1
        self._changed(relayout=before is None or before.shape != array.shape)

    def set_pictures(
        self, pictures: Sequence[Pixels], captions: Sequence[str] | None = None
    ) -> None:
        """H×W×3 pictures in place of maps, e.g. kernels in colour or synthesised images."""
        self._pictures = [to_qimage(p) for p in pictures]
        self.values.set_count(len(self._pictures))
        self.set_captions(captions)
        self._hover = -1
        self._changed(relayout=True)

    def set_captions(self, captions: Sequence[str] | Mapping[int, str] | None) -> None:
        """Words below the tiles in place of the numbers, by unit; a mapping names some only."""
        if isinstance(captions, Mapping):
            self._captions = dict(captions)
        else:
            self._captions = dict(enumerate(captions or ()))
        self.viewport().update()

    def set_order(self, order: npt.NDArray[np.integer] | Sequence[int] | None) -> None:
        """Which units are shown, and in which order; None = all by index."""
        self.values.set_order(order)
        self._hover = -1
        self._changed(relayout=True)

    def set_scale_mode(self, per_unit: bool) -> None:
        """Each tile 0 … its own maximum, or all 0 … the largest of all."""
        self.values.per_unit = per_unit
        self._changed()

    def set_tops(self, tops: npt.NDArray[np.floating] | None) -> None:
        """Draw each tile to this value instead of its own maximum: several grids on one scale."""
        self.values.tops = None if tops is None else np.asarray(tops, np.float32)
        self._changed()

    def set_gamma(self, gamma: float) -> None:
        self.values.gamma = gamma
        self._changed()

    def set_map_name(self, name: str) -> None:
        """Colour map of sequential values (signed ones keep poles)."""
        self.values.map_name = name
        self._changed()

    # ---- size

    @property
    def tile_size(self) -> int:
        return self._tile

    def set_tile_size(self, tile: int) -> None:
        tile = min(max(int(tile), self.smallest), self.largest)
        if tile != self._tile:
            self._tile = tile
            self._changed(relayout=True)
            self.tile_size_changed.emit(tile)

    def fit_tile(self, width: int, height: int) -> int:
        """The largest tile with which everything shows in a place of this size."""
        sizes = range(min(self.largest, width - 2 * MARGIN), self.smallest, -1)
        fitting = (t for t in sizes if self._make_layout(width, t).content_height <= height)
        return next(fitting, self.smallest)

    def labelled(self) -> bool:
        return self._tile >= LABELS_FROM

    def layout_now(self) -> TileLayout:
        return self._make_layout(self.viewport().width(), self._tile)

    def _make_layout(self, width: int, tile: int) -> TileLayout:
        label = px(18) if tile >= LABELS_FROM else 0
        gap = 3 if tile < LABELS_FROM else 6
        return TileLayout.make(
            self.devicePixelRatioF(), width, tile, self.values.aspect(), gap, label, MARGIN,
            self.values.shown,
        )  # fmt: skip

    def sizeHint(self) -> QSize:
        return QSize(px(400), px(300))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(140), px(100))

    # ---- painting

    def _on_theme(self) -> None:
        self._changed(relayout=True)

    def _changed(self, relayout: bool = False) -> None:
        self.values.version += 1
        if relayout:
            self._update_bar()
        self.viewport().update()

    def _update_bar(self) -> None:
        layout = self.layout_now()
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(0, layout.content_height - height))
        bar.setPageStep(height)
        bar.setSingleStep(max(1, round(layout.pitch_y / layout.ratio)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self.viewport())
        paint_grid(
            painter, self.layout_now(), self.values, self._pictures, self._look,
            scroll=self.verticalScrollBar().value(), height=self.viewport().height(),
            smooth=self._tile < HARD_FROM and not self._hard, selected=self._selected,
            hover=self._hover, pinned=self._pinned,
            captions=self._captions if self.labelled() else None, focused=self.hasFocus(),
        )  # fmt: skip
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_bar()
        self.resized.emit()
