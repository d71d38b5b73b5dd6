"""One choice among a few, side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz_app.ui.theme import color, px, theme

from .base import PaintedWidget, fill_round, focus_ring, icon_at, painter_for, text, text_width


class Segmented(PaintedWidget):
    """Two to six words (with optional icons) of which one is current.

    `ground` is "bg3" in a panel and "bg1" on the window's own ground (the header).
    """

    changed = Signal(int)
    chosen = Signal(str)  # the key of the choice

    def __init__(
        self,
        choices: Sequence[str] | Sequence[tuple[str, str]],
        current: int = 0,
        *,
        icons: Sequence[str] = (),
        height: int = 28,
        ground: str = "bg3",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        pairs = [(c, c) if isinstance(c, str) else (c[0], c[1]) for c in choices]
        self._keys = [key for key, _ in pairs]
        self._words = [words for _, words in pairs]
        self._icons = list(icons)
        self._current = current
        self._hover = -1
        self._height, self._ground = height, ground
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownArrows", True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name or "Choice")
        self.restyle()

    @property
    def index(self) -> int:
        return self._current

    @property
    def key(self) -> str:
        return self._keys[self._current]

    def set_choices(self, choices: Sequence[tuple[str, str]], key: str) -> None:
        """Other words; the one of this key is current, else the first."""
        self._keys = [k for k, _ in choices]
        self._words = [words for _, words in choices]
        self._hover = -1
        self.set_index(self._keys.index(key) if key in self._keys else 0)
        self.updateGeometry()

    def set_index(self, index: int) -> None:
        """Make a choice current without saying so."""
        self._current = index
        self.setAccessibleDescription(self._words[index])
        self.update()

    def set_key(self, key: str) -> None:
        self.set_index(self._keys.index(key))

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self._words) and index != self._current:
            self.set_index(index)
            self.changed.emit(index)
            self.chosen.emit(self._keys[index])

    def restyle(self) -> None:
        self.setFixedHeight(px(self._height))

    def _widths(self) -> list[int]:
        extra = px(13 + 6) if self._icons else 0
        pad = px(12 if self._icons else 11)
        return [text_width(w, "medium") + 2 * pad + extra for w in self._words]

    def _boxes(self) -> list[QRectF]:
        widths, pad = self._widths(), px(2)
        room = self.width() - 2 * pad
        stretch = room / max(1, sum(widths))
        boxes, x = [], float(pad)
        for w in widths:
            boxes.append(QRectF(x, pad, w * stretch, self.height() - 2 * pad))
            x += w * stretch
        return boxes

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()) + 2 * px(2), px(self._height))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        ground, current = self._grounds()
        fill_round(painter, QRectF(self.rect()), px(6), color(ground))
        for i, box in enumerate(self._boxes()):
            if i == self._current:
                fill_round(painter, box, px(5), color(current))
            active = self.isEnabled() and i in (self._current, self._hover)
            ink = "t1" if active else ("t2" if self.isEnabled() else "t3")
            wide = text_width(self._words[i], "medium")
            side = px(13 + 6) if self._icons else 0
            left = box.center().x() - (wide + side) / 2
            if self._icons:
                at = QPointF(left + px(13) / 2, box.center().y())
                icon_at(painter, self._icons[i], at, 13, ink)
            words = QRectF(left + side, box.top(), wide + 2, box.height())
            text(painter, words, self._words[i], "medium", ink)
        if self.shows_focus():
            focus_ring(painter, QRectF(self.rect()), px(6))

    def _grounds(self) -> tuple[str, str]:
        """Colour of the whole and of the current part; on the window's ground both differ."""
        on_window = self._ground != "bg3"
        if theme().is_dark:
            return ("bg1", "bg3") if on_window else ("bg3", "bg4")
        return ("bg4" if on_window else "bg3"), "bg1"

    def _at(self, x: float) -> int:
        return next((i for i, b in enumerate(self._boxes()) if b.left() <= x <= b.right()), -1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._choose(self._at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._at(event.position().x())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self._choose(self._current + step)
        else:
            super().keyPressEvent(event)
