"""A picture one can look at closely: zoom, overlay, receptive field, values, wipe, drop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz_app.ui.theme import color, px, theme

from .base import (
    PaintedWidget,
    Pixels,
    fill_round,
    focus_ring,
    outline,
    painter_for,
    text,
    to_qimage,
)
from .picture_paint import paint_field, paint_readout, paint_tag, paint_wipe

Box = tuple[float, float, float, float]  # x0, y0, x1, y1 in pixels of the picture
HARD_BEYOND = 2.0


class PictureView(PaintedWidget):
    """Shows H×W×3 uint8 pictures. Frames replace frames; nothing is eased or faded."""

    hovered = Signal(int, int)  # x, y in pixels of the picture
    left = Signal()
    clicked = Signal(int, int)
    dropped = Signal(list)  # paths
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
        self._field: Box | None = None
        self._cell: Box | None = None
        self._field_label = ""
        self._tags = ("", "")
        self._wipe_on, self._wipe = False, 0.5
        self._progress: float | None = None
        self._zoom: float | None = None  # None: fit
        self._centre = QPointF(0.5, 0.5)
        self._drag: QPointF | None = None
        self._moved = False
        self._readout: Callable[[int, int], str] | None = None
        self._words = ""
        self._over = False
        self._scaled: dict[tuple[object, ...], QPixmap] = {}
        self.setMouseTracking(True)
        self.setAcceptDrops(accept_drops)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    # ---- content

    def set_picture(self, hwc8: Pixels | None) -> None:
        """The picture (the right one of a wipe); the zoom stays when its size does."""
        image = None if hwc8 is None else to_qimage(hwc8)
        if image is None or self._image is None or image.size() != self._image.size():
            self._zoom, self._centre = None, QPointF(0.5, 0.5)
        self._image = image
        self._scaled.clear()
        self.update()

    def set_before(self, hwc8: Pixels | None) -> None:
        """The left picture of the wipe; any size, it is stretched over the same area."""
        self._before = None if hwc8 is None else to_qimage(hwc8)
        self._scaled.clear()
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
        self,
        hwc8: Pixels | None,
        alpha: npt.NDArray[np.floating] | None = None,
        strength: float = 0.6,
    ) -> None:
        """A map in colour over the picture; alpha (H×W in 0 … 1) × strength is its cover."""
        if hwc8 is None:
            self._overlay = None
        else:
            cover = np.ones(hwc8.shape[:2]) if alpha is None else np.clip(alpha, 0, 1)
            layer = (cover * 255).astype(np.uint8)[..., None]
            self._overlay = to_qimage(np.concatenate([hwc8, layer], axis=-1))
        self._overlay_strength = strength
        self.update()

    def set_overlay_strength(self, strength: float) -> None:
        self._overlay_strength = strength
        self.update()

    def set_boxes(self, field: Box | None, cell: Box | None = None, label: str = "") -> None:
        """Receptive field and cell in pixels of the picture, e.g. label "RF 139 px"."""
        self._field, self._cell, self._field_label = field, cell, label
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

    def scale(self) -> float:
        """Logical pixels per pixel of the picture."""
        if self._image is None:
            return 1.0
        w, h = self._image.width(), self._image.height()
        fit = min(self.width() / max(1, w), self.height() / max(1, h))
        return fit if self._zoom is None else self._zoom

    def area(self) -> QRectF:
        """Where the whole picture lies in the widget (it may be larger than the widget)."""
        if self._image is None:
            return QRectF(self.rect())
        s = self.scale()
        w, h = self._image.width() * s, self._image.height() * s
        x = (self.width() - w) / 2 if w <= self.width() else self.width() / 2 - self._centre.x() * w
        y = (self.height() - h) / 2
        if h > self.height():
            y = self.height() / 2 - self._centre.y() * h
            y = min(0.0, max(self.height() - h, y))
        if w > self.width():
            x = min(0.0, max(self.width() - w, x))
        return QRectF(round(x), round(y), w, h)

    def to_picture(self, point: QPointF) -> tuple[int, int] | None:
        """The pixel of the picture at a point of the widget."""
        if self._image is None:
            return None
        area, s = self.area(), self.scale()
        x, y = (point.x() - area.left()) / s, (point.y() - area.top()) / s
        if 0 <= x < self._image.width() and 0 <= y < self._image.height():
            return int(x), int(y)
        return None

    def _to_widget(self, box: Box) -> QRectF:
        area, s = self.area(), self.scale()
        return QRectF(
            area.left() + box[0] * s, area.top() + box[1] * s,
            (box[2] - box[0]) * s, (box[3] - box[1]) * s,
        )  # fmt: skip

    # ---- zoom

    def fit(self) -> None:
        self._zoom = None
        self.update()
        self.zoomed.emit(self.scale())

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """Logical pixels per pixel; the point `at` of the widget stays where it is."""
        if self._image is None:
            return
        before = self.area()
        at = at or QPointF(self.width() / 2, self.height() / 2)
        fx = (at.x() - before.left()) / max(1.0, before.width())
        fy = (at.y() - before.top()) / max(1.0, before.height())
        self._zoom = None
        smallest = self.scale()
        if scale <= smallest:
            self.fit()
            return
        self._zoom = min(scale, 64.0)
        w, h = self._image.width() * self._zoom, self._image.height() * self._zoom
        self._centre = QPointF(
            fx + (self.width() / 2 - at.x()) / w, fy + (self.height() / 2 - at.y()) / h
        )
        self.update()
        self.zoomed.emit(self._zoom)

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        if self._image is None:
            fill_round(painter, QRectF(self.rect()), px(self._radius), color("mat"))
            centre = Qt.AlignmentFlag.AlignHCenter
            text(painter, self.rect(), self._placeholder, "caption", "t3", centre)
            self._paint_state(painter, QRectF(self.rect()))
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
        if self._field is not None:
            cell = None if self._cell is None else self._to_widget(self._cell)
            paint_field(painter, self._to_widget(self._field), cell, self._field_label, shown)
        if self.wipe_on:
            paint_tag(painter, self._tags[0], shown.topLeft(), right=False)
        paint_tag(painter, self._tags[1], shown.topRight(), right=True)
        if self._words:
            paint_readout(painter, self._words, shown)
        self._paint_state(painter, shown)

    def _paint_state(self, painter: QPainter, shown: QRectF) -> None:
        if self._progress is not None:
            share = min(max(self._progress, 0.0), 1.0)
            bar = QRectF(shown.left(), shown.bottom() - 3, shown.width(), 3)
            painter.fillRect(bar, color("bg0", 0.6))
            bar.setWidth(bar.width() * share)
            painter.fillRect(bar, color("accent"))
        if self._over:
            outline(painter, shown, px(self._radius), color("accent"), 2)
        elif self.shows_focus():
            focus_ring(painter, shown, px(self._radius))

    def _paint_image(
        self, painter: QPainter, image: QImage, area: QRectF, shown: QRectF, smooth: bool = False
    ) -> None:
        sx, sy = area.width() / image.width(), area.height() / image.height()
        hard = not smooth and (
            self._pixels == "hard" or (self._pixels == "auto" and sx > HARD_BEYOND)
        )
        if self._pixels == "hard" and sx < 1:
            hard = False
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not hard)
        ratio = self.devicePixelRatioF()
        if sx * ratio < 0.67:
            # Shrinking by a brush would alias: make the small picture once.
            pixmap = self._small(image, area.size().toSize(), ratio)
            brush = QBrush(pixmap)
            brush.setTransform(QTransform.fromTranslate(area.left(), area.top()))
        else:
            brush = QBrush(image)
            brush.setTransform(QTransform(sx, 0, 0, sy, area.left(), area.top()))
        painter.setBrush(brush)
        painter.drawRoundedRect(shown, px(self._radius), px(self._radius))
        painter.restore()

    def _small(self, image: QImage, size: QSize, ratio: float) -> QPixmap:
        key = (image.cacheKey(), size.width(), size.height(), ratio)
        if key not in self._scaled:
            if len(self._scaled) > 3:
                self._scaled.clear()
            modes = (
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            pixmap = QPixmap.fromImage(image.scaled(size * ratio, *modes))
            pixmap.setDevicePixelRatio(ratio)
            self._scaled[key] = pixmap
        return self._scaled[key]

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
        if self._drag is not None and event.buttons():
            delta = point - self._drag
            if delta.manhattanLength() > 3:
                self._moved = True
            left = bool(event.buttons() & Qt.MouseButton.LeftButton)
            if self.wipe_on and left:
                self._wipe_to(point.x())
            elif self._zoom is not None and self._moved:
                area = self.area()
                self._centre -= QPointF(delta.x() / area.width(), delta.y() / area.height())
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
        self._drag = None
        if pixel is not None and not self._moved and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(*pixel)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._zoom is None:
            self.zoom_to(max(1.0, self.scale() * 2), event.position())
        else:
            self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        self._words = ""
        self.left.emit()
        self.update()

    def _wipe_to(self, x: float) -> None:
        shown = self.area().intersected(QRectF(self.rect()))
        self._wipe = min(max((x - shown.left()) / max(1.0, shown.width()), 0.0), 1.0)
        self.wiped.emit(self._wipe)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_X and self._before is not None:
            self.set_wipe(not self._wipe_on)
        elif event.key() == Qt.Key.Key_0 and not event.modifiers():
            self.fit()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self._over = True
            self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._over = False
        self.update()
        paths = [u.toLocalFile() for u in event.mimeData().urls() if u.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)
