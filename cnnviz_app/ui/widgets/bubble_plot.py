"""Many named things by two numbers and a size: accuracy against operations of a zoo of networks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz_app.ui.theme import color, px

from .base import PaintedWidget, nice_pitch, number, painter_for, text, text_width


@dataclass(frozen=True)
class Bubble:
    """`size` gives the area; `strong` ones (e.g. those that are here) are filled."""

    key: str
    label: str
    x: float
    y: float
    size: float = 1.0
    strong: bool = True
    note: str = ""


class BubblePlot(PaintedWidget):
    """Logarithmic x axis, linear y; labels give way to each other; the selected one is accent."""

    hovered = Signal(str)  # key, "" when none
    chosen = Signal(str)
    activated_bubble = Signal(str)

    def __init__(
        self, x_title: str = "", y_title: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._titles = (x_title, y_title)
        self._bubbles: tuple[Bubble, ...] = ()
        self._selected, self._hover = "", ""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownArrows", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(f"{y_title} against {x_title}")

    def set_bubbles(self, bubbles: Sequence[Bubble]) -> None:
        self._bubbles = tuple(b for b in bubbles if b.x > 0)
        self.update()

    def set_selected(self, key: str) -> None:
        self._selected = key
        self.setAccessibleDescription(key)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(560), px(400))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(150))

    # ---- geometry

    def _plot(self) -> QRectF:
        return QRectF(
            px(42), px(24), max(1, self.width() - px(60)), max(1, self.height() - px(72))
        )

    def _limits(self) -> tuple[float, float, float, float]:
        xs = [math.log10(b.x) for b in self._bubbles]
        ys = [b.y for b in self._bubbles]
        pad_x = max(0.05, (max(xs) - min(xs)) * 0.05)
        pad_y = max(0.5, (max(ys) - min(ys)) * 0.08)
        return min(xs) - pad_x, max(xs) + pad_x, min(ys) - pad_y, max(ys) + pad_y

    def _place(self, bubble: Bubble) -> tuple[QPointF, float]:
        plot = self._plot()
        x0, x1, y0, y1 = self._limits()
        x = plot.left() + (math.log10(bubble.x) - x0) / (x1 - x0) * plot.width()
        y = plot.bottom() - (bubble.y - y0) / (y1 - y0) * plot.height()
        largest = max(b.size for b in self._bubbles) or 1.0
        radius = max(px(3), px(24) * math.sqrt(max(bubble.size, 0) / largest))
        return QPointF(x, y), radius

    def _at(self, point: QPointF) -> str:
        best, nearest = "", 1e9
        for bubble in self._bubbles:
            place, radius = self._place(bubble)
            distance = math.hypot(place.x() - point.x(), place.y() - point.y())
            # Small ones win where they lie on large ones.
            if distance <= radius + 4 and distance + radius < nearest:
                best, nearest = bubble.key, distance + radius
        return best

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        if not self._bubbles:
            return
        self._paint_axes(painter)
        ordered = sorted(self._bubbles, key=lambda b: -b.size)
        for bubble in ordered:
            if bubble.key not in (self._selected, self._hover):
                self._paint_bubble(painter, bubble)
        for key in (self._hover, self._selected):
            for bubble in ordered:
                if bubble.key == key:
                    self._paint_bubble(painter, bubble)
        self._paint_labels(painter)

    def _paint_axes(self, painter: QPainter) -> None:
        plot = self._plot()
        x0, x1, y0, y1 = self._limits()
        painter.fillRect(QRectF(plot.left(), plot.bottom(), plot.width(), 1), color("line2"))
        right, centre = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter
        step = nice_pitch(y1 - y0, 7)
        value = math.ceil(y0 / step) * step
        while value <= y1:
            y = round(plot.bottom() - (value - y0) / (y1 - y0) * plot.height())
            painter.fillRect(QRectF(plot.left(), y, plot.width(), 1), color("t1", 0.09))
            box = QRectF(0, y - px(8), px(36), px(16))
            text(painter, box, number(value, plain=True), "micro", "t2", right)
            value += step
        ticks = [m * 10.0**e for e in range(-4, 6) for m in (1, 2, 5)]
        last = -1e9
        for tick in ticks:
            share = (math.log10(tick) - x0) / (x1 - x0)
            x = plot.left() + share * plot.width()
            if 0 <= share <= 1 and x - last > px(44):
                painter.fillRect(QRectF(round(x), plot.bottom() - 3, 1, 3), color("line2"))
                box = QRectF(x - px(30), plot.bottom() + px(4), px(60), px(16))
                text(painter, box, number(tick, plain=True), "micro", "t2", centre)
                last = x
        line = QRectF(plot.left(), self.height() - px(24), plot.width(), px(18))
        text(painter, line, self._titles[0], "caption", "t2", right)
        text(painter, QRectF(0, 0, self.width(), px(18)), self._titles[1], "caption", "t2")

    def _paint_bubble(self, painter: QPainter, bubble: Bubble) -> None:
        place, radius = self._place(bubble)
        selected, hover = bubble.key == self._selected, bubble.key == self._hover
        paint = "accent" if selected else ("t1" if hover else "t2")
        fill = 0.85 if selected else (0.5 if bubble.strong else 0.0)
        if hover and not selected:
            fill = max(fill, 0.35)
        painter.setPen(QPen(color(paint, 0.9 if bubble.strong or hover or selected else 0.55), 1.2))
        painter.setBrush(color(paint, fill) if fill else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(place, radius, radius)

    def _paint_labels(self, painter: QPainter) -> None:
        """Selected and hovered names first, then as many as do not overlap."""
        first = {self._selected: 0, self._hover: 1}
        ordered = sorted(
            self._bubbles, key=lambda b: (first.get(b.key, 2), not b.strong, -b.y)
        )
        taken: list[QRectF] = []
        for bubble in ordered:
            box = self._free_box(bubble, taken, force=bubble.key in first)
            if box is None:
                continue
            taken.append(box.adjusted(-px(3), 0, px(3), 0))
            current = bubble.key == self._selected
            token = "accent" if current else ("t1" if bubble.key == self._hover else "t2")
            weight = 600 if bubble.key in first else 500
            words = f"{bubble.label}  {bubble.note}" if bubble.key in first else bubble.label
            text(painter, box, words.strip(), "micro", token, weight=weight)

    def _free_box(self, bubble: Bubble, taken: list[QRectF], force: bool) -> QRectF | None:
        place, radius = self._place(bubble)
        words = f"{bubble.label}  {bubble.note}".strip() if force else bubble.label
        wide, tall = text_width(words, "micro", 600) + px(4), px(14)
        spots = (
            QRectF(place.x() + radius + px(3), place.y() - tall / 2, wide, tall),
            QRectF(place.x() - radius - px(3) - wide, place.y() - tall / 2, wide, tall),
            QRectF(place.x() - wide / 2, place.y() - radius - tall - px(1), wide, tall),
            QRectF(place.x() - wide / 2, place.y() + radius + px(1), wide, tall),
        )
        room = QRectF(self.rect())
        free = [
            spot
            for spot in spots
            if room.contains(spot) and not any(spot.intersects(t) for t in taken)
        ]
        for spot in free:
            if not self._covers_a_bubble(spot, bubble.key):
                return spot
        if free and force:
            return free[0]
        if not force:
            return None
        left = min(max(0.0, spots[0].left()), self.width() - wide)
        return QRectF(left, spots[0].top(), wide, tall)

    def _covers_a_bubble(self, box: QRectF, own: str) -> bool:
        for other in self._bubbles:
            if other.key == own:
                continue
            place, radius = self._place(other)
            dx = place.x() - min(max(place.x(), box.left()), box.right())
            dy = place.y() - min(max(place.y(), box.top()), box.bottom())
            if dx * dx + dy * dy < radius * radius:
                return True
        return False

    # ---- hands

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        key = self._at(event.position())
        if key != self._hover:
            self._hover = key
            self.setCursor(
                Qt.CursorShape.PointingHandCursor if key else Qt.CursorShape.ArrowCursor
            )
            self.hovered.emit(key)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        if self._hover:
            self._hover = ""
            self.hovered.emit("")
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        key = self._at(event.position())
        if key:
            self.set_selected(key)
            self.chosen.emit(key)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._selected:
            self.activated_bubble.emit(self._selected)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        ordered = sorted(self._bubbles, key=lambda b: b.x)
        keys = [b.key for b in ordered]
        if step and keys:
            at = keys.index(self._selected) + step if self._selected in keys else 0
            key = keys[min(max(at, 0), len(keys) - 1)]
            self.set_selected(key)
            self.chosen.emit(key)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._selected:
            self.activated_bubble.emit(self._selected)
        else:
            super().keyPressEvent(event)
