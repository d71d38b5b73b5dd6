"""What the sections about the population share: following it, and offering to begin one."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.engine_client import Ticket
from cnnviz_app.ui.population import session_of
from cnnviz_app.ui.section import Section
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.labels import Label


class PopulationSection(Section):
    """Shows `body` where there are results, else one sentence, and one button in one of them.

    Subclasses fill `body`, ask in `read` and show what came.
    """

    sentence = ""
    names_them = True  # the pictures, in the note; where the title does, their number is enough
    offers = False  # the pass serves all of them: one of them offers to begin it

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.population = session_of(desk)
        self.body = QWidget()
        self._words = Label(self.sentence, "caption", "t2", wrap=True)
        self.begin = Button("", "normal", "images")
        self.begin.clicked.connect(self._on_begin)
        self._offer = QWidget()
        offer = QVBoxLayout(self._offer)
        offer.setContentsMargins(0, 0, 0, 0)
        offer.addWidget(self._words)
        offer.addWidget(self.begin)
        if not self.offers:
            self.begin.hide()
        self._offer_layout = offer
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.body)
        column.addWidget(self._offer)
        self._ticket: Ticket | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.follow)
        self.population.changed.connect(self._on_changed)
        self.population.status_changed.connect(self._arrange)
        self.population.progressed.connect(self._tell)
        follow_theme(self._restyle_offer)
        self._arrange()

    def follow(self) -> None:
        self._soon.stop()
        self.drop()
        self._arrange()
        if self.wanted and self.population.has_results and self.desk.state.model is not None:
            self.read()

    def read(self) -> None:
        """Ask for what is shown of the selected unit."""

    def drop(self) -> None:
        """Let go of what was asked and not answered yet."""
        if self._ticket is not None:
            self._ticket.blockSignals(True)
            self._ticket.cancel()
            self._ticket = None

    def _on_changed(self) -> None:
        # Several sections hear it at once; each asks once the event is over.
        if self.wanted:
            self._soon.start(0)
        self._arrange()

    def _on_begin(self) -> None:
        self.population.start()

    def _arrange(self, *_: object) -> None:
        there = self.population.has_results
        self.body.setVisible(there)
        self._offer.setVisible(not there)
        status = self.population.status
        trouble = self.population.trouble
        self._words.setText(
            trouble.sentence if status == "failed" and trouble is not None else self.sentence
        )
        self.begin.setText(f"Look at {self.population.title}")
        self.begin.setEnabled(status not in ("finding", "running", "waiting"))
        self._tell()

    def _tell(self) -> None:
        """The note beside the section's title."""
        session = self.population
        if not session.has_results:
            self.note_changed.emit("")
        elif session.facts is not None and session.facts.finished:
            which = session.title if self.names_them else f"{session.done:,}"
            self.note_changed.emit(f"of {which}")
        else:
            self.note_changed.emit(f"{session.done:,} of {session.total:,} pictures so far")

    def _restyle_offer(self) -> None:
        self._offer_layout.setSpacing(px(6))
