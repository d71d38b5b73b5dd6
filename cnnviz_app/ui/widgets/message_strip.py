"""Messages above the status bar: what is wrong or was done, what to do, one button, a cross."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from cnnviz_app.ui.theme import color, px

from .base import PaintedWidget, fill_round, follow_theme, icon_at, outline, painter_for, text
from .buttons import Button, IconButton

Severity = Literal["info", "ok", "warn", "err"]
_TOKEN = {"info": "accent", "ok": "ok", "warn": "warn", "err": "err"}
_STAY_MS = 6000
_AT_MOST = 2


@dataclass(frozen=True)
class Message:
    """One message; `key` lets a later one with the same key replace it (e.g. a download)."""

    severity: Severity
    title: str
    detail: str = ""
    action: str = ""
    on_action: Callable[[], None] | None = field(default=None, compare=False)
    key: str = ""
    stays: bool | None = None  # None: info and ok leave, warn and err stay


class MessageCard(PaintedWidget):
    """One message of the strip."""

    closed = Signal()
    acted = Signal()

    def __init__(self, message: Message, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message = message
        self.leaves_after = 0  # ms on screen; 0 stays
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self._on_time)
        self.setAccessibleName(f"{message.title}. {message.detail}")
        self.setToolTip(message.detail)
        self._row = QHBoxLayout(self)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._row.addStretch(1)
        self._action: Button | None = None
        if message.action:
            self._action = Button(message.action, "normal", parent=self)
            self._action.clicked.connect(self._on_action)
            self._row.addWidget(self._action)
        self._cross = IconButton("close", "Dismiss", small=True, size=12, parent=self)
        self._cross.clicked.connect(self.closed)
        self._row.addWidget(self._cross)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.restyle()

    def restyle(self) -> None:
        self.setFixedHeight(px(48))
        self._row.setContentsMargins(0, 0, px(8), 0)
        self._row.setSpacing(px(8))

    def _on_action(self) -> None:
        if self.message.on_action is not None:
            self.message.on_action()
        self.acted.emit()

    def showEvent(self, event: QShowEvent) -> None:
        if self.leaves_after:
            self._clock.start(self.leaves_after)

    def hideEvent(self, event: QHideEvent) -> None:
        self._clock.stop()

    def _on_time(self) -> None:
        # Nobody loses a message they are about to click.
        if self.underMouse():
            self._clock.start(self.leaves_after)
        else:
            self.closed.emit()

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(48))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        rect = QRectF(self.rect())
        fill_round(painter, rect, px(8), color("bg2"))
        outline(painter, rect, px(8), color("line"))
        message = self.message
        at = QPointF(px(22), rect.center().y())
        icon_at(painter, message.severity, at, 16, _TOKEN[message.severity])
        first = self._action if self._action is not None else self._cross
        room = max(px(40), first.x() - px(40) - px(6))
        if message.detail:
            top = rect.center().y() - px(17)
            text(painter, QRectF(px(40), top, room, px(18)), message.title, "strong")
            line = QRectF(px(40), top + px(18), room, px(16))
            text(painter, line, message.detail, "caption", "t2")
        else:
            text(painter, QRectF(px(40), 0, room, rect.height()), message.title, "strong")


class MessageStrip(QWidget):
    """At most two messages, the newest below; older ones give way."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: list[MessageCard] = []
        self._column = QVBoxLayout(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        follow_theme(self._restyle)
        self.hide()

    def show_message(self, message: Message) -> None:
        for card in list(self._cards):
            same = message.key and card.message.key == message.key
            if same or card.message == message:
                self._remove(card)
        card = MessageCard(message, self)
        card.closed.connect(lambda: self._remove(card))
        card.acted.connect(lambda: self._remove(card))
        stays = message.stays
        if stays is None:
            stays = message.severity in ("warn", "err")
        if not stays:
            card.leaves_after = _STAY_MS
        self._cards.append(card)
        self._column.addWidget(card)
        while len(self._cards) > _AT_MOST:
            self._remove(self._give_way())
        self.show()

    def messages(self) -> list[Message]:
        return [card.message for card in self._cards]

    def dismiss(self, key: str) -> None:
        for card in list(self._cards):
            if card.message.key == key:
                self._remove(card)

    def clear(self) -> None:
        for card in list(self._cards):
            self._remove(card)

    def _give_way(self) -> MessageCard:
        mild = [c for c in self._cards[:-1] if c.message.severity in ("info", "ok")]
        return (mild or self._cards)[0]

    def _remove(self, card: MessageCard) -> None:
        if card in self._cards:
            self._cards.remove(card)
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        if not self._cards:
            self.hide()

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(6), 0, px(6), 0)
        self._column.setSpacing(px(6))


__all__ = ["Message", "MessageCard", "MessageStrip"]
