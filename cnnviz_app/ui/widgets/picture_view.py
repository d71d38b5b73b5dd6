"""A picture one can look at closely: zoom, overlay, receptive field, values, wipe, drop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz_app.ui.theme import color, px, theme

from .base import Pixels, fill_round, focus_ring, outline, painter_for, text, to_qimage
from .drop_target import DropTarget
from .picture_frame import Box, PictureFrame
from .picture_paint import (
    ImagePainter,
    paint_field,
    paint_progress,
    paint_readout,
    paint_tag,
    paint_wipe,
    with_alpha,
)

HARD_BEYOND = 2.0


class PictureView(DropTarget):
    """Shows H×W×3 uint8 pictures. Frames replace frames; nothing is eased or faded."""

    hovered = Signal(int, int)  # x, y in pixels of the picture
    left = Signal()
    clicked = Signal(int, int)
    wiped = Signal(float)  # place of the wipe, 0 … 1
    zoomed = Signal(float)

    def __init__(
        self,
        *,
        pixels: Literal["auto", "hard", "smooth"] = "auto",
        accept_drops: bool = False,
        placeholder: str = "",
        radius: int = 6,
        name: str = "Picture",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._pixels, self._placeholder, self._radius = pixels, placeholder, radius
        self._image: QImage | None = None
        self._before: QImage | None = None
        self._overlay: QImage | None = None
        self._overlay_strength = 0.6
        self._boxes: tuple[Box | None, Box | None, str] = (None, None, "")
        self._tags = ("", "")
        self._wipe_on, self._wipe = False, 0.5
        self._progress: float | None = None
        self.frame = PictureFrame()
        self._images = ImagePainter()
        self._drag, self._moved = QPointF(), False
        self._readout: Callable[[int, int], str] | None = None
        self._words = ""
        self.setMouseTracking(True)
        self.setAcceptDrops(accept_drops)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    # ---- content

    def set_picture(self, hwc8: Pixels | None) -> None:
        """The picture (the right one of a wipe); the zoom stays when its size does."""
        self._image = None if hwc8 is None else to_qimage(hwc8)
        if self._image is not None:
            self.frame.set_picture(self._image.size())
        self.update()

    def set_before(self, hwc8: Pixels | None) -> None:
        """The left picture of the wipe; any size, it is stretched over the same area."""
        self._before = None if hwc8 is None else to_qimage(hwc8)
        self.update()

    def set_wipe(self, on: bool, at: float | None = None) -> None:
        self._wipe_on = on
        if at is not None:
            self._wipe = min(max(at, 0.0), 1.0)
        self.update()

    @property
    def wipe_on(self) -> bool:
        return self._wipe_on and self._before is not None

    def set_tags(self, left: str = "", right: str = "") -> None:
        """Name tags in the upper corners ("original", "step 36")."""
        self._tags = (left, right)
        self.update()

    def set_overlay(
        self, hwc8: Pixels | None, alpha: npt.NDArray[np.floating] | None = None,
        strength: float = 0.6,
    ) -> None:  # fmt: skip
        """A map in colour over the picture; alpha (H×W in 0 … 1) × strength is its cover."""
        self._overlay = None if hwc8 is None else with_alpha(hwc8, alpha)
        self._overlay_strength = strength
        self.update()

    def set_overlay_strength(self, strength: float) -> None:
        self._overlay_strength = strength
        self.update()

    def set_boxes(self, field: Box | None, cell: Box | None = None, label: str = "") -> None:
        """Receptive field and cell in pixels of the picture, e.g. label "RF 139 px"."""
        self._boxes = (field, cell, label)
        self.update()

    def set_progress(self, fraction: float | None) -> None:
        """A bar of 3 px on the lower edge while the picture is refined."""
        self._progress = fraction
        self.update()

    def set_readout(self, words: Callable[[int, int], str] | None) -> None:
        """What to say about the pixel (x, y) under the pointer; None says nothing."""
        self._readout = words
        self._words = ""
        self.update()

    def set_placeholder(self, words: str) -> None:
        self._placeholder = words
        self.update()

    # ---- geometry

    def sizeHint(self) -> QSize:
        return QSize(px(240), px(240))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(80), px(80))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.frame.view = self.size()

    def scale(self) -> float:
        """Logical pixels per pixel of the picture."""
        return self.frame.scale()

    def area(self) -> QRectF:
        """Where the whole picture lies in the widget (it may be larger than the widget)."""
        return QRectF(self.rect()) if self._image is None else self.frame.area()

    def to_picture(self, point: QPointF) -> tuple[int, int] | None:
        """The pixel of the picture at a point of the widget."""
        return None if self._image is None else self.frame.to_picture(point)

    def fit(self) -> None:
        self.frame.fit()
        self._on_zoomed()

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """Logical pixels per pixel; the point `at` of the widget stays where it is."""
        if self._image is not None:
            self.frame.zoom_to(scale, at)
            self._on_zoomed()

    def _on_zoomed(self) -> None:
        self.update()
        self.zoomed.emit(self.scale())

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        if self._image is None:
            self._paint_mat(painter)
            return
        area = self.area()
        shown = area.intersected(QRectF(self.rect()))
        if self.wipe_on and self._before is not None:
            x = shown.left() + self._wipe * shown.width()
            self._paint_image(painter, self._image, area, shown)
            painter.setClipRect(QRectF(shown.left(), shown.top(), x - shown.left(), shown.height()))
            self._paint_image(painter, self._before, area, shown)
            painter.setClipping(False)
            paint_wipe(painter, x, shown)
        else:
            self._paint_image(painter, self._image, area, shown)
        if self._overlay is not None:
            painter.setOpacity(self._overlay_strength)
            self._paint_image(painter, self._overlay, area, shown, smooth=True)
            painter.setOpacity(1.0)
        if not theme().is_dark and self._pixels == "hard":
            outline(painter, shown, px(self._radius), color("edge"))
        field, cell, label = self._boxes
        if field is not None:
            inner = None if cell is None else self.frame.to_view(cell)
            paint_field(painter, self.frame.to_view(field), inner, label, shown)
        room = shown.width() / 2 if self.wipe_on else shown.width()
        if self.wipe_on:
            paint_tag(painter, self._tags[0], shown.topLeft(), False, room)
        paint_tag(painter, self._tags[1], shown.topRight(), True, room)
        if self._words:
            paint_readout(painter, self._words, shown)
        self._paint_state(painter, shown)

    def _paint_mat(self, painter: QPainter) -> None:
        room = QRectF(self.rect())
        fill_round(painter, room, px(self._radius), color("mat"))
        centre = Qt.AlignmentFlag.AlignHCenter
        text(painter, room, self._placeholder, "caption", "t3", centre)
        self._paint_state(painter, room)

    def _paint_state(self, painter: QPainter, shown: QRectF) -> None:
        if self._progress is not None:
            paint_progress(painter, self._progress, shown)
        if self.lit:
            outline(painter, shown, px(self._radius), color("accent"), 2)
        elif self.shows_focus():
            focus_ring(painter, shown, px(self._radius))

    def _paint_image(
        self, painter: QPainter, image: QImage, area: QRectF, shown: QRectF, smooth: bool = False
    ) -> None:
        enlarged = area.width() / image.width()
        hard = self._pixels == "hard" or (self._pixels == "auto" and enlarged > HARD_BEYOND)
        hard = hard and not smooth and enlarged >= 1
        self._images.paint(painter, image, area, shown, px(self._radius), hard)

    # ---- hands

    def wheelEvent(self, event: QWheelEvent) -> None:
        factor = 1.25 ** (event.angleDelta().y() / 120)
        self.zoom_to(self.scale() * factor, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._drag, self._moved = event.position(), False
        if self.wipe_on and event.button() == Qt.MouseButton.LeftButton:
            self._wipe_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        if event.buttons():
            delta = point - self._drag
            self._moved = self._moved or delta.manhattanLength() > 3
            if self.wipe_on and event.buttons() & Qt.MouseButton.LeftButton:
                self._wipe_to(point.x())
            elif not self.frame.fits and self._moved:
                self.frame.pan(delta)
                self._drag = point
                self.update()
        self._hover(point)

    def _hover(self, point: QPointF) -> None:
        pixel = self.to_picture(point)
        words = ""
        if pixel is not None:
            self.hovered.emit(*pixel)
            words = self._readout(*pixel) if self._readout is not None else ""
        if words != self._words:
            self._words = words
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pixel = self.to_picture(event.position())
        if pixel is not None and not self._moved and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(*pixel)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.frame.fits:
            self.zoom_to(max(1.0, self.scale() * 2), event.position())
        else:
            self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        self._words = ""
        self.left.emit()
        self.update()

    def _wipe_to(self, x: float) -> None:
        shown = self.area().intersected(QRectF(self.rect()))
        self.set_wipe(True, (x - shown.left()) / max(1.0, shown.width()))
        self.wiped.emit(self._wipe)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_X and self._before is not None:
            self.set_wipe(not self._wipe_on)
        elif event.key() == Qt.Key.Key_0 and not event.modifiers():
            self.fit()
        else:
            super().keyPressEvent(event)
