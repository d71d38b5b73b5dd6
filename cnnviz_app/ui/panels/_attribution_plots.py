"""How fast the answer is lost and won, for one map or for several methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnviz_app.core.events import Metrics
from cnnviz_app.lab.attribution_requests import BASELINES, Curves
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.base import number
from cnnviz_app.ui.widgets.labels import Label, SectionLabel
from cnnviz_app.ui.widgets.line_plot import LinePlot

STEPS = 32
DELETION, INSERTION = "taken away", "given back"


class CurvesPlot(QWidget):
    """Deletion and insertion of one map, with the areas under them."""

    def __init__(self) -> None:
        super().__init__()
        self._title = SectionLabel("Is it true? The strongest pixels first")
        self._areas = Label("", "caption", "t2", wrap=True)
        self._plot = LinePlot(legend=True, name="Deletion and insertion curves")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for widget in (self._title, self._plot, self._areas):
            self._column.addWidget(widget, int(widget is self._plot))
        theme().changed.connect(self._restyle)
        self._restyle()
        self.clear()

    def clear(self) -> None:
        self._plot.clear()
        self._plot.add_curve(INSERTION, "accent")
        self._plot.add_curve(DELETION, "t2")
        self._plot.set_x_range(0, 106)
        self._areas.setText("% of the pixels. Good maps lose the answer early and win it early.")

    def add_point(self, metrics: Metrics) -> None:
        if metrics.step == 0:
            self.clear()
        share = 100 * metrics.step / STEPS
        for name, key in ((DELETION, "deletion"), (INSERTION, "insertion")):
            self._plot.append(name, share, metrics.values[key])
        self._plot.set_current(None)

    def show_curves(self, curves: Curves) -> None:
        x = [100 * i / (len(curves.deletion) - 1) for i in range(len(curves.deletion))]
        self._plot.set_curve(DELETION, x, curves.deletion)
        self._plot.set_curve(INSERTION, x, curves.insertion)
        self._areas.setText(
            f"Areas: {number(curves.insertion_auc)} given back (more is better), "
            f"{number(curves.deletion_auc)} taken away (less is better)."
        )

    def _restyle(self) -> None:
        self._column.setSpacing(px(4))


class MethodPlots(QWidget):
    """The curves of all methods; the current one stands out, the two that know nothing dashed."""

    def __init__(self) -> None:
        super().__init__()
        self._points: dict[tuple[str, str], list[float]] = {}
        self._plots: dict[str, LinePlot] = {}
        self._row = QVBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for key, words in (
            ("insertion", "↑ Given back: early is better"),
            ("deletion", "↓ Taken away: early is better"),
        ):
            plot = LinePlot(name=words)
            plot.set_x_range(0, 106)
            column = QVBoxLayout()
            column.addWidget(SectionLabel(words))
            column.addWidget(plot, 1)
            self._row.addLayout(column, 1)
            self._plots[key] = plot
        self._current = ""
        self._methods: tuple[str, ...] = ()
        theme().changed.connect(self._restyle)
        self._restyle()

    def begin(self, methods: Sequence[str], current: str) -> None:
        self._methods, self._points = tuple(methods), {}
        self.set_current(current)

    def set_current(self, current: str) -> None:
        """Drawn last, so that it lies on top."""
        self._current = current
        order = [m for m in self._methods if m != current]
        for key, plot in self._plots.items():
            plot.clear()
            for method in (*order, *([current] if current in self._methods else [])):
                look = "accent" if method == current else "line2"
                look = "t2" if method in BASELINES and method != current else look
                plot.add_curve(method, look, dashed=method in BASELINES)
                self._draw(key, method)

    def add_point(self, values: Mapping[str, float]) -> None:
        for name, value in values.items():
            key, _, method = name.partition(" ")
            if key in self._plots:
                self._points.setdefault((key, method), []).append(value)
        for name in values:
            key, _, method = name.partition(" ")
            if key in self._plots and method in self._methods:
                self._draw(key, method)

    def _draw(self, key: str, method: str) -> None:
        points = self._points.get((key, method), [])
        x = [100 * i / STEPS for i in range(len(points))]
        self._plots[key].set_curve(method, x, points)

    def _restyle(self) -> None:
        self._row.setSpacing(px(10))
