"""The strongest classes of the current picture as bars, following the selection."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from cnnviz_app.lab.requests import Looked
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.widgets.base import MINUS, number
from cnnviz_app.ui.widgets.class_bars import Bar, ClassBars
from cnnviz_app.ui.widgets.empty_state import EmptyState

ROWS = 5
# The order of the bars may change at most twice a second; their lengths always may.
ORDER_SECONDS = 0.5


def softmax(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    shares: npt.NDArray[np.float32] = np.exp(logits - logits.max())
    shares /= shares.sum()
    return shares


def signed(value: float) -> str:
    """A number with its sign, also where it is positive."""
    return number(value) if value < 0 else f"+{number(value)}"


def points(change: float) -> str:
    """A change of a share in percentage points; nothing where it would round to none."""
    words = f"{abs(change) * 100:.1f}"
    return "" if words == "0.0" else ("+" if change > 0 else MINUS) + words


class TopClasses(QWidget):
    """Click a bar to select its class; click its pin to keep it on screen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._order: list[int] = []
        self._ordered_at = 0.0
        self._logits = False
        self._bars = ClassBars(rows=ROWS)
        self._bars.chosen.connect(self._on_chosen)
        self._bars.pin_asked.connect(self._on_pin)
        empty = EmptyState("chart", "No answer yet", "Open a network and a picture.")
        untrained = EmptyState(
            "warn", "This network has learned nothing",
            "Its weights are random, so its answers would mean nothing.",
            (("models", "Choose weights"),),
        )  # fmt: skip
        untrained.action.connect(lambda _key: desk.view.asked_workspace.emit("models"))
        bars = QWidget()
        column = QVBoxLayout(bars)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._bars)
        column.addStretch(1)
        self._stack = QStackedLayout(self)
        for page in (empty, bars, untrained):
            self._stack.addWidget(page)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._refresh)
        desk.state.looked_changed.connect(self._refresh)
        desk.state.model_changed.connect(self._refresh)
        desk.state.pinned_changed.connect(self._refresh)
        self._refresh()

    def show_logits(self, on: bool) -> None:
        self._logits = on
        self._refresh()

    def _refresh(self, *_: object) -> None:
        state = self._desk.state
        if state.model is not None and not state.model.trained:
            self._stack.setCurrentIndex(2)
            return
        # While another layer is read, the bars of this model stay as they are.
        if state.looked is not None:
            self._bars.set_bars(self._make_bars(state.looked))
        self._stack.setCurrentIndex(1 if self._bars.bars() else 0)

    def _make_bars(self, looked: Looked) -> list[Bar]:
        pinned = self._desk.state.pinned
        span = float(np.ptp(looked.logits)) or 1.0
        low = float(looked.logits.min())
        plain = looked.plain
        before = softmax(plain) if plain is not None else None
        bars = []
        for label in self._sorted(looked):
            logit = float(looked.logits[label])
            share = (logit - low) / span if self._logits else float(looked.probabilities[label])
            words = number(logit) if self._logits else ""
            was, change = None, ""
            if plain is not None and before is not None:
                gain = logit - float(plain[label])
                was = (float(plain[label]) - low) / span if self._logits else float(before[label])
                change = signed(gain) if self._logits else points(share - was)
            name, held = self._name(label), label == pinned
            bars.append(Bar(name, share, words, label, pinned=held, before=was, change=change))
        return bars

    def _sorted(self, looked: Looked) -> list[int]:
        count = min(ROWS, len(looked.logits))
        best = [int(i) for i in np.argsort(-looked.logits, kind="stable")[:count]]
        pinned = self._desk.state.pinned
        first = int(looked.plain.argmax()) if looked.plain is not None else -1
        if first >= 0 and first not in best:
            # What the unchanged network answered stays in sight.
            best = [*best[: count - 1], first]
        if pinned is not None and pinned not in best and pinned < len(looked.logits):
            best = [*best[: count - 1], pinned]
        wait = ORDER_SECONDS - (time.monotonic() - self._ordered_at)
        if wait > 0 and set(best) == set(self._order):
            self._later.start(round(wait * 1000))
            return self._order
        if best != self._order:
            self._order, self._ordered_at = best, time.monotonic()
        return best

    def _name(self, label: int) -> str:
        model = self._desk.state.model
        labels = model.labels if model is not None else ()
        return labels[label] if label < len(labels) else f"class {label}"

    def _on_chosen(self, label: int) -> None:
        """The class as a unit: the last layer's unit of that number."""
        state = self._desk.state
        if state.model is not None and state.model.layers:
            state.set_layer(state.model.layers[-1], label)

    def _on_pin(self, label: int) -> None:
        state = self._desk.state
        state.set_pinned(None if state.pinned == label else label)
