"""Original + difference = attacked, with what the network says to each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cnnviz_app.ui.panels._attack_difference import DifferenceBelow
from cnnviz_app.ui.panels._attack_part import PicturePart
from cnnviz_app.ui.panels._attack_words import (
    Changes,
    Pixels,
    changes,
    pixel_words,
    seen_change,
)
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.class_bars import Bar, ClassBars
from cnnviz_app.ui.widgets.labels import Label

ROWS = 4
SMALL = 200


class Triptych(QWidget):
    """Three pictures of one size; a click into the difference points at its largest pixels."""

    def __init__(self) -> None:
        super().__init__()
        self._change: Changes | None = None
        self._clean: Pixels | None = None
        self._compact = False
        self._bars = (ClassBars(rows=ROWS), ClassBars(rows=ROWS))
        self.difference = DifferenceBelow()
        self._parts = (
            PicturePart("Original", self._bars[0], "made from noise"),
            PicturePart("Difference", self.difference, "what is added"),
            PicturePart("Attacked", self._bars[1], "Run, below"),
        )
        self._marks = [Label(mark, "display", "t2") for mark in "+="]
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addStretch(1)
        self._row.addWidget(self._parts[0])
        for mark, part in zip(self._marks, self._parts[1:], strict=True):
            mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
            self._row.addWidget(part)
        self._row.addStretch(1)
        self._row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        for part in self._parts:
            part.view.set_readout(self._readout)
        self._parts[1].view.clicked.connect(self.difference.point_near)
        self.difference.gain_changed.connect(lambda _gain: self._show_change())
        self.difference.pixel_changed.connect(self._point)
        follow_theme(self._restyle)

    # ---- content

    def set_original(self, clean: Pixels | None, bars: Sequence[Bar], note: str = "") -> None:
        self._clean = clean
        self._parts[0].view.set_picture(clean)
        self._parts[0].note.setText(note)
        self._bars[0].set_bars(bars)

    @property
    def original_bars(self) -> Sequence[Bar]:
        return self._bars[0].bars()

    def set_attacked(
        self, shown: Pixels | None, bars: Sequence[Bar] | None, note: str, channels: int,
        *, fresh: bool = False,
    ) -> None:  # fmt: skip
        """Bars of None leave those that are there."""
        part = self._parts[2]
        part.view.set_picture(shown)
        part.note.setText(note)
        if bars is not None:
            self._bars[1].set_bars(bars)
        clean = self._clean
        same = shown is not None and clean is not None and shown.shape == clean.shape
        self._change = changes(clean, shown) if same and clean is not None and shown is not None \
            else None  # fmt: skip
        if fresh:
            self._point(None)
        self.difference.set_change(self._change, channels, fresh=fresh)
        self._show_change()

    def _show_change(self) -> None:
        part = self._parts[1]
        gain = self.difference.gain
        seen = None if self._change is None else seen_change(self._change, gain)
        part.view.set_picture(seen)
        part.note.setText("" if seen is None else self._gain_words(gain))

    def _gain_words(self, gain: float) -> str:
        return f"× {gain:.0f}" if self._compact else f"× {gain:.0f}, grey is no change"

    def _point(self, pixel: tuple[int, int] | None) -> None:
        box = None
        if pixel is not None:
            x, y = pixel
            box = (x - 1.5, y - 1.5, x + 2.5, y + 2.5)
        for part in self._parts:
            part.view.set_boxes(box)

    def _readout(self, x: int, y: int) -> str:
        if self._change is None or y >= len(self._change) or x >= self._change.shape[1]:
            return ""
        return f"x {x}, y {y}:  {pixel_words(self._change, x, y)}"

    # ---- sizes

    def _set_compact(self, compact: bool) -> None:
        """Below small pictures there is room for few words."""
        if compact != self._compact:
            self._compact = compact
            self.difference.set_compact(compact)
            self._show_change()
            for part in (self._parts[0], self._parts[2]):
                part.note.setVisible(not compact)

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(140))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        most, least = px(34 * ROWS + 4), px(76)
        room = self.height() - px(18 + 3 * 6)
        wide = (self.width() - 2 * px(24) - 4 * self._row.spacing()) // 3
        self._set_compact(min(wide, room - least) < px(SMALL))
        mark = px(14) if self._compact else px(24)
        below = least if self._compact else most
        wide = (self.width() - 2 * mark - 4 * self._row.spacing()) // 3
        side = max(px(40), min(wide, room - below))
        below = max(below, min(most, room - side))
        for part in self._parts:
            part.fit(side, below)
        for label in self._marks:
            label.setFixedSize(mark, side + 2 * px(24))

    def _restyle(self) -> None:
        self._row.setSpacing(px(8))
        self._fit()
