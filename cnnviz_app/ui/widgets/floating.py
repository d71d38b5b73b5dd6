"""Things that float above the window: a card with a shadow that fades in."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from cnnviz_app.ui.theme import color, px, theme

from .base import PaintedWidget, fill_round, outline, painter_for, text, text_width


def shadow_pixmap(
    width: int, height: int, radius: int, blur: int, down: int, strength: float, ratio: float
) -> QPixmap:
    """A soft shadow of a rounded box, with `blur` pixels of room around it; cheap to make."""
    image = QImage(
        round((width + 2 * blur) * ratio),
        round((height + 2 * blur) * ratio),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.fill(Qt.GlobalColor.transparent)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    # Stacked rounded boxes, each a little larger and fainter, sum up to a soft fall-off.
    steps = 14
    for i in range(steps):
        spread = blur * (1 - (i + 1) / steps) ** 1.4
        alpha = strength * 2.0 * (i + 1) / (steps * (steps + 1)) * 1.1
        box = QRectF(blur, blur + down * 0.5, width, height - down * 0.3)
        painter.setBrush(QColor(0, 0, 0, min(255, round(255 * alpha))))
        corner = radius + spread
        painter.drawRoundedRect(box.adjusted(-spread, -spread, spread, spread), corner, corner)
    painter.end()
    return QPixmap.fromImage(image)


class FloatingCard(PaintedWidget):
    """bg2, a strong hairline, radius 8 and a 28/6 shadow; lies over its parent window.

    Subclasses paint into `body()` from `paint_body` and call `show_near`.
    """

    BLUR, DOWN, STRENGTH = 28, 6, 0.6

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._opacity = 1.0
        self._shadow: QPixmap | None = None
        self._fade = QVariantAnimation(self)
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._fade.valueChanged.connect(self._on_fade)
        self.hide()

    def restyle(self) -> None:
        self._shadow = None

    def body(self) -> QRect:
        """The card itself, without the room for its shadow."""
        return self.rect().adjusted(self.BLUR, self.BLUR, -self.BLUR, -self.BLUR)

    def set_body_size(self, width: int, height: int) -> None:
        if self.body().size().width() != width or self.body().height() != height:
            self._shadow = None
            self.resize(width + 2 * self.BLUR, height + 2 * self.BLUR)

    def show_near(self, anchor: QRect) -> None:
        """Beside a rectangle in the parent's coordinates, inside the parent."""
        parent = self.parentWidget()
        assert parent is not None
        room, body, gap = parent.rect(), self.body(), px(6)
        x = anchor.right() + gap
        if x + body.width() > room.right():
            x = anchor.left() - gap - body.width()
        x = max(room.left() + gap, x)
        y = min(max(anchor.top() - px(20), gap), max(gap, room.bottom() - body.height() - gap))
        self.move(QPoint(x - self.BLUR, y - self.BLUR))
        self.raise_()
        if not self.isVisible():
            self.show()
            duration = theme().duration(120)
            if duration:
                self._opacity = 0.0
                self._fade.setDuration(duration)
                self._fade.start()
            else:
                self._opacity = 1.0
        self.update()

    def _on_fade(self, value: object) -> None:
        self._opacity = float(value) if isinstance(value, (int, float)) else 1.0
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        painter.setOpacity(self._opacity)
        body = self.body()
        ratio = self.devicePixelRatioF()
        if self._shadow is None or self._shadow.devicePixelRatioF() != ratio:
            self._shadow = shadow_pixmap(
                body.width(), body.height(), px(8), self.BLUR, self.DOWN,
                self.STRENGTH if theme().is_dark else self.STRENGTH * 0.45, ratio,
            )  # fmt: skip
        painter.drawPixmap(0, 0, self._shadow)
        fill_round(painter, QRectF(body), px(8), color("bg2"))
        outline(painter, QRectF(body), px(8), color("line2"))
        self.paint_body(painter, body)

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        """What the card shows."""


class PictureCard(FloatingCard):
    """A picture with two lines below it: the hover card of tiles and frames."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QPixmap()
        self._title, self._value, self._note = "", "", ""
        self._token = "t1"

    def set_content(
        self, picture: QPixmap, title: str, value: str = "", note: str = "", token: str = "t1"
    ) -> None:
        """`picture` in its final size; `value` stands right of the title."""
        self._picture, self._title, self._value, self._note = picture, title, value, note
        self._token = token
        ratio = picture.devicePixelRatioF()
        wide = round(picture.width() / ratio)
        needed = max(
            wide,
            text_width(note, "caption"),
            text_width(title, "strong") + text_width(value, "caption") + px(12),
        )
        tall = round(picture.height() / ratio) + px(8) + px(18) + (px(18) if note else 0)
        self.set_body_size(needed + 2 * px(8), tall + 2 * px(8))
        self.update()

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        pad = px(8)
        painter.drawPixmap(body.left() + pad, body.top() + pad, self._picture)
        ratio = self._picture.devicePixelRatioF()
        y = body.top() + pad + round(self._picture.height() / ratio) + px(8)
        line = QRect(body.left() + pad, y, body.width() - 2 * pad, px(18))
        text(painter, line, self._title, "strong", self._token)
        text(painter, line, self._value, "caption", "t2", Qt.AlignmentFlag.AlignRight)
        if self._note:
            text(painter, line.translated(0, px(18)), self._note, "caption", "t2")
