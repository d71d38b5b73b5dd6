"""Where a picture lies in its view: fit, zoom about a point, pan, and back to its pixels."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize

Box = tuple[float, float, float, float]  # x0, y0, x1, y1 in pixels of the picture
LARGEST_ZOOM = 64.0


class PictureFrame:
    """The mapping between pixels of a picture and logical pixels of a view."""

    def __init__(self) -> None:
        self.picture = QSize(0, 0)
        self.view = QSize(1, 1)
        self._zoom: float | None = None  # None: fit
        self._centre = QPointF(0.5, 0.5)

    @property
    def fits(self) -> bool:
        return self._zoom is None

    def set_picture(self, size: QSize) -> None:
        """Another picture; the zoom stays when the size does (a live source)."""
        if size != self.picture:
            self.picture = size
            self.fit()

    def fit(self) -> None:
        self._zoom, self._centre = None, QPointF(0.5, 0.5)

    def fit_scale(self) -> float:
        wide, tall = max(1, self.picture.width()), max(1, self.picture.height())
        return min(self.view.width() / wide, self.view.height() / tall)

    def scale(self) -> float:
        """Logical pixels per pixel of the picture."""
        return self.fit_scale() if self._zoom is None else self._zoom

    def area(self) -> QRectF:
        """Where the whole picture lies; larger than the view when zoomed in."""
        s = self.scale()
        w, h = self.picture.width() * s, self.picture.height() * s
        x = _place(w, self.view.width(), self._centre.x())
        y = _place(h, self.view.height(), self._centre.y())
        return QRectF(round(x), round(y), w, h)

    def to_picture(self, point: QPointF) -> tuple[int, int] | None:
        """The pixel under a point of the view."""
        area, s = self.area(), self.scale()
        x, y = (point.x() - area.left()) / s, (point.y() - area.top()) / s
        inside = 0 <= x < self.picture.width() and 0 <= y < self.picture.height()
        return (int(x), int(y)) if inside else None

    def to_view(self, box: Box) -> QRectF:
        area, s = self.area(), self.scale()
        left, top = area.left() + box[0] * s, area.top() + box[1] * s
        return QRectF(left, top, (box[2] - box[0]) * s, (box[3] - box[1]) * s)

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """Change the scale; the point `at` of the view keeps its pixel."""
        at = at or QPointF(self.view.width() / 2, self.view.height() / 2)
        before = self.area()
        fx = (at.x() - before.left()) / max(1.0, before.width())
        fy = (at.y() - before.top()) / max(1.0, before.height())
        if scale <= self.fit_scale():
            self.fit()
            return
        self._zoom = min(scale, LARGEST_ZOOM)
        w, h = self.picture.width() * self._zoom, self.picture.height() * self._zoom
        self._centre = QPointF(
            fx + (self.view.width() / 2 - at.x()) / w, fy + (self.view.height() / 2 - at.y()) / h
        )

    def pan(self, delta: QPointF) -> None:
        area = self.area()
        x = self._centre.x() - delta.x() / max(1.0, area.width())
        y = self._centre.y() - delta.y() / max(1.0, area.height())
        self._centre = QPointF(min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0))


def _place(length: float, room: int, centre: float) -> float:
    if length <= room:
        return (room - length) / 2
    return min(0.0, max(room - length, room / 2 - centre * length))
