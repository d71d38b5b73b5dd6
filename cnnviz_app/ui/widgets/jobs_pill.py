"""The pill in the header that says what is being computed."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from cnnviz_app.ui.theme import color, px, theme

from .base import (
    Attention,
    fill_round,
    focus_ring,
    follow_theme,
    painter_for,
    text,
    text_width,
)

State = Literal["idle", "running", "error"]


def _time_left(seconds: float) -> str:
    seconds = max(1.0, seconds)
    return f"{round(seconds)} s" if seconds < 99.5 else f"{round(seconds / 60)} min"


class JobsPill(QAbstractButton):
    """Ring with the fraction done and a few words; a click opens Jobs (signal clicked)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: State = "idle"
        self._words, self._short = "", ""
        self._fraction: float | None = None
        self._compact = False
        self._attention = Attention(self)
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.setToolTip("Jobs")
        follow_theme(self._restyle)
        self.set_idle()

    def set_idle(self) -> None:
        self._set("idle", "idle", "", None)

    def set_running(
        self, count: int, fraction: float | None = None, seconds_left: float | None = None
    ) -> None:
        """`fraction` None: not known how far; the ring is then a quarter and does not spin."""
        left = "" if seconds_left is None else _time_left(seconds_left)
        words = f"{count} running" + (f" · {left}" if left else "")
        self._set("running", words, left or str(count), fraction)

    def set_error(self, words: str = "failed") -> None:
        self._set("error", words, words, None)

    def set_compact(self, compact: bool) -> None:
        """Seconds only; nothing at all when idle."""
        self._compact = compact
        self._restyle()

    def _set(self, state: State, words: str, short: str, fraction: float | None) -> None:
        before, room = self._words, self.sizeHint()
        self._state, self._words, self._short, self._fraction = state, words, short, fraction
        if words != before:
            self.setAccessibleName(f"Jobs: {words}")
        self._show_or_hide()
        if self.sizeHint() != room:
            # Only then: it lays out the whole window, and progress comes thirty times a second.
            self.updateGeometry()
        self.update()

    def _show_or_hide(self) -> None:
        if self._compact and self._state == "idle":
            self.hide()
        elif self.parent() is not None:  # without one it would be a window of its own
            self.show()

    def _restyle(self) -> None:
        self.setFixedHeight(px(28))
        self._show_or_hide()
        self.updateGeometry()
        self.update()

    def _shown(self) -> str:
        return self._short if self._compact else self._words

    def sizeHint(self) -> QSize:
        # As wide as it usually gets: what stands beside it must not move when its words change.
        usual = "00 min" if self._compact else "1 running · 00 min"
        words = max(text_width(self._shown(), "medium"), text_width(usual, "medium"))
        return QSize(px(9 + 12 + 7 + 12) + words + 2, px(28))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        # The room stays, the pill is as long as its words.
        wide = px(9 + 12 + 7 + 12) + text_width(self._shown(), "medium") + 2
        rect = QRectF(0, 0, min(wide, self.width()), self.height())
        rect.moveRight(self.width())
        ground = "bg4" if self._attention.hovered else ("bg1" if theme().is_dark else "bg4")
        fill_round(painter, rect, rect.height() / 2, color(ground))
        side = px(11)
        ring = QRectF(rect.left() + px(10), (rect.height() - side) / 2, side, side)
        width = max(1.5, px(2) * 0.9)
        if self._state == "error":
            dot = ring.adjusted(2, 2, -2, -2)
            fill_round(painter, dot, dot.width() / 2, color("err"))
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color("line2"), width))
            painter.drawEllipse(ring)
            if self._state == "running":
                share = 0.25 if self._fraction is None else self._fraction
                pen = QPen(color("accent"), width)
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                painter.setPen(pen)
                painter.drawArc(ring, 90 * 16, -round(360 * 16 * min(max(share, 0.02), 1.0)))
        left = rect.left() + px(9 + 12 + 8)
        ink = "err" if self._state == "error" else "t1"
        text(painter, QRectF(left, 0, rect.right() - left, rect.height()), self._shown(),
             "medium", ink)  # fmt: skip
        if self._attention.focused:
            focus_ring(painter, rect, rect.height() / 2)
