"""Asks what the selected unit looks at, step by step, while somebody wants to know."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from cnnviz_app.core.events import Failed, Frame, Progress
from cnnviz_app.lab.fields_requests import Covered, CoverField, MeasureField, UnitField
from cnnviz_app.techniques import _field_window as windows
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.engine_client import Ticket
from cnnviz_app.ui.fields_of_view import strongest_cell
from cnnviz_app.ui.panels._field_picture import Fields

REST_MS = 200


class FieldAsker(QObject):
    """First the gradients, then, with `covering`, the patches; gives way to other jobs.

    Signals:
        changed: the `Fields` known so far, or None; also while they are being measured.
        told: how far it is, in words ("" when there is nothing to wait for).
        refused: the sentence why there is nothing to measure.
    """

    changed = Signal(object)
    told = Signal(str)
    refused = Signal(str)

    def __init__(self, desk: Desk, slot: str, covering: bool, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._slot, self._covering = desk, slot, covering
        self._wanted = False
        self._ticket: Ticket | None = None
        self.fields: Fields | None = None
        self.answer: UnitField | None = None
        self.covered: Covered | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._start)
        state = desk.state
        for signal in (
            state.model_changed, state.layer_changed, state.unit_changed, state.edits_changed
        ):  # fmt: skip
            signal.connect(self._on_moved)
        state.picture_changed.connect(self._on_picture)
        desk.pace.rested.connect(self._on_picture)
        desk.engine.busy_changed.connect(self._on_busy)

    def set_wanted(self, wanted: bool) -> None:
        self._wanted = wanted
        if wanted:
            self._on_moved()
        else:
            self._cancel()

    @property
    def cell(self) -> windows.Cell:
        """The cell under the pointer, else the unit's strongest on this picture."""
        state = self._desk.state
        looked = state.looked
        if looked is None or state.unit >= len(looked.maps):
            rows, columns = state.model.map_shapes[state.layer][1:] if state.model else (1, 1)
            return rows // 2, columns // 2
        place = state.position
        shape = looked.maps.shape[1:]
        if place is not None and place[0] < shape[0] and place[1] < shape[1]:
            return place
        return strongest_cell(looked, state.unit)

    # ---- following the selection

    def _on_moved(self, *_: object) -> None:
        self._cancel()
        self.fields = self._by_arithmetic()
        self.answer = self.covered = None
        self.changed.emit(self.fields)
        self.told.emit("")
        if self.fields is None:
            model = self._desk.state.model
            if model is not None:
                self.refused.emit("Every place is mixed with every other here, as attention does.")
        elif self._wanted:
            self._rest.start()

    def _on_picture(self, *_: object) -> None:
        """Only the gradient's support is of this picture; the rest is kept by the engine. Of a
        picture that moves it is measured when it rests."""
        if self._wanted and self.fields is not None and not self._desk.pace.moving:
            self._rest.start()

    def _by_arithmetic(self) -> Fields | None:
        state = self._desk.state
        if state.model is None or not state.layer:
            return None
        field = state.model.node(state.layer).receptive_field
        if field is None:
            return None
        grid = state.model.map_shapes[state.layer][1:]
        return Fields(windows.window_from(field, grid, state.model.input[1:]))

    def _cancel(self) -> None:
        self._rest.stop()
        if self._ticket is not None:
            self._ticket.blockSignals(True)
            self._ticket.cancel()
            self._ticket = None

    def _start(self) -> None:
        state = self._desk.state
        if state.model is None or self.fields is None or not self._wanted:
            return
        self._cancel()
        request = MeasureField(
            state.model.name, state.layer, state.unit, state.picture, edits=state.edits
        )
        self._ask(request, "Receptive field").finished.connect(self._on_measured)

    def _ask(self, request: object, title: str) -> Ticket:
        state = self._desk.state
        title = f"{title} of {state.layer}:{state.unit}"
        ticket = self._desk.engine.ask(request, slot=self._slot, background=True, title=title)
        ticket.frame.connect(self._on_frame)
        ticket.progress.connect(self._on_progress)
        ticket.failed.connect(self._on_failed)
        ticket.stopped.connect(self._on_stopped)
        self._ticket = ticket
        return ticket

    # ---- answers

    def _on_frame(self, frame: Frame) -> None:
        if self.fields is None:
            return
        if frame.name == "effective":
            self.fields = replace(self.fields, effective=frame.data)
        elif frame.name == "empirical":
            self.fields = replace(self.fields, region=windows.region_of(frame.data))
        self.changed.emit(self.fields)

    def _on_measured(self, answer: UnitField) -> None:
        self._ticket = None
        if self.fields is None:
            return
        self.answer = answer
        self.fields = replace(self.fields, effective=answer.effective, support=answer.support)
        self.changed.emit(self.fields)
        self.told.emit("")
        if self._covering and self.covered is None and answer.used:
            request = CoverField(
                answer.model, answer.layer, answer.unit, edits=self._desk.state.edits
            )
            self._ask(request, "Covering before").finished.connect(self._on_covered)

    def _on_covered(self, covered: Covered) -> None:
        self._ticket = None
        self.covered = covered
        if self.fields is not None:
            self.fields = replace(self.fields, region=covered.region)
            self.changed.emit(self.fields)
        self.told.emit("")

    def _on_progress(self, progress: Progress) -> None:
        share = progress.done / progress.total if progress.total else 0.0
        self.told.emit(f"{progress.text}, {min(share, 0.99):.0%}")

    def _on_failed(self, failed: Failed) -> None:
        self._ticket = None
        self.refused.emit(failed.sentence)

    def _on_stopped(self, _stopped: object) -> None:
        self._ticket = None
        self.told.emit("waits for other jobs")

    def _on_busy(self, jobs: int) -> None:
        """It gave way to somebody; when the engine is free again it goes on."""
        done = self.answer is not None and (
            not self._covering or self.covered is not None or not self.answer.used
        )
        if jobs == 0 and self._wanted and self._ticket is None and not done:
            self._rest.start()
