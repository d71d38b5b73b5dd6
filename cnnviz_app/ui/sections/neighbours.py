"""How strongly this unit answers the picture, among all units of its layer."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QVBoxLayout

from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.section import section
from cnnviz_app.ui.sections._watching import Watching
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme, number
from cnnviz_app.ui.widgets.histogram import Histogram

BINS = 40


@section("neighbours", "Among the units of this layer", 25)
class NeighboursSection(Watching):
    """The largest value of every unit on this picture, with a tick for the selected one."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._histogram = Histogram()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._histogram)
        follow_theme(self._restyle)

    def refresh(self) -> None:
        looked, unit = self.desk.state.looked, self.desk.state.unit
        if looked is None or unit >= len(looked.maps):
            return
        strongest = looked.maps.reshape(len(looked.maps), -1).max(axis=1)
        now = float(strongest[unit])
        low, high = float(strongest.min()), float(strongest.max())
        high = high if high > low else low + 1.0
        counts, _ = np.histogram(strongest, bins=BINS, range=(low, high))
        self._histogram.set_counts(counts, low, high)
        self._histogram.set_now(now, f"this unit {number(now)}")
        below = int((strongest < now).sum())
        self.note_changed.emit(f"above {below} of {len(strongest)}")

    def _restyle(self) -> None:
        self._histogram.setFixedHeight(px(84))
