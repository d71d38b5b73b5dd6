"""The line at the bottom: what computes, how long the maps took, memory, which weights."""

from __future__ import annotations

import os

from PySide6.QtWidgets import QHBoxLayout, QStatusBar, QWidget

from cnnviz_app.lab.requests import ModelFacts
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.memory import resident_text
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.base import THIN
from cnnviz_app.ui.widgets.icon_text import IconText
from cnnviz_app.ui.widgets.labels import Label


class StatusBar(QStatusBar):
    """Facts only; messages have their own strip."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        cores = os.cpu_count() or 1
        self._device = IconText("cpu", f"CPU, {cores} cores")
        self._maps = IconText("speed", "")
        self._memory = IconText("memory", "")
        self._weights = IconText("hash", "")
        self._hint = Label("F1  Help      ?  Keys      Ctrl K  Search", "caption", "t3")
        row = QWidget()
        layout = QHBoxLayout(row)
        for part in (self._device, self._maps, self._memory, self._weights):
            layout.addWidget(part)
        layout.addStretch(1)
        layout.addWidget(self._hint)
        self._layout = layout
        self.addWidget(row, 1)
        self._state = desk.state
        desk.pace.calm.connect(self._on_looked)
        desk.state.model_changed.connect(self._on_model)
        theme().changed.connect(self._restyle)
        self._restyle()

    def _on_looked(self) -> None:
        looked = self._state.looked
        if looked is None:
            return
        self._maps.set_text(f"maps {looked.seconds * 1000:.0f}{THIN}ms")
        self._memory.set_text(resident_text())

    def _on_model(self, facts: ModelFacts) -> None:
        known = facts.weights_hash[:8]
        self._weights.set_text(f"weights {known}" if known else "untrained, random weights")
        if facts.device:
            self._device.set_text(facts.device)

    def _restyle(self) -> None:
        self.setFixedHeight(px(26))
        self._layout.setContentsMargins(px(6), 0, px(6), 0)
        self._layout.setSpacing(px(16))
