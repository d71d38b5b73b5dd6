"""What the selected unit looks for, synthesised while the other things are looked at.

Starts by itself a moment after the selection rests, gives way to anything the person asks for,
and keeps what it found.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QTimer, Signal

from cnnviz_app.core.events import Frame, Progress
from cnnviz_app.core.images import to_uint8
from cnnviz_app.lab.edit_requests import Edits
from cnnviz_app.lab.requests import Outcome, RunTechnique
from cnnviz_app.ui.engine_client import EngineClient, Ticket
from cnnviz_app.ui.state import AppState

REST_MS = 350
KEPT = 96
STEPS = 192
# A first impression soon, so that a large network leaves room for what else is asked about the
# unit; the whole of it when nobody waits for anything any more.
DRAFT = 48
Key = tuple[str, str, int, Edits]


@dataclass(frozen=True)
class Sight:
    """A synthesised picture so far; `progress` is 1 when it is finished.

    A `draft` is finished too, but not for long enough; a better one follows.
    """

    pixels: npt.NDArray[np.uint8]
    progress: float
    draft: bool = False


class Preview(QObject):
    """One at a time, for the selected unit.

    Signals:
        changed: a `Sight` of the selected unit, or None while there is none yet.
        status_changed: "", "running", "paused" or "waiting".
    """

    changed = Signal(object)
    status_changed = Signal(str)

    def __init__(self, state: AppState, engine: EngineClient, parent: QObject) -> None:
        super().__init__(parent)
        self._state = state
        self._engine = engine
        self._kept: OrderedDict[Key, Sight] = OrderedDict()
        self._ticket: Ticket | None = None
        self._share = 0.0
        self._draft = True
        self._wanted = False
        self._shown: Key | None = None
        self.status = ""
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._start)
        state.unit_changed.connect(self._on_moved)
        state.layer_changed.connect(self._on_moved)
        state.edits_changed.connect(self._on_edits)
        engine.busy_changed.connect(self._on_busy)

    def set_wanted(self, wanted: bool) -> None:
        """Only computes while somebody can see it; who asks has waited for rest already."""
        self._wanted = wanted
        if wanted:
            self._on_moved()
            self._rest.stop()
            self._start()
        else:
            self._stop()

    def toggle(self) -> None:
        if self._ticket is None:
            self._start()
        elif self._ticket.paused:
            self._ticket.resume()
            self._set_status("running")
        else:
            self._ticket.pause()
            self._set_status("paused")

    @property
    def _key(self) -> Key:
        model = self._state.model
        state = self._state
        return (model.name if model else "", state.layer, state.unit, state.edits_elsewhere)

    def _on_edits(self, *_: object) -> None:
        if self._key != self._shown:
            self._on_moved()

    def _on_moved(self, *_: object) -> None:
        self._stop()
        self._shown = self._key
        self.changed.emit(self._kept.get(self._key))
        self._set_status("")
        if self._wanted and self._state.model is not None:
            self._rest.start()

    def _stop(self) -> None:
        self._rest.stop()
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None

    def _start(self) -> None:
        model = self._state.model
        kept = self._kept.get(self._key)
        done = kept is not None and kept.progress >= 1 and not kept.draft
        if model is None or not model.trained or self._ticket is not None or done:
            return
        key = self._key
        self._draft = kept is None or kept.progress < 1
        steps = DRAFT if self._draft else STEPS
        params = {"layer": key[1], "unit": str(key[2]), "steps": steps}
        request = RunTechnique("feature-vis", model.name, params, edits=key[3])
        self._ticket = self._engine.ask(
            request, slot="preview", background=True, title=f"What {key[1]}:{key[2]} looks for"
        )
        self._share = 0.0
        if self._draft:
            # A better one begins at noise again: until it is done the draft is more to look at.
            self._ticket.frame.connect(lambda frame: self._on_frame(key, frame))
        self._ticket.progress.connect(lambda progress: self._on_progress(key, progress))
        self._ticket.finished.connect(lambda outcome: self._on_finished(key, outcome))
        self._ticket.stopped.connect(lambda _: self._on_stopped())
        self._ticket.failed.connect(lambda _: self._on_stopped())
        self._set_status("running")

    def _on_busy(self, jobs: int) -> None:
        """It gave way to somebody; when the engine is free again it goes on."""
        if jobs == 0 and self._wanted and self._ticket is None:
            self._rest.start()

    def _on_frame(self, key: Key, frame: Frame) -> None:
        if frame.name == "picture":
            self._keep(key, Sight(frame.data, self._share))

    def _on_progress(self, key: Key, progress: Progress) -> None:
        self._share = min(0.99, progress.done / progress.total) if progress.total else 0.0
        kept = self._kept.get(key)
        if not self._draft and kept is not None and key == self._key:
            self.changed.emit(replace(kept, progress=self._share))

    def _on_finished(self, key: Key, outcome: Outcome) -> None:
        self._ticket = None
        if outcome.result.picture is not None:
            self._keep(key, Sight(to_uint8(outcome.result.picture), 1.0, self._draft))
        self._set_status("")

    def _on_stopped(self) -> None:
        self._ticket = None
        self._set_status("waiting")

    def _keep(self, key: Key, sight: Sight) -> None:
        self._kept[key] = sight
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        if key == self._key:
            self.changed.emit(sight)

    def _set_status(self, status: str) -> None:
        if status != self.status:
            self.status = status
            self.status_changed.emit(status)
