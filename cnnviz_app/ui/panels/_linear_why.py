"""Why tiny pushes add up: the running sum over the pixels, and the sentence that says it."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnviz_app.ui.panels._linear_words import Pushes, why
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.labels import Label, SectionLabel
from cnnviz_app.ui.widgets.line_plot import LinePlot

TOGETHER, RANDOM, NEEDED = "all push the same way", "random signs", "needed"
HEADROOM = 1.1


class LinearWhy(QWidget):
    """The lead of the target, pixel after pixel."""

    def __init__(self) -> None:
        super().__init__()
        self.sentence = Label("", "body", "t1", wrap=True)
        self.plot = LinePlot(legend=True, name="Points gained, pixel after pixel")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(SectionLabel("Points gained, pixel after pixel"))
        self._column.addWidget(self.plot, 1)
        self._column.addWidget(self.sentence)
        for name, look, dashed in (
            (TOGETHER, "accent", False), (RANDOM, "t2", False), (NEEDED, "t1", True),
        ):  # fmt: skip
            self.plot.add_curve(name, look, dashed=dashed)
        follow_theme(self._restyle)

    def show_pushes(self, pushes: Pushes, target: str, strongest: float) -> None:
        """`strongest` is the sum of the largest ε, so that the curve grows with the slider."""
        pixels = len(pushes.gained)
        places = np.arange(pixels + 1, dtype=np.float32)
        none = np.zeros(1, np.float32)
        self.plot.set_x_range(0, pixels)
        self.plot.set_curve(NEEDED, (0, pixels), (pushes.needed, pushes.needed))
        self.plot.set_curve(RANDOM, places, np.concatenate([none, pushes.by_chance]))
        self.plot.set_curve(TOGETHER, places, np.concatenate([none, pushes.gained]))
        self.plot.set_current(TOGETHER, pixels, pushes.sum)
        top = HEADROOM * max(strongest, pushes.needed, 1e-6)
        self.plot.set_y_range(-0.1 * top, top)
        self.sentence.setText(why(pushes, target, pixels))

    def _restyle(self) -> None:
        self._column.setSpacing(px(6))
