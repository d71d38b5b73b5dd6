"""All maps of a layer (or many pictures) as one grid: one image, hit-testing, one selected tile."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget

from cnnviz_app.ui.theme import px

from .tile_card import TileCard
from .tile_numbers import write_numbers
from .tile_paint import tile_pixmap
from .tile_sheet import TileSheet

Words = tuple[str, str, str]


class TileGrid(TileSheet):
    """Tiles in an order, chosen by click or arrows, sized by Ctrl and wheel, with a hover card.

    Small maps are smooth to look at; `hard` keeps their pixels at every size (kernels).
    """

    hovered = Signal(int)  # unit, −1 when none
    cell_hovered = Signal(int, int, int)  # unit, y, x on its map
    chosen = Signal(int)
    activated_tile = Signal(int)  # double click or Return

    def __init__(
        self,
        tile: int = 36,
        *,
        noun: str = "unit",
        hard: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tile, hard, parent)
        self._noun = noun
        self._card_words: Callable[[int], Words] | None = None
        self._card = TileCard(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(f"Grid of {noun}s")

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
        place = self.layout_now().place_at(point.x(), point.y(), self.verticalScrollBar().value())
        return int(self.values.order[place]) if place >= 0 else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        unit = self._unit_at(point)
        if unit != self._hover:
            self._set_hover(unit)
        shape = self._cells_of(unit)
        if shape is not None:
            layout, scroll = self.layout_now(), self.verticalScrollBar().value()
            place = self.values.place_of(unit)
            self.cell_hovered.emit(unit, *layout.cell_at(point, place, scroll, shape))

    def _cells_of(self, unit: int) -> tuple[int, ...] | None:
        """Rows and columns of a tile: of its map, or of the pixels of its picture."""
        if unit < 0:
            return None
        if self.values.maps is not None:
            return self.values.maps.shape[1:]
        if unit < len(self._pictures):
            return self._pictures[unit].height(), self._pictures[unit].width()
        return None

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

    def set_card_words(self, words: Callable[[int], Words] | None) -> None:
        """(title, value, note) of the hover card of a unit; None = number, maximum, rank."""
        self._card_words = words

    def _changed(self, relayout: bool = False) -> None:
        super()._changed(relayout)
        self._card.refresh()

    def card_content(self, unit: int) -> tuple[QPixmap, QRect, Words, str]:
        """Picture, place in the window, words and colour of the hover card of a unit."""
        place = self.values.place_of(unit)
        rect = self.layout_now().rect(place, self.verticalScrollBar().value()).toRect()
        rect.moveTopLeft(self.viewport().mapTo(self.window(), rect.topLeft()))
        picture = tile_pixmap(self.values, self._pictures, unit, px(132), self.devicePixelRatioF())
        if self._hard and self.values.maps is not None:
            write_numbers(picture, self.values.maps[unit])
        words = self._card_words or self._own_words
        return picture, rect, words(unit), "sel_t" if unit == self._selected else "t1"

    def _own_words(self, unit: int) -> Words:
        return self.values.words_of(unit, self._noun, self._captions.get(unit, ""))
