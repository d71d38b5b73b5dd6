"""The heading of a comparison: in what the two differ, what is shown, and what is held."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from cnnviz_app.ui.comparison import Comparison
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.buttons import Button, IconButton
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.segmented import Segmented

ORDERS = (("number", "By number"), ("changed", "Most changed first"), ("a", "Strongest in A first"))


class CompareHeading(QWidget):
    """Wide: words and an order. Small: a switch between the grids, and icons."""

    def __init__(self, comparison: Comparison) -> None:
        super().__init__()
        self._title = Label("Compare", "display", elide=True)
        self.facts = Label("", "body", "t2", elide=True)
        self.which = Segmented([("a", "A"), ("b", "B"), ("d", "A − B")], name="What is shown")
        self.order = ComboBox(ORDERS, "number", name="Order of the units")
        self._hold = Button("Hold this as A", "normal", icon="pin")
        self._pin = IconButton("pin", "Hold this as A")
        self._swap = IconButton("wipe", "Swap the two pictures")
        self._release = IconButton("close", "Hold nothing")
        for button, verb in ((self._hold, comparison.hold), (self._pin, comparison.hold),
                             (self._swap, comparison.swap_pictures),
                             (self._release, comparison.release)):  # fmt: skip
            button.clicked.connect(verb)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._title)
        self._row.addWidget(self.which)
        self._row.addWidget(self.facts, 100)
        self._row.addStretch(1)
        for widget in (self.order, self._hold, self._pin, self._swap, self._release):
            self._row.addWidget(widget)
        follow_theme(self._restyle)

    def arrange(self, *, held: bool, compact: bool) -> None:
        """Show what makes sense now."""
        self._title.setVisible(not (held and compact))
        self.which.setVisible(held and compact)
        for widget in (self.facts, self.order, self._hold):
            widget.setVisible(held and not compact)
        self._pin.setVisible(held and compact)
        for icon in (self._swap, self._release):
            icon.setVisible(held)

    def _restyle(self) -> None:
        self._row.setSpacing(px(8))
        self.setFixedHeight(px(34))
