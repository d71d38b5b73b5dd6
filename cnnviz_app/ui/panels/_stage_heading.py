"""The heading of the stage: the selected layer, its facts, controls at the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.buttons import IconButton
from cnnviz_app.ui.widgets.labels import Label


class StageHeading(QWidget):
    """Title in display type, facts in grey, and whatever `add` puts at the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._state = desk.state
        self._up = IconButton("up", "Previous layer  (PgUp)")
        self._up.clicked.connect(lambda: desk.state.walk_layers(-1))
        self._down = IconButton("down", "Next layer  (PgDn)")
        self._down.clicked.connect(lambda: desk.state.walk_layers(1))
        self._title = Label("", "display", elide=True)
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._facts = Label("", "body", "t2", elide=True)
        self._long, self._short = "", ""
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._title)
        self._row.addWidget(self._up)
        self._row.addWidget(self._down)
        self._row.addWidget(self._facts, 1)
        theme().changed.connect(self._restyle)
        self._restyle()

    def add(self, widget: QWidget) -> None:
        self._row.addWidget(widget)

    def show_selection(self) -> None:
        model, layer = self._state.model, self._state.layer
        if model is None or not layer:
            self._title.setText("")
            self._long = self._short = ""
            self._fit()
            return
        node = model.node(layer)
        units, height, width = model.map_shapes[layer]
        facts = [f"{units} units"]
        if height * width > 1:
            facts.append(f"{height} × {width}")
        field = node.receptive_field
        if field is not None and height * width > 1:
            facts.append(f"sees {field.size[0]} px")
            if field.stride[0] > 1:
                facts.append(f"stride {field.stride[0]}")
        self._title.setText(layer)
        self._title.setToolTip(layer)
        self._long = "   ".join(facts)
        self._short = f"{units} · {height} × {width}" if height * width > 1 else f"{units}"
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def event(self, event: QEvent) -> bool:
        """A control that comes or goes leaves the facts another room."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return done

    def _fit(self) -> None:
        """In a small window the name and the controls go before the facts."""
        others = (w for w in self.findChildren(QWidget) if w.parent() is self and not w.isHidden())
        taken = sum(_width(w) + self._row.spacing() for w in others if w is not self._facts)
        room = self.width() - taken - self._row.spacing()
        wide = self._facts.fontMetrics().horizontalAdvance
        fitting = next((words for words in (self._long, self._short) if wide(words) <= room), "")
        if fitting != self._facts.text():
            self._facts.setText(fitting)
        self._facts.setVisible(bool(fitting) or room >= px(24))
        stretch = 0 if fitting else 1
        if self._row.stretch(0) != stretch:  # each time it is set, everything is laid out again
            self._row.setStretch(0, stretch)

    def _restyle(self) -> None:
        self._row.setSpacing(px(8))
        self.setFixedHeight(px(34))


def _width(widget: QWidget) -> int:
    """What it wants, or the width it was given for good."""
    return max(widget.minimumWidth(), min(widget.sizeHint().width(), widget.maximumWidth()))
