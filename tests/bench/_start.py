"""A start of the program as a person's, with the moments a person sees written down.

Run as a child of `start_to_first_paint.py` and `start_to_first_maps.py`: it calls the program's
own entry point, and only adds a listener to the window that comes.
"""

from __future__ import annotations

import json
import os
import sys
import time

from _parent import BEGAN

SECONDS: dict[str, float] = {}
FACTS: dict[str, bool] = {}


def note(moment: str) -> None:
    SECONDS.setdefault(moment, time.monotonic() - float(os.environ[BEGAN]))


def main() -> int:
    from cnnviz_app.__main__ import main as program
    from cnnviz_app.__main__ import prepare_process

    prepare_process()
    from PySide6.QtCore import QEvent, QObject, QTimer

    from cnnviz_app.ui import app
    from cnnviz_app.ui.widgets.tile_grid import TileGrid

    class Watch(QObject):
        """Notes the first paint of a widget, once it has gone to the screen."""

        def __init__(self, watched: QObject, moment: str) -> None:
            super().__init__(watched)
            self._moment = moment
            watched.installEventFilter(self)

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                watched.removeEventFilter(self)
                FACTS.setdefault(f"torch before {self._moment}", "torch" in sys.modules)
                QTimer.singleShot(0, lambda: note(self._moment))
            return False

    def show(self: app.Application, options: app.Options) -> None:
        Watch(self.window, "paint")
        self.state.looked_changed.connect(lambda _: on_maps(self))
        original(self, options)

    def on_maps(application: app.Application) -> None:
        panel = application.window.yard.docks["activations"].ensure_built()
        for grid in panel.findChildren(TileGrid):
            Watch(grid.viewport(), "maps")
        QTimer.singleShot(700, application.window.close)

    original, app.Application.show = app.Application.show, show  # type: ignore[method-assign]
    code = program(["gui", "--workspace", "explore"])
    print(json.dumps({"seconds": SECONDS, "facts": FACTS}))
    return code


if __name__ == "__main__":
    sys.exit(main())
