"""The one place where a computation is started, paused, stepped and stopped."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSizePolicy, QWidget

from cnnviz_app.ui.theme import color, px

from .base import PaintedWidget, fill_round, follow_theme, icon_at, painter_for, text, text_width
from .buttons import Button, IconButton
from .labels import Label
from .segmented import Segmented

State = Literal["ready", "running", "paused", "finished", "failed"]
BUDGETS = (("5", "5 s"), ("15", "15 s"), ("full", "Full"))
_PRIMARY = {
    "ready": ("Run", "play"),
    "running": ("Pause", "pause"),
    "paused": ("Resume", "play"),
    "finished": ("Run again", "play"),
    "failed": ("Run again", "play"),
}


class _Progress(PaintedWidget):
    """Two or three pieces of text over a bar of four pixels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strong, self.words, self.right = "", "", ""
        self.short = ""  # said in place of the words where they do not fit
        self.fraction: float | None = None
        self.icon, self.icon_token = "", "t2"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.restyle()

    def restyle(self) -> None:
        self.setFixedHeight(px(32))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(60), px(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        bar = self.fraction is not None
        line = QRectF(0, 0 if bar else px(6), self.width(), px(20))
        x = 0.0
        if self.icon:
            icon_at(painter, self.icon, QRectF(0, line.top(), px(16), px(20)).center(), 15,
                    self.icon_token)  # fmt: skip
            x = px(23)
        right_wide = text_width(self.right, "medium") if self.right else 0
        room = self.width() - right_wide - px(8)
        if self.strong:
            wide = min(text_width(self.strong, "strong"), room - x)
            text(painter, QRectF(x, line.top(), wide + 2, px(20)), self.strong, "strong")
            x += wide + px(8)
        if room > x:
            fits = not self.short or text_width(self.words, "medium") <= room - x
            words = self.words if fits else self.short
            text(painter, QRectF(x, line.top(), room - x, px(20)), words, "medium", "t2")
        if self.right:
            text(painter, line, self.right, "medium", "t2", Qt.AlignmentFlag.AlignRight)
        if bar:
            track = QRectF(0, px(24), self.width(), px(4))
            fill_round(painter, track, px(2), color("bg3"))
            share = min(max(self.fraction or 0.0, 0.0), 1.0)
            if share > 0:
                filled = QRectF(0, track.top(), max(px(4), track.width() * share), px(4))
                fill_round(painter, filled, px(2), color("accent"))


class RunBar(QWidget):
    """Primary button, step, stop, budget, progress; stays in place when finished."""

    run_asked = Signal()
    pause_asked = Signal()
    resume_asked = Signal()
    step_asked = Signal()
    stop_asked = Signal()
    continue_asked = Signal()
    branch_asked = Signal()
    budget_changed = Signal(str)  # "5", "15" or "full"

    def __init__(
        self,
        *,
        run_words: str = "Run",
        budget: bool = True,
        branches: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._run_words = run_words
        self._state: State = "ready"
        self.primary = Button(run_words, "primary", "play", tip="Run or pause (Space)")
        self.step = IconButton("step", "One step (.)")
        self.stop = IconButton("stop", "Stop (Esc)")
        for button, icon in ((self.step, "step"), (self.stop, "stop")):
            button.set_icon(icon, "t1")
        self.more = Button("Continue", "normal", "step")
        self.branch = Button("Branch from here", "ghost", "branch", tip="Branch from here (B)")
        self.branch.setAccessibleName("Branch from here")
        self._budget_label = Label("Budget", "body", "t2")
        self.budget = Segmented(BUDGETS, 1, name="Budget")
        self._progress = _Progress()
        self._row = QHBoxLayout(self)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.primary, self.step, self.stop, self.more, self._budget_label,
                       self.budget):  # fmt: skip
            self._row.addWidget(widget)
        self._row.addWidget(self._progress, 1)
        self._row.addWidget(self.branch)
        self._with_budget = budget
        self._with_branches = branches
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.primary.clicked.connect(self._on_primary)
        self.step.clicked.connect(self.step_asked)
        self.stop.clicked.connect(self.stop_asked)
        self.more.clicked.connect(self.continue_asked)
        self.branch.clicked.connect(self.branch_asked)
        self.budget.chosen.connect(self.budget_changed)
        follow_theme(self._restyle)
        self.set_state("ready")

    @property
    def state(self) -> State:
        return self._state

    def offer_budget(self, on: bool) -> None:
        """Whether what is run can be asked for by time."""
        self._with_budget = on
        self._fit()

    def set_state(self, state: State, can_continue: bool = False) -> None:
        self._state = state
        words, icon = _PRIMARY[state]
        self.primary.setText(self._run_words if state == "ready" else words)
        self.primary.setAccessibleName(self.primary.text())
        self.primary.set_icon(icon)
        busy = state in ("running", "paused")
        idle = state == "ready"
        self.step.setVisible(busy or idle)
        self.stop.setVisible(busy or idle)
        self.stop.setEnabled(busy)
        self.more.setVisible(state == "finished" and can_continue)
        self.branch.setVisible(self._with_branches and state in ("finished", "paused"))
        if not busy:
            self._progress.fraction = None
        self._fit()

    def set_progress(
        self, fraction: float | None, strong: str = "", words: str = "", right: str = ""
    ) -> None:
        """While it runs: "step 36", "of 40  octave 4 …", "9 s left" over the bar."""
        bar = self._progress
        bar.fraction, bar.strong, bar.words, bar.right = fraction, strong, words, right
        bar.icon = bar.short = ""
        bar.setAccessibleName(f"{strong} {words} {right}".strip())
        bar.update()

    def set_status(
        self, words: str, icon: str = "", token: str = "t2", short: str = ""
    ) -> None:
        """When it does not run: one sentence, with an icon such as "ok" in its colour."""
        bar = self._progress
        bar.short = short
        bar.fraction, bar.strong, bar.words, bar.right = None, "", words, ""
        bar.icon, bar.icon_token = icon, token
        bar.setAccessibleName(words)
        bar.update()

    def _on_primary(self) -> None:
        signal = {"running": self.pause_asked, "paused": self.resume_asked}.get(
            self._state, self.run_asked
        )
        signal.emit()

    def _restyle(self) -> None:
        self._row.setSpacing(px(8))
        self.primary.set_min_width(104)
        self.setFixedHeight(px(36))
        self._fit()

    def _fit(self) -> None:
        """Narrow bars give up the budget's word, then the budget, then Branch's words."""
        wide = self.width() >= px(520)
        self._budget_label.setVisible(self._with_budget and self.width() >= px(600))
        self.budget.setVisible(self._with_budget and wide)
        may_branch = self._with_branches and self._state in ("finished", "paused")
        self.branch.setVisible(may_branch)
        self.branch.setText("Branch from here" if self.width() >= px(700) else "")

    def resizeEvent(self, event: QEvent) -> None:
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(px(270), px(36))
