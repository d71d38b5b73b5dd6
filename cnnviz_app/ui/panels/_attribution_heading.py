"""The heading of the attribution panel: the question, the method, and which page is shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from cnnviz_app.ui.panels._attribution_ask import COMPARE, ONE, SANITY
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.buttons import IconButton
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.segmented import Segmented

PAGES = ((ONE, "One map"), (COMPARE, "Compare methods"), (SANITY, "Sanity check"))
SHORT = ((ONE, "One"), (COMPARE, "All"), (SANITY, "Check"))


class AttributionHeading(QWidget):
    """Signals:
    page_chosen: its key.
    options_toggled: the choices are wanted in place of the map.
    """

    page_chosen = Signal(str)
    options_toggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._title = Label("", "display", elide=True)
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._facts = Label("", "body", "t2", elide=True)
        self._long = Segmented(PAGES, name="What is shown")
        self._short = Segmented(SHORT, name="What is shown")
        self._options = IconButton("sliders", "Method and look", checkable=True)
        self._options.toggled.connect(self.options_toggled)
        self._words = ""
        self._narrow = False
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._title)
        self._row.addWidget(self._facts, 1)
        for switch in (self._long, self._short):
            switch.chosen.connect(self._on_page)
            self._row.addWidget(switch)
        self._row.addWidget(self._options)
        self.set_narrow(False)
        theme().changed.connect(self._restyle)
        self._restyle()

    @property
    def options_open(self) -> bool:
        return self._narrow and self._options.isChecked()

    def set_words(self, title: str, facts: Sequence[str], amber: bool) -> None:
        """What is explained, and how."""
        self._title.setText(title)
        self._title.set_token("sel_t" if amber else "t1")
        self._words = "   ".join(facts)
        self._facts.setText(self._words)

    def tell(self, words: str, share: float | None) -> None:
        """While something runs, how far it is stands in the place of the facts."""
        if share is None:
            self._facts.setText(words or self._words)
        elif 0 < share < 1:
            self._facts.setText(f"{words}  {share * 100:.0f} %".strip())

    def set_page(self, page: str) -> None:
        for switch in (self._long, self._short):
            switch.set_key(page)

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self._long.setVisible(not narrow)
        self._short.setVisible(narrow)
        self._options.setVisible(narrow)
        self._facts.setVisible(not narrow)
        self._row.setStretchFactor(self._title, int(narrow))
        across = QSizePolicy.Policy.Ignored if narrow else QSizePolicy.Policy.Maximum
        self._title.setSizePolicy(across, QSizePolicy.Policy.Preferred)

    def _on_page(self, page: str) -> None:
        self.set_page(page)
        self._options.setChecked(False)
        self.page_chosen.emit(page)

    def _restyle(self) -> None:
        self._row.setSpacing(px(8))
        self.setFixedHeight(px(34))
