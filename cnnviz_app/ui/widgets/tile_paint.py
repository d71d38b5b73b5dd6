"""Painting of a tile grid: the one image, its corners, rings, marks and numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from cnnviz_app.ui.theme import color, icons, px, theme

from .base import fill_round, fitted, outline, ratio_of, round_pixmap, text, to_qimage
from .tile_layout import TileLayout
from .tile_values import TileValues

RADIUS = 3


class GridLook:
    """The frame around every tile, painted once and laid over the image as a pattern."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._frame = QPixmap()
        self._page_key: tuple[object, ...] = ()
        self._page = QImage()
        self._thumbs: dict[tuple[int, int, int, float], QPixmap] = {}

    def frame(self, layout: TileLayout) -> QPixmap:
        key = (layout.pitch_x, layout.pitch_y, layout.tile_w, layout.tile_h, theme().name)
        if key != self._key:
            self._key = key
            self._frame = _frame(layout)
        return self._frame

    def page(
        self, layout: TileLayout, values: TileValues, rows: tuple[int, int], smooth: bool
    ) -> QImage:
        """The rows that show, with rounded corners and silent marks: one image, made once."""
        key = (values.version, layout, rows, smooth, theme().name)
        if key != self._page_key:
            self._page_key = key
            self._page = values.image(layout, rows, smooth)
            if not self._page.isNull():
                _finish_page(self._page, layout, values, rows, self.frame(layout))
        return self._page

    def thumb(self, picture: QImage, unit: int, layout: TileLayout, smooth: bool) -> QPixmap:
        """A picture at tile size; smooth when it shrinks."""
        key = (picture.cacheKey(), layout.tile_w, layout.tile_h, layout.ratio)
        if key not in self._thumbs:
            if len(self._thumbs) > 4000:
                self._thumbs.clear()
            r = layout.ratio
            shrinks = picture.width() > layout.tile_w
            self._thumbs[key] = fitted(
                picture, round(layout.tile_w / r), round(layout.tile_h / r), r,
                smooth=shrinks or smooth,
            )  # fmt: skip
        return self._thumbs[key]


def _frame(layout: TileLayout) -> QPixmap:
    """The page with a rounded hole; in light themes with a line around the hole."""
    pixmap = QPixmap(layout.pitch_x, layout.pitch_y)
    pixmap.fill(Qt.GlobalColor.transparent)  # without this it has no alpha to take away
    painter = QPainter(pixmap)
    painter.fillRect(pixmap.rect(), color("bg1"))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    radius = RADIUS * layout.ratio
    hole = QRectF(0, 0, layout.tile_w, layout.tile_h)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0))
    painter.drawRoundedRect(hole, radius, radius)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    if not theme().is_dark:
        outline(painter, hole, radius, color("edge"), max(1.0, float(int(layout.ratio))))
    painter.end()
    return pixmap


def paint_grid(
    painter: QPainter,
    layout: TileLayout,
    values: TileValues,
    pictures: Sequence[QImage],
    look: GridLook,
    *,
    scroll: int,
    height: int,
    smooth: bool,
    selected: int,
    hover: int,
    pinned: frozenset[int],
    captions: Mapping[int, str] | None,
    focused: bool,
) -> None:
    """Everything that shows between `scroll` and `scroll + height`."""
    if not values.shown:
        return
    rows = layout.visible_rows(scroll, height)
    places = range(rows[0] * layout.columns, min(rows[1] * layout.columns, layout.count))
    if pictures:
        _paint_pictures(painter, layout, values, pictures, look, places, scroll, smooth)
    elif values.maps is not None:
        _paint_maps(painter, layout, values, look, rows, scroll, smooth)
    for place in places:
        unit = int(values.order[place])
        if unit in pinned:
            _paint_pin(painter, layout.rect(place, scroll))
        if captions is not None:
            _paint_caption(painter, layout, place, scroll, captions.get(unit, str(unit)),
                           unit == selected)  # fmt: skip
    place = values.place_of(hover)
    if place in places and hover != selected:
        _ring(painter, layout.rect(place, scroll), "t1", 1.5, 1.0)
    place = values.place_of(selected)
    if place in places:
        gap = 2.0 if values.signed and not theme().is_dark else 1.0
        _ring(painter, layout.rect(place, scroll), "sel", 2.5 if not focused else 3.0, gap)


