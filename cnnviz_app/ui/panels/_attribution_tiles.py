"""Maps as tiles: several methods in a grid, or the steps of the sanity check in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from cnnviz_app.ui.theme import color, px
from cnnviz_app.ui.widgets.base import (
    PaintedWidget,
    Pixels,
    fill_round,
    fitted,
    focus_ring,
    icon_at,
    outline,
    painter_for,
    round_pixmap,
    text,
    text_width,
    to_qimage,
)


@dataclass(frozen=True)
class Tile:
    """One map; `pixels` is None while it is not there yet; `short` is for tiles that are small."""

    key: str
    title: str
    caption: str = ""
    pixels: Pixels | None = None
    trouble: bool = False
    short: str = ""


class MapTiles(PaintedWidget):
    """As large as the room allows, in as many columns as make them largest.

    Signals:
        chosen: the key of a tile that was clicked or walked to.
        opened: one that was double-clicked, or Return.
    """

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, name: str, *, one_row: bool = False, captions: bool = True) -> None:
        super().__init__()
        self._tiles: tuple[Tile, ...] = ()
        self._images: list[QImage | None] = []
        self._current = ""
        self._hover = -1
        self._one_row, self._captions = one_row, captions
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownArrows", True)
        vertical = QSizePolicy.Policy.Fixed if one_row else QSizePolicy.Policy.Expanding
        self.setSizePolicy(QSizePolicy.Policy.Expanding, vertical)
        self.setAccessibleName(name)

    def set_tiles(self, tiles: Sequence[Tile]) -> None:
        same = {t.key: i for i, t in enumerate(self._tiles)}
        images: list[QImage | None] = []
        for tile in tiles:
            place = same.get(tile.key)
            if place is not None and self._tiles[place].pixels is tile.pixels:
                images.append(self._images[place])
            else:
                images.append(None if tile.pixels is None else to_qimage(tile.pixels))
        self._tiles, self._images = tuple(tiles), images
        if len(self._tiles) != len(same):
            self.updateGeometry()
        self.update()

    @property
    def tiles(self) -> tuple[Tile, ...]:
        return self._tiles

    def set_current(self, key: str) -> None:
        self._current = key
        self.setAccessibleDescription(next((t.title for t in self._tiles if t.key == key), ""))
        self.update()

    # ---- geometry

    @property
    def _words(self) -> int:
        return (px(40) if self._captions else px(20)) if not self._one_row else px(20)

    def _layout(self, width: int, height: int) -> tuple[int, int]:
        """Columns and the side of a tile."""
        count, gap = max(1, len(self._tiles)), px(12)
        if self._one_row:
            return count, max(1, min((width - (count - 1) * px(6)) // count, px(96)))
        best, most = (1, 0), 0.0
        for columns in range(1, count + 1):
            rows = -(-count // columns)
            side = min(
                (width - (columns - 1) * gap) // columns,
                (height - (rows - 1) * px(8)) // rows - self._words,
            )
            # A last row with holes is worth somewhat smaller tiles.
            worth = side * (1.0 if count % columns == 0 else 0.8)
            if worth >= most and side > 0:
                best, most = (columns, side), worth
        return best

    def _rect(self, index: int) -> QRectF:
        columns, side = self._layout(self.width(), self.height())
        row, column = divmod(index, columns)
        gap = px(6) if self._one_row else px(12)
        used = columns * side + (columns - 1) * gap
        left = 0 if self._one_row else (self.width() - used) // 2
        x = left + column * (side + gap)
        y = row * (side + self._words + px(8))
        return QRectF(x, y, side, side)

    def sizeHint(self) -> QSize:
        if not self._one_row:
            return QSize(px(480), px(360))
        return QSize(px(480), self.heightForWidth(self.width()))

    def hasHeightForWidth(self) -> bool:
        return self._one_row

    def heightForWidth(self, width: int) -> int:
        return self._layout(width, 0)[1] + self._words

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(60))

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        for index, tile in enumerate(self._tiles):
            rect, image = self._rect(index), self._images[index]
            fill_round(painter, rect, px(6), color("mat"))
            if image is not None:
                side = round(rect.width())
                pixmap = fitted(image, side, side, self.devicePixelRatioF(), smooth=True)
                round_pixmap(painter, rect, pixmap, px(6))
            elif tile.trouble:
                icon_at(painter, "warn", rect.center(), 20, "t3")
            if tile.key == self._current:
                outline(painter, rect.adjusted(-1, -1, 1, 1), px(6), color("accent"), px(2))
            elif index == self._hover:
                outline(painter, rect, px(6), color("t1"), 1.5)
            current = tile.key == self._current
            line = QRectF(rect.left(), rect.bottom() + px(3), rect.width(), px(18))
            if self._one_row:
                align = Qt.AlignmentFlag.AlignHCenter
                text(painter, line, tile.title, "micro", "t1" if current else "t2", align)
                continue
            role = "strong" if current else "body"
            fits = not tile.short or text_width(tile.title, role) <= rect.width()
            text(painter, line, tile.title if fits else tile.short, role, "t1")
            if self._captions:
                line.translate(0, px(17))
                text(painter, line, tile.caption, "caption", "t2")
        if self.shows_focus():
            focus_ring(painter, QRectF(self.rect()), px(6))

    # ---- hands

    def _index_at(self, point: QPoint) -> int:
        for index in range(len(self._tiles)):
            if self._rect(index).adjusted(0, 0, 0, self._words).contains(point):
                return index
        return -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._index_at(event.position().toPoint())
        tile = self._tiles[self._hover] if self._hover >= 0 else None
        self.setToolTip(f"{tile.title}: {tile.caption}" if tile and tile.caption else "")
        self.update()
        if event.buttons() and self._one_row and self._hover >= 0:
            self._choose(self._hover)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position().toPoint())
        if index >= 0:
            self._choose(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position().toPoint())
        if index >= 0:
            self.opened.emit(self._tiles[index].key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns, _ = self._layout(self.width(), self.height())
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -columns,
                 Qt.Key.Key_Down: columns}  # fmt: skip
        keys = [tile.key for tile in self._tiles]
        move = moves.get(Qt.Key(event.key()))
        if move is not None and keys:
            here = keys.index(self._current) if self._current in keys else 0
            self._choose(min(max(here + move, 0), len(keys) - 1))
        elif event.key() == Qt.Key.Key_Return and self._current:
            self.opened.emit(self._current)
        else:
            super().keyPressEvent(event)

    def _choose(self, index: int) -> None:
        self.set_current(self._tiles[index].key)
        self.chosen.emit(self._current)
