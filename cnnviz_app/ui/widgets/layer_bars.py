"""One bar per layer, from the first to the last; the selected one in amber."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz_app.ui.theme import color, px

from .base import PaintedWidget, focus_ring, painter_for, percent, text, text_width


class LayerBars(PaintedWidget):
    """Shares 0 … as many as there are; a click or the arrow keys choose a layer."""

    chosen = Signal(str)

    def __init__(self, name: str = "Difference by layer", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[tuple[str, float], ...] = ()
        self._current, self._hover = "", -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownArrows", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(name)

    def set_bars(self, bars: Sequence[tuple[str, float]]) -> None:
        self._bars = tuple(bars)
        self._hover = -1
        self.update()

    def set_current(self, layer: str) -> None:
        self._current = layer
        shares = dict(self._bars)
        said = f"{layer} {percent(shares[layer])}" if layer in shares else ""
        self.setAccessibleDescription(said)
        self.update()

    def bars(self) -> tuple[tuple[str, float], ...]:
        return self._bars

    def sizeHint(self) -> QSize:
        return QSize(px(220), px(96))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(80), px(64))

    def _plot(self) -> QRectF:
        return QRectF(0, px(16), self.width(), max(1, self.height() - px(34)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        plot = self._plot()
        if self._bars:
            high = max(1e-9, *(share for _, share in self._bars))
            step = plot.width() / len(self._bars)
            gap = 1.0 if step >= 4 else 0.0
            for i, (layer, share) in enumerate(self._bars):
                tall = max(1.0, share / high * plot.height())
                ink = "sel" if layer == self._current else "t1" if i == self._hover else "t2"
                box = QRectF(i * step, plot.bottom() - tall, max(1.0, step - gap), tall)
                painter.fillRect(box, color(ink))
        painter.fillRect(QRectF(0, plot.bottom(), plot.width(), 1), color("line2"))
        self._paint_words(painter, plot)
        if self.shows_focus():
            focus_ring(painter, QRectF(self.rect()), px(5))

    def _paint_words(self, painter: QPainter, plot: QRectF) -> None:

        names = [name for name, _ in self._bars]
        said = names[self._hover] if self._hover >= 0 else self._current
        if said in names:
            share = self._bars[names.index(said)][1]
            words = f"{said}  {percent(share)}"
            ink = "sel_t" if said == self._current else "t1"
            wide = min(text_width(words, "caption", 600) + 4, self.width())
            middle = (names.index(said) + 0.5) * plot.width() / len(names)
            left = min(max(0.0, middle - wide / 2), self.width() - wide)
            text(painter, QRectF(left, 0, wide, px(15)), words, "caption", ink, weight=600)
        if names:
            below = QRectF(0, plot.bottom() + px(3), plot.width(), px(14))
            half = QRectF(0, below.top(), below.width() / 2 - px(4), below.height())
            text(painter, half, names[0], "micro", "t2")
            half.moveRight(below.right())
            text(painter, half, names[-1], "micro", "t2", Qt.AlignmentFlag.AlignRight)

    # ---- hands

    def _at(self, x: float) -> int:
        count = len(self._bars)
        return min(max(int(x / max(1, self.width()) * count), 0), count - 1) if count else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._at(event.position().x())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position().x())
        if at >= 0:
            self.chosen.emit(self._bars[at][0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        names = [name for name, _ in self._bars]
        if not step or not names:
            super().keyPressEvent(event)
            return
        at = names.index(self._current) + step if self._current in names else 0
        self.chosen.emit(names[min(max(at, 0), len(names) - 1)])
