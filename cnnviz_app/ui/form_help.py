"""What a form knows of the open network: names to offer while one types, layers to weigh."""

from __future__ import annotations

from PySide6.QtCore import QObject, QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit

from cnnviz_app.lab.style_requests import AskStyleLayers, StyleLayers
from cnnviz_app.ui.engine_client import EngineClient
from cnnviz_app.ui.state import AppState


class FormHelp(QObject):
    """Follows the open model.

    Signals:
        changed: other names, or the style layers arrived.
        paint_asked: somebody wants to paint the regions.
        parts_asked: somebody wants to paint what is taken of the styles.
    """

    changed = Signal()
    paint_asked = Signal()
    parts_asked = Signal()

    def __init__(self, state: AppState, engine: EngineClient, parent: QObject) -> None:
        super().__init__(parent)
        self._state, self._engine = state, engine
        self._names = {"layer": QStringListModel(self), "target": QStringListModel(self)}
        self._asked = ""
        self.layers = StyleLayers("")
        state.model_changed.connect(self._on_model)
        self._on_model()

    def want_layers(self) -> None:
        """A form shows layers with weights: ask which there are, once for each network."""
        model = self._state.model
        if model is None or model.name == self._asked:
            return
        self._asked = model.name
        ticket = self._engine.ask(
            AskStyleLayers(model.name), slot="style-layers", urgent=True, title="Style layers"
        )
        ticket.finished.connect(self._on_layers)
        ticket.stopped.connect(self._on_missed)

    def complete(self, field: QLineEdit, kind: str) -> None:
        """Offer the network's layers or classes in this field while one types."""
        completer = QCompleter(self._names[kind], field)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(12)
        field.setCompleter(completer)
        completer.activated.connect(lambda _words: field.editingFinished.emit())

    def _on_model(self, *_: object) -> None:
        model = self._state.model
        self._names["layer"].setStringList(list(model.layers) if model is not None else [])
        self._names["target"].setStringList(list(model.labels) if model is not None else [])
        wanted, self._asked = bool(self._asked), ""
        if wanted:
            self.want_layers()

    def _on_layers(self, layers: StyleLayers) -> None:
        self.layers = layers
        self.changed.emit()

    def _on_missed(self, *_: object) -> None:
        self._asked = ""
