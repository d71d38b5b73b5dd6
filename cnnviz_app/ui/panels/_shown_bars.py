"""The classes of the shown frame as bars, under the curve."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.lab.shown_requests import Classes
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.shown_classes import ShownClasses
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.class_bars import Bar, ClassBars
from cnnviz_app.ui.widgets.labels import Label

ROWS = 4


class ShownBars(QWidget):
    """What the network takes the frame under the playhead for."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.source = ShownClasses(desk.state, desk.runs, desk.engine, self)
        self._title = Label("The network sees", "caption", "t2")
        self._step = Label("", "caption", "t3")
        self.bars = ClassBars(rows=ROWS, row_height=30)
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._step)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(head)
        self._column.addWidget(self.bars)
        self.source.changed.connect(self._on_classes)
        theme().changed.connect(self._restyle)
        self._restyle()
        self._on_classes(None)

    def _on_classes(self, classes: Classes | None) -> None:
        self.bars.setVisible(classes is not None)
        self._title.setVisible(classes is not None)
        self._step.setText("" if classes is None else f"step {classes.step}")
        if classes is not None:
            found = zip(classes.numbers, classes.names, classes.shares, strict=True)
            self.bars.set_bars([Bar(name, share, index=number) for number, name, share in found])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.source.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.source.watch(False)

    def _restyle(self) -> None:
        self._column.setSpacing(px(4))
