"""Pictures of the same thing made in several ways, each with its name and its number."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QWidget

from cnnviz_app.ui.theme import color, px

from .base import (
    PaintedWidget,
    Pixels,
    fill_round,
    fitted,
    focus_ring,
    painter_for,
    text,
    text_width,
    to_qimage,
)

_GAP = 4


class WallTiles(PaintedWidget):
    """A click, or Enter, chooses a tile."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles: list[str] = []
        self._words: list[str] = []
        self._pictures: list[Pixels | None] = []
        self._current = 0
        self._columns, self._side = 1, float(px(64))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownArrows", True)
        self.setAccessibleName("Variations")

    def set_titles(self, titles: list[str]) -> None:
        self._titles, self._current = titles, 0
        self._words = [""] * len(titles)
        self._pictures = [None] * len(titles)
        self.setAccessibleDescription(", ".join(titles))
        self.updateGeometry()
        self.update()

    def set_tile(self, index: int, picture: Pixels | None, words: str = "") -> None:
        self._pictures[index], self._words[index] = picture, words
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(60))

    def fit_into(self, height: int) -> None:
        """As large as all fit into this height, but never so small that names are cut: then it
        is taller, and its surroundings scroll."""
        self._columns, self._side, needed = self._shape(height)
        self.setMinimumHeight(needed if needed > height else 0)
        self.update()

    def _shape(self, height: int) -> tuple[int, float, int]:
        """Columns, the side of a tile, and the height of all."""
        count, gap = max(1, len(self._titles)), px(_GAP)
        best = (1, 0.0)
        for columns in range(1, count + 1):
            rows = -(-count // columns)
            side = min((self.width() - gap * (columns - 1)) / columns,
                       height / rows - self._below(self._least))  # fmt: skip
            if side > best[1]:
                best = (columns, side)
        columns, side = best
        if side < self._least:
            columns = max(1, min(count, int((self.width() + gap) // (self._least + gap))))
            side = (self.width() - gap * (columns - 1)) / columns
        rows = -(-count // columns)
        return columns, side, int(rows * (side + self._below(side)))

    @property
    def _least(self) -> float:
        """Room for the longest name."""
        widest = max((text_width(title, "micro") for title in self._titles), default=0.0)
        return min(max(px(64), widest + 1), max(px(64), self.width() / 2 - px(_GAP)))

    def _below(self, side: float) -> int:
        """Height of the words: name and number share a line where both fit in every tile."""
        widest = max((text_width(title, "micro") for title in self._titles), default=0.0)
        return px(26) if widest + px(48) <= side else px(42)

    def _rect(self, index: int) -> QRectF:
        row, column = divmod(index, self._columns)
        tall = self._side + self._below(self._side)
        return QRectF(column * (self._side + px(_GAP)), row * tall, self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        for index, title in enumerate(self._titles):
            rect = self._rect(index)
            fill_round(painter, rect, px(3), color("mat"))
            picture = self._pictures[index]
            if picture is not None and rect.width() > 1:
                side = max(1, round(rect.width()))
                ratio = self.devicePixelRatioF()
                painter.drawPixmap(rect.topLeft(), fitted(to_qimage(picture), side, side, ratio))
            line = QRectF(rect.left(), rect.bottom() + px(3), rect.width(), px(16))
            words, shared = self._words[index], self._below(self._side) == px(26)
            text(painter, line.adjusted(0, 0, -px(44) if shared else 0, 0), title, "micro")
            if shared:
                text(painter, line, words, "micro", "t2", Qt.AlignmentFlag.AlignRight)
            else:
                text(painter, line.translated(0, px(16)), words, "micro", "t2")
            if self.shows_focus() and index == self._current:
                focus_ring(painter, rect, px(3))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        for index in range(len(self._titles)):
            if self._rect(index).contains(event.position()):
                self._current = index
                self.chosen.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -self._columns,
                Qt.Key.Key_Down: self._columns}.get(Qt.Key(event.key()))  # fmt: skip
        if step is not None and self._titles:
            self._current = min(max(self._current + step, 0), len(self._titles) - 1)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._titles:
            self.chosen.emit(self._current)
        else:
            super().keyPressEvent(event)
