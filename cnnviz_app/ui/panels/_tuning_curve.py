"""One tuning curve: the answer along one property of the stimulus, with its peak marked."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz_app.lab.tuning_requests import Curve
from cnnviz_app.ui.theme import color, px, theme
from cnnviz_app.ui.widgets.base import PaintedWidget, number, painter_for, text, text_width


class TuningCurve(PaintedWidget):
    """Accent: the best answer; grey: the mean over phases, or the other bar; dashed: plain grey."""

    def __init__(
        self, title: str, unit: str, log: bool = False, period: float = 0.0,
        ink: Callable[[float], QColor] | None = None, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """`ink` gives places along the axis a colour of their own, in the stead of numbers."""
        super().__init__(parent)
        self._period = period
        self._ink = ink
        self._title, self._unit, self._log = title, unit, log
        self._curve: Curve | None = None
        self._rest = 0.0
        self._peak_words = ""
        self._now: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(title)

    def set_curve(self, curve: Curve | None, rest: float = 0.0, peak: str = "") -> None:
        """`peak` says in words where the curve is highest."""
        if curve is not None and self._period:
            curve = _closed(curve, self._period)
        self._curve, self._rest, self._peak_words = curve, rest, peak
        self._now = None
        self.setAccessibleDescription(peak)
        self.update()

    def set_now(self, x: float | None) -> None:
        """The stimulus as it stands now."""
        self._now = x
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(220), px(150))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(110), px(86))

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        self._paint_head(painter)
        area = QRectF(self.rect()).adjusted(px(34), px(28), -px(10), -px(20))
        painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), color("line2"))
        curve = self._curve
        if curve is None or area.height() < px(16):
            return
        low, high = self._range(curve)
        self._paint_ticks(painter, area, curve, low, high)
        self._paint_rest(painter, area, low, high)
        ring = theme().tokens.ring
        if len(curve.mean):
            painter.setPen(QPen(color("t2"), 1.4 * ring))
            painter.drawPolyline(self._points(area, curve, curve.mean, low, high))
        painter.setPen(QPen(color("accent"), 2 * ring))
        painter.drawPolyline(self._points(area, curve, curve.best, low, high))
        self._paint_peak(painter, area, curve, low, high)

    def _paint_head(self, painter: QPainter) -> None:
        wide = text_width(self._peak_words, "caption", 600) + 2
        right = QRectF(self.width() - wide - px(8), 0, wide, px(18))
        text(painter, QRectF(0, 0, right.left() - px(6), px(18)), self._title, "section", "t2")
        align = Qt.AlignmentFlag.AlignRight
        text(painter, right, self._peak_words, "caption", "t1", align, 600)

    def _range(self, curve: Curve) -> tuple[float, float]:
        found = [float(curve.best.min()), float(curve.best.max()), self._rest]
        if len(curve.mean):
            found += [float(curve.mean.min()), float(curve.mean.max())]
        low, high = min(0.0, *found), max(found)
        return low, high if high > low else low + 1.0

    def _share(self, curve: Curve, x: float) -> float:
        ends = float(curve.x[0]), float(curve.x[-1])
        if self._log:
            ends, x = (math.log(ends[0]), math.log(ends[1])), math.log(max(x, 1e-9))
        return (x - ends[0]) / (ends[1] - ends[0])

    def _points(
        self, area: QRectF, curve: Curve, values: np.ndarray, low: float, high: float
    ) -> QPolygonF:
        return QPolygonF([
            QPointF(
                area.left() + self._share(curve, float(x)) * area.width(),
                area.bottom() - (float(y) - low) / (high - low) * area.height(),
            )
            for x, y in zip(curve.x, values, strict=True)
        ])  # fmt: skip

    def _paint_ticks(
        self, painter: QPainter, area: QRectF, curve: Curve, low: float, high: float
    ) -> None:
        right, centre = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter
        for value, y in ((low, area.bottom()), (high, area.top())):
            box = QRectF(0, y - px(8), area.left() - px(4), px(16))
            text(painter, box, number(float(f"{value:.2g}"), plain=True), "micro", "t2", right)
        if self._ink is not None:
            self._paint_colours(painter, area, curve, self._ink)
            return
        first, last = float(curve.x[0]), float(curve.x[-1])
        middle = math.sqrt(first * last) if self._log else (first + last) / 2
        for value in (first, middle, last):
            x = area.left() + self._share(curve, value) * area.width()
            words = number(round(value, 1), plain=True) + (self._unit if value == last else "")
            wide = text_width(words, "micro") + 4
            left = min(x - wide / 2, self.width() - wide)
            text(painter, QRectF(left, area.bottom() + px(2), wide, px(16)), words, "micro",
                 "t2", centre)  # fmt: skip

    def _paint_colours(
        self, painter: QPainter, area: QRectF, curve: Curve, ink: Callable[[float], QColor]
    ) -> None:
        ends = float(curve.x[0]), float(curve.x[-1])
        ramp = QLinearGradient(area.left(), 0, area.right(), 0)
        for step in range(25):
            ramp.setColorAt(step / 24, ink(ends[0] + (ends[1] - ends[0]) * step / 24))
        painter.fillRect(QRectF(area.left(), area.bottom() + px(4), area.width(), px(9)), ramp)

    def _paint_rest(self, painter: QPainter, area: QRectF, low: float, high: float) -> None:
        y = area.bottom() - (self._rest - low) / (high - low) * area.height()
        painter.setPen(QPen(color("t3"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))

    def _paint_peak(
        self, painter: QPainter, area: QRectF, curve: Curve, low: float, high: float
    ) -> None:
        x = area.left() + self._share(curve, curve.preferred) * area.width()
        y = area.bottom() - (float(curve.best.max()) - low) / (high - low) * area.height()
        painter.setPen(QPen(color("accent"), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, y), QPointF(x, area.bottom()))
        painter.setPen(QPen(color("bg1"), 1))
        painter.setBrush(color("accent"))
        painter.drawEllipse(QPointF(x, y), px(4), px(4))
        if self._now is not None:
            at = area.left() + self._share(curve, self._now) * area.width()
            painter.fillRect(QRectF(at - 1, area.top(), 2, area.height()), color("sel"))


def _closed(curve: Curve, period: float) -> Curve:
    """A curve that ends where it began, drawn to its end."""
    mean = np.append(curve.mean, curve.mean[:1])
    x = np.append(curve.x, curve.x[0] + period)
    return replace(curve, x=x, best=np.append(curve.best, curve.best[0]), mean=mean)
