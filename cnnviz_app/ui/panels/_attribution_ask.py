"""Asks for the maps of attribution: live, the newest question only, one slot for each kind."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from cnnviz_app.core.events import Failed, Progress
from cnnviz_app.lab.attribution_requests import CompareMethods, Curves, PlayCurves
from cnnviz_app.lab.requests import Outcome, RunTechnique
from cnnviz_app.lab.sanity_requests import CheckSanity
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.engine_client import Ticket

ONE, COMPARE, SANITY = "one", "compare", "sanity"
TOP, UNIT = "top", "unit"
# One map follows at once; heavier questions wait until the selection rests.
REST_MS = {ONE: 30, COMPARE: 250, SANITY: 250}
CURVES_REST_MS = 300
# A quick map on its way is shown before the next is asked for: a live picture would starve it.
PATIENCE = 0.4


class AttributionAsker(QObject):
    """What is explained, by which method, on which page.

    Signals:
        begun: a new answer is on its way.
        framed, measured, staged: events of that job.
        answered: its answer.
        told: how far it is, in words and as a share (None: nothing runs).
        refused: `(sentence, hint)`.
        curve_point: `Metrics` of the curves of the one map; `curves_ended`: `Curves`.
        subject_changed: what is explained.
    """

    begun = Signal()
    framed = Signal(object)
    measured = Signal(object)
    staged = Signal(object)
    answered = Signal(object)
    told = Signal(str, object)
    refused = Signal(str, str)
    curve_point = Signal(object)
    curves_ended = Signal(object)
    subject_changed = Signal(str)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.method, self.page, self.subject = "gradcam", ONE, TOP
        self.values: dict[str, dict[str, Any]] = {}
        self.outcome: Outcome | None = None
        self._wanted = self._stale = False
        self._ticket: Ticket | None = None
        self._curves: Ticket | None = None
        self._asked_at = 0.0
        self._rest = self._timer(self._start)
        self._curves_rest = self._timer(self._ask_curves)
        self._curves_rest.setInterval(CURVES_REST_MS)
        state = desk.state
        state.model_changed.connect(lambda _model: self.set_subject(TOP))
        state.pinned_changed.connect(self._on_pinned)
        state.unit_changed.connect(self._on_unit)
        state.layer_changed.connect(self._on_unit)
        for signal in (state.model_changed, state.picture_changed, state.edits_changed):
            signal.connect(lambda _: self.ask_again())

    def _timer(self, slot: Any) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(slot)
        return timer

    # ---- what is wanted

    def set_wanted(self, wanted: bool) -> None:
        """Only computes while somebody can see it."""
        self._wanted = wanted
        if not wanted:
            self.cancel()
        elif self._stale or self.outcome is None:
            self.ask_again()

    def set_method(self, method: str) -> None:
        if method != self.method:
            self.method = method
            self.ask_again()

    def set_page(self, page: str) -> None:
        if page != self.page:
            self.cancel()
            self.page = page
            self.ask_again()

    def set_subject(self, subject: str) -> None:
        if subject != self.subject:
            self.subject = subject
            self.subject_changed.emit(subject)
            self.ask_again()

    def set_value(self, name: str, value: Any) -> None:
        self.values.setdefault(self.method, {})[name] = value
        self.ask_again()

    @property
    def question(self) -> dict[str, str]:
        """The parameters that say whose answer is explained."""
        state = self._desk.state
        if self.subject == UNIT:
            return {"target": TOP, "unit": f"{state.layer}:{state.unit}"}
        return {"target": self.subject.removeprefix("class:"), "unit": ""}

    @property
    def busy(self) -> bool:
        return self._ticket is not None

    @property
    def finished(self) -> bool:
        """What is asked now was answered."""
        return not (self.busy or self._stale or self._rest.isActive())

    # ---- following the selection

    def _on_pinned(self, label: int | None) -> None:
        self.set_subject(TOP if label is None else f"class:{label}")

    def _on_unit(self, *_: object) -> None:
        """A unit of the last layer is a class; another unit only matters when units are asked."""
        state = self._desk.state
        model = state.model
        if model is None or not state.layer:
            return
        if model.node(state.layer).name == model.output:
            self.set_subject(f"class:{state.unit}")
        elif self.subject == UNIT:
            self.ask_again()

    def ask_again(self) -> None:
        self._stale = True
        if not self._wanted:
            return
        self._curves_rest.stop()
        waited = time.monotonic() - self._asked_at
        if self._ticket is not None and self.page == ONE and waited < PATIENCE:
            self._rest.start(round((PATIENCE - waited) * 1000))
        elif not self._rest.isActive():
            self._rest.start(REST_MS[self.page])

    def cancel(self) -> None:
        self._rest.stop()
        self._curves_rest.stop()
        for ticket in (self._ticket, self._curves):
            if ticket is not None:
                ticket.blockSignals(True)
                ticket.cancel()
        self._ticket = self._curves = None
        self.told.emit("", None)

    # ---- the questions

    def _start(self) -> None:
        state = self._desk.state
        if state.model is None or state.picture is None or not self._wanted:
            return
        if not state.model.trained:
            self.refused.emit(
                "This network has learned nothing",
                "Its weights are random, so there is nothing to explain.",
            )
            return
        self.cancel()
        self._stale = False
        self._asked_at = time.monotonic()
        own = self.values.get(self.method, {})
        request, title = self._request(state.model.name, state.picture, own)
        ticket = self._desk.engine.ask(request, slot="attribution", title=title)
        self._ticket = ticket
        ticket.frame.connect(self.framed)
        ticket.metrics.connect(self.measured)
        ticket.stage.connect(self.staged)
        ticket.progress.connect(self._on_progress)
        ticket.finished.connect(self._on_finished)
        ticket.failed.connect(self._on_failed)
        ticket.stopped.connect(self._on_stopped)
        self.begun.emit()

    def _request(self, model: str, picture: Any, own: Mapping[str, Any]) -> tuple[object, str]:
        question, edits = self.question, self._desk.state.edits
        if self.page == COMPARE:
            asked: dict[str, Any] = dict(question)
            own_values = dict(self.values)
            compare = CompareMethods(model, picture, **asked, own=own_values, edits=edits)
            return compare, "Compare attributions"
        params = {**own, **question}
        if self.page == SANITY:
            return CheckSanity(model, picture, self.method, params, edits=edits), "Sanity check"
        return RunTechnique(self.method, model, params, picture, edits=edits), "Attribution"

    def _ask_curves(self) -> None:
        """How fast the answer is lost and won: after the map, once the selection rests."""
        state, outcome = self._desk.state, self.outcome
        known = outcome is not None and outcome.result.values is not None
        if not known or self._stale or state.model is None or state.picture is None:
            return
        assert outcome is not None
        values = outcome.result.values
        assert values is not None
        settled = outcome.result.settled
        request = PlayCurves(
            state.model.name, state.picture, values,
            str(settled.get("target", TOP)), str(settled.get("unit", "")), state.edits,
        )  # fmt: skip
        ticket = self._desk.engine.ask(
            request, slot="attribution-curves", title="Deletion and insertion"
        )
        self._curves = ticket
        ticket.metrics.connect(self.curve_point)
        ticket.finished.connect(self._on_curves)
        ticket.stopped.connect(lambda _: self._forget_curves())
        ticket.failed.connect(lambda _: self._forget_curves())

    # ---- answers

    def _on_progress(self, progress: Progress) -> None:
        share = progress.done / progress.total if progress.total else None
        left = progress.seconds_left
        words = progress.text
        if left is not None and left >= 1:
            words = f"{words}  {round(left)} s left".strip()
        self.told.emit(words, share)

    def _on_finished(self, answer: object) -> None:
        self._ticket = None
        self.told.emit("", None)
        if isinstance(answer, Outcome):
            self.outcome = answer
            self._curves_rest.start()
        self.answered.emit(answer)
        if self._stale and self._wanted:
            self._rest.start(0)

    def _on_failed(self, failed: Failed) -> None:
        self._ticket = None
        self.told.emit("", None)
        self.refused.emit(failed.sentence, failed.hint)

    def _on_stopped(self, _: object) -> None:
        """Somebody stopped it: asked again by the next change."""
        self._ticket = None
        self.told.emit("stopped", None)

    def _on_curves(self, curves: Curves) -> None:
        self._curves = None
        self.curves_ended.emit(curves)

    def _forget_curves(self) -> None:
        self._curves = None
