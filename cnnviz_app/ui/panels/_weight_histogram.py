"""How the weights of the layer, or of the selected kernel, are distributed; it folds away."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.ui.panels._kernel_pictures import Weights, histogram_of
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme, number
from cnnviz_app.ui.widgets.fold import Fold
from cnnviz_app.ui.widgets.histogram import Histogram
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.segmented import Segmented

LAYER, KERNEL = "layer", "kernel"


class WeightHistogram(QWidget):
    """Bars around zero; nothing is counted while it is folded."""

    def __init__(self) -> None:
        super().__init__()
        self._weights: Weights | None = None
        self._unit = 0
        self._whose = Segmented(
            [(LAYER, "Layer"), (KERNEL, "Kernel")], height=24, name="Weights of"
        )
        self._whose.chosen.connect(lambda _key: self._count())
        self._words = Label("", "caption", "t2", elide=True)
        self.bars = Histogram(coloured=False)
        self.fold = Fold("Distribution of the weights", open=False)
        inside = QWidget()
        row = QHBoxLayout()
        row.addWidget(self._whose)
        row.addWidget(self._words, 1)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.bars)
        self._row, self._column = row, column
        self.fold.add(inside)
        self.fold.toggled.connect(lambda _open: self._count())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.fold)
        follow_theme(self._restyle)

    def show_weights(self, weights: Weights | None, unit: int) -> None:
        self._weights, self._unit = weights, unit
        self._count()

    def _count(self) -> None:
        if self._weights is None or not self.fold.is_open:
            return
        whole = self._whose.key != KERNEL
        shown = self._weights if whole else self._weights[self._unit]
        counts, limit = histogram_of(shown)
        self.bars.set_counts(counts, -limit, limit)
        mean, spread = float(np.mean(shown)), float(np.std(shown))
        self._words.setText(f"mean {number(mean)}, spread {number(spread)}")

    def _restyle(self) -> None:
        self._row.setSpacing(px(8))
        self._column.setSpacing(px(4))
        self.bars.setFixedHeight(px(84))
