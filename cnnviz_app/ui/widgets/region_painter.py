"""A picture with regions painted over it by hand: a round brush, soft edges, one step back."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy

from cnnviz_app.core import colormaps
from cnnviz_app.ui.theme import color, px, theme

from .base import PaintedWidget, Pixels, fill_round, focus_ring, painter_for, text, to_qimage
from .picture_frame import PictureFrame

LONG_SIDE = 512
MOST_UNDONE = 30
COVER, VEIL = 0.55, 0.78
Regions = npt.NDArray[np.uint8]


def softened(part: npt.NDArray[np.float32], radius: float) -> npt.NDArray[np.float32]:
    """Nearly a Gaussian of this many pixels: three running means along each axis."""
    wide = round(radius * 1.2)
    if wide < 1:
        return part
    for axis in (0, 1):
        for _ in range(3):
            edge = [(wide + 1, wide) if a == axis else (0, 0) for a in (0, 1)]
            total = np.cumsum(np.pad(part, edge, mode="edge"), axis=axis, dtype=np.float64)
            ahead = np.take(total, range(2 * wide + 1, total.shape[axis]), axis=axis)
            behind = np.take(total, range(total.shape[axis] - 2 * wide - 1), axis=axis)
            part = ((ahead - behind) / (2 * wide + 1)).astype(np.float32)
    return part


class RegionPainter(PaintedWidget):
    """Drag to paint the current region, with the right button the first one.

    Signals:
        painted: a stroke ended, or something was undone or filled.
    """

    painted = Signal()
    brush_changed = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._picture: QImage | None = None
        self._frame = PictureFrame()
        self._mask = QImage()
        self._cover: QImage | None = None
        self._undo: list[QImage] = []
        self._last: QPointF | None = None
        self._at: QPointF | None = None
        self._value = 0
        self.regions, self.region = 2, 1
        self.keeps_photo, self.veils = True, False
        self.brush = 0.12
        self.feather = 0.0
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Regions, painted with the mouse")

    # ---- content

    def set_picture(self, hwc8: Pixels) -> None:
        """What lies below; the regions keep their places when it has another size."""
        self._picture = to_qimage(hwc8)
        self._frame.set_picture(self._picture.size())
        size = self._picture.size().scaled(
            LONG_SIDE, LONG_SIDE, Qt.AspectRatioMode.KeepAspectRatio
        ).expandedTo(QSize(1, 1))
        if self._mask.isNull():
            self._mask = QImage(size, QImage.Format.Format_Grayscale8)
            self._mask.fill(0)
        elif self._mask.size() != size:
            self._mask = self._mask.scaled(size)
        self._undo.clear()
        self._refresh()

    def set_regions(self, count: int, *, keeps_photo: bool, veils: bool = False) -> None:
        """How many there are; with `keeps_photo` the last leaves the picture as it is, and with
        `veils` the first hides it: what is painted is a choice, and begins with nothing else."""
        self.regions, self.keeps_photo, self.veils = max(2, count), keeps_photo, veils
        self.region = min(self.region, self.regions - 1)
        self._refresh()

    def set_feather(self, share: float) -> None:
        """Softness of the edges as a share of the long side."""
        self.feather = share
        self._refresh()

    def set_mask(self, mask: Regions | None, everywhere: int = 0, *, forget: bool = True) -> None:
        """The number of the region of each cell; None is one of them everywhere."""
        if mask is None:
            self._mask.fill(everywhere)
        else:
            grown = to_qimage(np.ascontiguousarray(mask))
            self._mask = grown.scaled(self._mask.size()).convertToFormat(
                QImage.Format.Format_Grayscale8
            )
        if forget:
            self._undo.clear()
        self._refresh()

    @property
    def cells(self) -> Regions:
        image = self._mask
        rows: Regions = np.frombuffer(image.constBits(), np.uint8)
        rows = rows.reshape(image.height(), image.bytesPerLine())
        return rows[:, : image.width()].copy()

    @property
    def can_undo(self) -> bool:
        return bool(self._undo)

    def undo(self) -> None:
        """Take back the last stroke."""
        if self._undo:
            self._mask = self._undo.pop()
            self._refresh()
            self.painted.emit()

    def fill(self, region: int) -> None:
        """This region everywhere."""
        self._remember()
        self._mask.fill(region)
        self._refresh()
        self.painted.emit()

    def colour_of(self, region: int) -> QColor:
        """What stands for a region; clear for one that leaves the picture alone."""
        if self.keeps_photo and region == self.regions - 1:
            return QColor(0, 0, 0, 0)
        if self.veils:
            return QColor("black")
        share = 0.45 + 0.48 * region / max(1, self.regions - 1)
        return QColor(*colormaps.colour_at("tide", share, theme().is_dark))

    # ---- painting on the screen

    def _refresh(self) -> None:
        mask = self.cells
        soft = self.feather * max(mask.shape)
        paint = np.zeros((*mask.shape, 4), np.float32)
        for region in range(self.regions):
            part = softened((mask == region).astype(np.float32), soft)
            ink = self.colour_of(region)
            colours = np.array((ink.red(), ink.green(), ink.blue()), np.float32)
            strength = part * (ink.alphaF() * (VEIL if self.veils else COVER))
            paint[..., :3] += strength[..., None] * colours
            paint[..., 3] += strength
        cover = paint[..., 3:]
        paint[..., :3] /= np.maximum(cover, 1e-6)
        paint[..., 3] *= 255.0
        self._cover = to_qimage(np.clip(paint + 0.5, 0, 255).astype(np.uint8))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        if self._picture is None:
            fill_round(painter, QRectF(self.rect()), px(6), color("mat"))
            centre = Qt.AlignmentFlag.AlignHCenter
            text(painter, QRectF(self.rect()), "No picture", "caption", "t3", centre)
            return
        area = self._frame.area()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(area, self._picture)
        if self._cover is not None:
            painter.drawImage(area, self._cover)
        if self._at is not None:
            radius = self.brush * max(area.width(), area.height()) / 2
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for ink, wide in ((QColor(0, 0, 0, 170), 3.0), (QColor("white"), 1.5)):
                painter.setPen(QPen(ink, wide))
                painter.drawEllipse(self._at, radius, radius)
        if self.shows_focus():
            focus_ring(painter, area, px(3))

    # ---- hands

    def _cell(self, point: QPointF) -> QPointF:
        area = self._frame.area()
        return QPointF((point.x() - area.left()) / max(1.0, area.width()) * self._mask.width(),
                       (point.y() - area.top()) / max(1.0, area.height()) * self._mask.height())

    def _remember(self) -> None:
        self._undo = [*self._undo, self._mask.copy()][-MOST_UNDONE:]

    def _stroke(self, to: QPointF) -> None:
        painter = QPainter(self._mask)
        ink = QColor(self._value, self._value, self._value)
        wide = self.brush * max(self._mask.width(), self._mask.height())
        painter.setPen(QPen(ink, wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        start = self._last if self._last is not None else to
        if (start - to).manhattanLength() < 0.01:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawEllipse(to, wide / 2, wide / 2)
        else:
            painter.drawLine(start, to)
        painter.end()
        self._last = to
        self._refresh()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._picture is None or event.button() not in (
            Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
        ):  # fmt: skip
            return
        self._remember()
        self._value = self.region if event.button() == Qt.MouseButton.LeftButton else 0
        if self.veils and self._value == 1 and self.cells.all():
            self._mask.fill(0)  # the first stroke chooses a part out of the whole
        self._last = None
        self._stroke(self._cell(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._at = event.position()
        if event.buttons() and self._last is not None:
            self._stroke(self._cell(event.position()))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._last is not None:
            self._last = None
            self.painted.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel makes the brush larger or smaller."""
        self.set_brush(self.brush * 1.15 ** (event.angleDelta().y() / 120))
        self.brush_changed.emit(self.brush)
        event.accept()

    def set_brush(self, share: float) -> None:
        """Width of the brush as a share of the long side."""
        self.brush = min(max(share, 0.01), 0.6)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Z and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.undo()
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._at = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._frame.view = self.size()

    def minimumSizeHint(self) -> QSize:
        return QSize(px(120), px(100))
