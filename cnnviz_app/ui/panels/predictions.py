"""What the network answers for the current picture."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels._top_classes import TopClasses
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.buttons import IconButton


@panel("predictions", "Predictions", "chart")
class PredictionsPanel(Panel):
    """What the network answers. Click a bar to select its class; click the pin to keep it here."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._classes = TopClasses(desk)
        self._scale = IconButton("table", "Probabilities or logits", checkable=True, small=True)
        self._scale.toggled.connect(self._on_scale)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._classes)
        theme().changed.connect(self._restyle)
        self._restyle()

    def title_buttons(self) -> list[QWidget]:
        self.note_changed.emit("softmax")
        return [self._scale]

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(12), px(2), px(12), px(8))

    def _on_scale(self, logits: bool) -> None:
        self._classes.show_logits(logits)
        self.note_changed.emit("logits" if logits else "softmax")
