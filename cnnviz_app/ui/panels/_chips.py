"""A row of filters of which one is on; it wraps where a dock is narrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz_app.ui.theme import color, px, theme
from cnnviz_app.ui.widgets.base import (
    PaintedWidget,
    fill_round,
    focus_ring,
    outline,
    painter_for,
    text,
    text_width,
)

HEIGHT, GAP, PAD = 26, 5, 9


class FilterChips(PaintedWidget):
    """Words with a count each; arrow keys move, `chosen` says which is on now."""

    chosen = Signal(str)

    def __init__(
        self, choices: Sequence[tuple[str, str]], name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._keys = [key for key, _ in choices]
        self._words = dict(choices)
        self._counts: Mapping[str, int] = {}
        self._current = self._keys[0]
        self._hover = ""
        self.setMouseTracking(True)
        self.setProperty("ownArrows", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        self.restyle()

    @property
    def key(self) -> str:
        return self._current

    def set_counts(self, counts: Mapping[str, int]) -> None:
        self._counts = counts
        self.restyle()
        self.update()

    def choose(self, key: str) -> None:
        if key in self._words and key != self._current:
            self._current = key
            self.setAccessibleDescription(self._words[key])
            self.update()
            self.chosen.emit(key)

    def restyle(self) -> None:
        boxes = self._boxes()
        bottom = max((box.bottom() for box in boxes.values()), default=0.0)
        self.setFixedHeight(max(px(HEIGHT), round(bottom)))

    def _shows_counts(self) -> bool:
        """Counts are the first to go where they would need a second line."""
        return bool(self._counts) and self._lay_out(counts=True)[self._keys[-1]].top() == 0

    def _boxes(self) -> dict[str, QRectF]:
        return self._lay_out(counts=self._shows_counts())

    def _lay_out(self, *, counts: bool) -> dict[str, QRectF]:
        boxes: dict[str, QRectF] = {}
        x, y = 0.0, 0.0
        for key in self._keys:
            wide = text_width(self._words[key], "medium") + 2 * px(PAD)
            if counts:
                wide += px(5) + text_width(str(self._counts.get(key, 0)), "caption")
            if x > 0 and x + wide > self.width():
                x, y = 0.0, y + px(HEIGHT + GAP)
            boxes[key] = QRectF(x, y, wide, px(HEIGHT))
            x += wide + px(GAP)
        return boxes

    def sizeHint(self) -> QSize:
        return QSize(px(240), self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(px(100), px(HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        counts = self._shows_counts()
        for key, box in self._boxes().items():
            on = key == self._current
            if on or key == self._hover:
                fill_round(painter, box, box.height() / 2, color("bg4" if on else "bg3"))
            if on and not theme().is_dark:
                outline(painter, box, box.height() / 2, color("line2"))
            elif not on:
                outline(painter, box, box.height() / 2, color("line"))
            inside = box.adjusted(px(PAD), 0, -px(PAD), 0)
            text(painter, inside.adjusted(0, 0, 2, 0), self._words[key], "medium",
                 "t1" if on else "t2")  # fmt: skip
            if counts:
                text(painter, inside.adjusted(0, 0, 1, 0), str(self._counts.get(key, 0)), "caption",
                     "t2" if on else "t3", Qt.AlignmentFlag.AlignRight)  # fmt: skip
            if on and self.shows_focus():
                focus_ring(painter, box, box.height() / 2)

    def _at(self, event: QMouseEvent) -> str:
        boxes = self._boxes().items()
        return next((key for key, box in boxes if box.contains(event.position())), "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.choose(self._at(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._at(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = ""
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if not step:
            super().keyPressEvent(event)
            return
        place = self._keys.index(self._current) + step
        self.choose(self._keys[min(max(place, 0), len(self._keys) - 1)])
