"""A part of the screen, looked at over and over."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QScreen,
)
from PySide6.QtWidgets import QWidget

from cnnviz_app.ui.live.feed import Feed

EVERY_MS = 40
SMALLEST = 16
BLIND = (
    "This desktop does not let programs see the screen.",
    "Take a screenshot and paste it with Ctrl+V instead.",
)


def grab(screen: QScreen, region: QRect | None = None) -> QPixmap:
    """The screen or a region of it, in its own logical coordinates; null where forbidden."""
    if region is None:
        return screen.grabWindow(0)
    return screen.grabWindow(0, region.x(), region.y(), region.width(), region.height())


class ScreenFeed(Feed):
    """Twenty-five looks a second at one region."""

    icon = "screen"

    def __init__(self, screen: QScreen, region: QRect) -> None:
        super().__init__(f"Screen, {region.width()} × {region.height()}")
        self._screen, self._region = screen, region
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        self._timer.start()
        self._look()

    def stop(self) -> None:
        self._timer.stop()

    def _look(self) -> None:
        if self._screen not in QGuiApplication.screens():
            self.stop()
            self.broke.emit("That screen is no longer connected.", "Choose a region again.")
            return
        pixmap = grab(self._screen, self._region)
        if pixmap.isNull():
            self.stop()
            self.broke.emit(*BLIND)
            return
        self.arrived.emit(pixmap.toImage())


class RegionPicker(QWidget):
    """Lies over a screen, darkened; drag a rectangle, or press Esc.

    Signals:
        chosen: `(QScreen, QRect)`.
    """

    chosen = Signal(object, object)

    def __init__(self, screen: QScreen, shot: QPixmap, parent: QWidget) -> None:
        flags = Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint
        super().__init__(parent, flags | Qt.WindowType.WindowStaysOnTopHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._screen, self._shot = screen, shot
        self._from: QPoint | None = None
        self._region = QRect()
        self.setGeometry(screen.geometry())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            self._region = QRect(self._from, event.position().toPoint()).normalized()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        region = self._region & self.rect()
        self.close()
        if min(region.width(), region.height()) >= SMALLEST:
            self.chosen.emit(self._screen, region)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(self.rect(), self._shot)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 120))
        if not self._region.isEmpty():
            ratio = self._shot.width() / max(1, self.width())
            part = QRect(
                round(self._region.x() * ratio), round(self._region.y() * ratio),
                round(self._region.width() * ratio), round(self._region.height() * ratio),
            )  # fmt: skip
            painter.drawPixmap(self._region, self._shot, part)
            painter.setPen(QPen(QColor("#FFFFFF"), 2))
            painter.drawRect(self._region)
        painter.end()
