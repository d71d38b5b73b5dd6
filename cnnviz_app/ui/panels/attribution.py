"""Why the network answers as it does: maps of what mattered, compared and checked."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from cnnviz_app.core.events import Frame, Metrics, Stage
from cnnviz_app.lab.attribution_requests import Compared
from cnnviz_app.lab.requests import Outcome
from cnnviz_app.lab.sanity_requests import Sanity
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels._attribution_ask import COMPARE, ONE, SANITY, UNIT, AttributionAsker
from cnnviz_app.ui.panels._attribution_compare import ComparePage
from cnnviz_app.ui.panels._attribution_heading import AttributionHeading
from cnnviz_app.ui.panels._attribution_one import OnePage
from cnnviz_app.ui.panels._attribution_options import AttributionOptions
from cnnviz_app.ui.panels._attribution_plots import CurvesPlot
from cnnviz_app.ui.panels._attribution_sanity import SanityPage
from cnnviz_app.ui.panels._attribution_subjects import subjects, title_of
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.empty_state import EmptyState

NOTHING = ("eye", "Nothing to explain yet", "Open a network and a picture.")


@panel("attribution", "Attribution", "eye", stage=True)
class AttributionPanel(Panel):
    """Which pixels the answer hangs on, for the top class, a class you click in Predictions, or
    the selected unit. "Compare" shows eight methods side by side; "Sanity check" makes the map
    again while the network forgets what it has learned, from the top layer down: a map that
    does not change tells nothing about the network."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._asker = AttributionAsker(desk, self)
        self._look, self._strength = "overlay", 0.6
        self._heading = AttributionHeading()
        self._one, self._compare = OnePage(desk), ComparePage(desk)
        self._sanity = SanityPage(desk)
        self._options, self._curves = AttributionOptions(), CurvesPlot()
        self._empty = EmptyState(*NOTHING)
        self._pages = QStackedWidget()
        for page in (self._one, self._compare, self._sanity, self._empty):
            self._pages.addWidget(page)
        self._side = QWidget()
        self._side_column = QVBoxLayout(self._side)
        self._side_column.setContentsMargins(0, 0, 0, 0)
        self._side_column.addWidget(self._options, 3)
        self._side_column.addWidget(self._curves, 2)
        self._side_column.addWidget(self._compare.plots, 5)
        self._row = QHBoxLayout()
        self._row.addWidget(self._pages, 1)
        self._row.addWidget(self._side)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._heading)
        self._column.addLayout(self._row, 1)
        self._wire()
        theme().changed.connect(self._restyle)
        self._restyle()
        if desk.runs.techniques:
            self._on_techniques(desk.runs.techniques)
        self._show_subjects()
        self._show_page()

    def _wire(self) -> None:
        asker, options, state = self._asker, self._options, self.desk.state
        self._heading.page_chosen.connect(self._on_page)
        self._heading.options_toggled.connect(lambda _on: self._arrange())
        options.method_chosen.connect(self._on_method)
        options.subject_chosen.connect(asker.set_subject)
        options.look_chosen.connect(lambda look: self._set_look(look, self._strength))
        options.strength_moved.connect(lambda share: self._set_look(self._look, share))
        options.value_edited.connect(asker.set_value)
        options.refused.connect(lambda sentence: self.desk.messages.warn(sentence))
        self._compare.opened.connect(self._on_opened)
        asker.begun.connect(self._on_begun)
        asker.framed.connect(self._on_frame)
        asker.measured.connect(self._on_measured)
        asker.staged.connect(self._on_stage)
        asker.answered.connect(self._on_answered)
        asker.told.connect(self._on_told)
        asker.refused.connect(self._on_refused)
        asker.curve_point.connect(self._curves.add_point)
        asker.curves_ended.connect(self._curves.show_curves)
        asker.subject_changed.connect(lambda _subject: self._show_subjects())
        state.looked_changed.connect(self._on_looked)
        state.unit_changed.connect(lambda _unit: self._show_subjects())
        self.desk.runs.techniques_changed.connect(self._on_techniques)

    def copy_pixels(self) -> npt.NDArray[np.uint8] | None:
        return self._one.shown.pixels if self._one.shown and self._asker.page == ONE else None

    # ---- choices

    def _on_techniques(self, techniques: Any) -> None:
        self._options.set_methods(techniques, self._asker.method)
        self._show_title()

    def _on_method(self, method: str) -> None:
        if not method:
            return
        self._options.show_method(method, self._asker.values.get(method, {}))
        self._asker.set_method(method)
        self._show_title()

    def _on_opened(self, method: str) -> None:
        """A method of the comparison, made large."""
        self._on_method(method)
        self.show_page(ONE)

    def show_page(self, page: str) -> None:
        """One map, methods compared or the sanity check: "one", "compare", "sanity"."""
        self._heading.set_page(page)
        self._on_page(page)

    @property
    def finished(self) -> bool:
        """Nothing of what is shown is still being computed."""
        return self._asker.finished

    def _on_page(self, page: str) -> None:
        self._asker.set_page(page)
        self._show_page()
        self._show_title()

    def _set_look(self, look: str, strength: float) -> None:
        self._look, self._strength = look, strength
        for page in (self._one, self._compare, self._sanity):
            page.set_look(look, strength)

    def _show_subjects(self) -> None:
        choices = subjects(self.desk.state, self._asker.subject)
        self._options.set_subjects(choices, self._asker.subject)
        self._show_title()

    def _show_title(self) -> None:
        outcome = self._asker.outcome
        method = self._options.title_of(self._asker.method)
        facts = [] if self._asker.page == COMPARE else [method]
        if outcome is not None and self._asker.page == ONE:
            layer = outcome.result.figures.get("layer")
            facts += [f"of {layer}"] if layer else []
            facts.append(_spent(outcome.seconds))
        amber = self._asker.subject == UNIT
        self._heading.set_words(title_of(self.desk.state, self._asker.subject), facts, amber)

    def _show_page(self) -> None:
        state = self.desk.state
        nothing = state.model is None or state.picture is None
        page = {ONE: self._one, COMPARE: self._compare, SANITY: self._sanity}[self._asker.page]
        self._pages.setCurrentWidget(self._empty if nothing else page)
        if nothing:
            self._empty.set_content(*NOTHING)
        self._curves.setVisible(self._asker.page == ONE)
        self._compare.plots.setVisible(self._asker.page == COMPARE)
        self._options.set_for_one(self._asker.page != COMPARE)
        self._arrange()

    # ---- answers

    def _on_looked(self, _looked: object) -> None:
        self._show_subjects()
        self._one.refresh()
        if self._pages.currentWidget() is self._empty:
            self._show_page()

    def _on_begun(self) -> None:
        self._show_page()
        if self._asker.page == COMPARE:
            names = self.desk.runs.techniques
            self._compare.begin({t.name: t.title for t in names})
        elif self._asker.page == SANITY:
            self._sanity.begin()

    def _on_frame(self, frame: Frame) -> None:
        if self._asker.page == ONE:
            self._one.set_map(frame.data, frame.scale)
        elif self._asker.page == COMPARE:
            self._compare.add_frame(frame)
        else:
            self._sanity.add_frame(frame)

    def _on_measured(self, metrics: Metrics) -> None:
        if self._asker.page == COMPARE:
            self._compare.add_point(metrics)
        elif self._asker.page == SANITY:
            self._sanity.add_point(metrics)

    def _on_stage(self, stage: Stage) -> None:
        if self._asker.page == SANITY:
            self._sanity.add_stage(stage)

    def _on_answered(self, answer: object) -> None:
        if isinstance(answer, Outcome) and answer.result.values is not None:
            self._one.set_map(answer.result.values, answer.result.scale)
        elif isinstance(answer, Compared):
            self._compare.show_answer(answer)
        elif isinstance(answer, Sanity):
            self._sanity.show_answer(answer)
        self._show_title()

    def _on_told(self, words: str, share: float | None) -> None:
        self._one.view.set_progress(share if self._asker.busy else None)
        self._heading.tell(words, share)

    def _on_refused(self, sentence: str, hint: str) -> None:
        self._empty.set_content("warn", sentence, hint)
        self._pages.setCurrentWidget(self._empty)

    # ---- sizes

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._asker.set_wanted(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._asker.set_wanted(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        """Choices beside the map where there is room, else in its place."""
        wide = self.width() >= px(760)
        self._heading.set_narrow(not wide)
        self._side.setVisible(wide or self._heading.options_open)
        self._pages.setVisible(wide or not self._heading.options_open)
        # The choices come first where both share a small window.
        self._curves.setMaximumHeight(16_777_215 if wide else px(180))
        self._side.setMaximumWidth(px(320) if wide else 16_777_215)
        self._side.setMinimumWidth(px(320) if wide else 0)

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(14), px(12), px(14), px(12))
        self._column.setSpacing(px(8))
        self._row.setSpacing(px(20))
        self._side_column.setSpacing(px(10))
        self._arrange()


def _spent(seconds: float) -> str:
    return f"{max(1, round(seconds * 1000))} ms" if seconds < 1 else f"{seconds:.1f} s"
