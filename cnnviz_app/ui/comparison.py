"""What the selection is compared with: A is held, B is whatever is selected next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cnnviz_app.lab.compare_requests import Side

if TYPE_CHECKING:
    from cnnviz_app.lab.edit_requests import Edits
    from cnnviz_app.lab.requests import ModelFacts
    from cnnviz_app.sources.picture import Picture
    from cnnviz_app.ui.state import AppState


class Comparison(QObject):
    """Holds A; the current model, picture and layer are B.

    A's layer follows B's wherever A's network has a layer of that name, so that walking the
    layers walks both.

    Signals:
        changed: A or B is another.
        asked: somebody wants to see the comparison.
    """

    changed = Signal()
    asked = Signal()

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self._state = state
        self._facts: ModelFacts | None = None
        self._picture: Picture | None = None
        self._layer = ""
        self._held_edits: Edits = ()
        for signal in (state.model_changed, state.layer_changed, state.picture_changed):
            signal.connect(self._follow)
        state.edits_changed.connect(self._on_edits)

    # ---- what is compared

    @property
    def a(self) -> Side | None:
        """What is held."""
        if self._facts is None or self._picture is None or not self._layer:
            return None
        return Side(self._facts.name, self._picture, self._layer, self._held_edits)

    @property
    def b(self) -> Side | None:
        """The selection."""
        state = self._state
        if state.model is None or state.picture is None or not state.layer:
            return None
        return Side(state.model.name, state.picture, state.layer, state.edits)

    @property
    def facts(self) -> ModelFacts | None:
        """The model of A."""
        return self._facts

    @property
    def differ(self) -> bool:
        """Whether A and B are two."""
        a, b = self.a, self.b
        return a is not None and b is not None and a.key != b.key

    # ---- verbs

    def hold(self) -> None:
        """The selection becomes A; choose another picture, network or layer for B."""
        state = self._state
        self._facts, self._picture, self._layer = state.model, state.picture, state.layer
        self._held_edits = state.edits
        self.changed.emit()

    def compare_unchanged(self) -> None:
        """Show the network as it was beside the network as it is changed now."""
        self.hold()
        self._held_edits = ()
        self.changed.emit()
        self.asked.emit()

    def compare_pictures(self, a: Picture, b: Picture) -> None:
        """Show what the current network makes of these two, in the Compare panel.

        B becomes the current picture, so that every other panel shows it too.
        """
        state = self._state
        self._facts, self._picture, self._layer = state.model, a, state.layer
        self._held_edits = state.edits
        before = state.picture
        state.set_picture(b)
        if before is not None and before.content_id == b.content_id:
            self.changed.emit()
        self.asked.emit()

    def release(self) -> None:
        """Nothing is held any more."""
        self._facts, self._picture, self._layer = None, None, ""
        self._held_edits = ()
        self.changed.emit()

    def swap_pictures(self) -> None:
        """A's picture becomes the current one and the other way round."""
        held, shown = self._picture, self._state.picture
        if held is not None and shown is not None and held.content_id != shown.content_id:
            self._picture = shown
            self._state.set_picture(held)

    def _follow(self, *_: object) -> None:
        if self._facts is None:
            return
        own = self._facts
        if self._state.layer in own.map_shapes:
            self._layer = self._state.layer
        self.changed.emit()

    def _on_edits(self, _edits: Edits) -> None:
        if self._facts is not None:
            self.changed.emit()
