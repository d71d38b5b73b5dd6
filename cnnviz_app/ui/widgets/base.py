"""What painted widgets share: following the theme, focus rings, text, pictures from arrays."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFocusEvent, QFontMetrics, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz_app.ui.theme import color, font, px, theme

Pixels = npt.NDArray[np.uint8]
THIN = "\u2009"  # thin space between a number and its unit
MINUS = "\u2212"

_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


def follow_theme(callback: Callable[[], None]) -> None:
    """Call a widget's method now and whenever theme, text scale or motion change."""
    theme().changed.connect(callback)
    callback()


class PaintedWidget(QWidget):
    """A widget that paints itself from the theme; override `restyle` for cached things."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.focus_visible = False
        theme().changed.connect(self._on_theme)

    def _on_theme(self) -> None:
        self.restyle()
        self.updateGeometry()
        self.update()

    def restyle(self) -> None:
        """The theme or the scale changed: drop what was cached for painting."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.focus_visible = event.reason() in _KEYBOARD
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.focus_visible = False
        super().focusOutEvent(event)
        self.update()

    def shows_focus(self) -> bool:
        return self.focus_visible

    def minimumSizeHint(self) -> QSize:
        return QSize(px(48), px(16))


class Attention(QObject):
    """Whether the pointer is on a standard control, and whether the keyboard put the focus there.

    Painted widgets see these events themselves; for Qt's own controls this watches instead.
    """

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.hovered = False
        self.focused = False
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.hovered = kind == QEvent.Type.Enter
        elif isinstance(event, QFocusEvent):
            arrives = kind == QEvent.Type.FocusIn
            self.focused = arrives and event.reason() in _KEYBOARD
        else:
            return False
        if isinstance(watched, QWidget):
            watched.update()
        return False


def fixed_height(widget: QWidget, height: int) -> None:
    """Keep a row from being stretched by its neighbours."""
    widget.setFixedHeight(height)
    widget.setSizePolicy(widget.sizePolicy().horizontalPolicy(), QSizePolicy.Policy.Fixed)


# ---- painting


def painter_for(widget: Any) -> QPainter:
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    return painter


def ratio_of(painter: QPainter) -> float:
    """Device pixels per logical pixel, also when a widget is rendered enlarged into a picture."""
    scaled = abs(painter.deviceTransform().m11())
    return max(painter.device().devicePixelRatioF(), scaled)


