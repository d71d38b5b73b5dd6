"""The rows of the Jobs panel: one that runs, one that ended, one message."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from cnnviz_app.ui.job_log import JobRecord
from cnnviz_app.ui.panels import _words as words
from cnnviz_app.ui.panels._paint import Ring
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import (
    PaintedWidget,
    follow_theme,
    icon_at,
    painter_for,
    text,
    text_width,
)
from cnnviz_app.ui.widgets.buttons import Button, IconButton
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.message_strip import Message

_MARKS = {"done": ("ok", "ok"), "stopped": ("stop", "t3"), "failed": ("err", "err")}
_SEVERITIES = {"info": "accent", "ok": "ok", "warn": "warn", "err": "err"}


class RunningRow(QWidget):
    """A job in flight: ring, title, how long still, pause and cancel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.record: JobRecord | None = None
        self._ring = Ring(self)
        self._title = Label("", "medium", elide=True, weight=600, parent=self)
        self._line = Label("", "caption", "t2", elide=True, parent=self)
        self.pause = IconButton("pause", "Pause", small=True, parent=self)
        self.cancel = IconButton("close", "Cancel", small=True, parent=self)
        self._words = QVBoxLayout()
        self._words.addWidget(self._title)
        self._words.addWidget(self._line)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._ring)
        self._row.addLayout(self._words, 1)
        self._row.addWidget(self.pause)
        self._row.addWidget(self.cancel)
        self.pause.clicked.connect(self._on_pause)
        self.cancel.clicked.connect(self._on_cancel)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        follow_theme(self._restyle)

    def _restyle(self) -> None:
        self._row.setContentsMargins(px(12), px(4), px(8), px(4))
        self._row.setSpacing(px(8))
        self._words.setSpacing(0)

    def set_record(self, record: JobRecord) -> None:
        self.record = record
        self._title.setText(record.title)
        self._line.setText(self._state(record))
        self._ring.set_share(record.share if record.state == "running" else 0.0,
                             paused=record.paused or record.state == "waiting")  # fmt: skip
        waiting = record.state == "waiting"
        self.pause.setVisible(not waiting)
        self.pause.set_icon("play" if record.paused else "pause")
        verb = "Resume" if record.paused else "Pause"
        self.pause.setToolTip(verb)
        self.pause.setAccessibleName(f"{verb} {record.title}")
        self.cancel.setAccessibleName(f"Cancel {record.title}")
        self.setAccessibleName(f"{record.title}, {self._line.text()}")

    def _state(self, record: JobRecord) -> str:
        if record.state == "waiting":
            return "waits for its turn"
        progress = record.progress
        parts = ["paused"] if record.paused else [words.left(progress)]
        if progress is not None:
            parts.append(progress.text)
        parts.append(f"for {words.duration(max(record.seconds, 0.1))}")
        return " · ".join(part for part in parts if part)

    def _on_pause(self) -> None:
        if self.record is not None and self.record.ticket is not None:
            ticket = self.record.ticket
            if ticket.paused:
                ticket.resume()
            else:
                ticket.pause()
            self.set_record(self.record)

    def _on_cancel(self) -> None:
        if self.record is not None and self.record.ticket is not None:
            self.record.ticket.cancel()
            self._line.setText("stopping …")


class _Line(PaintedWidget):
    """Mark, title and count on the left, how long and when on the right."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._record: JobRecord | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.restyle()

    def restyle(self) -> None:
        self.setFixedHeight(px(28))

    def set_record(self, record: JobRecord) -> None:
        self._record = record
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        record = self._record
        if record is None:
            return
        painter = painter_for(self)
        icon, token = _MARKS[record.state]
        size = 11 if record.state == "stopped" else 15
        icon_at(painter, icon, QPointF(px(22), self.height() / 2), size, token)
        right = Qt.AlignmentFlag.AlignRight
        clock = text_width("00:00", "caption") + px(2)
        spent = text_width("59 min 59 s", "caption") if self.width() > px(330) else 0
        edge = self.width() - px(12)
        tall = self.height()
        text(painter, QRectF(edge - clock, 0, clock, tall), record.clock, "caption", "t3", right)
        if spent:
            box = QRectF(edge - clock - px(10) - spent, 0, spent, tall)
            text(painter, box, words.duration(record.seconds), "caption", "t2", right)
        left = px(40)
        room = edge - clock - spent - px(18) - left
        many = f" ×{record.times}" if record.times > 1 else ""
        count = text_width(many, "caption")
        ink = "t2" if record.background else "t1"
        wide = min(text_width(record.title, "body") + 2, int(room - count))
        text(painter, QRectF(left, 0, wide, tall), record.title, "body", ink)
        text(painter, QRectF(left + wide, 0, count + 2, tall), many, "caption", "t3")


class EndedRow(QWidget):
    """A job that ended; a failed one says why, and gives its details when they are ours."""

    copy_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record: JobRecord | None = None
        self._line = _Line(self)
        self._why = Label("", "caption", "err", wrap=True, parent=self)
        self._hint = Label("", "caption", "t2", wrap=True, parent=self)
        self.details = Button("Copy details", "ghost", "copy", parent=self)
        self._below = QVBoxLayout()
        self._below.addWidget(self._why)
        self._below.addWidget(self._hint)
        self._below.addWidget(self.details)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addWidget(self._line)
        self._column.addLayout(self._below)
        self.details.clicked.connect(self._on_copy)
        follow_theme(self._restyle)

    def _restyle(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._below.setContentsMargins(px(40), 0, px(12), 0)

    def set_record(self, record: JobRecord) -> None:
        self._record = record
        self._line.set_record(record)
        for label, wording in ((self._why, record.sentence), (self._hint, record.hint)):
            label.setText(wording)
            label.setVisible(bool(wording))
        self.details.setVisible(bool(record.details))
        outcome = {"done": "done", "stopped": "stopped", "failed": "failed"}[record.state]
        spent = words.duration(record.seconds)
        self.setAccessibleName(f"{record.title}, {outcome}, {spent} {record.sentence}".strip())

    def _on_copy(self) -> None:
        if self._record is not None:
            self.copy_asked.emit(f"{self._record.sentence}\n{self._record.details}")


class _Mark(PaintedWidget):
    """The icon of a message."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon, self._token = "info", "t2"
        self.restyle()

    def set_mark(self, icon: str, token: str) -> None:
        self._icon, self._token = icon, token
        self.update()

    def restyle(self) -> None:
        self.setFixedSize(px(20), px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        icon_at(painter_for(self), self._icon, QPointF(px(10), px(9)), 15, self._token)


class MessageRow(QWidget):
    """One sentence that was said, with its hint."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = _Mark(self)
        self._title = Label("", "medium", wrap=True, parent=self)
        self._detail = Label("", "caption", "t2", wrap=True, parent=self)
        self._words = QVBoxLayout()
        self._words.addWidget(self._title)
        self._words.addWidget(self._detail)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(self._words, 1)
        follow_theme(self._restyle)

    def _restyle(self) -> None:
        self._row.setContentsMargins(px(12), px(5), px(12), px(5))
        self._row.setSpacing(px(8))
        self._words.setSpacing(0)

    def set_message(self, message: Message) -> None:
        self._mark.set_mark(message.severity, _SEVERITIES[message.severity])
        self._title.setText(message.title)
        self._detail.setText(message.detail)
        self._detail.setVisible(bool(message.detail))
        self.setAccessibleName(f"{message.title} {message.detail}".strip())

    def minimumSizeHint(self) -> QSize:
        return QSize(px(120), super().minimumSizeHint().height())
