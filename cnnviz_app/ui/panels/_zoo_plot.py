"""The accuracy plot of the zoo, painted: families as curves, coloured by their year."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
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
        self._kept: Scale | None = None
        self._ground: QPixmap | None = None
        self._labels: list[tuple[QRectF, str, Point]] | None = None
        self._titles = ("", "")
        self._selected, self._hover = "", ""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownArrows", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_points(self, shown: list[Point], x_title: str, y_title: str) -> None:
        self._points = sorted(shown, key=lambda p: -p.entry.params)
        self._titles = (x_title, y_title)
        self._forget()
        self.setAccessibleName(f"{y_title} against {x_title}")
        self.update()

    def set_selected(self, name: str) -> None:
        self._selected = name
        self._labels = None
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
        """Kept until the size, the text scale or the networks change."""
        plot = QRectF(self.rect()).adjusted(px(40), px(24), -px(10), -px(40))
        if self._kept is None or self._kept.plot != plot:
            self._forget()
            self._kept = Scale(self._points, plot)
        return self._kept

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

    def restyle(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._kept, self._ground, self._labels = None, None, None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        if self._points:
            scale = self._scale()
            painter.drawPixmap(0, 0, self._still(scale))
            now = self._line_now()
            for name, members in lines(self._points).items():
                if name == now:
                    self._paint_line(painter, scale, members, 0.9, 2.0)
            front = (self._selected, self._hover)
            chosen = [p for p in self._points if p.line == now or p.entry.name in front]
            for point in sorted(chosen, key=lambda p: p.entry.name in front):
                self._paint_bubble(painter, scale, point)
            self._paint_labels(painter, scale)
        if self.shows_focus():
            focus_ring(painter, QRectF(self.rect()), px(6))

    def _still(self, scale: Scale) -> QPixmap:
        """All that does not change under the pointer, drawn once."""
        ratio = self.devicePixelRatioF()
        if self._ground is None or self._ground.devicePixelRatioF() != ratio:
            self._ground = QPixmap(self.size() * ratio)
            self._ground.setDevicePixelRatio(ratio)
            self._ground.fill(Qt.GlobalColor.transparent)
            painter = painter_for(self._ground)
            self._paint_axes(painter, scale)
            for members in lines(self._points).values():
                self._paint_line(painter, scale, members, 0.28, 1.5)
            for point in self._points:
                self._paint_bubble(painter, scale, point, still=True)
            painter.end()
        return self._ground

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

    def _paint_line(
        self, painter: QPainter, scale: Scale, members: list[Point], alpha: float, width: float
    ) -> None:
        paint = year_colour(members[0].entry.year)
        paint.setAlphaF(alpha)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(paint, width))
        painter.drawPolyline(QPolygonF([scale.place(p) for p in members]))

    def _paint_bubble(
        self, painter: QPainter, scale: Scale, point: Point, *, still: bool = False
    ) -> None:
        selected = not still and point.entry.name == self._selected
        hover = not still and point.entry.name == self._hover
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
        if self._labels is None:
            self._labels = self._place_labels(scale)
        now = self._line_now()
        for box, words, point in self._labels:
            chosen = point.entry.name == self._selected
            token = "accent" if chosen else "t1" if point.line == now else "t2"
            if token != "t2":
                painter.fillRect(box.adjusted(-px(2), 0, px(2), 0), color("bg1", 0.8))
            text(painter, box, words, "caption", token, weight=500 if token == "t2" else 600)

    def _place_labels(self, scale: Scale) -> list[tuple[QRectF, str, Point]]:
        placed: list[tuple[QRectF, str, Point]] = []
        chosen = self._find(self._selected)
        wanted = [(chosen, chosen.entry.title)] if chosen is not None else []
        for members in sorted(lines(self._points).values(), key=lambda m: -m[-1].y):
            end = members[-1]
            if end is not chosen:
                wanted.append((end, end.entry.title if len(members) == 1 else end.line))
        for point, words in wanted:
            wide = text_width(words, "caption", 600) + px(2)
            box = self._free(scale, point, wide, [taken for taken, _, _ in placed])
            if box is None and point is chosen:
                box = QRectF(scale.place(point).x(), scale.place(point).y() - px(26), wide, px(16))
            if box is not None:
                placed.append((box, words, point))
        return placed

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
        left, right, top, bottom = spot.left(), spot.right(), spot.top(), spot.bottom()
        for other, place, radius in scale.spots:
            x, y = place.x(), place.y()
            dx = max(left - x, 0.0, x - right)
            dy = max(top - y, 0.0, y - bottom)
            if dx * dx + dy * dy < 0.64 * radius * radius and other is not own:
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