def fill_round(painter: QPainter, rect: QRectF, radius: float, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(rect, radius, radius)


def outline(
    painter: QPainter, rect: QRectF, radius: float, colour: QColor, width: float = 1.0
) -> None:
    """An outline that lies inside `rect`, sharp at half pixels."""
    half = width / 2
    painter.setPen(QPen(colour, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inside = rect.adjusted(half, half, -half, -half)
    painter.drawRoundedRect(inside, max(0.0, radius - half), max(0.0, radius - half))


def focus_ring(painter: QPainter, rect: QRectF, radius: float, token: str = "accent") -> None:
    outline(painter, rect, radius, color(token), float(theme().tokens.focus_width))


def text(
    painter: QPainter,
    rect: QRect | QRectF,
    words: str,
    role: str = "body",
    token: str = "t1",
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    weight: int | None = None,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    """One line of text in a rectangle, shortened when it does not fit."""
    face = font(role, weight)
    painter.setFont(face)
    painter.setPen(color(token))
    box = rect.toRect() if isinstance(rect, QRectF) else rect
    shown = QFontMetrics(face).elidedText(words, elide, box.width() + 1)
    flags = int(align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
    painter.drawText(box, flags, shown)


def text_width(words: str, role: str = "body", weight: int | None = None) -> int:
    return QFontMetrics(font(role, weight)).horizontalAdvance(words)


def icon_at(
    painter: QPainter, name: str, centre: QPointF, size: float = 16, token: str = "t2"
) -> None:
    """An icon around a point; `size` in design pixels."""
    ratio = ratio_of(painter)
    pixmap = theme().pixmap(name, size, token, ratio)
    side = theme().px(size)
    painter.drawPixmap(round(centre.x() - side / 2), round(centre.y() - side / 2), pixmap)


# ---- pictures


def to_qimage(hwc8: Pixels) -> QImage:
    """A QImage of its own from an H×W×3 (or ×4, or H×W grey) uint8 array."""
    array = np.ascontiguousarray(hwc8)
    height, width = array.shape[:2]
    if array.ndim == 2:
        kind, stride = QImage.Format.Format_Grayscale8, width
    elif array.shape[2] == 4:
        kind, stride = QImage.Format.Format_RGBA8888, 4 * width
    else:
        kind, stride = QImage.Format.Format_RGB888, 3 * width
    return QImage(array.data, width, height, stride, kind).copy()


def fitted(
    image: QImage, width: int, height: int, ratio: float, cover: bool = True, smooth: bool = True
) -> QPixmap:
    """The picture scaled (and cut, when it covers) to logical width × height."""
    device = QSize(max(1, round(width * ratio)), max(1, round(height * ratio)))
    keep = Qt.AspectRatioMode
    mode = Qt.TransformationMode.SmoothTransformation
    if not smooth:
        mode = Qt.TransformationMode.FastTransformation
    expand = keep.KeepAspectRatioByExpanding if cover else keep.KeepAspectRatio
    scaled = image.scaled(device, expand, mode)
    if cover:
        left = (scaled.width() - device.width()) // 2
        top = (scaled.height() - device.height()) // 2
        scaled = scaled.copy(left, top, device.width(), device.height())
    pixmap = QPixmap.fromImage(scaled)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def round_pixmap(painter: QPainter, rect: QRectF, pixmap: QPixmap, radius: float) -> None:
    """Draw a pixmap with round corners (smooth ones: the picture is a brush)."""
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.translate(rect.topLeft())
    painter.setBrush(QBrush(pixmap))
    painter.drawRoundedRect(QRectF(0, 0, rect.width(), rect.height()), radius, radius)
    painter.restore()


# ---- numbers


def number(value: float, digits: int = 3, *, plain: bool = False) -> str:
    """Three significant figures with a true minus; never 0.0000 for something that is not zero.

    `plain` drops zeros after the point, for ticks and ends of scales.
    """
    if value != value:
        return "–"
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else MINUS + "∞"
    size = abs(value)
    if size == 0:
        return "0"
    rounded = float(f"{size:.{digits - 1}e}")  # 99.96 is 100 before it is counted
    if rounded >= 1e6 or rounded < 10.0**-digits:
        mantissa, exponent = f"{size:.{digits - 1}e}".split("e")
        if "." in mantissa:
            mantissa = mantissa.rstrip("0").rstrip(".")
        body = f"{mantissa}e{int(exponent)}"
    elif rounded >= 10.0 ** (digits - 1):
        body = f"{size:.0f}"
        if len(body) > 4:
            body = f"{int(body):,}".replace(",", THIN)
    else:
        places = digits - 1 - math.floor(math.log10(rounded))
        body = f"{rounded:.{places}f}"
    if plain and "." in body and "e" not in body:
        body = body.rstrip("0").rstrip(".")
    return (MINUS if value < 0 else "") + body.replace("-", MINUS)


def nice_pitch(span: float, most: int) -> float:
    """A round distance (1, 2 or 5 times a power of ten) of which at most `most` fit in a span."""
    raw = max(span / most, 1e-12)
    power = 10.0 ** math.floor(math.log10(raw))
    return next((m * power for m in (1, 2, 5) if m * power >= raw), 10 * power)


def percent(share: float) -> str:
    """A share of 1 as a percentage with one decimal."""
    if 0 < share < 0.0005:
        return f"<{THIN}0.1{THIN}%"
    return f"{share * 100:.1f}{THIN}%"
