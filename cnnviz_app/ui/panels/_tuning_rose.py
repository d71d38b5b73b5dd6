"""How a unit answers to lines of every direction, as a rose: its petals point as the lines do."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz_app.lab.tuning_requests import UnitTuning
from cnnviz_app.ui.theme import color, px, theme
from cnnviz_app.ui.widgets.base import PaintedWidget, painter_for, text

Values = npt.NDArray[np.float32]


class TuningRose(PaintedWidget):
    """Gratings as a filled rose, the bar as a line; the hand is the bar as it stands now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit: UnitTuning | None = None
        self._now: tuple[float, float] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Answer by direction")

    def set_unit(self, unit: UnitTuning | None) -> None:
        self._unit = unit
        self._now = None
        words = f"prefers {unit.angle:.0f} degrees" if unit is not None else ""
        self.setAccessibleDescription(words)
        self.update()

    def set_now(self, angle: float | None, value: float = 0.0) -> None:
        """The direction and the answer of the bar as it stands now; None for no hand."""
        self._now = None if angle is None else (angle, value)
        self.update()

    @property
    def has_hand(self) -> bool:
        return self._now is not None

    def sizeHint(self) -> QSize:
        return QSize(px(190), px(190))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(90), px(90))

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        side = min(self.width(), self.height()) - 2 * px(20)
        centre = QPointF(self.width() / 2, self.height() / 2)
        radius = max(10.0, side / 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color("line2"), 1))
        painter.drawEllipse(centre, radius, radius)
        painter.setPen(QPen(color("line"), 1))
        painter.drawEllipse(centre, radius / 2, radius / 2)
        for angle in (0, 45, 90, 135):
            painter.drawLine(QLineF(_at(centre, radius, angle), _at(centre, radius, angle + 180)))
        self._paint_names(painter, centre, radius)
        unit = self._unit
        if unit is None or unit.silent:
            return
        most = max(float(unit.orientation.best.max()), float(unit.turning.best.max()))
        scale = radius / max(most - unit.rest, 1e-12)
        self._paint_petals(painter, centre, scale, unit)
        if self._now is not None:
            self._paint_hand(painter, centre, scale, unit)

    def _paint_petals(
        self, painter: QPainter, centre: QPointF, scale: float, unit: UnitTuning
    ) -> None:
        ring = theme().tokens.ring
        painter.setPen(QPen(color("accent"), 2 * ring))
        painter.setBrush(color("accent", 0.22))
        painter.drawPolygon(_petals(centre, scale, unit.orientation.best, unit.rest))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color("t2"), 1.4 * ring, Qt.PenStyle.DashLine))
        painter.drawPolygon(_petals(centre, scale, unit.turning.best, unit.rest))

    def _paint_hand(
        self, painter: QPainter, centre: QPointF, scale: float, unit: UnitTuning
    ) -> None:
        assert self._now is not None
        angle, value = self._now
        length = max(0.0, (value - unit.rest) * scale)
        hand = QLineF(_at(centre, length, angle), _at(centre, length, angle + 180))
        for pen in (QPen(color("halo"), 5), QPen(color("sel"), 3 * theme().tokens.ring)):
            painter.setPen(pen)
            painter.drawLine(hand)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("sel"))
        for end in (hand.p1(), hand.p2()):
            painter.drawEllipse(end, px(4), px(4))

    def _paint_names(self, painter: QPainter, centre: QPointF, radius: float) -> None:
        middle = Qt.AlignmentFlag.AlignHCenter
        for angle, words in ((0, "0°"), (45, "45°"), (90, "90°"), (135, "135°")):
            place = _at(centre, radius + px(11), angle)
            box = QRectF(place.x() - px(18), place.y() - px(8), px(36), px(16))
            text(painter, box, words, "micro", "t2", middle)


def _at(centre: QPointF, length: float, angle: float) -> QPointF:
    """A point in the direction of a line `angle` degrees clockwise from upright."""
    turn = math.radians(angle)
    return QPointF(
        centre.x() + length * math.sin(turn), centre.y() - length * math.cos(turn)
    )


def _petals(centre: QPointF, scale: float, curve: Values, rest: float) -> QPolygonF:
    """Half a turn of answers, drawn twice: a line points both ways."""
    count = len(curve)
    points = []
    for step in range(2 * count):
        length = max(0.0, float(curve[step % count]) - rest) * scale
        points.append(_at(centre, length, 180.0 * step / count))
    return QPolygonF(points)
