"""Sentences for the person at the desk: what is wrong or done, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from cnnviz_app.core.errors import UserError
from cnnviz_app.core.failures import explain
from cnnviz_app.ui.widgets.message_strip import Message, Severity

Action = tuple[str, Callable[[], None]]


class Messages(QObject):
    """Where panels leave messages; the window's strip shows them, `history` keeps them.

    Signals:
        posted: a `Message`.
    """

    posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history: list[Message] = []

    def post(
        self, severity: Severity, sentence: str, hint: str = "", action: Action | None = None
    ) -> None:
        words, run = action if action is not None else ("", None)
        message = Message(severity, sentence, hint, words, run)
        self.history.append(message)
        self.posted.emit(message)

    def info(self, sentence: str, hint: str = "") -> None:
        self.post("info", sentence, hint)

    def done(self, sentence: str, hint: str = "", action: Action | None = None) -> None:
        self.post("ok", sentence, hint, action)

    def warn(self, sentence: str, hint: str = "") -> None:
        self.post("warn", sentence, hint)

    def error(self, sentence: str, hint: str = "", action: Action | None = None) -> None:
        self.post("err", sentence, hint, action)

    def complain(self, error: Exception) -> None:
        """Tell of an exception met in the window itself."""
        if isinstance(error, UserError):
            self.error(error.sentence, error.hint)
        else:
            self.error(*explain(error))
