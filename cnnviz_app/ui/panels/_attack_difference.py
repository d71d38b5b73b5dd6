"""What stands below the difference: its gain, its scale, its sizes, its largest pixels."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.ui.panels._attack_level_bar import LevelBar
from cnnviz_app.ui.panels._attack_words import (
    LARGEST_GAIN,
    Changes,
    largest_pixels,
    measures,
    pixel_words,
    suitable_gain,
)
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.buttons import IconButton
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.slider import Slider

NEAR = 12
SHORT = {"Largest change": "Max", "L2 distance": "L2", "Pixels touched": "Pixels"}


class DifferenceBelow(QWidget):
    """Signals:
    gain_changed: the person moved the gain.
    pixel_changed: `(x, y)` of the pixel that is pointed at, or None.
    """

    gain_changed = Signal(float)
    pixel_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._change: Changes | None = None
        self._pixels: list[tuple[int, int]] = []
        self._place = -1
        self._compact, self._channels = False, 3
        self._slider = Slider(1.0, LARGEST_GAIN, 8.0, step=1.0, log=True, name="Gain")
        self._slider.moved.connect(self._on_gain)
        self._gain = Label("", "body", "t1")
        self._bar = LevelBar()
        self._rows: list[tuple[Label, Label, Label]] = []
        top = QHBoxLayout()
        self._gain_word = Label("Gain", "body", "t2")
        for widget, share in ((self._gain_word, 0), (self._slider, 1), (self._gain, 0)):
            top.addWidget(widget, share)
        self._top = top
        self._grid = QGridLayout()
        self._grid.setColumnStretch(0, 1)
        self._facts = QWidget()
        self._facts.setLayout(self._grid)
        self._grid.setContentsMargins(0, 0, 0, 0)
        for line in range(3):
            row = (
                Label("", "body", "t2", elide=True),
                Label("", "strong"),
                Label("", "body", "t3"),
            )
            for place, label in enumerate(row):
                self._grid.addWidget(label, line, place)
            self._rows.append(row)
        self._where = Label("", "body", "t2", elide=True)
        self._less = IconButton("left", "Larger change", small=True)
        self._more = IconButton("right", "Next largest change", small=True)
        self._less.clicked.connect(lambda: self.walk(-1))
        self._more.clicked.connect(lambda: self.walk(1))
        pixels = QHBoxLayout()
        pixels.addWidget(self._where, 1)
        pixels.addWidget(self._less)
        pixels.addWidget(self._more)
        self._pixel_row = pixels
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(top)
        column.addWidget(self._bar)
        column.addWidget(self._facts)
        column.addLayout(pixels)
        column.addStretch(1)
        self._column = column
        follow_theme(self._restyle)
        self.set_change(None, 3)

    @property
    def gain(self) -> float:
        return self._slider.value

    def set_compact(self, compact: bool) -> None:
        """The gain, its scale and the sizes, without words that do not fit."""
        self._compact = compact
        self.set_change(self._change, self._channels)
        for row in self._rows:
            for column, label in enumerate(row):
                label.setVisible(not compact or column < 2)
        self._gain_word.setVisible(not compact)
        for widget in (self._where, self._less, self._more):
            widget.setVisible(not compact)

    def set_change(self, change: Changes | None, channels: int, *, fresh: bool = False) -> None:
        """`fresh` chooses a gain that suits, and forgets the pixel pointed at."""
        self._change, self._channels = change, channels
        self._pixels = [] if change is None else largest_pixels(change)
        if fresh and change is not None:
            self._slider.set_value(suitable_gain(change))
        if fresh or not self._pixels:
            self._place = -1
        rows = [("", "", "")] * 3 if change is None else measures(change, channels)
        if self._compact:
            rows = [(SHORT.get(name, name), size, of) for name, size, of in rows]
        for labels, words in zip(self._rows, rows, strict=True):
            for label, part in zip(labels, words, strict=True):
                label.setText(part)
        self._show_gain()
        self._show_pixel()

    def walk(self, by: int) -> None:
        """The next of the largest pixels."""
        if self._pixels:
            self._place = (self._place + by) % len(self._pixels) if self._place >= 0 else 0
            self._show_pixel()
            self.pixel_changed.emit(self._pixels[self._place])

    def point_near(self, x: int, y: int) -> None:
        """The most changed pixel around a place that was clicked."""
        if self._change is None:
            return
        top, left = max(0, y - NEAR), max(0, x - NEAR)
        part = self._change[top : y + NEAR + 1, left : x + NEAR + 1]
        found = largest_pixels(part, 1)
        if not found:
            return
        pixel = (found[0][0] + left, found[0][1] + top)
        if pixel not in self._pixels:
            self._pixels.insert(0, pixel)
        self._place = self._pixels.index(pixel)
        self._show_pixel()
        self.pixel_changed.emit(pixel)

    def _show_pixel(self) -> None:
        for button in (self._less, self._more):
            button.setEnabled(bool(self._pixels))
        if self._change is None:
            self._where.setText("")
        elif self._place < 0 or self._place >= len(self._pixels):
            self._where.setText("Click for its largest pixels")
        else:
            x, y = self._pixels[self._place]
            self._where.setText(f"x {x}, y {y}:  {pixel_words(self._change, x, y)}")

    def _on_gain(self, gain: float) -> None:
        self._show_gain()
        self.gain_changed.emit(gain)

    def _show_gain(self) -> None:
        self._gain.setText(f"{self.gain:.0f} ×")
        self._bar.set_gain(self.gain)
        self._slider.setEnabled(self._change is not None)

    def _restyle(self) -> None:
        self._column.setSpacing(px(5))
        self._top.setSpacing(px(8))
        self._grid.setHorizontalSpacing(px(8))
        self._grid.setVerticalSpacing(px(3))
        self._gain.setMinimumWidth(px(36))
