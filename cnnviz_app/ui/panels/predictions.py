"""The five strongest classes of the current picture, and the pinned one."""

from __future__ import annotations

import time

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from cnnviz_app.lab.requests import Looked
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.base import number
from cnnviz_app.ui.widgets.buttons import IconButton
from cnnviz_app.ui.widgets.class_bars import Bar, ClassBars
from cnnviz_app.ui.widgets.empty_state import EmptyState

ROWS = 5
# The order of the bars may change at most twice a second; their lengths always may.
ORDER_SECONDS = 0.5


@panel("predictions", "Predictions", "chart")
class PredictionsPanel(Panel):
    """What the network answers. Click a bar to select its class; click the pin to keep it here."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._order: list[int] = []
        self._ordered_at = 0.0
        self._logits = False
        self._bars = ClassBars(rows=ROWS)
        self._bars.chosen.connect(self._on_chosen)
        self._bars.pin_asked.connect(self._on_pin)
        self._empty = EmptyState("chart", "No answer yet", "Open a network and a picture.")
        self._untrained = EmptyState(
            "warn", "This network has learned nothing",
            "Its weights are random, so its answers mean nothing. Download or import weights.",
            (("models", "Choose weights"),),
        )  # fmt: skip
        self._untrained.action.connect(lambda _key: desk.view.asked_workspace.emit("models"))
        bars = QWidget()
        column = QVBoxLayout(bars)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._bars)
        column.addStretch(1)
        self._column = column
        self._stack = QStackedLayout(self)
        for page in (self._empty, bars, self._untrained):
            self._stack.addWidget(page)
        self._scale_button = IconButton("table", "Probability or logit", checkable=True, small=True)
        self._scale_button.toggled.connect(self._on_scale)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._refresh)
        desk.state.looked_changed.connect(self._refresh)
        desk.state.pinned_changed.connect(self._refresh)
        theme().changed.connect(self._restyle)
        self._restyle()
        self._refresh()

    def title_buttons(self) -> list[QWidget]:
        return [self._scale_button]

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(12), px(2), px(12), px(8))

    def _refresh(self, *_: object) -> None:
        state = self.desk.state
        self.note_changed.emit("logits" if self._logits else "softmax")
        if state.model is not None and not state.model.trained:
            self._stack.setCurrentIndex(2)
            return
        if state.looked is None:
            self._stack.setCurrentIndex(0 if not self._bars.bars else 1)
            return
        self._stack.setCurrentIndex(1)
        self._bars.set_bars(self._make_bars(state.looked))

    def _make_bars(self, looked: Looked) -> list[Bar]:
        pinned = self.desk.state.pinned
        wanted = self._sorted(looked)
        span = float(np.ptp(looked.logits)) or 1.0
        low = float(looked.logits.min())
        bars = []
        for label in wanted:
            logit = float(looked.logits[label])
            share = (logit - low) / span if self._logits else float(looked.probabilities[label])
            words = number(logit) if self._logits else ""
            bars.append(Bar(self._name(label), share, words, label, pinned=label == pinned))
        return bars

    def _sorted(self, looked: Looked) -> list[int]:
        count = min(ROWS, len(looked.logits))
        best = [int(i) for i in np.argsort(-looked.logits, kind="stable")[:count]]
        pinned = self.desk.state.pinned
        if pinned is not None and pinned not in best:
            best = [*best[: count - 1], pinned]
        wait = ORDER_SECONDS - (time.monotonic() - self._ordered_at)
        if wait > 0 and set(best) == set(self._order):
            self._later.start(round(wait * 1000))
            return self._order
        if best != self._order:
            self._order, self._ordered_at = best, time.monotonic()
        return best

    def _name(self, label: int) -> str:
        model = self.desk.state.model
        labels = model.labels if model is not None else ()
        return labels[label] if label < len(labels) else f"class {label}"

    def _on_chosen(self, label: int) -> None:
        """The class as a unit: the last layer's unit of that number."""
        state = self.desk.state
        if state.model is not None and state.model.layers:
            state.set_layer(state.model.layers[-1], label)

    def _on_pin(self, label: int) -> None:
        state = self.desk.state
        state.set_pinned(None if state.pinned == label else label)

    def _on_scale(self, logits: bool) -> None:
        self._logits = logits
        self._refresh()
