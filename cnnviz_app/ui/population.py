"""The population of the open network: found, gathered, paused; one for all panels of a window."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

from cnnviz_app.core.events import Failed, Frame
from cnnviz_app.lab.population_requests import (
    FindPopulation,
    GatherPopulation,
    PictureSet,
    PopulationFacts,
)
from cnnviz_app.lab.requests import ModelFacts
from cnnviz_app.sources import worlds
from cnnviz_app.sources.series import FOLDER, WORLD, world_classes
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.engine_client import Ticket

Status = Literal["", "finding", "running", "waiting", "paused", "failed", "ready"]
# Partial results are shown anew this often while it runs.
REFRESH_MS = 500
WORDS = {
    "photos": "built-in photos", "things": "drawn things", "scenes": "drawn scenes",
    "digits": "drawn digits", "gratings": "gratings and bars", "paintings": "pieces of paintings",
}  # fmt: skip


class PopulationSession(QObject):
    """What the open network was shown so far.

    It computes in the background: whatever a person asks for goes first, then it goes on. A
    pause is a stop that remembers, so nothing else has to wait for it.

    Signals:
        changed: there are other results to read.
        status_changed: the new `Status`.
        progressed: pictures done, or the pace, changed.
    """

    changed = Signal()
    status_changed = Signal(str)
    progressed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.engine)
        self._state, self._engine = desk.state, desk.engine
        self._ticket: Ticket | None = None
        self._model = ""
        self.facts: PopulationFacts | None = None
        self.wanted = PictureSet(WORLD, "photos")
        self.status: Status = ""
        self.trouble: Failed | None = None
        self.done, self.total, self.pace = 0, 0, 0.0
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.setInterval(REFRESH_MS)
        self._refresh.timeout.connect(self.changed)
        desk.state.model_changed.connect(self._on_model)
        desk.engine.busy_changed.connect(self._on_busy)
        self._on_model(desk.state.model)

    @property
    def running(self) -> bool:
        return self.status in ("running", "waiting")

    @property
    def has_results(self) -> bool:
        """Whether there is anything to read, finished or not."""
        return self.done > 0 and self.status not in ("", "finding", "failed")

    @property
    def title(self) -> str:
        """What is, or would be, looked at: "1,500 built-in photos"."""
        if self.facts is not None and self.facts.pictures == self.wanted:
            return described(self.wanted, self.facts.total, self.facts.title)
        return described(self.wanted)

    def choose(self, pictures: PictureSet) -> None:
        """Other pictures; nothing is computed until `start`."""
        if pictures != self.wanted:
            self._stop()
            self.wanted = pictures
            self.facts, self.done, self.total = None, 0, 0
            self._set_status("")
            self.changed.emit()

    def start(self) -> None:
        """Look at the chosen pictures, from where an earlier pass over them stopped."""
        if self._ticket is None and self._model:
            self.trouble = None
            self._ask()

    def pause(self) -> None:
        self._stop()
        self._set_status("paused")
        self.changed.emit()

    # ---- following the network

    def _on_model(self, facts: ModelFacts | None) -> None:
        if facts is None:
            return
        self._stop()
        if facts.name != self._model:
            self.wanted = usual_for(facts)
        self._model = facts.name
        self.facts, self.done, self.total = None, 0, 0
        self._set_status("finding")
        self.changed.emit()
        ticket = self._engine.ask(
            FindPopulation(facts.name), slot="population", urgent=True, background=True,
            title="Earlier statistics",
        )  # fmt: skip
        self._ticket = ticket
        ticket.finished.connect(self._on_found)
        ticket.stopped.connect(lambda _: self._on_found(None))
        ticket.failed.connect(lambda _: self._on_found(None))

    def _on_found(self, facts: PopulationFacts | None) -> None:
        self._ticket = None
        if facts is None:
            self._set_status("")
        else:
            self.wanted = facts.pictures
            self._take(facts)
            self._set_status("ready" if facts.finished else "paused")
        self.changed.emit()

    # ---- the pass itself

    def _ask(self) -> None:
        ticket = self._engine.ask(
            GatherPopulation(self._model, self.wanted), slot="population", background=True,
            title=f"Look at {self.title}",
        )  # fmt: skip
        self._ticket = ticket
        ticket.frame.connect(self._on_frame)
        ticket.finished.connect(self._on_finished)
        ticket.stopped.connect(self._on_stopped)
        ticket.failed.connect(self._on_failed)
        self._set_status("running")

    def _stop(self) -> None:
        self._refresh.stop()
        if self._ticket is not None:
            self._ticket.blockSignals(True)
            self._ticket.cancel()
            self._ticket = None

    def _on_frame(self, frame: Frame) -> None:
        done, total, self.pace = (float(value) for value in frame.data)
        self.done, self.total = int(done), int(total)
        self.progressed.emit()
        if not self._refresh.isActive():
            self._refresh.start()

    def _on_finished(self, facts: PopulationFacts) -> None:
        self._ticket = None
        self._refresh.stop()
        self._take(facts)
        self._set_status("ready")
        self.changed.emit()

    def _take(self, facts: PopulationFacts) -> None:
        self.facts = facts
        self.done, self.total = facts.done, facts.total
        if facts.seconds > 0:
            self.pace = facts.done / facts.seconds

    def _on_stopped(self, _: object) -> None:
        """It gave way to something somebody asked for, or was stopped in the list of jobs."""
        self._ticket = None
        self._set_status("waiting")

    def _on_busy(self, jobs: int) -> None:
        if jobs == 0 and self.status == "waiting":
            self._ask()

    def _on_failed(self, failed: Failed) -> None:
        self._ticket = None
        self.trouble = failed
        self._set_status("failed")
        self.changed.emit()

    def _set_status(self, status: Status) -> None:
        if status != self.status:
            self.status = status
            self.status_changed.emit(status)


def session_of(desk: Desk) -> PopulationSession:
    """The one of this window, made when it is first asked for."""
    found = desk.engine.findChild(PopulationSession)
    return found if isinstance(found, PopulationSession) else PopulationSession(desk)


def described(pictures: PictureSet, count: int = 0, title: str = "") -> str:
    """A set of pictures in words: "1,500 built-in photos"."""
    if pictures.kind == FOLDER:
        name = title or pictures.name.rstrip("/\\").replace("\\", "/").rsplit("/", 1)[-1]
        return f"{count:,} pictures of “{name}”" if count else f"the pictures of “{name}”"
    count = count or pictures.count or worlds.find_population(pictures.name).count
    return f"{count:,} {WORDS.get(pictures.name, pictures.name)}"


def usual_for(facts: ModelFacts) -> PictureSet:
    """The world whose classes this network knows, else the photographs."""
    labels = {label.lower() for label in facts.labels}
    for name in ("digits", "scenes"):
        if len(labels & set(world_classes(name))) > len(labels) / 2:
            return PictureSet(WORLD, name)
    return PictureSet(WORLD, "photos")
