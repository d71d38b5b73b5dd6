"""Asks for the tuning of the selected layer and unit while somebody wants to know."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from cnnviz_app.core.events import Failed, Progress
from cnnviz_app.lab.tuning_requests import (
    LayerColours,
    LayerTuning,
    SurveyColours,
    SurveyTuning,
    TuneUnit,
    UnitTuning,
)
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.engine_client import Ticket

REST_MS = 200


class TuningAsker(QObject):
    """First the whole layer (kept, so the next unit needs no second survey), then the unit.

    Signals:
        surveyed: the `LayerTuning` of the selected layer, or None.
        coloured: its `LayerColours`, or None; only where `want_colours` said so.
        tuned: the `UnitTuning` of the selected unit, or None.
        told: how far it is, in words.
        refused: the sentence why it could not be measured.
    """

    surveyed = Signal(object)
    coloured = Signal(object)
    tuned = Signal(object)
    told = Signal(str)
    refused = Signal(str)

    def __init__(self, desk: Desk, slot: str, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._slot = desk, slot
        self._wanted = False
        self._failed = False
        self._ticket: Ticket | None = None
        self._in_colours = False
        self.layer: LayerTuning | None = None
        self.colours: LayerColours | None = None
        self.unit: UnitTuning | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._start)
        state = desk.state
        for signal in (state.model_changed, state.layer_changed, state.unit_changed):
            signal.connect(self._on_moved)
        state.edits_changed.connect(self._on_edits)
        desk.engine.busy_changed.connect(self._on_busy)

    def set_wanted(self, wanted: bool) -> None:
        self._wanted = wanted
        if wanted:
            self._on_moved()
        else:
            self._cancel()

    def want_colours(self, wanted: bool) -> None:
        self._in_colours = wanted
        if self._wanted:
            self._on_moved()

    @property
    def _open(self) -> bool:
        """Something is not known yet."""
        return None in (self.layer, self.unit) or (self._in_colours and self.colours is None)

    def _on_edits(self, _edits: object) -> None:
        """Another network, as it were: nothing of what was measured holds any more."""
        self.layer = self.colours = self.unit = None
        self.surveyed.emit(None)
        self.coloured.emit(None)
        self.tuned.emit(None)
        self._on_moved()

    def _on_moved(self, *_: object) -> None:
        self._cancel()
        self._failed = False
        state = self._desk.state
        name = state.model.name if state.model is not None else ""
        layer, colours, unit = self.layer, self.colours, self.unit
        if layer is not None and (layer.model, layer.layer) != (name, state.layer):
            self.layer = None
            self.surveyed.emit(None)
        if colours is not None and (colours.model, colours.layer) != (name, state.layer):
            self.colours = None
            self.coloured.emit(None)
        here = (name, state.layer, state.unit)
        if unit is not None and (unit.model, unit.layer, unit.unit) != here:
            self.unit = None
            self.tuned.emit(None)
        self.told.emit("")
        if self._wanted and name and self._open:
            self._rest.start()

    def _cancel(self) -> None:
        self._rest.stop()
        if self._ticket is not None:
            self._ticket.blockSignals(True)
            self._ticket.cancel()
            self._ticket = None

    def _start(self) -> None:
        state = self._desk.state
        if state.model is None or not state.layer or not self._wanted:
            return
        self._cancel()
        if self.layer is None:
            request = SurveyTuning(state.model.name, state.layer, edits=state.edits)
            ticket = self._ask(request, f"Tuning of {state.layer}")
            ticket.finished.connect(self._on_surveyed)
        elif self._in_colours and self.colours is None:
            ask = SurveyColours(state.model.name, state.layer, edits=state.edits)
            ticket = self._ask(ask, f"Colours of {state.layer}")
            ticket.finished.connect(self._on_coloured)
        elif self.unit is None:
            tune = TuneUnit(state.model.name, state.layer, state.unit, edits=state.edits)
            ticket = self._ask(tune, f"Tuning of {state.layer}:{state.unit}")
            ticket.finished.connect(self._on_tuned)

    def _ask(self, request: object, title: str) -> Ticket:
        ticket = self._desk.engine.ask(request, slot=self._slot, background=True, title=title)
        ticket.progress.connect(self._on_progress)
        ticket.failed.connect(self._on_failed)
        ticket.stopped.connect(self._on_stopped)
        self._ticket = ticket
        return ticket

    def _on_surveyed(self, layer: LayerTuning) -> None:
        self._ticket = None
        self.layer = layer
        self.told.emit("")
        self.surveyed.emit(layer)
        self._start()

    def _on_coloured(self, colours: LayerColours) -> None:
        self._ticket = None
        self.colours = colours
        self.told.emit("")
        self.coloured.emit(colours)
        self._start()

    def _on_tuned(self, unit: UnitTuning) -> None:
        self._ticket = None
        self.unit = unit
        self.told.emit("")
        self.tuned.emit(unit)

    def _on_progress(self, progress: Progress) -> None:
        share = progress.done / progress.total if progress.total else 0.0
        self.told.emit(f"{progress.text}, {min(share, 0.99):.0%}")

    def _on_failed(self, failed: Failed) -> None:
        self._ticket = None
        self._failed = True
        self.told.emit("")
        self.refused.emit(failed.sentence)

    def _on_stopped(self, _stopped: object) -> None:
        self._ticket = None
        self.told.emit("waits for other jobs")

    def _on_busy(self, jobs: int) -> None:
        """It gave way to somebody; when the engine is free again it goes on."""
        idle = jobs == 0 and self._ticket is None
        if idle and self._wanted and self._open and not self._failed:
            self._rest.start()
