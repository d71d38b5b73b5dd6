"""Painting a picture and what lies over it: receptive field, name tags, the wipe's knob."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetricsF,
    QImage,
    QPainter,
    QPen,
    QPixmap,
    QTransform,
)

from cnnviz_app.ui.theme import color, font, icons, px, theme

from .base import Pixels, fill_round, ratio_of, text_width, to_qimage


def with_alpha(hwc8: Pixels, alpha: npt.NDArray[np.floating] | None) -> QImage:
    """A picture that covers as much as alpha (H×W in 0 … 1) says, or its own fourth channel."""
    if alpha is None and hwc8.shape[-1] == 4:
        return to_qimage(hwc8)
    cover = np.ones(hwc8.shape[:2]) if alpha is None else np.clip(alpha, 0, 1)
    layer = (cover * 255).astype(np.uint8)[..., None]
    return to_qimage(np.concatenate([hwc8, layer], axis=-1))


class ImagePainter:
    """Draws images at any scale without aliasing; keeps the last few that had to shrink."""

    def __init__(self) -> None:
        self._small: dict[tuple[object, ...], QPixmap] = {}

    def paint(
        self, painter: QPainter, image: QImage, area: QRectF, shown: QRectF, radius: float,
        hard: bool,
    ) -> None:  # fmt: skip
        """The part `shown` of an image that as a whole fills `area`."""
        sx, sy = area.width() / image.width(), area.height() / image.height()
        ratio = ratio_of(painter)
        if min(sx, sy) * ratio < 0.67:
            # Shrinking by a brush would alias: make the small picture once.
            brush = QBrush(self._shrunk(image, area.size().toSize(), ratio))
            brush.setTransform(QTransform.fromTranslate(area.left(), area.top()))
        else:
            brush = QBrush(image)
            brush.setTransform(QTransform(sx, 0, 0, sy, area.left(), area.top()))
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not hard)
        painter.setBrush(brush)
        painter.drawRoundedRect(shown, radius, radius)
        painter.restore()

    def _shrunk(self, image: QImage, size: QSize, ratio: float) -> QPixmap:
        key = (image.cacheKey(), size.width(), size.height(), ratio)
        if key not in self._small:
            if len(self._small) > 3:
                self._small.clear()
            modes = (
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            pixmap = QPixmap.fromImage(image.scaled(size * ratio, *modes))
            pixmap.setDevicePixelRatio(ratio)
            self._small[key] = pixmap
        return self._small[key]


def paint_box(painter: QPainter, rect: QRectF, width: float, radius: float = 2.0) -> None:
    """An amber box over a black halo: readable on every picture."""
    width *= theme().tokens.ring
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color("halo_on_picture", 0.75), width + 2))
    painter.drawRoundedRect(rect, radius, radius)
    painter.setPen(QPen(color("sel_on_picture"), width))
    painter.drawRoundedRect(rect, radius, radius)


def paint_field(
    painter: QPainter, field: QRectF, cell: QRectF | None, label: str, within: QRectF
) -> None:
    """Receptive field, the cell in it, and the label inside the field's lower right corner."""
    shown = field.intersected(within.adjusted(1.5, 1.5, -1.5, -1.5))
    if shown.isEmpty():
        return
    if cell is not None:
        paint_box(painter, cell, 1.2, 1.0)
    paint_box(painter, shown, 2.0, px(3))
    if not label:
        return
    wide, tall = text_width(label, "micro", 600) + 2 * px(6), px(18)
    inside = shown.width() > wide + px(12) and shown.height() > tall + px(12)
    x, y = shown.right() - wide - px(4), shown.bottom() - tall - px(4)
    if not inside:
        x = min(max(within.left(), shown.left()), within.right() - wide)
        y = shown.bottom() + px(4)
        if y + tall > within.bottom():
            y = max(within.top(), shown.top() - tall - px(4))
    box = QRectF(x, y, wide, tall)
    fill_round(painter, box, px(3), color("sel_on_picture"))
    painter.setFont(font("micro", 600))
    painter.setPen(QColor("#16130A"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), label)


def paint_tag(
    painter: QPainter, words: str, corner: QPointF, right: bool, room: float = 1e4
) -> None:
    """A name tag on 65 % black in an upper corner, no wider than its room."""
    if not words:
        return
    metrics = QFontMetricsF(font("micro", 600))
    words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room - 2 * px(7) - px(8))
    wide, tall = text_width(words, "micro", 600) + 2 * px(7), px(20)
    x = corner.x() - wide - px(8) if right else corner.x() + px(8)
    box = QRectF(x, corner.y() + px(8), wide, tall)
    fill_round(painter, box, px(4), QColor(0, 0, 0, 166))
    painter.setFont(font("micro", 600))
    painter.setPen(QColor("#FFFFFF"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)


def paint_wipe(painter: QPainter, x: float, area: QRectF) -> None:
    """The white line with its dark halo and the knob."""
    painter.fillRect(QRectF(x - 1.5, area.top(), 3, area.height()), QColor(0, 0, 0, 110))
    painter.fillRect(QRectF(x - 0.75, area.top(), 1.5, area.height()), QColor("#FFFFFF"))
    side = px(22)
    knob = QRectF(x - side / 2, area.center().y() - side / 2, side, side)
    fill_round(painter, knob.adjusted(-2, -2, 2, 2), side / 2 + 2, QColor(0, 0, 0, 90))
    fill_round(painter, knob, side / 2, QColor("#FFFFFF"))
    small = px(14)
    ratio = ratio_of(painter)
    pixmap = icons.draw("wipe", small, "#16171A", ratio)
    painter.drawPixmap(
        round(knob.center().x() - small / 2), round(knob.center().y() - small / 2), pixmap
    )


def paint_progress(painter: QPainter, fraction: float, area: QRectF) -> None:
    """A bar of 3 px on the lower edge while the picture is refined."""
    bar = QRectF(area.left(), area.bottom() - 3, area.width(), 3)
    painter.fillRect(bar, color("bg0", 0.6))
    bar.setWidth(bar.width() * min(max(fraction, 0.0), 1.0))
    painter.fillRect(bar, color("accent"))


def paint_readout(painter: QPainter, words: str, area: QRectF) -> None:
    """The value under the pointer, in the lower left corner."""
    wide, tall = text_width(words, "micro", 600) + 2 * px(7), px(20)
    box = QRectF(area.left() + px(8), area.bottom() - tall - px(8), wide, tall)
    fill_round(painter, box, px(4), QColor(0, 0, 0, 166))
    painter.setFont(font("micro", 600))
    painter.setPen(QColor("#FFFFFF"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)
