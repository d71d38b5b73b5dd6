"""Text and number fields, and the search button of the header."""

from __future__ import annotations

import math
import re

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QSizePolicy, QWidget

from cnnviz_app.ui.theme import color, font, px, theme

from .base import (
    THIN,
    Attention,
    fill_round,
    focus_ring,
    follow_theme,
    icon_at,
    number,
    outline,
    painter_for,
    text,
    text_width,
)

_CLEAN = re.compile(r"[\s\u2009\u202f_]")


def parse_number(words: str, unit: str = "") -> float | None:
    """The number somebody typed: comma or point, true minus, fractions such as 1.5/255."""
    body = _CLEAN.sub("", words).replace("\u2212", "-").replace(",", ".")
    body = body.removesuffix(_CLEAN.sub("", unit)) if unit else body
    try:
        if body.count("/") == 1:
            top, bottom = body.split("/")
            value = float(top) / float(bottom)
        else:
            value = float(body)
    except (ValueError, ZeroDivisionError):
        return None
    return value if math.isfinite(value) else None


class TextField(QLineEdit):
    """A line of text in our clothes, with an optional icon at its left."""

    def __init__(
        self,
        placeholder: str = "",
        icon: str = "",
        *,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name or placeholder)
        follow_theme(self._restyle)

    def _restyle(self) -> None:
        self.setFont(font("body"))
        self.setFixedHeight(px(28))
        self.setTextMargins(px(20) if self._icon else 0, 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._icon:
            painter = QPainter(self)
            icon_at(painter, self._icon, QPointF(px(16), self.height() / 2), 14, "t3")


class NumberField(QLineEdit):
    """A right-aligned number with its unit inside; keeps the last good value until a new one."""

    value_edited = Signal(float)  # what was typed, legal or not
    text_refused = Signal(str)  # typed text that is no number

    def __init__(
        self,
        value: float = 0.0,
        *,
        unit: str = "",
        integer: bool = False,
        digits: int = 3,
        width: int = 74,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._value, self._unit, self._integer, self._digits = value, unit, integer, digits
        self._width = width
        self._wrong = False
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setAccessibleName(name or "Number")
        self.editingFinished.connect(self._on_finished)
        follow_theme(self._restyle)
        self._show()

    @property
    def value(self) -> float:
        return self._value

    def set_value(self, value: float) -> None:
        self._value = value
        self.setModified(False)
        self._show()

    def set_wrong(self, wrong: bool) -> None:
        """The 2 px outline of a value that cannot be used."""
        if wrong != self._wrong:
            self._wrong = wrong
            self.update()

    def format(self, value: float) -> str:
        if self._integer:
            return f"{round(value):d}".replace("-", "\u2212")
        # 1.40 keeps its zero so that columns stay still; 0.0100 would only look more exact.
        # A share such as 8 /255 is said as people say it, and would not fit with zeros.
        short = abs(value) < 1 or (self._unit.startswith("/") and value == round(value))
        return number(value, self._digits, plain=short)

    def _show(self) -> None:
        self.setText(self.format(self._value))

    def _restyle(self) -> None:
        self.setFont(font("medium"))
        self.setFixedSize(px(self._width), px(28))
        room = text_width(THIN + self._unit, "medium") if self._unit else 0
        self.setTextMargins(0, 0, room, 0)

    def sizeHint(self) -> QSize:
        return QSize(px(self._width), px(28))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _on_finished(self) -> None:
        if not self.isModified():
            return
        typed = parse_number(self.text(), self._unit)
        self.setModified(False)
        if typed is None:
            self.text_refused.emit(self.text())
        else:
            self.value_edited.emit(float(round(typed)) if self._integer else typed)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = painter_for(self)
        if self._unit:
            wide = text_width(self._unit, "medium")
            box = QRectF(self.width() - px(9) - wide, 0, wide + 2, self.height())
            text(painter, box, self._unit, "medium", "t2" if self.isEnabled() else "t3")
        if self._wrong:
            focus_ring(painter, QRectF(self.rect()), px(5), "err")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self._show()
            self.setModified(False)
        else:
            super().keyPressEvent(event)


class SearchButton(QAbstractButton):
    """Looks like the search field of the header; a click opens the palette (signal clicked)."""

    def __init__(
        self,
        words: str = "Search or run a command",
        keys: str = "Ctrl K",
        *,
        compact: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words, self._keys, self._compact = words, keys, compact
        self._attention = Attention(self)
        self.setAccessibleName(words)
        self.setToolTip(f"{words} ({keys})")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        follow_theme(self._restyle)

    def set_compact(self, compact: bool) -> None:
        """Only the icon, for narrow windows."""
        self._compact = compact
        self._restyle()

    def _restyle(self) -> None:
        self.setFixedHeight(px(34))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(34 if self._compact else 272), px(34))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(34 if self._compact else 160), px(34))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        rect = QRectF(self.rect())
        middle = rect.center().y()
        lit = self._attention.hovered
        if not self._compact or lit:
            fill_round(painter, rect, px(8), color("bg3" if lit else "bg1"))
        if self._compact:
            icon_at(painter, "search", rect.center(), 18, "t1" if lit else "t2")
        else:
            icon_at(painter, "search", QPointF(px(18), middle), 16, "t2")
            cap = text_width(self._keys, "caption") + 2 * px(8)
            key = QRectF(rect.right() - cap - px(7), middle - px(10), cap, px(20))
            words = QRectF(px(34), 0, key.left() - px(40), rect.height())
            text(painter, words, self._words, "body", "t2")
            fill_round(painter, key, px(5), color("bg3"))
            if not theme().is_dark:
                outline(painter, key, px(5), color("edge"))
            centre = Qt.AlignmentFlag.AlignHCenter
            text(painter, key, self._keys, "caption", "t2", centre)
        if self._attention.focused:
            focus_ring(painter, rect, px(8))
