"""A distribution as bars in the colours of the map, with an amber tick for now."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz_app.core import colormaps
from cnnviz_app.ui.theme import color, px, theme

from .base import PaintedWidget, number, painter_for, text, text_width


class Histogram(PaintedWidget):
    """Counts over equal bins from lo to hi. Bars are never animated."""

    hovered = Signal(float, int)  # value at the middle of the bin, its count

    def __init__(self, *, coloured: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: npt.NDArray[np.float64] = np.zeros(0)
        self._lo, self._hi = 0.0, 1.0
        self._now: float | None = None
        self._now_words = ""
        self._coloured = coloured
        self._log = False
        self._marks: tuple[tuple[float, str], ...] = ()
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("Distribution")

    def set_counts(
        self, counts: Sequence[float] | npt.NDArray[np.floating], lo: float, hi: float
    ) -> None:
        self._counts = np.asarray(counts, float)
        self._lo, self._hi = lo, hi
        self.update()

    def set_now(self, value: float | None, words: str = "") -> None:
        """The amber tick; `words` stand above it ("now 217")."""
        self._now, self._now_words = value, words
        self.setAccessibleDescription(words or ("" if value is None else number(value)))
        self.update()

    def set_marks(self, marks: Sequence[tuple[float, str]]) -> None:
        """Thin lines at values, such as quantiles, with a word where there is room for it."""
        self._marks = tuple(marks)
        self.update()

    def set_log(self, log: bool) -> None:
        """Heights by the logarithm of the count, for long tails."""
        self._log = log
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(260), px(90))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(120), px(60))

    def _plot(self) -> QRectF:
        top = px(16)
        return QRectF(0, top, self.width(), max(1, self.height() - top - px(18)))

    def _heights(self) -> npt.NDArray[np.float64]:
        counts = np.log1p(self._counts) if self._log else self._counts
        largest = float(counts.max()) if counts.size else 0.0
        return counts / largest if largest > 0 else counts

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        plot = self._plot()
        n = len(self._counts)
        table = colormaps.lut("tide", theme().is_dark)
        painter.setPen(Qt.PenStyle.NoPen)
        step = plot.width() / max(1, n)
        gap = 1.0 if step >= 4 else 0.0
        for i, h in enumerate(self._heights()):
            if h <= 0:
                continue
            share = 0.36 + 0.57 * (i / max(1, n - 1))
            paint = QColor(*(int(c) for c in table[round(share * 255)]))
            painter.setBrush(paint if self._coloured else color("t2"))
            tall = max(1.0, h * plot.height())
            painter.drawRect(QRectF(i * step, plot.bottom() - tall, step - gap, tall))
        painter.fillRect(QRectF(0, plot.bottom(), plot.width(), 1), color("line2"))
        self._paint_ticks(painter, plot)
        self._paint_marks(painter, plot)
        if self._now is not None:
            self._paint_now(painter, plot, self._now)

    def _paint_ticks(self, painter: QPainter, plot: QRectF) -> None:
        flags = Qt.AlignmentFlag
        count = 5 if plot.width() >= px(200) else 3
        wide = px(60)
        for k in range(count):
            share = k / (count - 1)
            x = plot.left() + share * plot.width()
            align = flags.AlignHCenter
            box = QRectF(x - wide / 2, plot.bottom() + px(3), wide, px(14))
            if k == 0:
                align, box = flags.AlignLeft, QRectF(0, box.top(), wide, box.height())
            elif k == count - 1:
                left = plot.right() - wide
                align, box = flags.AlignRight, QRectF(left, box.top(), wide, box.height())
            value = self._lo + share * (self._hi - self._lo)
            text(painter, box, number(value, plain=True), "micro", "t2", align)

    def _paint_marks(self, painter: QPainter, plot: QRectF) -> None:
        taken = -1.0
        now = self._now_box(plot)
        for value, words in self._marks:
            share = (value - self._lo) / (self._hi - self._lo) if self._hi > self._lo else 0.0
            if not 0.0 <= share <= 1.0:
                continue
            x = round(plot.left() + share * (plot.width() - 1))
            painter.fillRect(QRectF(x, plot.top() - px(1), 1, plot.height() + px(1)), color("t2"))
            wide = text_width(words, "micro")
            left = min(max(0.0, x - wide / 2), plot.width() - wide)
            box = QRectF(left, px(1), wide + 2, px(14))
            if left > taken and (now is None or not now.intersects(box)):
                text(painter, box, words, "micro", "t2")
                taken = left + wide + px(5)

    def _now_box(self, plot: QRectF) -> QRectF | None:
        """Where the words of the tick stand."""
        if self._now is None or not self._now_words:
            return None
        share = (self._now - self._lo) / (self._hi - self._lo) if self._hi > self._lo else 0.0
        x = plot.left() + min(max(share, 0.0), 1.0) * (plot.width() - 2)
        wide = text_width(self._now_words, "caption", 600) + 2
        left = min(max(0.0, x - wide - px(5)), plot.width() - wide)
        return QRectF(left, 0, wide + 2, px(15))

    def _paint_now(self, painter: QPainter, plot: QRectF, now: float) -> None:
        share = (now - self._lo) / (self._hi - self._lo) if self._hi > self._lo else 0.0
        x = plot.left() + min(max(share, 0.0), 1.0) * (plot.width() - 2)
        painter.fillRect(QRectF(x, plot.top() - px(2), 2, plot.height() + px(2)), color("sel"))
        box = self._now_box(plot)
        if box is not None:
            text(painter, box, self._now_words, "caption", "sel_t", weight=600)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        n = len(self._counts)
        if not n:
            return
        i = min(max(int(event.position().x() / max(1, self.width()) * n), 0), n - 1)
        middle = self._lo + (i + 0.5) / n * (self._hi - self._lo)
        self.setToolTip(f"{number(middle)}: {int(self._counts[i])}")
        self.hovered.emit(middle, int(self._counts[i]))

    def leaveEvent(self, event: QEvent) -> None:
        self.setToolTip("")
