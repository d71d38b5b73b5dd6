"""One large view of both pictures: wiped over each other, or taking turns."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.ui.panels._attack_words import Pixels
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.picture_view import PictureView

# Two full turns a second: below three, from which on flicker can harm.
TURN_MS = 250
WARNING = "Warning: flickers twice a second."


class OneView(QWidget):
    """Flicker starts only when asked, stops when hidden, and never starts with reduced motion."""

    def __init__(self) -> None:
        super().__init__()
        self._clean: Pixels | None = None
        self._attacked: Pixels | None = None
        self._flickers, self._second = False, True
        self.view = PictureView(name="Original and attacked picture", placeholder="Run, below")
        self.view.clicked.connect(lambda _x, _y: self.swap())
        self._start = Button("Start", "normal", "play")
        self._start.clicked.connect(self._on_start)
        self._words = Label(WARNING, "caption", "t2")
        self._foot = QHBoxLayout()
        self._foot.addStretch(1)
        self._foot.addWidget(self._start)
        self._foot.addWidget(self._words, 0, Qt.AlignmentFlag.AlignVCenter)
        self._foot.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.view, 1)
        self._column.addLayout(self._foot)
        self._timer = QTimer(self)
        self._timer.setInterval(TURN_MS)
        self._timer.timeout.connect(self.swap)
        follow_theme(self._restyle)

    @property
    def flickering(self) -> bool:
        return self._timer.isActive()

    def set_pictures(self, clean: Pixels | None, attacked: Pixels | None) -> None:
        self._clean, self._attacked = clean, attacked
        if clean is None or attacked is None:
            self._timer.stop()
        self._show()

    def set_flicker(self, on: bool) -> None:
        """Take turns, or else wipe."""
        self._flickers, self._second = on, True
        self._timer.stop()
        self._show()

    def swap(self) -> None:
        """The other of the two."""
        if self._flickers:
            self._second = not self._second
            self._show()

    def _on_start(self) -> None:
        if theme().reduce_motion:
            self.swap()
        elif self._timer.isActive():
            self._timer.stop()
        elif self._clean is not None and self._attacked is not None:
            self._timer.start()
        self._show()

    def _show(self) -> None:
        both = self._clean is not None and self._attacked is not None
        if self._flickers:
            self.view.set_wipe(False)
            self.view.set_before(None)
            self.view.set_picture(self._attacked if self._second else self._clean)
            self.view.set_tags("", ("attacked" if self._second else "original") if both else "")
        else:
            self.view.set_picture(self._attacked)
            self.view.set_before(self._clean)
            self.view.set_wipe(both)
            self.view.set_tags("original" if both else "", "attacked" if both else "")
        self._start.setVisible(self._flickers)
        self._words.setVisible(self._flickers and not theme().reduce_motion)
        self._start.setEnabled(both)
        running = self._timer.isActive()
        swap = theme().reduce_motion
        self._start.setText("Swap" if swap else "Stop" if running else "Start")
        self._start.set_icon("wipe" if swap else "stop" if running else "play")

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        self._show()

    def _restyle(self) -> None:
        if theme().reduce_motion:
            self._timer.stop()
        self._foot.setSpacing(px(10))
        self._column.setSpacing(px(8))
        self._show()
