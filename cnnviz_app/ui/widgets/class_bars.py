"""Class bars: name left, number right, a bar of five pixels below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz_app.ui.theme import color, px

from .base import (
    PaintedWidget,
    fill_round,
    focus_ring,
    icon_at,
    outline,
    painter_for,
    percent,
    text,
    text_width,
)

_CALM_MS = 500


@dataclass(frozen=True)
class Bar:
    """One class: share in 0 … 1 is the bar's length, `words` (else a percentage) the number.

    `before` is the share it is compared with, drawn as a ghost; `change` is said beside the number.
    """

    name: str
    share: float
    words: str = ""
    index: int = -1  # the class's own number
    pinned: bool = False
    attacked: bool = False
    before: float | None = None
    change: str = ""


class ClassBars(PaintedWidget):
    """The strongest classes; a click on a row says which. Bars are never animated."""

    chosen = Signal(int)  # the class's own number
    pin_asked = Signal(int)

    def __init__(self, rows: int = 5, row_height: int = 34, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows, self._row_height = rows, row_height
        self._bars: tuple[Bar, ...] = ()
        self._newest: tuple[Bar, ...] = ()
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.timeout.connect(self._on_calm)
        self._hover = -1
        self._current = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownArrows", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("Predicted classes")

    def set_bars(self, bars: Sequence[Bar]) -> None:
        """The strongest first; rows change places at most twice a second."""
        self._newest = tuple(bars)
        names = [bar.name for bar in self._newest]
        shown = [bar.name for bar in self._bars]
        if names != shown and set(names) == set(shown) and self._calm.isActive():
            self._show(sorted(self._newest, key=lambda bar: shown.index(bar.name)))
            return
        if names != shown and self.isVisible():
            self._calm.start(_CALM_MS)
        self._show(self._newest)

    def _on_calm(self) -> None:
        self.set_bars(self._newest)

    def hideEvent(self, event: QHideEvent) -> None:
        self._calm.stop()

    def _show(self, bars: Sequence[Bar]) -> None:
        self._bars = tuple(bars)
        first = ", ".join(f"{b.name} {b.words or percent(b.share)}" for b in self._bars[:3])
        self.setAccessibleDescription(first)
        self.update()

    def bars(self) -> tuple[Bar, ...]:
        return self._bars

    def sizeHint(self) -> QSize:
        return QSize(px(220), px(self._row_height) * self._rows)

    def minimumSizeHint(self) -> QSize:
        return QSize(px(120), px(self._row_height) * min(self._rows, 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        for i, bar in enumerate(self._bars):
            top = i * px(self._row_height)
            if top + px(24) > self.height():
                break
            self._paint_row(painter, i, bar, QRectF(0, top, self.width(), px(self._row_height)))
        if self.shows_focus() and self._bars:
            row = QRectF(
                0, self._current * px(self._row_height), self.width(), px(self._row_height)
            )
            focus_ring(painter, row, px(5))

    def _paint_row(self, painter: QPainter, i: int, bar: Bar, row: QRectF) -> None:
        words = bar.words or percent(bar.share)
        role, ink = ("strong", "t1") if i == 0 else ("body", "t2")
        if bar.attacked or i == self._hover:
            ink = "t1"
        line = QRectF(0, row.top(), row.width(), px(20))
        number_wide = text_width(words, role, 600 if i == 0 else 500) + px(2)
        right = Qt.AlignmentFlag.AlignRight
        text(painter, line, words, role, ink, right, weight=600 if i == 0 else 500)
        if bar.change:
            room = QRectF(0, row.top(), row.width() - number_wide - px(8), px(20))
            text(painter, room, bar.change, "caption", "t2", right)
            number_wide += px(8) + text_width(bar.change, "caption")
        left = 0.0
        if bar.pinned or i == self._hover:
            name = "pinned" if bar.pinned else "pin"
            icon_at(painter, name, QPointF(px(6), line.center().y()), 12, "t2")
            left = px(18)
        room = QRectF(left, line.top(), row.width() - number_wide - px(8) - left, line.height())
        text(painter, room, bar.name, role, ink)
        track = QRectF(0, line.bottom() + px(2), row.width(), px(5))
        fill_round(painter, track, px(5) / 2, color("bg3"))
        length = track.width() * min(max(bar.share, 0.0), 1.0)
        if length > 0:
            filled = QRectF(0, track.top(), max(length, px(2)), track.height())
            paint = "err" if bar.attacked else ("t1" if i == 0 else "t2")
            fill_round(painter, filled, min(px(5), filled.width()) / 2, color(paint))
        if bar.before is not None:
            self._paint_before(painter, track, bar.before)

    def _paint_before(self, painter: QPainter, track: QRectF, share: float) -> None:
        """A hollow bar as long as the share was, with a mark at its end that shows on any bar."""
        length = max(track.width() * min(max(share, 0.0), 1.0), px(2))
        ghost = QRectF(0, track.top(), length, track.height())
        outline(painter, ghost, px(5) / 2, color("t3"))
        end = QRectF(min(length, track.width()) - px(1), track.top() - px(2), px(2),
                     track.height() + 2 * px(2))  # fmt: skip
        painter.fillRect(end.adjusted(-1, 0, 1, 0), color("bg1"))
        painter.fillRect(end, color("t2"))

    def _row_at(self, y: float) -> int:
        row = int(y // max(1, px(self._row_height)))
        return row if 0 <= row < len(self._bars) else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if row != self._hover:
            self._hover = row
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if row < 0:
            return
        self._current = row
        signal = self.pin_asked if event.position().x() < px(18) else self.chosen
        signal.emit(self._bars[row].index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(key), 0)
        if step and self._bars:
            self._current = min(max(self._current + step, 0), len(self._bars) - 1)
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Space) and self._bars:
            self.chosen.emit(self._bars[self._current].index)
        elif key == Qt.Key.Key_P and self._bars:
            self.pin_asked.emit(self._bars[self._current].index)
        else:
            super().keyPressEvent(event)
