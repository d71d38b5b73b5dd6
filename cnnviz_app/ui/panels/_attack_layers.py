"""How far two pictures' representations are apart, layer by layer, as two curves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy

from cnnviz_app.lab.parting_requests import Apart
from cnnviz_app.ui.theme import color, px, theme
from cnnviz_app.ui.widgets.base import (
    PaintedWidget,
    focus_ring,
    painter_for,
    percent,
    text,
    text_width,
)

LEFT = 44


class LayerCurves(PaintedWidget):
    """The attack in red, the same change without a plan in grey; a click chooses a layer.

    Signals:
        chosen: the name of a layer.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._layers: tuple[Apart, ...] = ()
        self._current, self._hover = "", -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownArrows", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Distance by layer")

    def set_layers(self, layers: Sequence[Apart]) -> None:
        self._layers, self._hover = tuple(layers), -1
        self.update()

    def set_current(self, layer: str) -> None:
        self._current = layer
        self.setAccessibleDescription(self.words_of(layer))
        self.update()

    def words_of(self, layer: str) -> str:
        found = next((a for a in self._layers if a.layer == layer), None)
        if found is None:
            return ""
        return f"{layer}: {percent(found.attacked)}, shuffled {percent(found.shuffled)}"

    def sizeHint(self) -> QSize:
        return QSize(px(360), px(220))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(160), px(120))

    # ---- geometry

    def _plot(self) -> QRectF:
        return QRectF(px(LEFT), px(38), self.width() - px(LEFT + 6), self.height() - px(38 + 20))

    @property
    def _high(self) -> float:
        return 1.1 * max(1e-6, *(max(a.attacked, a.shuffled) for a in self._layers))

    def _x(self, index: int) -> float:
        plot = self._plot()
        return plot.left() + plot.width() * index / max(1, len(self._layers) - 1)

    def _y(self, share: float) -> float:
        plot = self._plot()
        return plot.bottom() - plot.height() * share / self._high

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        plot = self._plot()
        self._paint_legend(painter)
        if not self._layers:
            return
        step = next(s for s in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 50, 1e9)
                    if self._high / s <= 5)  # fmt: skip
        mark = 0.0
        while mark <= self._high:
            y = self._y(mark)
            painter.fillRect(QRectF(plot.left(), y, plot.width(), 1), color("t1", 0.09))
            words = f"{mark * 100:.0f} %"
            place = QRectF(0, y - px(8), px(LEFT - 6), px(16))
            text(painter, place, words, "micro", "t2", Qt.AlignmentFlag.AlignRight)
            mark += step
        painter.fillRect(QRectF(plot.left(), plot.bottom(), plot.width(), 1), color("line2"))
        names = [a.layer for a in self._layers]
        if self._current in names:
            x = self._x(names.index(self._current))
            painter.fillRect(QRectF(x - 1, plot.top(), 2, plot.height()), color("sel"))
        if self._hover >= 0:
            x = self._x(self._hover)
            painter.fillRect(QRectF(x, plot.top(), 1, plot.height()), color("t1"))
        self._paint_curve(painter, [a.shuffled for a in self._layers], "t2")
        self._paint_curve(painter, [a.attacked for a in self._layers], "err")
        below = QRectF(plot.left(), plot.bottom() + px(4), plot.width(), px(15))
        text(painter, below, names[0], "micro", "t2")
        text(painter, below, names[-1], "micro", "t2", Qt.AlignmentFlag.AlignRight)
        if self.shows_focus():
            focus_ring(painter, QRectF(self.rect()), px(5))

    def _paint_curve(self, painter: QPainter, shares: list[float], token: str) -> None:
        points = [QPointF(self._x(i), self._y(share)) for i, share in enumerate(shares)]
        painter.setPen(QPen(color(token), 2 * theme().tokens.ring))
        painter.drawPolyline(QPolygonF(points))

    def _paint_legend(self, painter: QPainter) -> None:
        names = [a.layer for a in self._layers]
        said = names[self._hover] if self._hover >= 0 else self._current
        found = next((a for a in self._layers if a.layer == said), None)
        x = 0.0
        for name, token, share in (
            ("attacked", "err", found.attacked if found else None),
            ("shuffled", "t2", found.shuffled if found else None),
        ):  # fmt: skip
            words = name if share is None else f"{name} {percent(share)}"
            painter.fillRect(QRectF(x, px(8), px(11), 2), color(token))
            wide = text_width(words, "caption") + 4
            text(painter, QRectF(x + px(15), 0, wide, px(17)), words, "caption", "t1")
            x += px(15) + wide + px(12)
        if found is not None:
            token = "sel_t" if said == self._current else "t1"
            line = QRectF(0, px(17), self.width(), px(17))
            text(painter, line, said, "caption", token, weight=600)

    # ---- hands

    def _at(self, x: float) -> int:
        count, plot = len(self._layers), self._plot()
        share = (x - plot.left()) / max(1.0, plot.width())
        return min(max(round(share * (count - 1)), 0), count - 1) if count else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._at(event.position().x())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position().x())
        if at >= 0:
            self.chosen.emit(self._layers[at].layer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        names = [a.layer for a in self._layers]
        if not step or not names:
            super().keyPressEvent(event)
            return
        at = names.index(self._current) + step if self._current in names else 0
        self.chosen.emit(names[min(max(at, 0), len(names) - 1)])
