"""The half of the panel about the whole network: one button, a plot and a table."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.core.events import Failed, Metrics, Progress
from cnnviz_app.lab.fields_requests import FieldSizes, MeasureLayers, layers_to_measure
from cnnviz_app.lab.requests import ModelFacts
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.engine_client import Ticket
from cnnviz_app.ui.panels._field_plot import FieldPlot
from cnnviz_app.ui.panels._field_table import FieldTable
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import THIN, follow_theme
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.labels import Label

RUN, STOP = "Compare all layers", "Stop"


class FieldLayers(QWidget):
    """The theoretical sizes are there at once; the button measures the actual ones."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._ticket: Ticket | None = None
        self._names: tuple[str, ...] = ()
        self._kept: dict[str, dict[str, FieldSizes]] = {}
        self._button = Button(
            RUN, "primary", "chart",
            tip="Measure the actual receptive field of every layer and compare it with theory",
        )
        self._button.clicked.connect(self._on_button)
        self._status = Label("", "caption", "t3", elide=True)
        self._sentence = Label("", "title", wrap=True)
        self.plot = FieldPlot()
        self._table = FieldTable()
        for signal in (self.plot.chosen, self._table.layer_chosen):
            signal.connect(desk.state.set_layer)
        self._head = QHBoxLayout()
        self._head.addWidget(self._button)
        self._head.addWidget(self._status, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._head)
        self._column.addWidget(self._sentence)
        self._column.addWidget(self.plot, 3)
        self._column.addWidget(self._table, 3)
        desk.state.model_changed.connect(self._on_model)
        desk.state.layer_changed.connect(self._mark)
        desk.state.edits_changed.connect(lambda _edits: self._on_model(desk.state.model))
        follow_theme(self._restyle)
        if desk.state.model is not None:
            self._on_model(desk.state.model)

    @property
    def _rows(self) -> dict[str, FieldSizes]:
        model, edits = self._desk.state.model, self._desk.state.edits
        key = f"{model.name} {model.weights_hash} {edits}" if model else ""
        return self._kept.setdefault(key, {})

    def set_wanted(self, wanted: bool) -> None:
        """Nobody looks any more: what was measured stays, the rest is not worth the time."""
        if not wanted and self._ticket is not None:
            self._ticket.cancel()

    def _on_model(self, model: ModelFacts | None) -> None:
        if model is None:
            return
        if self._ticket is not None:
            self._ticket.cancel()
        self._names = layers_to_measure(
            (layer, model.node(layer).receptive_field, model.map_shapes[layer])
            for layer in model.layers
        )
        for layer in self._names:
            field = model.node(layer).receptive_field
            if field is not None:
                self._rows.setdefault(layer, FieldSizes(float(max(field.size))))
        self._button.setEnabled(bool(self._names))
        self._refresh()
        self._mark(self._desk.state.layer)

    def _on_button(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
            return
        model = self._desk.state.model
        if model is None:
            return
        request = MeasureLayers(model.name, self._names, edits=self._desk.state.edits)
        ticket = self._desk.engine.ask(
            request, slot="field-layers", title=f"Receptive fields of {model.title}"
        )
        names = self._names
        ticket.metrics.connect(lambda metrics: self._on_metrics(names, metrics))
        ticket.progress.connect(self._on_progress)
        for signal in (ticket.finished, ticket.stopped, ticket.failed):
            signal.connect(self._on_ended)
        self._ticket = ticket
        self._button.setText(STOP)
        self._button.set_icon("stop")
        self._button.set_kind("normal")

    def _on_metrics(self, names: tuple[str, ...], metrics: Metrics) -> None:
        if names == self._names:
            self._rows[names[metrics.step]] = FieldSizes(**metrics.values)
            self._refresh()

    def _on_progress(self, progress: Progress) -> None:
        left = f", {progress.seconds_left:.0f} s left" if progress.seconds_left else ""
        self._status.setText(f"{progress.text}{left}")

    def _on_ended(self, end: object) -> None:
        self._ticket = None
        self._button.setText(RUN)
        self._button.set_icon("chart")
        self._button.set_kind("primary")
        self._status.setText(end.sentence if isinstance(end, Failed) else "")
        self._refresh()

    def _refresh(self) -> None:
        self.plot.set_rows(self._names, self._rows)
        self._table.set_rows(self._names, self._rows)
        self._sentence.setText(self._summary())

    def _summary(self) -> str:
        """The lecture's sentence, with this network's numbers."""
        known = [name for name in self._names if self._rows[name].effective68 > 0]
        if not known:
            return "The actual size is much smaller than the theoretical. Is it, here?"
        last = self._rows[known[-1]]
        words = f"At {known[-1]} theory says {last.theoretical:.0f}{THIN}px"
        words += f", two thirds of the gradient lie within {last.effective68:.0f}{THIN}px"
        if last.empirical:
            words += f", and covering finds {last.empirical:.0f}{THIN}px"
        return f"{words}."

    def _mark(self, layer: str) -> None:
        """A layer that sees the same as another is marked there."""
        model = self._desk.state.model
        shown = layer
        if model is not None and layer not in self._names:
            field, shape = model.node(layer).receptive_field, model.map_shapes.get(layer)
            shown = next(
                (name for name in self._names if model.node(name).receptive_field == field
                 and model.map_shapes[name] == shape), layer,
            )  # fmt: skip
        self.plot.set_selected(shown)
        self._table.set_selected(shown)

    def _restyle(self) -> None:
        self._column.setSpacing(px(8))
        self._head.setSpacing(px(10))