def _paint_maps(
    painter: QPainter, layout: TileLayout, values: TileValues, look: GridLook,
    rows: tuple[int, int], scroll: int, smooth: bool,
) -> None:  # fmt: skip
    page = look.page(layout, values, rows, smooth)
    if page.isNull():
        return
    r = layout.ratio
    top = round(layout.top + rows[0] * layout.pitch_y - scroll * r)
    painter.save()
    painter.scale(1 / r, 1 / r)
    painter.drawImage(QPoint(layout.left, top), page)
    painter.restore()


def _finish_page(
    page: QImage, layout: TileLayout, values: TileValues, rows: tuple[int, int], frame: QPixmap
) -> None:
    painter = QPainter(page)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawTiledPixmap(page.rect(), frame)
    last = layout.count - (rows[1] - 1) * layout.columns
    if rows[1] == layout.rows and last < layout.columns:
        # The pattern drew frames for tiles that are not there.
        y = (rows[1] - 1 - rows[0]) * layout.pitch_y
        rest = (layout.columns - last) * layout.pitch_x
        painter.fillRect(last * layout.pitch_x, y, rest, layout.pitch_y, color("bg1"))
    if values.silent_count():
        for place in range(rows[0] * layout.columns, min(rows[1] * layout.columns, layout.count)):
            if values.is_silent(int(values.order[place])):
                row, column = divmod(place, layout.columns)
                x, y = column * layout.pitch_x, (row - rows[0]) * layout.pitch_y
                box = QRectF(x, y, layout.tile_w, layout.tile_h)
                _paint_silent(painter, box, layout.ratio)
    painter.end()


def _paint_pictures(
    painter: QPainter, layout: TileLayout, values: TileValues, pictures: Sequence[QImage],
    look: GridLook, places: range, scroll: int, smooth: bool,
) -> None:  # fmt: skip
    for place in places:
        unit = int(values.order[place])
        rect = layout.rect(place, scroll)
        pixmap = look.thumb(pictures[unit], unit, layout, smooth)
        round_pixmap(painter, rect, pixmap, RADIUS)
        if not theme().is_dark:
            outline(painter, rect, RADIUS, color("edge"))


def _paint_silent(painter: QPainter, rect: QRectF, ratio: float) -> None:
    paint = color("line" if theme().is_dark else "line2")
    outline(painter, rect, RADIUS * ratio, paint, max(1.0, float(int(ratio))))
    inset = rect.width() * 0.25
    painter.setPen(QPen(color("line2"), ratio))
    painter.drawLine(
        QPointF(rect.left() + inset, rect.bottom() - inset),
        QPointF(rect.right() - inset, rect.top() + inset),
    )


def _paint_pin(painter: QPainter, rect: QRectF) -> None:
    side = min(18.0, rect.width() * 0.45)
    box = QRectF(rect.right() - side - 2, rect.top() + 2, side, side)
    fill_round(painter, box, RADIUS, QColor(0, 0, 0, 179))
    ratio = ratio_of(painter)
    small = max(6, round(side * 0.62))
    pixmap = icons.draw("pin", small, "#FFFFFF", ratio)
    painter.drawPixmap(
        round(box.center().x() - small / 2), round(box.center().y() - small / 2), pixmap
    )


def _paint_caption(
    painter: QPainter, layout: TileLayout, place: int, scroll: int, words: str, current: bool
) -> None:
    rect = layout.rect(place, scroll)
    line = QRectF(rect.left() - 3, rect.bottom() + px(3), rect.width() + 6, px(14))
    token, weight = ("sel_t", 700) if current else ("t2", 500)
    centre = Qt.AlignmentFlag.AlignHCenter
    text(painter, line, words, "micro", token, centre, weight=weight)


def _ring(painter: QPainter, rect: QRectF, token: str, width: float, gap: float) -> None:
    """A ring outside the tile with a halo between it and the data."""
    width *= theme().tokens.ring
    around = rect.adjusted(-gap, -gap, gap, gap)
    outline(painter, around, RADIUS + gap, color("halo"), gap)
    around = around.adjusted(-width, -width, width, width)
    outline(painter, around, RADIUS + gap + width, color(token), width)


def tile_pixmap(
    values: TileValues, pictures: Sequence[QImage], unit: int, side: int, ratio: float
) -> QPixmap:
    """One tile large, hard pixels, for the hover card."""
    if pictures:
        image, smooth = pictures[unit], pictures[unit].width() > side
        wide, tall = side, max(1, round(side * image.height() / image.width()))
    else:
        image = to_qimage(values.one(unit))
        smooth = image.width() > side * ratio
        wide, tall = side, max(1, round(side * image.height() / image.width()))
    return fitted(image, wide, min(tall, 2 * side), ratio, smooth=smooth)


__all__ = ["GridLook", "paint_grid", "tile_pixmap"]
