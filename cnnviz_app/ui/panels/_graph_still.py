"""The painted graph as a picture that is moved while one looks around, not painted again."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPixmap

from cnnviz_app.ui.panels._graph_camera import Camera
from cnnviz_app.ui.panels._graph_paint import paint
from cnnviz_app.ui.panels._graph_scene import GraphScene
from cnnviz_app.ui.theme import color
from cnnviz_app.ui.widgets.base import painter_for


class Still:
    """Everything but what changes under the pointer, for one place, zoom and size."""

    def __init__(self) -> None:
        self.pixmap = QPixmap()
        self._valid = False
        self._zoom, self._ratio = 1.0, 1.0
        self._origin = QPoint()  # of the screen, in device pixels of the drawing

    def forget(self) -> None:
        self._valid = False

    def aim(self, painter: QPainter) -> None:
        """From lengths of the drawing to those of the screen, on whole device pixels."""
        painter.translate(-QPointF(self._origin) / self._ratio)
        painter.scale(self._zoom, self._zoom)

    def show(self, scene: GraphScene, camera: Camera, size: QSize, ratio: float) -> None:
        """Bring the picture to where the camera looks; only what comes into view is painted."""
        wanted = QSize(round(size.width() * ratio), round(size.height() * ratio))
        origin = (camera.place * camera.zoom * ratio).toPoint()
        same = (self._valid and self.pixmap.size() == wanted
                and (self._zoom, self._ratio) == (camera.zoom, ratio))  # fmt: skip
        moved = origin - self._origin
        self._zoom, self._ratio, self._origin = camera.zoom, ratio, origin
        if same and abs(moved.x()) < wanted.width() and abs(moved.y()) < wanted.height():
            if not moved.isNull():
                self.pixmap.scroll(-moved.x(), -moved.y(), self.pixmap.rect())
            for part in _bared(moved, wanted):
                self._paint(scene, part)
            return
        self.pixmap = QPixmap(wanted)
        self.pixmap.setDevicePixelRatio(ratio)
        self._valid = True
        self._paint(scene, QRect(QPoint(), wanted))

    def _paint(self, scene: GraphScene, part: QRect) -> None:
        """One part of the picture, in device pixels."""
        ratio = self._ratio
        on_screen = QRectF(
            part.x() / ratio, part.y() / ratio, part.width() / ratio, part.height() / ratio
        )
        painter = painter_for(self.pixmap)
        painter.setClipRect(on_screen)
        painter.fillRect(on_screen, color("bg1"))
        self.aim(painter)
        corner = (QPointF(self._origin) / ratio + on_screen.topLeft()) / self._zoom
        # A line on the edge of the part reaches into it.
        room = 8 / self._zoom
        seen = QRectF(corner, on_screen.size() / self._zoom).adjusted(-room, -room, room, room)
        paint(painter, scene, seen, self._zoom)
        painter.end()


def _bared(moved: QPoint, size: QSize) -> list[QRect]:
    """The strips that came into view."""
    dx, dy = moved.x(), moved.y()
    wide, tall = size.width(), size.height()
    found = []
    if dx:
        found.append(QRect(wide - dx if dx > 0 else 0, 0, abs(dx), tall))
    if dy:
        found.append(QRect(0, tall - dy if dy > 0 else 0, wide, abs(dy)))
    return found
