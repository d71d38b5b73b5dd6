"""Ctrl+C in the terminal and a polite kill close the window in order, with its layout saved."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier


class Interrupts(QObject):
    """Python's handlers never run while Qt waits for events, so the signal wakes Qt by a socket."""

    def __init__(self, on_interrupt: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_interrupt = on_interrupt
        self._near, self._far = socket.socketpair()
        for end in (self._near, self._far):
            end.setblocking(False)
        self._wakeup = signal.set_wakeup_fd(self._far.fileno(), warn_on_full_buffer=False)
        self._previous = {
            number: signal.signal(number, lambda *_: None)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        self._notifier = QSocketNotifier(
            self._near.fileno(), QSocketNotifier.Type.Read, self
        )
        self._notifier.activated.connect(self._on_activated)

    def _on_activated(self) -> None:
        self._near.recv(64)
        self._on_interrupt()

    def stop(self) -> None:
        """Give the signals back to whoever had them."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._wakeup)
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        self._near.close()
        self._far.close()
