"""A section that shows what is known already, at once, and computes nothing."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent, QShowEvent, QWheelEvent

from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.section import Section
from cnnviz_app.ui.theme import theme
from cnnviz_app.ui.widgets.picture_view import PictureView


class Watching(Section):
    """Calls `refresh` whenever the selection or its maps change and somebody can see it.

    Maps that move are followed at an easy pace, `every_frame` only where movement is the point.
    """

    every_frame = False

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        state = desk.state
        for signal in (state.model_changed, state.unit_changed, state.layer_changed,
                       state.looked_changed if self.every_frame else desk.pace.easy,
                       state.position_changed):  # fmt: skip
            signal.connect(self._on_changed)
        theme().changed.connect(self._on_changed)
        self._stale = False

    def refresh(self) -> None:
        """Show the selected unit."""

    def _on_changed(self, *_: object) -> None:
        if not self.isVisible() or self.desk.state.model is None:
            return
        # Scrolled out of sight it waits for its paint event, which comes when it is back.
        self._stale = self.visibleRegion().isEmpty()
        if not self._stale:
            self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._stale:
            QTimer.singleShot(0, self, self._on_changed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_changed()


class ScrolledPicture(PictureView):
    """A picture in a column that scrolls: the wheel belongs to the column."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
