"""What is being computed, what waits, what was done, and everything that was said."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.job_log import JobRecord
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels._job_rows import EndedRow, MessageRow, RunningRow
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.labels import SectionLabel
from cnnviz_app.ui.widgets.segmented import Segmented

TICK_MS = 250
# Feature maps of a small network take less: they would only flicker through the list.
WORTH_SHOWING = 0.2
SHOWN_MESSAGES = 100
Row = TypeVar("Row", bound=QWidget)


@panel("jobs", "Jobs", "jobs")
class Jobs(Panel):
    """What runs and what waits, with the time left, pause and cancel; then the last fifty that
    ended. Messages keeps every sentence the strip has shown."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.view = Segmented((("jobs", "Jobs"), ("messages", "Messages")), name="Jobs or messages",
                              parent=self)  # fmt: skip
        self.clear = Button("Clear", "ghost", parent=self)
        self.running: list[RunningRow] = []
        self.ended: list[EndedRow] = []
        self._said: list[MessageRow] = []
        self._now = SectionLabel("Now", self)
        self._before = SectionLabel("Done", self)
        self._empty = EmptyState("jobs", "", parent=self)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_tick)
        self._build()
        desk.jobs.changed.connect(self._on_jobs)
        desk.messages.posted.connect(self._on_said)
        self.view.chosen.connect(self.refresh)
        self.clear.clicked.connect(self._on_clear)
        self.refresh()

    def _build(self) -> None:
        inner = QWidget()
        inner.setObjectName("scrolled")
        self._list = QVBoxLayout(inner)
        self._list.setSpacing(0)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._now_rows, self._ended_rows, self._said_rows = (QVBoxLayout() for _ in range(3))
        for part in (self._now, self._now_rows, self._before, self._ended_rows, self._said_rows):
            if isinstance(part, QWidget):
                self._list.addWidget(part)
            else:
                part.setSpacing(0)
                self._list.addLayout(part)
        self._list.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inner)
        middle = QWidget(self)
        middle.setMinimumHeight(1)
        self._stack = QStackedLayout(middle)
        self._stack.addWidget(self._scroll)
        self._stack.addWidget(self._empty)
        self._head = QHBoxLayout()
        self._head.addWidget(self.view)
        self._head.addStretch(1)
        self._head.addWidget(self.clear)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(middle, 1)
        follow_theme(self._restyle)

    def _restyle(self) -> None:
        self._column.setContentsMargins(0, px(4), 0, px(6))
        self._column.setSpacing(px(4))
        self._head.setContentsMargins(px(12), 0, px(6), 0)
        for label in (self._now, self._before):
            label.setContentsMargins(px(12), px(4), px(12), px(2))

    # ---- content

    def refresh(self, *_: object) -> None:
        """Bring every row up to date; called four times a second while something runs."""
        jobs = self.view.key == "jobs"
        log = self.desk.jobs
        running = [r for r in log.running if _worth_showing(r)] if jobs else []
        ended = log.history if jobs else []
        said = self.desk.messages.history[-SHOWN_MESSAGES:][::-1] if not jobs else []
        _fit(self.running, len(running), self._now_rows, self._make_running)
        for row, record in zip(self.running, running, strict=True):
            row.set_record(record)
        _fit(self.ended, len(ended), self._ended_rows, self._make_ended)
        for ended_row, record in zip(self.ended, ended, strict=True):
            ended_row.set_record(record)
        _fit(self._said, len(said), self._said_rows, self._make_said)
        for said_row, message in zip(self._said, said, strict=True):
            said_row.set_message(message)
        self._now.setVisible(bool(running))
        self._before.setVisible(bool(ended) and bool(running))
        empty = not (running or ended or said)
        self._stack.setCurrentIndex(1 if empty else 0)
        self.clear.setVisible(bool(ended or said))
        if empty:
            self._explain_empty(jobs)
        self._tell()

    def _explain_empty(self, jobs: bool) -> None:
        if jobs:
            self._empty.set_content(
                "jobs", "Nothing is running", "Downloads, runs and openings appear here."
            )
        else:
            self._empty.set_content("info", "No messages yet", "Everything said to you stays here.")

    def _make_running(self) -> RunningRow:
        return RunningRow()

    def _make_ended(self) -> EndedRow:
        row = EndedRow()
        row.copy_asked.connect(self._copy)
        return row

    def _make_said(self) -> MessageRow:
        return MessageRow()

    def _tell(self) -> None:
        count = len(self.desk.jobs.running)
        self.note_changed.emit(f"{count} running" if count else "idle")

    # ---- when

    def _on_jobs(self) -> None:
        """Ask for a refresh soon; a hundred short jobs in a second are still few refreshes."""
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def _on_said(self, _message: object) -> None:
        self._on_jobs()

    def _on_tick(self) -> None:
        self.refresh()
        if not self.desk.jobs.running:
            self._timer.stop()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        if self.desk.jobs.running:
            self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    # ---- what a person can do

    def _on_clear(self) -> None:
        if self.view.key == "jobs":
            self.desk.jobs.clear_history()
        else:
            self.desk.messages.history.clear()
        self.refresh()

    def _copy(self, details: str) -> None:
        QGuiApplication.clipboard().setText(details)
        self.desk.messages.done("Copied the details.", "Paste them into a report of the problem.")

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(120))


def _worth_showing(record: JobRecord) -> bool:
    return time.monotonic() - record.asked >= WORTH_SHOWING or record.progress is not None


def _fit(
    rows: list[Row], count: int, layout: QVBoxLayout, make: Callable[[], Row]
) -> None:
    """Rows are made once and used again: only their number changes."""
    while len(rows) < count:
        row = make()
        layout.addWidget(row)
        rows.append(row)
    while len(rows) > count:
        old = rows.pop()
        old.hide()
        layout.removeWidget(old)
        old.deleteLater()
