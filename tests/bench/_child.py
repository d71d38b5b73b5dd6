"""The real window with the real engine, inside a measuring child process."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from cnnviz_app import paths
from cnnviz_app.__main__ import prepare_process

if TYPE_CHECKING:
    from cnnviz_app.ui.run_session import RunSession
    from cnnviz_app.ui.state import AppState

VGG = "torchvision/vgg16"
PATIENCE = 120.0


class Bench:
    """One window, with ways to wait for what it does; nothing is called behind its back."""

    def __init__(self, size: tuple[int, int] = (1600, 960)) -> None:
        prepare_process()
        from cnnviz_app.ui import app
        from cnnviz_app.ui.settings import Settings

        self.qt = app.make_application(sys.argv[:1])
        settings = Settings(paths.config_dir() / "settings.ini")
        settings.update(seen_start=True)
        self.application = app.Application(settings)
        self.window = self.application.window
        self.window.restore("")
        self.window.resize(*size)
        self.application.show(app.Options())
        self.window.activateWindow()
        self.wait(lambda: self.state.looked is not None)
        self.wait(lambda: bool(self.runs.techniques))

    @property
    def state(self) -> AppState:
        return self.application.state

    @property
    def runs(self) -> RunSession:
        return self.application.desk.runs

    def wait(self, condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Run the event loop until the condition holds."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError("the window did not get there in time")
            self.settle(0.01)

    def settle(self, seconds: float) -> None:
        """Run the event loop for a moment, as it runs for a person."""
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    def open(self, model: str) -> None:
        """Random weights will do: arithmetic takes as long with them."""
        self.application.conductor.open_model(model, untrained=True)
        self.wait(lambda: self.state.model is not None and self.state.model.name == model)
        self.wait(lambda: self.state.looked is not None)

    def start_run(self, values: Mapping[str, Any]) -> None:
        """Feature visualization on the canvas, in sight, past its first step."""
        self.window.show_workspace("dream")
        self.settle(0.3)
        self.runs.choose("feature-vis")
        self.runs.set_values(values)
        self.runs.start()
        self.wait(lambda: len(self.runs.metrics) > 1 or self.runs.failure is not None)
        if self.runs.failure is not None:
            raise RuntimeError(self.runs.failure.sentence)

    def stop_run(self) -> None:
        self.runs.stop()
        self.wait(lambda: self.runs.status not in ("running", "paused"))

    def close(self) -> None:
        self.window.close()
        self.application.close()


class Gaps:
    """How long the event loop leaves a 5 ms timer waiting: what a person feels as stutter."""

    INTERVAL = 0.005

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._last = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._on_tick)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _on_tick(self) -> None:
        now = time.perf_counter()
        self.seconds.append(now - self._last)
        self._last = now


class Painted(QObject):
    """Counts paints of a widget, and of nothing else."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.times = 0
        self.last = 0.0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.times += 1
            # Painted and flushed when the loop turns the next time.
            QTimer.singleShot(0, self, self._on_flushed)
        return False

    def _on_flushed(self) -> None:
        self.last = time.perf_counter()


def press(widget: QWidget, key: Qt.Key) -> None:
    """A key as the window system sends it."""
    QTest.keyClick(widget, key)


def resident() -> int:
    """Bytes of memory this process holds now."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096
