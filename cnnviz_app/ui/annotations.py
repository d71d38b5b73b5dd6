"""The labels of units as the window knows them: of the open network, changed, saved, shared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cnnviz_app.core.errors import UserError
from cnnviz_app.lab.requests import ModelFacts
from cnnviz_app.nets import annotations as files
from cnnviz_app.nets.annotations import Annotation, Labels
from cnnviz_app.ui.state import AppState


class Annotations(QObject):
    """Each change is written at once, into what stands in the file then.

    Signals:
        changed: labels came, went, or are of another network now.
        troubled: a `UserError` met while reading or writing.
    """

    changed = Signal()
    troubled = Signal(object)

    def __init__(self, state: AppState, path: Path | None, parent: QObject | None = None) -> None:
        """`path` None keeps everything in memory, for tours and tests."""
        super().__init__(parent)
        self._state = state
        self._path = path
        self._labels: Labels | None = None
        self._told = False
        state.model_changed.connect(lambda _: self.changed.emit())

    @property
    def weights(self) -> str:
        """What the open network's labels belong to."""
        return _weights(self._state.model) if self._state.model is not None else ""

    def of(self, layer: str, unit: int) -> Annotation | None:
        return self._known().known.get((self.weights, layer, unit))

    def here(self) -> tuple[Annotation, ...]:
        """All labels of the open network whose units it has."""
        model, weights = self._state.model, self.weights
        if model is None:
            return ()
        return tuple(
            a for a in self._known().known.values()
            if a.weights == weights and a.layer in model.map_shapes
            and a.unit < model.map_shapes[a.layer][0]
        )  # fmt: skip

    def of_layer(self, layer: str) -> dict[int, str]:
        """Label by unit, of those that have one."""
        return {a.unit: a.label for a in self.here() if a.layer == layer and a.label}

    def set(self, layer: str, unit: int, label: str, category: str) -> None:
        """Label a unit of the open network; neither words nor category takes the label away."""
        model = self._state.model
        label = files.tidy(label)
        if model is None:
            return
        key = (self.weights, layer, unit)
        before = self._known().known.get(key)
        if (label, category) == ((before.label, before.category) if before else ("", "")):
            return
        fresh = Annotation(*key[:1], model.title, layer, unit, label, category)
        gone = () if label or category else (key,)
        self._change(lambda labels: labels.with_(() if gone else (fresh,), gone))

    def take(self, path: Path) -> tuple[int, int]:
        """Read somebody's labels; how many came, and how many gave way to what is here."""
        model = self._state.model
        found = files.read_any(path, self.weights, model.title if model is not None else "")
        known = self._known().known
        fresh = [a for a in found if a.key not in known]
        kept = sum(1 for a in found if a.key in known and known[a.key].label != a.label)
        if fresh:
            self._change(lambda labels: labels.with_(a for a in fresh if a.key not in labels.known))
        return len(fresh), kept

    def give(self, path: Path) -> int:
        """Write the open network's labels into a file of their own."""
        found = self.here()
        files.write_any(path, found)
        return len(found)

    # ---- the file

    def _known(self) -> Labels:
        if self._labels is None:
            self._labels = Labels({})
            if self._path is not None:
                try:
                    self._labels = files.read(self._path)
                except UserError as error:
                    self._tell(error)
        return self._labels

    def _change(self, how: Callable[[Labels], Labels]) -> None:
        self._labels = how(self._known())
        if self._path is not None:
            try:
                self._write(self._path, how)
            except UserError as error:
                self._told = False
                self._tell(error)
            except OSError as error:
                self._tell(UserError("The label could not be saved.", str(error.strerror or "")))
        self.changed.emit()

    def _write(self, path: Path, how: Callable[[Labels], Labels]) -> None:
        try:
            # Another window may have written meanwhile: its labels stay.
            current = files.read(path)
        except files.WrittenByNewer:
            raise
        except UserError:
            files.set_aside(path)
            current = Labels(self._known().known)
        self._labels = how(current)
        files.write(path, self._labels)

    def _tell(self, error: UserError) -> None:
        if not self._told:
            self._told = True
            self.troubled.emit(error)


def _weights(model: ModelFacts) -> str:
    return model.weights_hash or f"without weights: {model.name}"
