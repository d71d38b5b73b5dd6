"""A switch for yes or no."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, QVariantAnimation
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from cnnviz_app.ui.theme import color, px, theme

from .base import Attention, fill_round, focus_ring, follow_theme, painter_for


class Toggle(QAbstractButton):
    """On or off; the knob takes 100 ms unless the system asks for calm. Signal: toggled(bool)."""

    def __init__(
        self, name: str = "", checked: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._at = 1.0 if checked else 0.0
        self._attention = Attention(self)
        self.setCheckable(True)
        self.setChecked(checked)
        self.setAccessibleName(name or "Switch")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._move = QVariantAnimation(self)
        self._move.valueChanged.connect(self._on_move)
        self.toggled.connect(self._on_toggled)
        follow_theme(self._restyle)

    def _restyle(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(36), px(22))

    def _on_toggled(self, on: bool) -> None:
        self._move.stop()
        duration = theme().duration(100) if self.isVisible() else 0
        if duration == 0:
            self._on_move(1.0 if on else 0.0)
            return
        self._move.setDuration(duration)
        self._move.setStartValue(self._at)
        self._move.setEndValue(1.0 if on else 0.0)
        self._move.start()

    def _on_move(self, value: object) -> None:
        self._at = float(value) if isinstance(value, (int, float)) else self._at
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        high, wide = px(18), px(32)
        top = (self.height() - high) / 2
        body = QRectF((self.width() - wide) / 2, top, wide, high)
        on = self.isChecked()
        ground = "accent" if on else "bg4"
        if not self.isEnabled():
            ground = "bg3"
        fill_round(painter, body, high / 2, color(ground))
        knob = px(12)
        inset = (high - knob) / 2
        x = body.left() + inset + self._at * (wide - knob - 2 * inset)
        ink = "on_accent" if on else "t2"
        if not self.isEnabled():
            ink = "t3"
        fill_round(painter, QRectF(x, top + inset, knob, knob), knob / 2, color(ink))
        if self._attention.focused:
            ring = body.adjusted(-2, -2, 2, 2)
            focus_ring(painter, ring, ring.height() / 2, "t1" if on else "accent")

    def hitButton(self, pos: object) -> bool:
        return True
