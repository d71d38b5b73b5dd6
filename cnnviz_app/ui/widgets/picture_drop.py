"""A dashed place to drop a picture; shows it when it has one."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz_app.ui.theme import color, px

from .base import (
    Pixels,
    fill_round,
    fitted,
    focus_ring,
    icon_at,
    painter_for,
    round_pixmap,
    text,
    to_qimage,
)
from .drop_target import DropTarget


class PictureDrop(DropTarget):
    """Drop a file, or click to choose; `cleared` when its cross is clicked."""

    clicked = Signal()
    cleared = Signal()

    def __init__(
        self,
        words: str = "Drop a picture",
        *,
        icon: str = "",
        details: str = "",
        height: int = 28,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words, self._icon, self._details = words, icon, details
        self._height = height
        self._image: QImage | None = None
        self._name = ""
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(words)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.restyle()

    def set_picture(self, hwc8: Pixels | None, name: str = "") -> None:
        """Show this picture's thumb and name, or the empty zone for None."""
        self._image = None if hwc8 is None else to_qimage(hwc8)
        self._name = name
        self.setAccessibleDescription(name)
        self.restyle()
        self.update()

    def has_picture(self) -> bool:
        return self._image is not None

    def restyle(self) -> None:
        tall = max(self._height, 40) if self._image is not None else self._height
        self.setFixedHeight(px(tall))

    def sizeHint(self) -> QSize:
        return QSize(px(160), px(self._height))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(80), px(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        rect = QRectF(self.rect())
        radius = px(5 if self._height < 80 else 8)
        if self.lit:
            fill_round(painter, rect, radius, color("accent", 0.12))
        if self._image is not None:
            self._paint_picture(painter, rect)
        else:
            pen = QPen(color("accent" if self.lit else "line2"), 1.5 if self.lit else 1.0)
            pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
            self._paint_words(painter, rect)
        if self.shows_focus():
            focus_ring(painter, rect, radius)

    def _paint_words(self, painter: QPainter, rect: QRectF) -> None:
        centre = Qt.AlignmentFlag.AlignHCenter
        if self._height < 80:
            text(painter, rect, self._words, "medium", "t3", centre)
            return
        lines = self._details.splitlines()
        tall = px(32 + 18) + px(18) * len(lines)
        y = rect.center().y() - tall / 2
        if self._icon:
            icon_at(painter, self._icon, QPointF(rect.center().x(), y + px(10)), 22, "t2")
        y += px(30)
        text(painter, QRectF(0, y, rect.width(), px(20)), self._words, "strong", "t1", centre)
        for line in lines:
            y += px(20)
            text(painter, QRectF(0, y, rect.width(), px(18)), line, "medium", "t2", centre)

    def _paint_picture(self, painter: QPainter, rect: QRectF) -> None:
        assert self._image is not None
        fill_round(painter, rect, px(5), color("bg3"))
        side = int(rect.height()) - 2 * px(4)
        pixmap = fitted(self._image, side, side, self.devicePixelRatioF())
        round_pixmap(painter, QRectF(px(4), px(4), side, side), pixmap, px(3))
        words = QRectF(side + px(12), 0, rect.width() - side - px(36), rect.height())
        text(painter, words, self._name or "Picture", "medium", "t1")
        icon_at(painter, "close", QPointF(rect.width() - px(14), rect.center().y()), 12, "t2")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._image is not None and event.position().x() > self.width() - px(28):
            self.set_picture(None)
            self.cleared.emit()
        elif event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Space):
            self.clicked.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.has_picture():
            self.set_picture(None)
            self.cleared.emit()
        else:
            super().keyPressEvent(event)
