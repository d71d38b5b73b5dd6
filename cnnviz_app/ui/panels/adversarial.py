"""The stage of attacks: original, difference, attacked, the way between, what it survives."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from cnnviz_app.lab.attack_requests import GROUP, WHOLE
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels._attack_curve import ChangeCurve
from cnnviz_app.ui.panels._attack_heading import TALL, AttackHeading
from cnnviz_app.ui.panels._attack_pages import AttackPages
from cnnviz_app.ui.panels._attack_session import AttackSession
from cnnviz_app.ui.panels._attack_survival import SurvivalTiles
from cnnviz_app.ui.panels._attack_triptych import ROWS
from cnnviz_app.ui.panels._attack_words import (
    bars_of,
    name_of,
    survival_words,
    verdict,
    verdict_facts,
)
from cnnviz_app.ui.panels._run_row import RunRow
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.labels import Label, SectionLabel

NOTHING = ("attack", "Nothing to attack yet", "Open a network and a picture.")


@panel("adversarial", "Adversarial", "attack", stage=True, tab="Attack")
class AdversarialPanel(Panel):
    """Original + difference = attacked. The attacked picture is shown, measured and judged as the
    file it is saved to, in whole levels. The slider below the curve takes less or more of the
    found change; click the difference for its largest pixels. "Lenses" shows what both answers
    rest on and where they part, "Defend" what helps, "Camera" films it. "Look at it" makes the
    attacked picture the current one in every panel, "Compare" shows all maps of both."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.session = AttackSession(desk, self)
        self._heading = AttackHeading()
        self._pages = AttackPages(desk, self.session)
        self._triptych, self._one = self._pages.triptych, self._pages.one
        self._curve, self._tiles = ChangeCurve(), SurvivalTiles()
        self._run = RunRow(desk, "Attack")
        self._empty = EmptyState(*NOTHING)
        self._build()
        self._wire()
        theme().changed.connect(self._restyle)
        self._restyle()
        self._on_cleared()
        if self.session.read is not None:
            self._on_read()

    def _build(self) -> None:
        self._survival = QWidget()
        side = QVBoxLayout(self._survival)
        side.setContentsMargins(0, 0, 0, 0)
        head = QHBoxLayout()
        self._count = Label("", "caption", "t1", weight=600)
        head.addWidget(SectionLabel("Does it survive?"), 1)
        head.addWidget(self._count)
        side.addLayout(head)
        side.addWidget(self._tiles, 1)
        self._side = side
        self._low = QWidget()
        self._low_row = QHBoxLayout(self._low)
        self._low_row.setContentsMargins(0, 0, 0, 0)
        self._low_row.addWidget(self._curve, 1)
        self._low_row.addWidget(self._survival, 1)
        body = QWidget()
        self._body = QVBoxLayout(body)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.addWidget(self._pages, 1)
        self._body.addWidget(self._low)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(body)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._heading)
        self._column.addWidget(self._stack, 1)
        self._column.addWidget(self._run)

    def _wire(self) -> None:
        session, heading = self.session, self._heading
        heading.chosen.connect(lambda _key: self._arrange())
        heading.look_asked.connect(self._look)
        heading.compare_asked.connect(self._compare)
        heading.save_asked.connect(lambda: self.desk.view.asked_command.emit("save"))
        session.cleared.connect(self._on_cleared)
        session.running.connect(self._on_running)
        session.read_changed.connect(self._on_read)
        session.survived.connect(self._on_survived)
        session.bred.connect(lambda _population: self._arrange())
        session.sticker_found.connect(lambda: self.show_view("camera"))
        self._tiles.film_asked.connect(self._film)
        self.desk.live.changed.connect(self._show_film)
        self.desk.runs.status_changed.connect(self._on_status)
        self.desk.runs.outcome_changed.connect(lambda _outcome: self._arrange())
        session.moved.connect(lambda _place: self._show_place())
        self._curve.moved.connect(session.move)
        self.desk.state.looked_changed.connect(self._on_looked)
        self.desk.state.model_changed.connect(lambda _facts: self._on_looked(None))

    def copy_pixels(self) -> npt.NDArray[np.uint8] | None:
        return self.session.shown

    def show_view(self, key: str) -> None:
        """By the keys of `PAGES` of the heading: "three", "wipe", "lenses", "defend" …"""
        self._heading.set_view(key)
        self._arrange()

    # ---- what is on show

    def _on_looked(self, _looked: object) -> None:
        if self.session.read is None and self.desk.runs.status not in ("running", "paused"):
            self._on_cleared()

    def _on_cleared(self) -> None:
        """The picture of now, and nothing added yet."""
        state = self.desk.state
        looked = state.looked
        self._curve.set_read(None, ("", ""))
        self._tiles.set_rows((), (), -1, None)
        self._count.setText("")
        if looked is not None and state.model is not None:
            first = int(looked.probabilities.argmax())
            labels = state.model.labels
            bars = bars_of(looked.probabilities, labels, ROWS, first, first, attacked=False)
            self._triptych.set_original(looked.seen, bars, f"{looked.picture.name}")
            self._triptych.set_attacked(None, (), "", state.model.input[0])
            self._one.set_pictures(looked.seen, None)
            self._heading.set_words(
                name_of(labels, first), f"{state.model.title}, not attacked yet"
            )
        self._heading.set_found(False)
        self._arrange()

    def _on_running(self, pixels: npt.NDArray[np.uint8]) -> None:
        model = self.desk.state.model
        channels = model.input[0] if model is not None else 3
        if self.session.read is not None:
            looked = self.desk.state.looked
            if looked is not None and looked.seen.shape == pixels.shape:
                self._triptych.set_original(looked.seen, self._triptych.original_bars)
        self._triptych.set_attacked(pixels, None, "as it stands", channels)
        self._pages.bred.best.view.set_picture(pixels)

    def _on_read(self) -> None:
        session = self.session
        read = session.read
        if read is None:
            return
        old, new = name_of(session.labels, read.before), name_of(session.labels, read.after)
        self._show_words()
        if session.from_noise:
            self._pages.bred.best.view.set_picture(read.attacked)
            self._pages.bred.bars.set_bars(
                bars_of(read.chances[WHOLE], session.labels, ROWS, read.after, read.after,
                        attacked=False)
            )  # fmt: skip
        else:
            bars = bars_of(read.chances[0], session.labels, ROWS, read.before, read.before,
                           attacked=False)  # fmt: skip
            self._triptych.set_original(read.clean, bars, "8-bit file")
        self._heading.set_found(True, compare=not session.from_noise)
        self._curve.set_read(None if session.from_noise else read, (old, new))
        self._tiles.set_rows((), (), -1, None)
        self._count.setText("")
        self._show_place(fresh=True)

    def _show_words(self) -> None:
        """What was found, in one sentence."""
        session = self.session
        read, figures = session.read, session.figures
        if read is None:
            return
        old, new = name_of(session.labels, read.before), name_of(session.labels, read.after)
        if session.from_noise:
            goal = "" if figures.get("success", True) else (
                f"not surely enough {figures['class']}, " if "class" in figures else
                "the goal was not reached, "
            )  # fmt: skip
            said = f"{session.title}, {goal}saved file read back"
            self._heading.set_words(f"Noise → {new}", said)
            return
        linf = int(np.abs(read.attacked.astype(int) - read.clean).max())
        self._heading.set_words(
            verdict(old, new, bool(figures.get("success"))),
            verdict_facts(session.title, figures, linf),
        )

    def _show_place(self, *, fresh: bool = False) -> None:
        session = self.session
        read, shown = session.read, session.shown
        if read is None or shown is None:
            return
        place = session.place
        bars = bars_of(read.chances[place], session.labels, ROWS, read.before, read.after,
                       attacked=True)  # fmt: skip
        note = "rounded, saved, reloaded" if place == WHOLE else "rounded"
        self._triptych.set_attacked(shown, bars, note, session.channels, fresh=fresh)
        self._one.set_pictures(None if session.from_noise else read.clean, shown)
        self._curve.show_place(place)
        self._arrange()

    def _on_survived(self) -> None:
        session = self.session
        if session.read is not None:
            before = session.read.before
            noise = session.from_noise
            self._tiles.set_rows(
                session.rows, session.labels, before, session.aim, from_noise=noise
            )
            success = bool(session.figures.get("success"))
            words = survival_words(session.rows, before, session.aim, success, from_noise=noise)
            self._count.setText(words)
            self._show_film()

    def _show_film(self) -> None:
        self._tiles.set_film(self._pages.film_words if self.session.survival else "")

    def _on_status(self, status: str) -> None:
        if status == "running" and self.desk.runs.timeline.frames == []:
            self._pages.begin_run()
            technique = self.desk.runs.technique
            if technique is not None and technique.group == GROUP:
                self._heading.set_words(technique.title, "running")
        elif status in ("stopped", "failed"):
            self._show_words()
        self._arrange()

    # ---- verbs

    def _film(self) -> None:
        """With a camera at once; without one the page that says how to get one."""
        if self._pages.camera.streams:
            self._pages.film()
        else:
            self.show_view("camera")

    def _look(self) -> None:
        pair = self.session.pictures
        if pair is not None:
            self.desk.pictures.show(pair[1])
            self.desk.messages.info("The attacked picture is now the current one in every panel.")

    def _compare(self) -> None:
        pair = self.session.pictures
        if pair is not None:
            self.desk.state.comparison.compare_pictures(*pair)

    # ---- sizes

    @property
    def _busy(self) -> bool:
        return self.desk.runs.status in ("running", "paused")

    @property
    def _compact(self) -> bool:
        return self.width() < px(760)

    @property
    def takes_turns(self) -> bool:
        """Where it is narrow or low, the curve and what survives take turns with the pictures."""
        return self._compact or self.height() < px(700)

    def _arrange(self) -> None:
        self._heading.set_compact(self._compact, self.takes_turns)
        turns, key = self.takes_turns, self._heading.view
        state = self.desk.state
        there = self.session.read is not None or state.looked is not None
        self._stack.setCurrentIndex(1 if there else 0)
        self._heading.setVisible(there)
        below = key in ("curve", "survival")
        self._pages.setVisible(not (turns and below))
        bred = self._pages.breeds if self._busy else self.session.from_noise
        self._low.setVisible(below or not (turns or key in TALL or bred))
        self._curve.setVisible(not turns or key == "curve")
        self._survival.setVisible(not turns or key == "survival")
        self._low.setMaximumHeight(16_777_215 if turns else px(228))
        self._body.setStretchFactor(self._low, 1 if turns else 0)
        self._pages.show_page(key, from_noise=bred)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(14), px(10), px(14), px(10))
        self._column.setSpacing(px(8))
        self._body.setSpacing(px(12))
        self._low_row.setSpacing(px(24))
        self._side.setSpacing(px(8))
        self._arrange()
