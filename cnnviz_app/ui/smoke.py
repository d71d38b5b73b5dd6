"""Open the window, wait for the first feature maps, save a screenshot, end."""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from cnnviz_app.ui.app import Application, Options
from cnnviz_app.ui.settings import Settings

PATIENCE_SECONDS = 45


def run_smoke(app: QApplication, options: Options) -> int:
    """Exit code 0 when feature maps came and the picture was written."""
    assert options.smoke is not None
    if not options.smoke.parent.is_dir():
        print(f"cnnviz: the folder {options.smoke.parent} is not there.", file=sys.stderr)  # noqa: T201
        return 2
    application = Application(Settings(None))
    window = application.window
    window.restore(options.workspace)
    window.resize(*(options.size or (1920, 1080)))
    application.show(options)
    came = wait_until(lambda: application.state.looked is not None, PATIENCE_SECONDS)
    settle(0.6)
    saved = window.grab().save(str(options.smoke)) if came else False
    window.close()
    application.close()
    if not came:
        print("cnnviz: no feature maps came in time.", file=sys.stderr)  # noqa: T201
    return 0 if came and saved else 1


def wait_until(condition: object, seconds: float) -> bool:
    """Run the event loop until the condition holds; False when time is up."""
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        settle(0.02)
    return True


def settle(seconds: float) -> None:
    """Let the event loop run for a moment."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()
