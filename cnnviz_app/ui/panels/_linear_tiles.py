"""Ten classes in a row: their weights as pictures, or what it takes to be taken for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from cnnviz_app.lab.requests import Pixels
from cnnviz_app.ui.theme import color, px
from cnnviz_app.ui.widgets.base import (
    PaintedWidget,
    fitted,
    focus_ring,
    outline,
    painter_for,
    ratio_of,
    round_pixmap,
    text,
    text_width,
    to_qimage,
)

GAP, WORDS, EDGE = 8, 18, 4


@dataclass(frozen=True)
class ClassTile:
    pixels: Pixels
    title: str
    caption: str


class ClassTiles(PaintedWidget):
    """As large as the room allows; amber rings the class that is aimed at.

    Signals:
        chosen: the number of a class.
    """

    chosen = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._tiles: tuple[ClassTile, ...] = ()
        self._images: list[QImage] = []
        self._target, self._now = -1, -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownArrows", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    def set_tiles(self, tiles: Sequence[ClassTile], now: int, target: int) -> None:
        self._tiles, self._now, self._target = tuple(tiles), now, target
        self._images = [to_qimage(tile.pixels) for tile in tiles]
        if 0 <= target < len(tiles):
            self.setAccessibleDescription(f"{tiles[target].title}, {tiles[target].caption}")
        self.update()

    @property
    def tiles(self) -> tuple[ClassTile, ...]:
        return self._tiles

    def _columns(self) -> tuple[int, int]:
        """Columns and the side of a tile: one row where it fits, else two."""
        best = (1, 1)
        for columns in {max(1, len(self._tiles)), max(1, -(-len(self._tiles) // 2))}:
            rows = -(-max(1, len(self._tiles)) // columns)
            wide = (self.width() - 2 * px(EDGE) - (columns - 1) * px(GAP)) // columns
            tall = (self.height() - (rows - 1) * px(GAP)) // rows - 2 * px(WORDS + EDGE)
            if min(wide, tall) > best[1]:
                best = (columns, min(wide, tall))
        return best

    def rect_of(self, index: int) -> QRectF:
        columns, side = self._columns()
        row, column = divmod(index, columns)
        step = (self.width() - 2 * px(EDGE) + px(GAP)) / columns
        down = side + 2 * px(WORDS) + px(GAP)
        return QRectF(px(EDGE) + column * step, px(EDGE) + row * down, side, side)

    def sizeHint(self) -> QSize:
        return QSize(px(600), px(150))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(80))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        for index, (tile, image) in enumerate(zip(self._tiles, self._images, strict=True)):
            rect = self.rect_of(index)
            side = round(rect.width())
            hard = side > 2 * image.width()
            pixmap = fitted(image, side, side, ratio_of(painter), smooth=not hard)
            round_pixmap(painter, rect, pixmap, px(3))
            aimed = index == self._target
            if aimed:
                outline(painter, rect.adjusted(-3, -3, 3, 3), px(5), color("sel"), px(2.5))
            wide = (self.width() + px(GAP)) / self._columns()[0] - px(GAP)
            line = QRectF(rect.left(), rect.bottom() + px(4), wide, px(WORDS))
            short = text_width(tile.caption, "caption", 600) > wide - px(18)
            bold = 600 if aimed or index == self._now else 500
            token = "sel_t" if aimed else "t1"
            text(painter, line, tile.title, "body", token, weight=bold)
            if short:
                line.translate(0, px(WORDS))
            else:
                line.adjust(px(16), 0, 0, 0)
            text(painter, line, tile.caption, "caption", "t1" if bold == 600 else "t2")
        if self.shows_focus():
            focus_ring(painter, QRectF(self.rect()), px(5))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = QPointF(event.position())
        for index in range(len(self._tiles)):
            if self.rect_of(index).adjusted(0, 0, 0, px(WORDS)).contains(at):
                self.chosen.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if move and self._tiles:
            self.chosen.emit((self._target + move) % len(self._tiles))
        else:
            super().keyPressEvent(event)
