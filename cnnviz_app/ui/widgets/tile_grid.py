"""All maps of a layer (or many pictures) as one grid: one image, hit-testing, one selected tile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from cnnviz_app.ui.theme import px, theme

from .base import Pixels, painter_for, to_qimage
from .tile_card import TileCard
from .tile_layout import TileLayout
from .tile_paint import GridLook, paint_grid, tile_pixmap
from .tile_values import TileValues

SMALLEST, LARGEST, LABELS_FROM, HARD_FROM = 24, 160, 72, 64


class TileGrid(QAbstractScrollArea):
    """Tiles in an order, chosen by click or arrows, sized by Ctrl and wheel, with a hover card."""

    hovered = Signal(int)  # unit, −1 when none
    cell_hovered = Signal(int, int, int)  # unit, y, x on its map
    chosen = Signal(int)
    activated_tile = Signal(int)  # double click or Return
    tile_size_changed = Signal(int)

    def __init__(
        self, tile: int = 36, *, noun: str = "unit", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.values = TileValues()
        self._pictures: list[QImage] = []
        self._captions: dict[int, str] = {}
        self._tile, self._noun = tile, noun
        self._selected, self._hover = -1, -1
        self._pinned: frozenset[int] = frozenset()
        self._card_words: Callable[[int], tuple[str, str, str]] | None = None
        self.look = GridLook()
        self._card = TileCard(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(f"Grid of {noun}s")
        theme().changed.connect(self._on_theme)

    # ---- content

    def set_maps(
        self, values: npt.NDArray[np.floating], *, signed: bool = False, keep_order: bool = True
    ) -> None:
        """C×H×W; the order stays when the number of maps does (a live source)."""
        array = np.ascontiguousarray(values, np.float32)
        same = len(array) == self.values.count and not self._pictures
        self._pictures.clear()
        self.values.set_maps(array, signed, keep_order and same)
        if not same:
            self._hover = -1
        self._changed(relayout=not same)

    def set_pictures(
        self, pictures: Sequence[Pixels], captions: Sequence[str] | None = None
    ) -> None:
        """H×W×3 pictures in place of maps, e.g. kernels in colour or synthesised images."""
        self._pictures = [to_qimage(p) for p in pictures]
        self.values.set_count(len(self._pictures))
        self.set_captions(captions)
        self._hover = -1
        self._changed(relayout=True)

    def set_captions(self, captions: Sequence[str] | None) -> None:
        """Words below the tiles in place of the numbers, by unit."""
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

    def set_gamma(self, gamma: float) -> None:
        self.values.gamma = gamma
        self._changed()

    def set_map_name(self, name: str) -> None:
        """Colour map of sequential values (signed ones keep poles)."""
        self.values.map_name = name
        self._changed()

    def set_card_words(self, words: Callable[[int], tuple[str, str, str]] | None) -> None:
        """(title, value, note) of the hover card of a unit; None = number, maximum, rank."""
        self._card_words = words

    # ---- selection

    @property
    def selected(self) -> int:
        return self._selected

    def set_selected(self, unit: int, *, reveal: bool = True) -> None:
        """The amber ring, without a signal; −1 for none."""
        self._selected = unit
        place = self.values.place_of(unit)
        self.setAccessibleDescription(f"{self._noun} {unit}" if unit >= 0 else "nothing chosen")
        if reveal and place >= 0:
            self._reveal(place)
        self.viewport().update()

    def show_hover(self, unit: int) -> None:
        """The hover ring from elsewhere: the same unit under the pointer in another panel."""
        self._hover = unit
        self.viewport().update()

    def set_pinned(self, units: Iterable[int]) -> None:
        self._pinned = frozenset(units)
        self.viewport().update()

    def step(self, across: int, down: int = 0) -> None:
        """Walk from the selected tile, as the arrow keys do, and say so."""
        place = self.values.place_of(self._selected)
        target = 0 if place < 0 else place + across + down * self.layout_now().columns
        if 0 <= target < self.values.shown:
            self._choose(int(self.values.order[target]))

    def _choose(self, unit: int) -> None:
        if unit >= 0:
            self.set_selected(unit)
            self.chosen.emit(unit)

    # ---- size

    @property
    def tile_size(self) -> int:
        return self._tile

    def set_tile_size(self, tile: int) -> None:
        tile = min(max(int(tile), SMALLEST), LARGEST)
        if tile != self._tile:
            self._tile = tile
            self._changed(relayout=True)
            self.tile_size_changed.emit(tile)

    def fit_tile(self, width: int, height: int) -> int:
        """The largest tile with which everything shows in a place of this size."""
        sizes = range(LARGEST, SMALLEST, -1)
        fitting = (t for t in sizes if self._make_layout(width, t).content_height <= height)
        return next(fitting, SMALLEST)

    def labelled(self) -> bool:
        return self._tile >= LABELS_FROM

    def layout_now(self) -> TileLayout:
        return self._make_layout(self.viewport().width(), self._tile)

    def _make_layout(self, width: int, tile: int) -> TileLayout:
        label = px(18) if tile >= LABELS_FROM else 0
        gap = 3 if tile < LABELS_FROM else 6
        return TileLayout.make(
            self.devicePixelRatioF(), width, tile, self.values.aspect(), gap, label, 5,
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
        self._card.refresh()
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
            painter, self.layout_now(), self.values, self._pictures, self.look,
            scroll=self.verticalScrollBar().value(), height=self.viewport().height(),
            smooth=self._tile < HARD_FROM, selected=self._selected, hover=self._hover,
            pinned=self._pinned, captions=self._captions if self.labelled() else None,
            focused=self.hasFocus(),
        )  # fmt: skip
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_bar()

    def _reveal(self, place: int) -> None:
        bar = self.verticalScrollBar()
        rect = self.layout_now().rect(place, bar.value())
        if rect.top() < 5:
            bar.setValue(bar.value() + int(rect.top()) - 5)
        elif rect.bottom() > self.viewport().height() - 5:
            extra = px(18) if self.labelled() else 0
            bar.setValue(bar.value() + int(rect.bottom()) + extra + 8 - self.viewport().height())

    # ---- hands

    def _unit_at(self, point: QPoint) -> int:
        place = self.layout_now().place_at(
            point.x(), point.y(), self.verticalScrollBar().value()
        )
        return int(self.values.order[place]) if place >= 0 else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        unit = self._unit_at(point)
        if unit != self._hover:
            self._set_hover(unit)
        if unit >= 0 and self.values.maps is not None:
            layout, scroll = self.layout_now(), self.verticalScrollBar().value()
            shape = self.values.maps.shape[1:]
            place = self.values.place_of(unit)
            self.cell_hovered.emit(unit, *layout.cell_at(point, place, scroll, shape))

    def _set_hover(self, unit: int) -> None:
        self._hover = unit
        self._card.point_at(unit)
        self.hovered.emit(unit)
        self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        if self._hover >= 0:
            self._set_hover(-1)

    def hideEvent(self, event: QEvent) -> None:
        self._card.point_at(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self._unit_at(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # what was pressed here is not for whoever lies below

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        unit = self._unit_at(event.position().toPoint())
        if unit >= 0:
            self.activated_tile.emit(unit)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_tile_size(self._tile + (4 if event.angleDelta().y() > 0 else -4))
            event.accept()
        else:
            super().wheelEvent(event)
            self._set_hover(self._unit_at(event.position().toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ten = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        moves = {
            Qt.Key.Key_Left: (-ten, 0), Qt.Key.Key_Right: (ten, 0),
            Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
        }  # fmt: skip
        move = moves.get(Qt.Key(event.key()))
        if move is not None:
            self.step(*move)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._selected >= 0:
            self.activated_tile.emit(self._selected)
        else:
            event.ignore()  # page keys walk the layers: the window's

    # ---- hover card

    def card_content(self, unit: int) -> tuple[QPixmap, QRect, tuple[str, str, str], str]:
        """Picture, place in the window, words and colour of the hover card of a unit."""
        place = self.values.place_of(unit)
        rect = self.layout_now().rect(place, self.verticalScrollBar().value()).toRect()
        rect.moveTopLeft(self.viewport().mapTo(self.window(), rect.topLeft()))
        picture = tile_pixmap(self.values, self._pictures, unit, px(132), self.devicePixelRatioF())
        words = self._card_words or self._own_words
        return picture, rect, words(unit), "sel_t" if unit == self._selected else "t1"

    def _own_words(self, unit: int) -> tuple[str, str, str]:
        return self.values.words_of(unit, self._noun, self._captions.get(unit, ""))
