"""A section that shows what is known already, at once, and computes nothing."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent, QWheelEvent

from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.section import Section
from cnnviz_app.ui.theme import theme
from cnnviz_app.ui.widgets.picture_view import PictureView


class Watching(Section):
    """Calls `refresh` whenever the selection or its maps change and somebody can see it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        state = desk.state
        for signal in (state.model_changed, state.unit_changed, state.layer_changed,
                       state.looked_changed, state.position_changed):  # fmt: skip
            signal.connect(self._on_changed)
        theme().changed.connect(self._on_changed)

    def refresh(self) -> None:
        """Show the selected unit."""

    def _on_changed(self, *_: object) -> None:
        if self.isVisible() and self.desk.state.model is not None:
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_changed()


class ScrolledPicture(PictureView):
    """A picture in a column that scrolls: the wheel belongs to the column."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
