"""Which units of the layer a class cannot do without: each is taken away in turn."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from cnnviz_app.core.events import Failed, Progress
from cnnviz_app.lab.edit_requests import RankByAblation, UnitRanking
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.engine_client import Ticket
from cnnviz_app.ui.panels._top_classes import points
from cnnviz_app.ui.section import Section, section
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme, number, percent
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.class_bars import Bar, ClassBars
from cnnviz_app.ui.widgets.labels import Label

ROWS = 6
Key = tuple[object, ...]


@section("matter", "Units that matter", 65)
class MatterSection(Section):
    """The pinned class, else the first answer; a click on a bar selects its unit."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._ticket: Ticket | None = None
        self._ranking: UnitRanking | None = None
        self._key: Key = ()
        self._words = Label("", "caption", "t2", wrap=True)
        self._button = Button("Find them", icon="chart", tip="Take away each unit in turn")
        self._button.clicked.connect(self._toggle)
        self._bars = ClassBars(ROWS)
        self._bars.setAccessibleName("Units that matter most")
        self._bars.chosen.connect(desk.state.set_unit)
        row = QHBoxLayout()
        row.addWidget(self._button)
        row.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._words)
        self._column.addLayout(row)
        self._column.addWidget(self._bars)
        state = desk.state
        for signal in (state.layer_changed, desk.pace.easy, state.pinned_changed,
                       desk.edits.changed):  # fmt: skip
            signal.connect(self._refresh)
        follow_theme(self._restyle)
        self._refresh()

    # ---- asking

    def _now(self) -> Key:
        state = self.desk.state
        if state.model is None or state.picture is None:
            return ()
        return (state.model.name, state.picture.content_id, state.layer, self._label(),
                self.desk.edits.all)  # fmt: skip

    def _label(self) -> int:
        state = self.desk.state
        if state.pinned is not None:
            return state.pinned
        return int(state.looked.logits.argmax()) if state.looked is not None else -1

    def _name(self, label: int) -> str:
        model = self.desk.state.model
        labels = model.labels if model is not None else ()
        return f"“{labels[label]}”" if 0 <= label < len(labels) else f"class {label}"

    def _toggle(self) -> None:
        state = self.desk.state
        if self._ticket is not None:
            self._ticket.cancel()
        elif state.model is not None and state.picture is not None and state.looked is not None:
            request = RankByAblation(
                state.model.name, state.picture, state.layer, self._label(), self.desk.edits.all
            )
            self._key = self._now()
            self._ticket = self.desk.engine.ask(
                request, slot="rank-units", title=f"Units of {state.layer} that matter"
            )
            self._ticket.progress.connect(self._on_progress)
            self._ticket.finished.connect(self._on_finished)
            self._ticket.stopped.connect(self._on_ended)
            self._ticket.failed.connect(self._on_ended)
            self._refresh()

    def _on_progress(self, progress: Progress) -> None:
        if progress.total:
            self.note_changed.emit(f"{progress.done:.0f} of {progress.total:.0f}")

    def _on_finished(self, ranking: UnitRanking) -> None:
        self._ticket = None
        self._ranking = ranking
        self._refresh()

    def _on_ended(self, _: Failed | object) -> None:
        self._ticket, self._key = None, ()
        self._refresh()

    # ---- showing

    def _refresh(self, *_: object) -> None:
        state = self.desk.state
        shows = state.model is not None and state.model.trained and state.units > 1
        self.shown_changed.emit(shows)
        if not shows or state.looked is None:
            return
        current = self._key == self._now() and bool(self._key)
        if self._ticket is not None and not current:
            # The selection moved on: nobody waits for this answer any more.
            self._ticket.cancel()
        ranked = self._ranking if current and self._ticket is None else None
        if self._ticket is None:
            self.note_changed.emit("")
        self._button.setText("Stop" if self._ticket is not None else "Find them")
        self._button.set_icon("stop" if self._ticket is not None else "chart")
        self._button.setVisible(ranked is None)
        self._bars.setVisible(ranked is not None)
        name = self._name(self._label())
        if ranked is None:
            self._words.setText(
                f"Takes away each of the {state.units} units in turn and asks what {name} loses."
            )
        else:
            self._words.setText(
                f"{name} has {percent(ranked.probability)} and loses most without these:"
            )
            self._show(ranked)

    def _show(self, ranking: UnitRanking) -> None:
        strongest = np.argsort(-ranking.drops, kind="stable")[:ROWS]
        most = float(ranking.drops[strongest[0]]) or 1.0
        bars: list[Bar] = []
        for unit in strongest:
            drop = float(ranking.drops[unit])
            change = points(float(ranking.probabilities[unit]) - ranking.probability)
            words = f"logit {number(-drop)}"
            share = max(0.0, drop / most) if most > 0 else 0.0
            bars.append(Bar(f"unit {unit}", share, words, int(unit), change=change))
        self._bars.set_bars(bars)

    def _restyle(self) -> None:
        self._column.setSpacing(px(6))
