"""Sizes of receptive fields against depth: what theory promises and what is really used."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz_app.lab.fields_requests import FieldSizes
from cnnviz_app.ui.panels._field_looks import EFFECTIVE, EMPIRICAL, LOOKS, SUPPORT, THEORY
from cnnviz_app.ui.theme import color, px
from cnnviz_app.ui.widgets.base import (
    PaintedWidget,
    fill_round,
    focus_ring,
    nice_pitch,
    number,
    painter_for,
    text,
    text_width,
)

_VALUE = {
    THEORY: lambda row: row.theoretical,
    SUPPORT: lambda row: row.support,
    EFFECTIVE: lambda row: row.effective68,
    EMPIRICAL: lambda row: row.empirical,
}


class FieldPlot(PaintedWidget):
    """Signals: chosen with the name of a layer."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers: tuple[str, ...] = ()
        self._rows: dict[str, FieldSizes] = {}
        self._selected, self._hover = "", ""
        self._hidden: frozenset[str] = frozenset()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownArrows", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Size of the receptive field by layer")

    def set_rows(self, layers: Sequence[str], rows: dict[str, FieldSizes]) -> None:
        self._layers, self._rows = tuple(layers), rows
        self.update()

    def set_selected(self, layer: str) -> None:
        self._selected = layer
        self.setAccessibleDescription(layer)
        self.update()

    def set_hidden(self, hidden: frozenset[str]) -> None:
        self._hidden = hidden
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(360), px(220))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(160), px(90))

    # ---- geometry

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(px(34), px(20), -px(10), -px(22))

    def _x(self, place: int) -> float:
        area = self._area()
        return area.left() + (place + 0.5) / max(1, len(self._layers)) * area.width()

    def _most(self) -> float:
        return max((row.theoretical for row in self._rows.values()), default=1.0)

    def _at(self, x: float) -> str:
        area = self._area()
        place = int((x - area.left()) / max(1.0, area.width()) * len(self._layers))
        return self._layers[place] if 0 <= place < len(self._layers) else ""

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        area = self._area()
        self._paint_axes(painter, area)
        if self._selected in self._layers:
            x = self._x(self._layers.index(self._selected))
            painter.fillRect(QRectF(x - 1, area.top(), 2, area.height()), color("sel"))
        for key in (THEORY, SUPPORT, EFFECTIVE, EMPIRICAL):
            if key not in self._hidden:
                self._paint_curve(painter, area, key)
        self._paint_names(painter, area)
        if self.shows_focus():
            focus_ring(painter, QRectF(self.rect()), px(6))

    def _paint_axes(self, painter: QPainter, area: QRectF) -> None:
        most = self._most() * 1.05
        pitch = nice_pitch(most, max(2, int(area.height() / px(34))))
        right = Qt.AlignmentFlag.AlignRight
        value = 0.0
        while value <= most:
            y = area.bottom() - value / most * area.height()
            painter.fillRect(QRectF(area.left(), y, area.width(), 1), color("line"))
            box = QRectF(0, y - px(8), area.left() - px(5), px(16))
            text(painter, box, number(value, plain=True), "micro", "t2", right)
            value += pitch
        painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), color("line2"))
        text(painter, QRectF(0, 0, self.width(), px(16)), "pixels", "micro", "t2")

    def _paint_curve(self, painter: QPainter, area: QRectF, key: str) -> None:
        most = self._most() * 1.05
        points = []
        for place, layer in enumerate(self._layers):
            value = _VALUE[key](self._rows[layer]) if layer in self._rows else 0.0
            if value > 0:
                y = area.bottom() - value / most * area.height()
                points.append(QPointF(self._x(place), y))
        look = LOOKS[key]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(look.pen())
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(QPen(color("bg1"), 1))
        painter.setBrush(look.colour())
        for point in points:
            painter.drawEllipse(point, px(3), px(3))

    def _paint_names(self, painter: QPainter, area: QRectF) -> None:
        """As many names as there is room for; the layer under the pointer or selected always."""
        front = self._hover or self._selected
        centre = Qt.AlignmentFlag.AlignHCenter
        taken: list[tuple[float, float]] = []
        order = sorted(range(len(self._layers)), key=lambda n: self._layers[n] != front)
        for place in order:
            layer = self._layers[place]
            wide = text_width(layer, "micro", 600) + px(8)
            left = min(max(self._x(place) - wide / 2, 0.0), self.width() - wide)
            if any(left < end and left + wide > begin for begin, end in taken):
                continue
            taken.append((left, left + wide))
            box = QRectF(left, area.bottom() + px(3), wide, px(17))
            ink = "sel_t" if layer == self._selected else "t1" if layer == front else "t2"
            text(painter, box, layer, "micro", ink, centre, 600 if layer == front else None)
        if self._hover in self._rows:
            self._paint_card(painter, area, self._rows[self._hover])

    def _paint_card(self, painter: QPainter, area: QRectF, row: FieldSizes) -> None:
        """The figures of the layer under the pointer, above its column."""
        words = "   ".join(
            f"{LOOKS[key].short} {_VALUE[key](row):.0f}"
            for key in (THEORY, SUPPORT, EFFECTIVE, EMPIRICAL) if _VALUE[key](row) > 0
        )  # fmt: skip
        wide = text_width(words, "micro") + px(16)
        x = self._x(self._layers.index(self._hover))
        left = min(max(x - wide / 2, 0.0), max(0.0, self.width() - wide))
        fill_round(painter, QRectF(left, 0, wide, px(18)), px(4), color("bg3"))
        text(painter, QRectF(left + px(8), 0, wide, px(18)), words, "micro", "t1")

    # ---- hands

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._at(event.position().x())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = ""
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        layer = self._at(event.position().x())
        if layer:
            self.chosen.emit(layer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self._layers:
            event.ignore()
            return
        place = self._layers.index(self._selected) + step if self._selected in self._layers else 0
        self.chosen.emit(self._layers[min(max(place, 0), len(self._layers) - 1)])
