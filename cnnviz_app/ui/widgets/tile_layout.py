"""Where the tiles of a grid are, in device pixels, so that every tile is sharp."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF


@dataclass(frozen=True)
class TileLayout:
    """Geometry of a grid; lengths are device pixels, `ratio` of them make a logical one."""

    ratio: float
    tile_w: int
    tile_h: int
    pitch_x: int
    pitch_y: int
    columns: int
    count: int
    left: int
    top: int

    @staticmethod
    def make(
        ratio: float, width: int, tile: int, aspect: float, gap: int, label: int, margin: int,
        count: int,
    ) -> TileLayout:  # fmt: skip
        """`width`, `tile`, `gap`, `label`, `margin` in logical pixels; aspect = height / width."""
        tile_w = max(1, round(tile * ratio))
        tile_h = max(1, round(tile * aspect * ratio))
        pitch_x = tile_w + max(1, round(gap * ratio))
        pitch_y = tile_h + max(1, round((gap + label) * ratio))
        room = round((width - 2 * margin) * ratio)
        columns = max(1, (room + pitch_x - tile_w) // pitch_x)
        used = min(columns, max(1, count)) * pitch_x - (pitch_x - tile_w)
        left = round(margin * ratio)
        if count > columns:
            left += max(0, (room - used) // 2)
        return TileLayout(
            ratio, tile_w, tile_h, pitch_x, pitch_y, columns, count, left, round(margin * ratio)
        )

    @property
    def rows(self) -> int:
        return -(-self.count // self.columns)

    @property
    def content_height(self) -> int:
        """Logical height of everything."""
        return round((self.rows * self.pitch_y + 2 * self.top) / self.ratio)

    def rect(self, place: int, scroll: int) -> QRectF:
        """Logical rectangle of the tile at a place of the order."""
        row, column = divmod(place, self.columns)
        r = self.ratio
        x = (self.left + column * self.pitch_x) / r
        y = (self.top + row * self.pitch_y) / r - scroll
        return QRectF(x, y, self.tile_w / r, self.tile_h / r)

    def place_at(self, x: float, y: float, scroll: int) -> int:
        """The place under a logical point, or −1 (also for the gaps)."""
        dx = x * self.ratio - self.left
        dy = (y + scroll) * self.ratio - self.top
        if dx < 0 or dy < 0:
            return -1
        column, row = int(dx // self.pitch_x), int(dy // self.pitch_y)
        if column >= self.columns or dx - column * self.pitch_x >= self.tile_w:
            return -1
        place = row * self.columns + column
        return place if place < self.count else -1

    def cell_at(
        self, point: QPoint, place: int, scroll: int, shape: tuple[int, ...]
    ) -> tuple[int, int]:
        """(y, x) of the map's cell under a logical point on the tile at a place."""
        rect = self.rect(place, scroll)
        y = int((point.y() - rect.top()) / rect.height() * shape[0])
        x = int((point.x() - rect.left()) / rect.width() * shape[1])
        return min(max(y, 0), shape[0] - 1), min(max(x, 0), shape[1] - 1)

    def visible_rows(self, scroll: int, height: int) -> tuple[int, int]:
        """First and one-past-last row that shows."""
        first = int(max(0, scroll * self.ratio - self.top) // self.pitch_y)
        last = int(((scroll + height) * self.ratio - self.top) // self.pitch_y) + 1
        return first, max(first, min(self.rows, last))
