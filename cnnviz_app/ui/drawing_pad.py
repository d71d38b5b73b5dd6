"""A pad to draw a digit or a bar on; every stroke is a new picture at once."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from cnnviz_app.sources import drawing
from cnnviz_app.ui.theme import font, px
from cnnviz_app.ui.widgets.base import PaintedWidget, fill_round, painter_for
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.segmented import Segmented

SIDE = 224


class _Paper(PaintedWidget):
    """Signals:
    changed: a stroke grew or ended.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.strokes: list[list[tuple[float, float]]] = []
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Drawing pad")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(px(280), px(280))

    def _square(self) -> QRectF:
        side = min(self.width(), self.height())
        square = QRectF(0, 0, side, side)
        square.moveCenter(QRectF(self.rect()).center())
        return square

    def _place(self, point: QPointF) -> tuple[float, float]:
        square = self._square()
        return (
            (point.x() - square.left()) / square.width(),
            (point.y() - square.top()) / square.height(),
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.strokes.append([self._place(event.position())])
            self.update()
            self.changed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self.strokes:
            self.strokes[-1].append(self._place(event.position()))
            self.update()
            self.changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        square = self._square()
        fill_round(painter, square, px(6), QColor("#000000"))
        if not self.strokes:
            # The paper is black in every theme.
            painter.setFont(font("title"))
            painter.setPen(QColor("#A8ACB3"))
            painter.drawText(square, Qt.AlignmentFlag.AlignCenter, "Draw here")
        pen = QPen(QColor("#FFFFFF"), square.width() * 0.065)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setClipRect(square)
        for stroke in self.strokes:
            self._paint_stroke(painter, square, stroke)

    @staticmethod
    def _paint_stroke(
        painter: QPainter, square: QRectF, stroke: list[tuple[float, float]]
    ) -> None:
        points = [QPointF(square.left() + x * square.width(), square.top() + y * square.height())
                  for x, y in stroke]  # fmt: skip
        if len(points) == 1:
            painter.drawPoint(points[0])
        else:
            painter.drawPolyline(QPolygonF(points))


class DrawingPad(QWidget):
    """Paper, undo and clear; as a digit it is centred and scaled the way MNIST's are.

    `digits` leaves no other kind of drawing to choose.

    Signals:
        drawn: a `Picture`.
    """

    drawn = Signal(object)

    def __init__(self, *, digits: bool = False) -> None:
        super().__init__()
        self._paper = _Paper()
        self._paper.changed.connect(self._tell)
        self._kind = Segmented([("digit", "Digit"), ("free", "As drawn")], name="Kind of drawing")
        self._kind.chosen.connect(lambda _key: self._tell())
        undo = Button("Undo", "ghost", "reset")
        undo.clicked.connect(self._undo)
        clear = Button("Clear", "ghost", "trash")
        clear.clicked.connect(self.clear)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._kind)
        if digits:
            self._kind.hide()
        row.addStretch(1)
        row.addWidget(undo)
        row.addWidget(clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._paper, 1)
        column.addLayout(row)

    def clear(self) -> None:
        self._paper.strokes.clear()
        self._paper.update()

    def _undo(self) -> None:
        if self._paper.strokes:
            self._paper.strokes.pop()
            self._paper.update()
            self._tell()

    def _tell(self) -> None:
        strokes = self._paper.strokes
        if not strokes:
            return
        digit = self._kind.key == "digit"
        levels = drawing.mnist_digit(strokes) if digit else drawing.drawn(strokes, SIDE)
        self.drawn.emit(drawing.as_picture(levels, "Drawn digit" if digit else "Drawing"))

