"""Which model the person is considering, and what is under way for it: downloads and openings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cnnviz_app.core.errors import UserError
from cnnviz_app.core.events import Failed, Progress
from cnnviz_app.lab.requests import FetchWeights, ListModels, ModelFacts, OpenModel
from cnnviz_app.nets import catalog

if TYPE_CHECKING:
    from cnnviz_app.nets.entry import Entry
    from cnnviz_app.ui.conductor import Conductor
    from cnnviz_app.ui.engine_client import EngineClient, Ticket
    from cnnviz_app.ui.state import AppState


@dataclass
class Download:
    """One set of weights on its way; `progress` is None until the first bytes came."""

    ticket: Ticket
    progress: Progress | None = None

    @property
    def paused(self) -> bool:
        return self.ticket.paused

    @property
    def share(self) -> float:
        p = self.progress
        return 0.0 if p is None or p.total <= 0 else min(max(p.done / p.total, 0.0), 1.0)


class ModelChoice(QObject):
    """The entry under consideration in the model browser, the plot and the card.

    It is not the open model: looking at a card loads nothing. It also keeps what the engine is
    doing for each model, so that a panel built later knows it too.

    Signals:
        changed: the name now considered.
        activity_changed: the name whose download, opening or failure changed; "" when the list
            of models itself could not be read (`list_failure`).
    """

    changed = Signal(str)
    activity_changed = Signal(str)

    def __init__(
        self, state: AppState, conductor: Conductor, engine: EngineClient, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._conductor = conductor
        self.name = ""
        self.opening = ""
        self.list_failure: Failed | None = None
        self._downloads: dict[str, Download] = {}
        self._failures: dict[str, Failed] = {}
        engine.asked.connect(self._on_asked)
        state.model_changed.connect(self._on_model)

    @property
    def entry(self) -> Entry | None:
        return self.find(self.name)

    def find(self, name: str) -> Entry | None:
        """The line of a model; one set of weights among several is written `model@SET`."""
        found = next((e for e in self._conductor.entries if e.name == name), None)
        if found is None and "@" in name:
            try:
                found = catalog.find(name)
            except UserError:
                return None
        return found

    def choose(self, name: str) -> None:
        if name != self.name:
            self.name = name
            self.changed.emit(name)

    def is_open(self, name: str) -> bool:
        """Whether the window shows this network; one of its sets of weights counts too."""
        model = self._state.model
        return model is not None and name in (model.name, model.name.partition("@")[0])

    def download(self, name: str) -> Download | None:
        """What is on its way for a network: any of its sets of weights, or just the one named."""
        found = self._downloads.get(name)
        if found is None and "@" not in name:
            sets = (d for key, d in self._downloads.items() if key.partition("@")[0] == name)
            found = next(sets, None)
        return found

    def failure(self, name: str) -> Failed | None:
        """Why the last download or opening of this model did not work."""
        return self._failures.get(name)

    def fetch(self, name: str) -> None:
        if self.download(name) is None:
            self._conductor.fetch_weights(name)

    def toggle_pause(self, name: str) -> None:
        download = self.download(name)
        if download is not None:
            if download.paused:
                download.ticket.resume()
            else:
                download.ticket.pause()
            self.activity_changed.emit(name)

    def cancel(self, name: str) -> None:
        download = self.download(name)
        if download is not None:
            download.ticket.cancel()

    def _on_model(self, facts: ModelFacts) -> None:
        self.choose(facts.name)
        self.activity_changed.emit(facts.name)

    def _on_asked(self, ticket: Ticket) -> None:
        request = ticket.job.request
        if isinstance(request, FetchWeights):
            self._follow_download(request.model, ticket)
        elif isinstance(request, OpenModel):
            self._follow_opening(request.model, ticket)
        elif isinstance(request, ListModels):
            self.list_failure = None
            ticket.failed.connect(self._on_list_failed)

    def _on_list_failed(self, failed: Failed) -> None:
        self.list_failure = failed
        self.activity_changed.emit("")

    def _follow_download(self, name: str, ticket: Ticket) -> None:
        download = Download(ticket)
        self._downloads[name] = download
        self._failures.pop(name, None)

        def on_progress(progress: Progress) -> None:
            download.progress = progress
            self.activity_changed.emit(name)

        def on_end(event: object) -> None:
            self._downloads.pop(name, None)
            self._note_end(name, event)

        ticket.progress.connect(on_progress)
        for end in (ticket.finished, ticket.stopped, ticket.failed):
            end.connect(on_end)
        self.activity_changed.emit(name)

    def _follow_opening(self, name: str, ticket: Ticket) -> None:
        before, self.opening = self.opening, name
        self._failures.pop(name, None)

        def on_end(event: object) -> None:
            if self.opening == name:
                self.opening = ""
            self._note_end(name, event)

        for end in (ticket.finished, ticket.stopped, ticket.failed):
            end.connect(on_end)
        if before:
            self.activity_changed.emit(before)
        self.activity_changed.emit(name)

    def _note_end(self, name: str, event: object) -> None:
        if isinstance(event, Failed):
            self._failures[name] = event
        self.activity_changed.emit(name)
