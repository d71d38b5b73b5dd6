"""The place for the controls of the panel in the middle, where it has some of its own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.empty_state import EmptyState

NOTHING = ("sliders", "Nothing to set here", "Robustness and Linear bring their own controls.")


@panel("controls", "Controls", "sliders")
class ControlsPanel(Panel):
    """What can be set for the panel in the middle."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._places: dict[QWidget, QScrollArea] = {}
        self._stack = QStackedWidget()
        self._stack.addWidget(EmptyState(*NOTHING))
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._stack)
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_controls(self, widget: QWidget) -> None:
        """These controls; they scroll where they do not fit."""
        if widget not in self._places:
            widget.setObjectName("scrolled")
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            area.setWidget(widget)
            self._stack.addWidget(area)
            self._places[widget] = area
        self._stack.setCurrentWidget(self._places[widget])

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(12), px(2), px(12), px(8))
