"""The picture with the four receptive fields of one cell drawn over one another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen

from cnnviz_app.techniques import _field_window as windows
from cnnviz_app.ui.panels._field_looks import EFFECTIVE, EMPIRICAL, LOOKS, SUPPORT, THEORY, halo
from cnnviz_app.ui.widgets.base import painter_for
from cnnviz_app.ui.widgets.picture_view import PictureView

HEAT = 0.85
Map = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Fields:
    """What is known of one unit so far; None is not measured yet, or not there."""

    window: windows.Window
    effective: Map | None = None
    support: windows.Box | None = None
    region: npt.NDArray[np.bool_] | None = None


class FieldPicture(PictureView):
    """Shows what a cell sees, in pixels of the picture that enters the network."""

    def __init__(self) -> None:
        super().__init__(name="Receptive fields on the picture")
        self._fields: Fields | None = None
        self._cell: windows.Cell = (0, 0)
        self._hidden: frozenset[str] = frozenset()

    def show_fields(
        self, fields: Fields | None, cell: windows.Cell, hidden: frozenset[str] = frozenset()
    ) -> None:
        self._fields, self._cell, self._hidden = fields, cell, hidden
        self._lay_heat()
        self.update()

    def _lay_heat(self) -> None:
        fields = self._fields
        if fields is None or fields.effective is None or EFFECTIVE in self._hidden:
            self.set_overlay(None)
            return
        heat = np.zeros(fields.window.picture, np.float32)
        top, left = fields.window.corner(self._cell)
        height, width = fields.window.size
        rows, columns = _overlap(top, height, len(heat)), _overlap(left, width, heat.shape[1])
        heat[rows[0], columns[0]] = fields.effective[rows[1], columns[1]]
        alpha = np.sqrt(heat / max(float(heat.max()), 1e-12))
        paint = QColor(LOOKS[EFFECTIVE].on_picture)
        flat = np.empty((*heat.shape, 3), np.uint8)
        flat[:] = paint.red(), paint.green(), paint.blue()
        self.set_overlay(flat, alpha, HEAT)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._fields is None:
            return
        painter = painter_for(self)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setClipRect(self.area().intersected(QRectF(self.rect())).adjusted(-2, -2, 2, 2))
        for key in (THEORY, SUPPORT, EFFECTIVE, EMPIRICAL):
            if key not in self._hidden:
                self._paint(painter, key, self._fields)

    def _paint(self, painter: QPainter, key: str, fields: Fields) -> None:
        if key == EMPIRICAL:
            if fields.region is not None:
                self._stroke(painter, key, self._edges(fields.region))
            return
        box = box_of(key, fields)
        if box is not None:
            self._stroke(painter, key, self._rect(*box))

    def _stroke(self, painter: QPainter, key: str, shape: QRectF | list[QLineF]) -> None:
        """First a dark seam, so that the line reads on every picture."""
        pen = LOOKS[key].pen(on_picture=True)
        for each in (QPen(halo(), pen.widthF() + 2), pen):
            painter.setPen(each)
            if isinstance(shape, QRectF):
                painter.drawRoundedRect(shape, 2, 2)
            else:
                painter.drawLines(shape)

    def _rect(self, top: float, left: float, height: float, width: float) -> QRectF:
        """A box of the window, on the widget; what lies outside the picture is cut off."""
        area, scale = self.area(), self.scale()
        y, x = self._fields.window.corner(self._cell) if self._fields else (0, 0)
        whole = QRectF(
            area.left() + (x + left) * scale, area.top() + (y + top) * scale,
            width * scale, height * scale,
        )  # fmt: skip
        return whole.intersected(area.adjusted(1, 1, -1, -1))

    def _edges(self, region: npt.NDArray[np.bool_]) -> list[QLineF]:
        """The border of a region, pixel side by pixel side."""
        assert self._fields is not None
        area, scale = self.area(), self.scale()
        y0, x0 = self._fields.window.corner(self._cell)
        padded = np.pad(region, 1)
        lines = []
        ys, xs = np.nonzero(padded[1:, 1:-1] != padded[:-1, 1:-1])
        for y, x in zip(ys, xs, strict=True):
            at = area.top() + (y0 + y) * scale
            left = area.left() + (x0 + x) * scale
            lines.append(QLineF(left, at, left + scale, at))
        ys, xs = np.nonzero(padded[1:-1, 1:] != padded[1:-1, :-1])
        for y, x in zip(ys, xs, strict=True):
            at = area.left() + (x0 + x) * scale
            top = area.top() + (y0 + y) * scale
            lines.append(QLineF(at, top, at, top + scale))
        return lines


def box_of(key: str, fields: Fields) -> tuple[float, float, float, float] | None:
    """Top, left, height and width in the window; None where it is not known."""
    window = fields.window
    if key == THEORY:
        return 0, 0, window.size[0], window.size[1]
    if key == SUPPORT:
        return fields.support
    if fields.effective is None or not fields.effective.any():
        return None
    y, x = windows.centre_of(fields.effective)
    side = windows.square_side(fields.effective, 0.68)
    return y + 0.5 - side / 2, x + 0.5 - side / 2, side, side


def size_of(key: str, fields: Fields | None) -> float | None:
    """In pixels, as the legend tells it; None where it is not known."""
    if fields is None:
        return None
    if key == THEORY:
        return float(max(fields.window.theoretical))
    if key == EMPIRICAL:
        return None if fields.region is None else float(np.sqrt(fields.region.sum()))
    box = box_of(key, fields)
    return None if box is None else max(box[2:])


def _overlap(start: int, length: int, side: int) -> tuple[slice, slice]:
    """The part of a stretch that lies within 0 … side, there and counted from its start."""
    low, high = max(0, start), max(0, min(side, start + length))
    high = max(low, high)
    return slice(low, high), slice(low - start, high - start)


