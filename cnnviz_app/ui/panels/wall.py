"""One goal and one seed under several ways to make the picture, side by side."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout

from cnnviz_app.core.events import Frame, Metrics
from cnnviz_app.lab.branch_requests import kept
from cnnviz_app.lab.requests import Outcome
from cnnviz_app.ui.attempts import Attempt, new_key
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.engine_client import Ticket
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.timeline import frame_of
from cnnviz_app.ui.variations import Variation, variations
from cnnviz_app.ui.widgets.base import number
from cnnviz_app.ui.widgets.buttons import IconButton
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.wall_tiles import WallTiles


@panel("wall", "Wall", "grid")
class WallPanel(Panel):
    """The same goal and seed under several regularisers, image spaces, octaves or style layers, one
    after the other in the background. Click a tile to make it the canvas's run."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._ways: tuple[Variation, ...] = ()
        self.attempts: list[Attempt] = []
        self._ticket: Ticket | None = None
        self._now = -1
        self._start = IconButton("play", "Make the wall", small=True)
        self._stop = IconButton("stop", "Stop the wall", small=True)
        self._start.clicked.connect(self.start)
        self._stop.clicked.connect(self.stop)
        self._subject = Label("", "caption", "t2", elide=True)
        self._tiles = WallTiles()
        self._area = _Scrolled(self._tiles)
        self._empty = EmptyState(
            "grid", "No wall yet", "One goal, one seed, in up to nine ways side by side.",
            (("start", "Make the wall"),),
        )  # fmt: skip
        self._empty.action.connect(lambda _key: self.start())
        self._head = head = QHBoxLayout()
        head.addWidget(self._subject, 1)
        # Here, not in a title bar: among tabs there is none.
        head.addWidget(self._start)
        head.addWidget(self._stop)
        self._column = QVBoxLayout(self)
        self._column.addLayout(head)
        self._column.addWidget(self._area, 1)
        self._column.addWidget(self._empty, 1)
        self._area.hide()
        self._tiles.chosen.connect(self.choose)
        desk.state.model_changed.connect(lambda _facts: self.stop())
        desk.engine.busy_changed.connect(self._on_busy)
        theme().changed.connect(self._restyle)
        self._restyle()

    def start(self) -> None:
        """Ask for every variation of what Run would make now."""
        runs, model = self.desk.runs, self.desk.state.model
        request = runs.request()
        if request is None or runs.technique is None or model is None:
            return
        self.stop()
        # A style is read where there are rows and columns.
        maps = tuple(n for n in model.layers if min(model.map_shapes[n][1:]) > 1)
        self._ways = variations(runs.technique, maps)
        if not self._ways:
            self.desk.messages.info(
                f"{runs.technique.title} has nothing to vary.", "Choose another technique."
            )
            return
        subject = runs.about
        self.attempts = [
            Attempt(
                kept(replace(request, params={**request.params, **way.changes}), new_key()),
                subject, way.title,
            )
            for way in self._ways
        ]  # fmt: skip
        self._tiles.set_titles([way.title for way in self._ways])
        what = runs.about.partition(" · ")[2] or self.desk.state.address
        self._subject.setText(f"{what}, seed {request.seed}")
        self._empty.hide()
        self._area.show()
        self._area.fit()
        self._now = 0
        self._ask()

    def stop(self) -> None:
        self._now = -1
        if self._ticket is not None:
            self._ticket.blockSignals(True)
            self._ticket.cancel()
            self._ticket = None

    def _ask(self) -> None:
        self._ticket = None
        if not 0 <= self._now < len(self.attempts):
            return
        attempt = self.attempts[self._now]
        attempt.timeline.frames.clear()
        attempt.metrics.clear()
        # Looking and the canvas go first: what they cut short is asked again when they are done.
        self._ticket = ticket = self.desk.engine.ask(
            attempt.request, slot="wall", background=True, title=f"Wall: {attempt.title}"
        )
        ticket.frame.connect(self._on_frame)
        ticket.metrics.connect(self._on_metrics)
        ticket.finished.connect(self._on_finished)
        ticket.failed.connect(lambda _failed: self._next("failed"))
        ticket.stopped.connect(self._on_stopped)

    def _on_frame(self, frame: Frame) -> None:
        if frame.name == "picture":
            self.attempts[self._now].timeline.add(frame_of(frame, self.desk.settings.values))
            self._show(self._now)

    def _on_metrics(self, metrics: Metrics) -> None:
        self.attempts[self._now].metrics.append((metrics.step, metrics.values))

    def _on_finished(self, outcome: Outcome) -> None:
        self.attempts[self._now].outcome = outcome
        self._next()

    def _on_stopped(self, *_: object) -> None:
        self._ticket = None
        self._on_busy(len(self.desk.engine.tickets))

    def _on_busy(self, jobs: int) -> None:
        if jobs == 0 and self._ticket is None and self._now >= 0:
            self._ask()

    def _next(self, words: str = "") -> None:
        self._show(self._now, words)
        self._now += 1
        if self._now >= len(self.attempts):
            self._now = -1
        self._ask()

    def _show(self, index: int, words: str = "") -> None:
        attempt = self.attempts[index]
        frames = attempt.timeline.frames
        if not words and attempt.metrics:
            words = number(attempt.metrics[-1][1].get("objective", 0.0))
        self._tiles.set_tile(index, frames[-1].pixels if frames else None, words)

    def choose(self, index: int) -> None:
        """This tile becomes the canvas's run, and its values the form's."""
        attempt = self.attempts[index]
        runs = self.desk.runs
        if attempt.request is None:
            return
        runs.choose(attempt.request.technique)
        runs.set_values(dict(self._ways[index].changes))
        runs.set_seed(attempt.request.seed)
        if attempt.outcome is None:
            runs.start()
        else:
            runs.adopt(attempt)

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(12), px(2), 0, px(8))
        self._head.setContentsMargins(0, 0, px(12), 0)
        self._column.setSpacing(px(4))
        self._area.fit()


class _Scrolled(QScrollArea):
    """The tiles, and a bar where the panel is too low for all of them."""

    def __init__(self, tiles: WallTiles) -> None:
        super().__init__()
        self._tiles = tiles
        self.setWidget(tiles)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there, so that the columns do not jump, and seen when it has something to do.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(lambda low, high: bar.setEnabled(high > low))

    def fit(self) -> None:
        self._tiles.fit_into(self.viewport().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(80))
