"""The curve of the run, and what the network takes the frame under the playhead for."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels._shown_bars import ShownBars
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.base import number
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.line_plot import LinePlot

MAIN = "objective"
TERMS = "terms"
# How terms are told apart, in the order they are told: colour or share of the colour map, dashed.
LOOKS: tuple[tuple[str | float, bool], ...] = (
    ("accent", False), ("t1", False), (0.5, False), ("t2", True), (0.5, True), (0.78, False),
)  # fmt: skip
MOST_TERMS = len(LOOKS)
REDRAW_MS = 100


@panel("objective", "Objective", "curve")
class ObjectivePanel(Panel):
    """How the objective rises step by step. Choose another figure to see what the regularisers cost
    or how large the gradient is. Below: what the network sees in the shown frame, also while you
    drag along the filmstrip."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._known: list[str] = []
        self._points: list[tuple[int, float]] = []
        self._behind = False
        self._pace = QTimer(self)
        self._pace.setSingleShot(True)
        self._pace.setInterval(REDRAW_MS)
        self._pace.timeout.connect(self._catch_up)
        self._choice = ComboBox((), name="Figure to plot")
        self._choice.chosen.connect(lambda _key: self._redraw())
        self._value = Label("", "strong", "accent")
        head = QHBoxLayout()
        head.addWidget(self._choice)
        head.addStretch(1)
        head.addWidget(self._value)
        self._head = head
        self._plot = LinePlot(name="Objective by step")
        self._plot.add_curve(MAIN, "accent")
        self._terms = LinePlot(legend=True, log_y=True, name="All terms by step")
        self._empty = EmptyState("curve", "No run yet", "Run a technique to see its curve.")
        self._column = QVBoxLayout(self)
        self._column.addLayout(head)
        self._column.addWidget(self._plot, 1)
        self._column.addWidget(self._terms, 1)
        self._column.addWidget(self._empty, 1)
        self.seen = ShownBars(desk)
        self._column.addWidget(self.seen)
        desk.runs.status_changed.connect(self._on_status)
        desk.runs.metrics_added.connect(self._on_metrics)
        desk.runs.playhead_changed.connect(lambda _index: self._mark())
        desk.runs.attempts_changed.connect(self._on_attempts)
        theme().changed.connect(self._restyle)
        self._restyle()
        self._on_attempts()

    def _on_status(self, status: str) -> None:
        self._catch_up()

    def _on_attempts(self) -> None:
        """Another run or branch has other figures."""
        told = [name for _, values in self.desk.runs.metrics[:3] for name in values]
        self._known = list(dict.fromkeys(told))
        self._terms.clear()
        self._offer()
        self._redraw()

    def _offer(self) -> None:
        """Every figure by name, and all of them at once where there are several."""
        choices = [(n, n.replace("_", " ").capitalize()) for n in self._known]
        if len(self._known) > 1:
            choices.insert(1, (TERMS, "All terms"))
        chosen = self._choice.key
        known = [key for key, _ in choices]
        # Losses say more side by side: what a painting keeps and what it takes on.
        usual = TERMS if {"content", "style"} <= set(self._known) else (known or [""])[0]
        self._choice.set_choices(choices, chosen if chosen in known else usual)

    def _on_metrics(self, step: int, values: Mapping[str, float]) -> None:
        names = [name for name in values if name not in self._known]
        if names:
            self._known += names
            self._offer()
        if self._pace.isActive():
            # Hundreds of steps a second may come; nobody reads more than ten curves in that time.
            self._behind = True
        else:
            self._redraw()
            self._pace.start()

    def _catch_up(self) -> None:
        if self._behind:
            self._redraw()
            self._pace.start()

    def _redraw(self) -> None:
        self._behind = False
        runs = self.desk.runs
        every = self._choice.key == TERMS
        name = MAIN if every else self._choice.key or MAIN
        points = [(step, values[name]) for step, values in runs.metrics if name in values]
        self._points = points
        self._plot.setVisible(bool(points) and not every)
        self._terms.setVisible(bool(points) and every)
        self._choice.setVisible(len(self._known) > 1)
        self._empty.setVisible(not points)
        if not points:
            self._value.setText("")
            return
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        self._plot.set_curve(MAIN, xs, ys)
        if every:
            self._draw_terms()
        self._mark()

    def _draw_terms(self) -> None:
        """How large each of them is: signs and units aside, on one logarithmic axis."""
        runs = self.desk.runs
        for place, name in enumerate(self._known[:MOST_TERMS]):
            words = name.replace("_", " ")
            points = [(step, abs(values[name])) for step, values in runs.metrics if name in values]
            look, dashed = LOOKS[place]
            self._terms.add_curve_once(words, look, dashed=dashed)
            self._terms.set_curve(words, [p[0] for p in points], [p[1] for p in points])
        marks = [stage.first_step for stage in runs.timeline.stages[1:]]
        self._terms.set_marks(marks)

    def _mark(self) -> None:
        """The dot stands at the playhead, else at the newest step."""
        runs, points = self.desk.runs, self._points
        if not points:
            return
        shown = runs.shown
        step = shown.step if shown is not None and runs.playhead >= 0 else points[-1][0]
        nearest = min(points, key=lambda point: abs(point[0] - step))
        self._plot.set_current(MAIN, *nearest)
        if self._choice.key == TERMS and self._known:
            self._terms.set_current(self._known[0].replace("_", " "), nearest[0], abs(nearest[1]))
        self._value.setText(number(nearest[1]))

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(12), px(2), px(12), px(10))
        self._column.setSpacing(px(6))
