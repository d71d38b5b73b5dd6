"""One row per receptive field: its stroke, its name, its size; a click hides or shows it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from cnnviz_app.ui.panels._field_looks import LOOKS, Look
from cnnviz_app.ui.theme import color, px
from cnnviz_app.ui.widgets.base import (
    THIN,
    Attention,
    fill_round,
    focus_ring,
    follow_theme,
    painter_for,
    text,
    text_width,
)


class _Row(QAbstractButton):
    def __init__(self, look: Look, height: int) -> None:
        super().__init__()
        self._look, self._height = look, height
        self._words = ""
        self._attention = Attention(self)
        self.setCheckable(True)
        self.setChecked(True)
        self.setAccessibleName(look.name)
        self.setToolTip(f"{look.why} Click to hide or show it.")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow_theme(self._restyle)

    def _restyle(self) -> None:
        self.setFixedHeight(px(self._height))
        self.update()

    def set_words(self, words: str) -> None:
        self._words = words
        self.setAccessibleDescription(words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(220), px(self._height))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(120), px(self._height))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        box = QRectF(self.rect())
        if self._attention.hovered:
            fill_round(painter, box, px(5), color("bg3"))
        on = self.isChecked()
        pen = self._look.pen(factor=1.2)
        if not on:
            pen.setColor(color("t3"))
            pen.setWidthF(1.0)
        painter.setPen(pen)
        middle = self.height() / 2
        painter.drawLine(QPointF(px(6), middle), QPointF(px(28), middle))
        wide = text_width(self._words, "strong") + 2
        ink = "t1" if on else "t3"
        right = Qt.AlignmentFlag.AlignRight
        place = QRectF(self.width() - wide - px(6), 0, wide, self.height())
        text(painter, place, self._words, "strong", ink, right)
        room = place.left() - px(36) - px(6)
        text(painter, QRectF(px(36), 0, room, self.height()), self._look.name, "body", ink)
        if self._attention.focused:
            focus_ring(painter, box, px(5))


class FieldLegend(QWidget):
    """Signals: hidden_changed with the names of the fields that are hidden."""

    hidden_changed = Signal(object)

    def __init__(self, row_height: int = 28) -> None:
        super().__init__()
        self._rows = {key: _Row(look, row_height) for key, look in LOOKS.items()}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for row in self._rows.values():
            row.toggled.connect(self._on_toggled)
            column.addWidget(row)

    @property
    def hidden(self) -> frozenset[str]:
        return frozenset(key for key, row in self._rows.items() if not row.isChecked())

    def show_sizes(self, size: Callable[[str], float | None]) -> None:
        for key, row in self._rows.items():
            found = size(key)
            row.set_words("–" if found is None else f"{found:.0f}{THIN}px")

    def _on_toggled(self, _on: bool) -> None:
        self.hidden_changed.emit(self.hidden)
