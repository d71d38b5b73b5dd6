"""The other branches of a run, one row each, on the same axis as the filmstrip above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz_app.ui.theme import color, px

from .base import (
    PaintedWidget,
    Pixels,
    fill_round,
    fitted,
    focus_ring,
    icon_at,
    painter_for,
    text,
    text_width,
    to_qimage,
)

ROW = 34


@dataclass(frozen=True)
class BranchRow:
    """One branch: where it leaves, its frames from there on, whether the wipe compares it."""

    title: str
    left_at: int
    frames: tuple[tuple[int, Pixels], ...]
    compared: bool = False


class BranchRows(PaintedWidget):
    """Click a frame of a row to look at that branch."""

    picked = Signal(int, int)  # row, step

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[BranchRow, ...] = ()
        self._total = 0
        self._hover = -1
        self._current = 0
        self._thumbs: dict[tuple[int, int, int, float], QPixmap] = {}
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownArrows", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Branches of the run")
        self.restyle()

    def set_rows(self, rows: Sequence[BranchRow], total: int) -> None:
        """`total` is the last step of the axis."""
        self._rows, self._total = tuple(rows), max(1, total)
        self._current = min(self._current, max(0, len(rows) - 1))
        self._thumbs.clear()
        self.setAccessibleDescription("; ".join(row.title for row in rows))
        self.restyle()
        self.setVisible(bool(rows))
        self.update()

    def set_total(self, total: int) -> None:
        if total > self._total:
            self._total = total
            self._thumbs.clear()
            self.update()

    def restyle(self) -> None:
        self._thumbs.clear()
        self.setFixedHeight(len(self._rows) * px(ROW))

    def sizeHint(self) -> QSize:
        return QSize(px(600), len(self._rows) * px(ROW))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), len(self._rows) * px(ROW))

    def _row_rect(self, index: int) -> QRectF:
        return QRectF(0, index * px(ROW), self.width(), px(ROW) - px(4))

    def _x(self, step: float) -> float:
        return self.width() * step / self._total

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        for index, row in enumerate(self._rows):
            self._paint_row(painter, index, row)
        if self.shows_focus() and self._rows:
            focus_ring(painter, self._row_rect(self._current), px(3))

    def _paint_row(self, painter: QPainter, index: int, row: BranchRow) -> None:
        rect = self._row_rect(index)
        start = self._x(row.left_at)
        end = self._x(row.frames[-1][0]) if row.frames else start
        fill_round(painter, rect, px(3), color("bg3" if index == self._hover else "mat"))
        wide = rect.height() * 1.3
        count = max(1, round((end - start) / wide)) if end > start else 0
        for k in range(count):
            left = start + (end - start) * k / count
            right = start + (end - start) * (k + 1) / count
            step = row.left_at + (row.frames[-1][0] - row.left_at) * (k + 1) / count
            box = QRectF(round(left), rect.top(), round(right) - round(left), rect.height())
            painter.drawPixmap(box.topLeft(), self._thumb(index, step, box))
            painter.fillRect(QRectF(box.right() - 1, box.top(), 1, box.height()),
                             QColor(0, 0, 0, 150))  # fmt: skip
        if row.left_at:
            painter.fillRect(QRectF(start, rect.top(), 1, rect.height()), color("line2"))
        self._paint_title(painter, rect, row)

    def _paint_title(self, painter: QPainter, rect: QRectF, row: BranchRow) -> None:
        icon = "wipe" if row.compared else "branch" if row.left_at else "play"
        wide = min(text_width(row.title, "micro", 600) + px(34), rect.width() - px(8))
        tag = QRectF(px(5), rect.center().y() - px(9), wide, px(18))
        fill_round(painter, tag, px(4), color("bg0", 0.88))
        icon_at(painter, icon, QPointF(tag.left() + px(11), tag.center().y()), 12, "t1")
        box = tag.adjusted(px(22), 0, -px(6), 0)
        text(painter, box, row.title, "micro", "t1", weight=600)

    def _thumb(self, index: int, step: float, box: QRectF) -> QPixmap:
        frames = self._rows[index].frames
        nearest = min(range(len(frames)), key=lambda i: abs(frames[i][0] - step))
        ratio = self.devicePixelRatioF()
        key = (index, nearest, round(box.width()), ratio)
        if key not in self._thumbs:
            size = max(1, round(box.width())), max(1, round(box.height()))
            self._thumbs[key] = fitted(to_qimage(frames[nearest][1]), *size, ratio)
        return self._thumbs[key]

    # ---- hands

    def _pick(self, index: int, x: float | None = None) -> None:
        if 0 <= index < len(self._rows):
            row = self._rows[index]
            last = row.frames[-1][0] if row.frames else row.left_at
            step = last if x is None else round(x / max(1, self.width()) * self._total)
            self.picked.emit(index, min(max(step, 0), last))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = int(event.position().y()) // px(ROW)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pick(int(event.position().y()) // px(ROW), event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            by = 1 if key == Qt.Key.Key_Down else -1
            self._current = min(max(self._current + by, 0), len(self._rows) - 1)
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._pick(self._current)
        else:
            super().keyPressEvent(event)
