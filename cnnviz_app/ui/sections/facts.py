"""What can be said of the unit in numbers."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout

from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels._unit_facts import unit_facts
from cnnviz_app.ui.section import section
from cnnviz_app.ui.sections._watching import Watching
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.labels import Label

ROWS = 7


@section("facts", "Facts", 90)
class FactsSection(Watching):
    """Two columns: what, and how much."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._labels: list[tuple[Label, Label]] = []
        for row in range(ROWS):
            pair = Label("", "body", "t2"), Label("", "body", "t1", elide=True)
            self._labels.append(pair)
            self._grid.addWidget(pair[0], row, 0)
            self._grid.addWidget(pair[1], row, 1)
        self._grid.setColumnStretch(1, 1)
        follow_theme(self._restyle)

    def refresh(self) -> None:
        for pair, fact in zip(self._labels, unit_facts(self.desk.state), strict=False):
            pair[0].setText(fact[0])
            pair[1].setText(fact[1])
            pair[0].setVisible(bool(fact[1]))
            pair[1].setVisible(bool(fact[1]))

    def _restyle(self) -> None:
        self._grid.setHorizontalSpacing(px(14))
        self._grid.setVerticalSpacing(px(4))
