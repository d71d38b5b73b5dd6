"""A slider, alone and with its number field."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from cnnviz_app.ui.theme import color, px

from .base import PaintedWidget, fill_round, icon_at, outline, painter_for, text
from .fields import NumberField


class Slider(PaintedWidget):
    """A value between two ends, linear or logarithmic; the wheel acts only with focus."""

    moved = Signal(float)  # by the person
    released = Signal(float)

    def __init__(
        self,
        lo: float,
        hi: float,
        value: float,
        *,
        step: float = 0.0,
        log: bool = False,
        accent: bool = False,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._lo, self._hi, self._step = lo, hi, step
        self._log = log and lo > 0
        self._value = value
        self._groove = "accent" if accent else "t2"
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownArrows", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name or "Slider")
        self.restyle()

    @property
    def value(self) -> float:
        return self._value

    def set_value(self, value: float) -> None:
        """Move the knob without saying so; outside the ends it stays at the end."""
        self._value = value
        self.setAccessibleDescription(f"{value:g}")
        self.update()

    def set_range(self, lo: float, hi: float) -> None:
        self._lo, self._hi = lo, hi
        self.update()

    def restyle(self) -> None:
        self.setFixedHeight(px(28))

    def sizeHint(self) -> QSize:
        return QSize(px(120), px(28))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(28), px(28))

    # ---- value ↔ place

    def _share(self, value: float) -> float:
        value = min(max(value, self._lo), self._hi)
        if self._hi <= self._lo:
            return 0.0
        if self._log:
            return math.log(value / self._lo) / math.log(self._hi / self._lo)
        return (value - self._lo) / (self._hi - self._lo)

    def _value_at(self, share: float) -> float:
        share = min(max(share, 0.0), 1.0)
        if self._log:
            value = self._lo * math.exp(share * math.log(self._hi / self._lo))
        else:
            value = self._lo + share * (self._hi - self._lo)
        if self._step > 0:
            value = self._lo + round((value - self._lo) / self._step) * self._step
        return min(max(value, self._lo), self._hi)

    def _move_to(self, value: float) -> None:
        value = min(max(value, self._lo), self._hi)
        if value != self._value:
            self.set_value(value)
            self.moved.emit(value)

    # ---- painting and hands

    def _track(self) -> tuple[float, float]:
        half = px(12) / 2
        return half, self.width() - half

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        middle, high, knob = self.height() / 2, px(4), px(12)
        left, right = self._track()
        x = left + self._share(self._value) * (right - left)
        groove = QRectF(0, middle - high / 2, self.width(), high)
        fill_round(painter, groove, high / 2, color("bg4"))
        filled = QRectF(0, groove.top(), x, high)
        ink = self._groove if self.isEnabled() else "line2"
        fill_round(painter, filled, high / 2, color(ink))
        ball = QRectF(x - knob / 2, middle - knob / 2, knob, knob)
        fill_round(painter, ball, knob / 2, color("t1" if self.isEnabled() else "t3"))
        if self.shows_focus():
            ring = ball.adjusted(-4, -4, 4, 4)
            outline(painter, ring, ring.width() / 2, color("accent"), 2)

    def _share_of(self, x: float) -> float:
        left, right = self._track()
        return (x - left) / max(1.0, right - left)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._move_to(self._value_at(self._share_of(event.position().x())))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move_to(self._value_at(self._share_of(event.position().x())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.released.emit(self._value)

    def _nudge(self, steps: float) -> None:
        if self._step > 0 and not self._log:
            self._move_to(self._value + steps * self._step)
        else:
            self._move_to(self._value_at(self._share(self._value) + steps * 0.02))
        self.released.emit(self._value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus():
            event.ignore()
            return
        self._nudge(event.angleDelta().y() / 120)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1,
            Qt.Key.Key_PageDown: -10, Qt.Key.Key_PageUp: 10,
        }  # fmt: skip
        steps = keys.get(Qt.Key(event.key()))
        if steps is not None:
            self._nudge(steps)
        elif event.key() == Qt.Key.Key_Home:
            self._move_to(self._lo)
        elif event.key() == Qt.Key.Key_End:
            self._move_to(self._hi)
        else:
            super().keyPressEvent(event)


class Sentence(PaintedWidget):
    """The one sentence below a field that says what is wrong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self.restyle()
        self.hide()

    def set_text(self, words: str) -> None:
        self._words = words
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setVisible(bool(words))
        self.update()

    def text(self) -> str:
        return self._words

    def restyle(self) -> None:
        self.setFixedHeight(px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        middle = self.height() / 2
        icon_at(painter, "wrong", QPointF(px(7), middle), 13, "err")
        box = QRectF(px(19), 0, self.width() - px(19), self.height())
        text(painter, box, self._words, "caption", "err")


class SliderField(QWidget):
    """Slider and number field for one value; the field reaches beyond the slider's ends.

    `soft` are the ends of the slider, `hard` the legal limits. A typed value outside the hard
    limits is marked and the nearest legal one is used.
    """

    value_changed = Signal(float)

    def __init__(
        self,
        value: float,
        soft: tuple[float, float],
        hard: tuple[float | None, float | None] | None = None,
        *,
        unit: str = "",
        integer: bool = False,
        step: float = 0.0,
        log: bool = False,
        noun: str = "",
        name: str = "",
        field_width: int = 74,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._hard: tuple[float | None, float | None] = soft if hard is None else hard
        self._noun = noun or unit
        self._integer = integer
        if integer and step == 0:
            step = 1.0
        self.slider = Slider(*soft, value, step=step, log=log, name=name, parent=self)
        self.field = NumberField(
            value, unit=unit, integer=integer, name=name, width=field_width, parent=self
        )
        self._sentence = Sentence(self)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(6))
        row.addWidget(self.slider, 1)
        row.addWidget(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._sentence)
        self.slider.moved.connect(self._on_moved)
        self.field.value_edited.connect(self._on_typed)
        self.field.text_refused.connect(self._on_refused)
        self.setFocusProxy(self.slider)

    @property
    def value(self) -> float:
        """The value in use; always legal."""
        return self.field.value if not self._sentence.text() else self._legal(self.field.value)

    def set_value(self, value: float) -> None:
        self.field.set_value(value)
        self.slider.set_value(value)
        self.clear_error()

    def error(self) -> str:
        return self._sentence.text()

    def set_error(self, sentence: str) -> None:
        """Mark the field with somebody else's sentence (a check over several fields)."""
        self.field.set_wrong(bool(sentence))
        self._sentence.set_text(sentence)

    def clear_error(self) -> None:
        self.set_error("")

    def type_value(self, value: float) -> None:
        """As if the person had typed it."""
        self._on_typed(value)

    def _legal(self, value: float) -> float:
        lo, hi = self._hard
        if lo is not None:
            value = max(lo, value)
        return min(hi, value) if hi is not None else value

    def _limits(self) -> str:
        lo, hi = self._hard
        noun = f" {self._noun}" if self._noun else ""
        show = self.field.format
        if lo is not None and hi is not None:
            return f"{show(lo)} to {show(hi)}{noun}"
        return f"at least {show(lo)}{noun}" if lo is not None else f"at most {show(hi or 0)}{noun}"

    def _on_moved(self, value: float) -> None:
        value = float(round(value)) if self._integer else value
        self.field.set_value(value)
        self.clear_error()
        self.value_changed.emit(value)

    def _on_typed(self, value: float) -> None:
        before, used = self.value, self._legal(value)
        self.field.set_value(value)
        self.slider.set_value(used)
        show = self.field.format
        words = "" if used == value else f"{self._limits()}; {show(used)} is used"
        self.set_error(words)
        if used != before:
            self.value_changed.emit(used)

    def _on_refused(self, words: str) -> None:
        self.field.set_value(self.field.value)
        used = self.field.format(self.value)
        self.set_error(f"“{words}” is not a number; {used} is used")
