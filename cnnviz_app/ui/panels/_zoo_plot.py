"""The accuracy plot of the zoo, painted: families as curves, coloured by their year."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz_app.core import colormaps
from cnnviz_app.ui.panels._zoo_scale import Point, Scale, lines
from cnnviz_app.ui.theme import color, px, theme
from cnnviz_app.ui.widgets.base import PaintedWidget, focus_ring, painter_for, text, text_width

YEARS = (2012, 2022)
_KEYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0),
         Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}  # fmt: skip


def year_colour(year: int | None) -> QColor:
    """Older families lie at the dark end of the map, newer ones at the light end."""
    low, high = YEARS
    share = (min(max(year or high, low), high) - low) / (high - low)
    return QColor(*colormaps.colour_at("tide", 0.36 + 0.57 * share, theme().is_dark))


class ZooPlot(PaintedWidget):
    """Signals carry the name of a network: under the pointer ("" for none), chosen, opened."""

    hovered = Signal(str)
    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: list[Point] = []
        self._titles = ("", "")
        self._selected, self._hover = "", ""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownArrows", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_points(self, shown: list[Point], x_title: str, y_title: str) -> None:
        self._points = sorted(shown, key=lambda p: -p.entry.params)
        self._titles = (x_title, y_title)
        self.setAccessibleName(f"{y_title} against {x_title}")
        self.update()

    def set_selected(self, name: str) -> None:
        self._selected = name
        found = self._find(name)
        self.setAccessibleDescription(found.entry.title if found else "")
        self.update()

    def place_of(self, name: str) -> QPointF:
        found = self._find(name)
        return self._scale().place(found) if found is not None else QPointF()

    def minimumSizeHint(self) -> QSize:
        return QSize(px(160), px(80))

    # ---- geometry

    def _scale(self) -> Scale:
        rect = QRectF(self.rect())
        return Scale(self._points, rect.adjusted(px(40), px(24), -px(10), -px(40)))

    def _find(self, name: str) -> Point | None:
        return next((p for p in self._points if p.entry.name == name), None)

    def _at(self, where: QPointF) -> str:
        """Small bubbles win where they lie on large ones."""
        best, nearest = "", 1e9
        scale = self._scale() if self._points else None
        for point in self._points:
            assert scale is not None
            place, radius = scale.place(point), scale.radius(point)
            distance = math.hypot(place.x() - where.x(), place.y() - where.y())
            if distance <= radius + px(4) and distance + radius < nearest:
                best, nearest = point.entry.name, distance + radius
        return best

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        if self._points:
            scale = self._scale()
            self._paint_axes(painter, scale)
            self._paint_lines(painter, scale)
            front = (self._selected, self._hover)
            for point in sorted(self._points, key=lambda p: p.entry.name in front):
                self._paint_bubble(painter, scale, point)
            self._paint_labels(painter, scale)
        if self.shows_focus():
            focus_ring(painter, QRectF(self.rect()), px(6))

    def _paint_axes(self, painter: QPainter, scale: Scale) -> None:
        plot = scale.plot
        right, centre = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter
        for value in scale.y_ticks(px(34)):
            y = round(scale.at(10**scale.x0, value).y())
            painter.fillRect(QRectF(plot.left(), y, plot.width(), 1), color("t1", 0.09))
            box = QRectF(0, y - px(8), plot.left() - px(8), px(16))
            text(painter, box, f"{value:.0f}", "micro", "t2", right)
        painter.fillRect(QRectF(plot.left(), plot.bottom(), plot.width(), 1), color("line2"))
        for tick in scale.x_ticks(px(34)):
            x = round(scale.at(tick, scale.y0).x())
            painter.fillRect(QRectF(x, plot.bottom() - 3, 1, 3), color("line2"))
            box = QRectF(x - px(30), plot.bottom() + px(4), px(60), px(15))
            text(painter, box, f"{tick:g}", "micro", "t2", centre)
        below = QRectF(0, self.height() - px(18), plot.right(), px(17))
        text(painter, below, self._titles[0], "caption", "t2", right)
        text(painter, QRectF(0, 0, self.width() * 0.6, px(17)), self._titles[1], "caption", "t2")

    def _line_now(self) -> str:
        found = self._find(self._hover) or self._find(self._selected)
        return found.line if found is not None else ""

    def _paint_lines(self, painter: QPainter, scale: Scale) -> None:
        now = self._line_now()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for name, members in lines(self._points).items():
            paint = year_colour(members[0].entry.year)
            paint.setAlphaF(0.9 if name == now else 0.28)
            painter.setPen(QPen(paint, 2.0 if name == now else 1.5))
            painter.drawPolyline(QPolygonF([scale.place(p) for p in members]))

    def _paint_bubble(self, painter: QPainter, scale: Scale, point: Point) -> None:
        selected = point.entry.name == self._selected
        hover = point.entry.name == self._hover
        paint = color("accent") if selected else year_colour(point.entry.year)
        inside = QColor(paint)
        # A ground of the panel's colour keeps crossing curves out of the empty ones.
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("bg1"))
        place, radius = scale.place(point), scale.radius(point)
        painter.drawEllipse(place, radius, radius)
        inside.setAlphaF(0.9 if point.entry.available else 0.45 if selected else 0.12)
        painter.setBrush(inside)
        painter.setPen(QPen(color("t1") if hover else paint, 2.0 if hover or selected else 1.4))
        painter.drawEllipse(place, radius, radius)

    def _paint_labels(self, painter: QPainter, scale: Scale) -> None:
        """The chosen one's name, then one for each curve; the card names what is pointed at."""
        taken: list[QRectF] = []
        chosen = self._find(self._selected)
        if chosen is not None:
            self._paint_label(painter, scale, chosen, chosen.entry.title, "accent", taken)
        now = self._line_now()
        ends = [members[-1] for members in lines(self._points).values()]
        for end in sorted(ends, key=lambda p: (p.line != now, -p.y)):
            if end.entry.name in (self._selected, self._hover):
                continue
            alone = sum(p.line == end.line for p in self._points) == 1
            words = end.entry.title if alone else end.line
            self._paint_label(painter, scale, end, words, "t1" if end.line == now else "t2", taken)

    def _paint_label(
        self, painter: QPainter, scale: Scale, point: Point, words: str, token: str,
        taken: list[QRectF],
    ) -> None:  # fmt: skip
        strong = token in ("accent", "t1")
        weight = 600 if strong else 500
        box = self._free(scale, point, text_width(words, "caption", weight) + px(2), taken)
        if box is None and token != "accent":
            return
        if box is None:
            place = scale.place(point)
            box = QRectF(place.x(), place.y() - px(26), text_width(words, "caption", 600) + 4, 16)
        taken.append(box)
        if strong:
            painter.fillRect(box.adjusted(-px(2), 0, px(2), 0), color("bg1", 0.8))
        text(painter, box, words, "caption", token, weight=weight)

    def _free(
        self, scale: Scale, point: Point, wide: float, taken: list[QRectF]
    ) -> QRectF | None:
        """A spot beside the bubble where neither a name nor a large bubble is."""
        place, radius = scale.place(point), scale.radius(point)
        tall, gap = px(16), px(4)
        middle, x = place.y() - tall / 2, place.x()
        spots = [
            QRectF(x + radius + gap, middle, wide, tall),
            QRectF(x - wide / 2, place.y() - radius - tall, wide, tall),
            QRectF(x - wide / 2, place.y() + radius + 1, wide, tall),
            QRectF(x - radius - gap - wide, middle, wide, tall),
            QRectF(x + radius * 0.8, place.y() - radius - tall * 0.8, wide, tall),
            QRectF(x + radius * 0.8, place.y() + radius - tall * 0.2, wide, tall),
            QRectF(x - radius - wide, place.y() - radius - tall * 0.8, wide, tall),
        ]
        room = QRectF(self.rect()).adjusted(scale.plot.left(), px(18), 0, -px(38))
        for spot in spots:
            clear = room.contains(spot) and not any(spot.intersects(box) for box in taken)
            if clear and not self._covers(scale, point, spot):
                return spot
        return None

    def _covers(self, scale: Scale, own: Point, spot: QRectF) -> bool:
        for other in self._points:
            if other is own:
                continue
            place, radius = scale.place(other), scale.radius(other) * 0.8
            dx = max(spot.left() - place.x(), 0.0, place.x() - spot.right())
            dy = max(spot.top() - place.y(), 0.0, place.y() - spot.bottom())
            if math.hypot(dx, dy) < radius:
                return True
        return False

    # ---- hands

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        name = self._at(event.position())
        if name != self._hover:
            self._hover = name
            shape = Qt.CursorShape
            self.setCursor(shape.PointingHandCursor if name else shape.ArrowCursor)
            self.hovered.emit(name)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        if self._hover:
            self._hover = ""
            self.hovered.emit("")
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        name = self._at(event.position())
        if name:
            self.chosen.emit(name)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        name = self._at(event.position())
        if name:
            self.opened.emit(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = _KEYS.get(Qt.Key(event.key()))
        if way is not None and self._points:
            self.chosen.emit(self._next(*way))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._find(self._selected):
            self.opened.emit(self._selected)
        else:
            super().keyPressEvent(event)

    def _next(self, dx: int, dy: int) -> str:
        """The next network by cost, or by accuracy."""
        ordered = sorted(self._points, key=lambda p: (p.x, p.y) if dx else (p.y, p.x))
        names = [p.entry.name for p in ordered]
        if self._selected not in names:
            return names[0]
        place = names.index(self._selected) + (dx or dy)
        return names[min(max(place, 0), len(names) - 1)]
