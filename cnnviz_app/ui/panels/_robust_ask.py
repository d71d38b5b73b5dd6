"""What the robustness panel asks: which models, which pictures, how hard; and what comes back."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cnnviz_app.core.events import Failed, Metrics, Progress
from cnnviz_app.lab.attack_requests import (
    Budget,
    MeasureRobustness,
    MeasureTransfer,
    Robustness,
    Transfer,
)
from cnnviz_app.lab.defence_requests import Defence, kind_of
from cnnviz_app.lab.population_requests import PictureSet
from cnnviz_app.nets.entry import Entry
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.engine_client import Ticket

EPSILONS = (1.0, 2.0, 4.0, 8.0, 16.0)
USUAL = ("lens", "lens-robust")
# Built-in populations, and how many pictures of one: seconds without a graphics card.
BUILT_IN = (
    ("photos", "photo crops"), ("things", "drawn things"), ("scenes", "shapes and textures"),
    ("digits", "drawn digits"),
)  # fmt: skip
PICTURES = 24
FOLDER_PICTURES = 128
MOST_MODELS = 6
STEPS = 10
MOMENTUM, DIVERSE, SMOOTH = 1.0, 0.5, 5


class RobustnessAsker(QObject):
    """One measurement at a time.

    Signals:
        begun: the titles of the models, in order.
        point: `(model, epsilon, accuracy)`.
        cell: `(row, column, success, confidence)`.
        progressed: `Progress`.
        curves, transfer: the whole answer.
        ended: a sentence, "" when all went well.
        models_changed: another choice.
    """

    begun = Signal(object)
    point = Signal(int, float, float)
    cell = Signal(int, int, float, float)
    progressed = Signal(object)
    curves = Signal(object)
    transfer = Signal(object)
    ended = Signal(str)
    models_changed = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._ticket: Ticket | None = None
        self.models: tuple[str, ...] = ()
        self.world, self.folder = BUILT_IN[0][0], ""
        self.pictures = PICTURES
        self.defence, self.adaptive = Defence(), False
        desk.conductor.entries_changed.connect(self._on_entries)
        self._on_entries(desk.conductor.entries)

    @property
    def busy(self) -> bool:
        return self._ticket is not None

    @property
    def offered(self) -> tuple[Entry, ...]:
        """Models whose weights are here."""
        return tuple(entry for entry in self._desk.conductor.entries if entry.available)

    def title_of(self, model: str) -> str:
        return next((e.title for e in self.offered if e.name == model), model)

    def toggle_model(self, model: str, on: bool) -> None:
        known = [e.name for e in self.offered]
        chosen = {*self.models, model} if on else set(self.models) - {model}
        if len(chosen) <= MOST_MODELS:
            self.models = tuple(name for name in known if name in chosen)
        self.models_changed.emit()

    def measure_curves(self) -> None:
        request = MeasureRobustness(
            self.models, self._pictures, EPSILONS, Budget(STEPS), self.defence, self.adaptive
        )
        self._ask(request, "Accuracy against ε")

    def measure_transfer(
        self, epsilon: float, *, momentum: bool, diverse: bool, smooth: bool
    ) -> None:
        budget = Budget(
            STEPS, MOMENTUM if momentum else 0.0, DIVERSE if diverse else 0.0,
            SMOOTH if smooth else 0,
        )  # fmt: skip
        self._ask(MeasureTransfer(self.models, self._pictures, epsilon, budget), "Transfer")

    def stop(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()

    @property
    def _pictures(self) -> PictureSet:
        if self.folder:
            return PictureSet("folder", self.folder, FOLDER_PICTURES)
        return PictureSet("world", self.world, self.pictures)

    def _ask(self, request: object, title: str) -> None:
        self.stop()
        ticket = self._desk.engine.ask(request, slot="robustness", title=title)
        self._ticket = ticket
        titles = tuple(self.title_of(model) for model in self.models)
        kind = kind_of(self.defence)
        if kind is not None and isinstance(request, MeasureRobustness):
            words = kind.words(self.defence.strength)
            titles += tuple(f"{title}, {words}" for title in titles)
        self.begun.emit(titles)
        ticket.metrics.connect(self._on_metrics)
        ticket.progress.connect(self._on_progress)
        ticket.finished.connect(self._on_finished)
        ticket.stopped.connect(lambda _event: self._end("stopped"))
        ticket.failed.connect(self._on_failed)

    def _on_entries(self, entries: tuple[Entry, ...]) -> None:
        there = [e.name for e in entries if e.available]
        kept = tuple(name for name in self.models if name in there)
        self.models = kept or tuple(name for name in USUAL if name in there)
        self.models_changed.emit()

    def _on_metrics(self, metrics: Metrics) -> None:
        values = metrics.values
        if "accuracy" in values:
            self.point.emit(int(values["model"]), values["epsilon"], values["accuracy"])
        else:
            row, column = int(values["row"]), int(values["column"])
            self.cell.emit(row, column, values["success"], values["confidence"])

    def _on_progress(self, progress: Progress) -> None:
        self.progressed.emit(progress)

    def _on_finished(self, found: Robustness | Transfer) -> None:
        if isinstance(found, Robustness):
            self.curves.emit(found)
        else:
            self.transfer.emit(found)
        self._end("")

    def _on_failed(self, failed: Failed) -> None:
        self._end(failed.sentence)

    def _end(self, words: str) -> None:
        self._ticket = None
        self.ended.emit(words)
