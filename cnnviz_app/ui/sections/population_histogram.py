"""How strong the selected unit is over a whole population, with a tick for now."""

from __future__ import annotations

import itertools

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from cnnviz_app.lab.population_requests import Distribution, ReadUnit, UnitStatistics
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.section import section
from cnnviz_app.ui.sections._population import PopulationSection
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import THIN, follow_theme, number, percent
from cnnviz_app.ui.widgets.histogram import Histogram
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.segmented import Segmented

PICTURES, PLACES = "pictures", "places"
# Where nearly all values fall into one bar, the others are only seen by their logarithm.
LONG_TAIL = 0.6
AS_TRAINED = "This and the strongest pictures are of the network as trained, without your changes."
MARKS = {0.5: "median", 0.9: f"90{THIN}%", 0.99: f"99{THIN}%"}


@section("population", "Histogram over the population", 20)
class PopulationHistogram(PopulationSection):
    """Each picture's strongest value, or the values at all places; the tick moves with the
    picture."""

    sentence = (
        "How strong is this unit usually, and on which pictures most? "
        "One pass over many pictures tells."
    )
    offers = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._statistics: UnitStatistics | None = None
        self._kind = Segmented(
            ((PICTURES, "By picture"), (PLACES, "By place")), height=26,
            name="What is counted",
        )  # fmt: skip
        self._kind.setToolTip(
            "By picture: the largest value of each picture. By place: the values everywhere."
        )
        self._kind.chosen.connect(lambda _: self._show())
        self._rank = Label("", "caption", "sel_t", elide=True)
        self._histogram = Histogram()
        # One line each: a paragraph that wraps would change the column's height with the unit.
        self._facts = tuple(Label("", "caption", "t2", elide=True) for _ in range(3))
        self.as_trained = Label(AS_TRAINED, "caption", "t2", wrap=True)
        head = QHBoxLayout()
        head.addWidget(self._kind)
        head.addStretch(1)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self._rank)
        column.addWidget(self._histogram)
        for line in self._facts:
            column.addWidget(line)
        column.addWidget(self.as_trained)
        self._column = column
        desk.edits.changed.connect(self._on_edits)
        desk.pace.easy.connect(self._show_now)
        desk.state.position_changed.connect(self._show_now)
        follow_theme(self._restyle)
        self._on_edits()

    @property
    def statistics(self) -> UnitStatistics | None:
        """What is shown, or None."""
        return self._statistics

    def read(self) -> None:
        state = self.desk.state
        assert state.model is not None
        self._ticket = self.desk.engine.ask(
            ReadUnit(state.model.name, state.layer, state.unit), slot="unit-population",
            urgent=True, background=True, title="Statistics of a unit",
        )  # fmt: skip
        self._ticket.finished.connect(self._on_read)

    def _on_read(self, found: UnitStatistics | None) -> None:
        self._ticket = None
        state = self.desk.state
        if found is not None and (found.layer, found.unit) != (state.layer, state.unit):
            return
        self._statistics = found
        self.shown_changed.emit(found is not None or not self.population.has_results)
        self._show()

    def _distribution(self) -> Distribution | None:
        if self._statistics is None:
            return None
        if self._kind.key == PLACES:
            return self._statistics.values
        return self._statistics.maxima

    def _show(self) -> None:
        shown, found = self._distribution(), self._statistics
        if shown is None or found is None:
            return
        total = float(shown.counts.sum())
        self._histogram.set_log(bool(total) and float(shown.counts.max()) > LONG_TAIL * total)
        self._histogram.set_counts(shown.counts, shown.lo, shown.hi)
        self._histogram.set_marks([(value, MARKS[share]) for share, value in shown.quantiles])
        lines = facts_in_words(found, self._kind.key == PLACES)
        for label, words in itertools.zip_longest(self._facts, lines, fillvalue=""):
            assert isinstance(label, Label)
            label.setText(words)
            label.setVisible(bool(words))
        self._show_now()

    def _show_now(self, *_: object) -> None:
        found, shown = self._statistics, self._distribution()
        state = self.desk.state
        looked = state.looked
        mine = found is not None and (found.layer, found.unit) == (state.layer, state.unit)
        if not mine or shown is None or looked is None or state.unit >= len(looked.maps):
            self._histogram.set_now(None)
            self._rank.setText("")
            return
        values = looked.maps[state.unit]
        now = float(values.max())
        if self._kind.key == PLACES and state.position is not None:
            y, x = state.position
            if y < values.shape[0] and x < values.shape[1]:
                now = float(values[y, x])
        self._histogram.set_now(now, f"now {number(now)}")
        of = "places" if self._kind.key == PLACES else "pictures"
        self._rank.setText(f"stronger than on {percent(shown.share_below(now))} of the {of}")

    def _on_edits(self, *_: object) -> None:
        self.as_trained.setVisible(bool(self.desk.edits.all))

    def _restyle(self) -> None:
        self._column.setSpacing(px(6))
        self._histogram.setFixedHeight(px(96))


def facts_in_words(found: UnitStatistics, places: bool) -> list[str]:
    """The figures below the histogram, three lines at most."""
    if not found.seen:
        return ["Not above zero in any of these pictures."]
    by_share = dict((found.values if places else found.maxima).quantiles)
    lines = [f"median {number(by_share[0.5])} · 99{THIN}% below {number(by_share[0.99])}"]
    if places:
        lines.append(f"mean {number(found.mean)} · above zero at {percent(found.active)}")
        if found.sample_error:
            lines.append(f"from a sample, ±{percent(found.sample_error)}")
    else:
        lines.append(f"above zero in {percent(found.seen)} of them")
        if found.favourite is not None:
            name, score = found.favourite
            lines.append(f"tells “{name}” apart: {number(score)}")
    return lines
