"""The chances of the old and the new answer along the found change, and where one stands on it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.lab.attack_requests import FACTORS, WHOLE, AttackRead
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.labels import Label, SectionLabel
from cnnviz_app.ui.widgets.line_plot import LinePlot
from cnnviz_app.ui.widgets.slider import Slider

TICKS = [(share, f"{share * 100:.0f} %") for share in (0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)]
SPARSE = TICKS[::2]
# The plot shows a little more on both sides, so that its last numbers fit.
LEAST, MOST = -0.05, 1.6
AXIS, KNOB = 38, 6


class ChangeCurve(QWidget):
    """Signals:
    moved: another place along `FACTORS`.
    """

    moved = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._read: AttackRead | None = None
        self._names = ("", "")
        self._title = SectionLabel("Chances along the change")
        self._now = Label("", "caption", "t2")
        self._plot = LinePlot(legend=True, name="Chances along the change")
        self._slider = Slider(
            0.0, FACTORS[-1], 1.0, step=FACTORS[1], accent=True, name="Share of the change"
        )
        self._slider.moved.connect(lambda share: self.moved.emit(round(share / FACTORS[1])))
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._now)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(head)
        self._column.addWidget(self._plot, 1)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._slider)
        self._column.addLayout(self._foot)
        follow_theme(self._restyle)
        self.set_read(None, ("", ""))

    def set_read(self, read: AttackRead | None, names: tuple[str, str]) -> None:
        self._read, self._names = read, names
        self._plot.clear()
        self._plot.set_x_range(LEAST, MOST)
        self._plot.set_y_range(0, 104)
        self._slider.setEnabled(read is not None)
        self._now.setText("")
        if read is None:
            return
        self._plot.add_curve(names[0], "t2")
        self._plot.set_curve(names[0], FACTORS, 100 * read.chances[:, read.before])
        if read.after != read.before:
            self._plot.add_curve(names[1], "err")
            self._plot.set_curve(names[1], FACTORS, 100 * read.chances[:, read.after])
        self.show_place(WHOLE)

    def show_place(self, place: int) -> None:
        """Where one stands; the numbers are those of the rounded picture there."""
        read = self._read
        if read is None:
            return
        share = FACTORS[place]
        self._slider.set_value(share)
        self._plot.set_marks([share], "accent", False)
        new = read.after if read.after != read.before else read.before
        self._plot.set_current(
            self._names[0] if new == read.before else self._names[1],
            share, 100 * float(read.chances[place, new]),
        )  # fmt: skip
        moved = np.rint(share * (read.attacked.astype(np.float32) - read.clean))
        levels = int(np.abs(moved).max())
        self._now.setText(f"{share * 100:.0f} % of the change, {levels} levels")

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._plot.set_x_ticks(TICKS if self.width() > px(360) else SPARSE)
        self._align()

    def _restyle(self) -> None:
        self._column.setSpacing(px(4))
        self._align()

    def _align(self) -> None:
        """The knob stands below the place it means."""
        wide = self.width() - px(AXIS)
        span = 1.04 * (MOST - LEAST)
        least = LEAST - 0.02 * (MOST - LEAST)
        left = wide * (0 - least) / span - px(KNOB)
        right = wide * (least + span - FACTORS[-1]) / span - px(KNOB)
        self._foot.setContentsMargins(px(AXIS) + round(left), 0, max(0, round(right)), 0)
