"""A signal closes the window by the ordinary way out."""

from __future__ import annotations

import os
import signal

import pytest
from pytestqt.qtbot import QtBot

from cnnviz_app.ui.interrupts import Interrupts


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_reaches_qt(qtbot: QtBot, number: signal.Signals) -> None:
    heard: list[bool] = []
    before = signal.getsignal(number)
    interrupts = Interrupts(lambda: heard.append(True))
    try:
        os.kill(os.getpid(), number)
        qtbot.waitUntil(lambda: heard == [True], timeout=2000)
    finally:
        interrupts.stop()
    assert signal.getsignal(number) is before
