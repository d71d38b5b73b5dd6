"""Where one looks at a drawing from: zoom and place, and how they change under the hand."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF

LEAST, MOST = 0.02, 3.0


class Camera:
    """`zoom` screen pixels for one of the drawing; `place` is what lies in the upper left."""

    def __init__(self) -> None:
        self.zoom = 1.0
        self.place = QPointF(0, 0)

    def to_drawing(self, at: QPointF) -> QPointF:
        return self.place + at / self.zoom

    def to_screen(self, at: QPointF) -> QPointF:
        return (at - self.place) * self.zoom

    def seen(self, screen: QSizeF, margin: float = 0.0) -> QRectF:
        """The part of the drawing on the screen, and `margin` screen pixels around."""
        more = margin / self.zoom
        size = screen / self.zoom
        return QRectF(self.place, size).adjusted(-more, -more, more, more)

    def zoom_by(self, factor: float, at: QPointF) -> None:
        """Larger or smaller, with what lies at `at` staying there."""
        fixed = self.to_drawing(at)
        self.zoom = min(max(self.zoom * factor, LEAST), MOST)
        self.place = fixed - at / self.zoom

    def fit_zoom(self, bounds: QRectF, screen: QSizeF) -> float:
        """The zoom at which all of it is seen; not larger than life."""
        if bounds.isEmpty() or screen.isEmpty():
            return 1.0
        wide, tall = screen.width() / bounds.width(), screen.height() / bounds.height()
        return min(max(min(wide, tall, 1.0), LEAST), MOST)

    def centre(self, at: QPointF, screen: QSizeF) -> None:
        self.place = at - QPointF(screen.width(), screen.height()) / (2 * self.zoom)

    def show(self, rect: QRectF, screen: QSizeF, margin: float) -> None:
        """Move as little as needed to see a rectangle whole, its centre if it is too large."""
        if rect.isEmpty() or self.seen(screen, -margin).contains(rect):
            return
        seen = self.seen(screen, -margin)
        x = _shift(seen.left(), seen.right(), rect.left(), rect.right())
        y = _shift(seen.top(), seen.bottom(), rect.top(), rect.bottom())
        self.place += QPointF(x, y)

    def keep_near(self, bounds: QRectF, screen: QSizeF) -> None:
        """Nobody gets lost: what is smaller than the screen is centred, the rest fills it."""
        seen = self.seen(screen)
        room = 40 / self.zoom
        self.place = QPointF(
            _kept(seen.left(), seen.width(), bounds.left(), bounds.right(), room),
            _kept(seen.top(), seen.height(), bounds.top(), bounds.bottom(), room),
        )


def _shift(low: float, high: float, first: float, last: float) -> float:
    if last - first > high - low:
        return (first + last) / 2 - (low + high) / 2
    return min(first - low, 0.0) or max(last - high, 0.0)


def _kept(start: float, length: float, first: float, last: float, room: float) -> float:
    if last - first + 2 * room <= length:
        return (first + last - length) / 2
    return min(max(start, first - room), last + room - length)
