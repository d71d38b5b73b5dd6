"""The camera looks at the attack: the live picture, a sticker on it, and the way to film it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from cnnviz_app.lab.requests import Looked
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.live.live import ORIGIN
from cnnviz_app.ui.live.starting import start_camera
from cnnviz_app.ui.panels._attack_sticker import Place, Sticker, laid
from cnnviz_app.ui.panels._attack_words import bars_of, name_of
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.class_bars import ClassBars
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.picture_view import PictureView
from cnnviz_app.ui.widgets.slider import Slider

NO_CAMERA = (
    "No camera is on",
    "Start one, then film the attacked picture from this screen or from a print, or lay a "
    "sticker on what the camera sees.",
)
ROWS = 5


class CameraView(QWidget):
    """Signals:
    film_asked: show the picture as large as the window.
    """

    film_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._sticker: Sticker | None = None
        self.place = Place()
        self._labels: Sequence[str] = ()
        self._before, self._after = -1, -1
        self._seen = 1  # pixels on each side of what the network sees
        self._empty = EmptyState("camera", *NO_CAMERA, (("start", "Start the camera"),))
        self._empty.action.connect(lambda _key: start_camera(desk))
        self.view = PictureView(name="What the camera sees", placeholder="waiting for the camera")
        self.view.clicked.connect(self._on_clicked)
        self._answer = Label("", "display", elide=True)
        self._words = Label("", "body", "t2", wrap=True)
        self.bars = ClassBars(rows=ROWS)
        self.film = Button("Show it large, to be filmed", "normal", "expand")
        self.film.clicked.connect(self.film_asked)
        self.lay = Button("Lay the sticker on it", "normal", "layer", checkable=True)
        self.lay.toggled.connect(lambda _on: self._overlay())
        self._size = Slider(0.1, 0.9, self.place.width, name="Size of the sticker")
        self._size.moved.connect(self._on_size)
        side = QVBoxLayout()
        for widget in (self._answer, self._words, self.bars, self.film, self.lay, self._size):
            side.addWidget(widget)
        side.addStretch(1)
        self._side = side
        page = QWidget()
        self._row = QHBoxLayout(page)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.view, 3)
        self._row.addLayout(side, 2)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        desk.live.changed.connect(self._on_live)
        desk.state.looked_changed.connect(self._on_looked)
        follow_theme(self._restyle)
        self._on_live()

    @property
    def streams(self) -> bool:
        """Whether anything looks now."""
        feed = self._desk.live.feed
        return feed is not None and feed.streams

    def set_attack(
        self, labels: Sequence[str], before: int, after: int, sticker: Sticker | None
    ) -> None:
        """What is to be filmed: the old and the new answer, and the sticker if it is one."""
        self._labels, self._before, self._after = labels, before, after
        self._sticker = sticker
        if sticker is None:
            self.lay.setChecked(False)
        self._overlay()
        self._on_live()

    def _on_live(self) -> None:
        self._stack.setCurrentIndex(1 if self.streams else 0)
        self.lay.setVisible(self._sticker is not None)
        self._size.setVisible(self._sticker is not None and self.lay.isChecked())
        self.film.setEnabled(self._after >= 0)
        if not self.streams:
            self.view.set_picture(None)

    def _on_looked(self, looked: Looked) -> None:
        model = self._desk.state.model
        if looked.picture.origin != ORIGIN or model is None:
            return
        top = int(looked.probabilities.argmax())
        shown = self._after if 0 <= self._after < len(model.labels) else top
        self._seen = len(looked.seen)
        self.view.set_picture(looked.seen)
        self.bars.set_bars(bars_of(looked.probabilities, model.labels, ROWS, top, shown,
                                   attacked=False))  # fmt: skip
        fooled = top == self._after and self._after != self._before
        self._answer.set_token("err" if fooled else "t1")
        self._answer.setText(name_of(model.labels, top))

    # ---- the sticker

    def _on_clicked(self, x: int, y: int) -> None:
        self.place = Place(x / self._seen, y / self._seen, self.place.width)
        self._overlay()

    def _on_size(self, width: float) -> None:
        self.place = Place(self.place.x, self.place.y, width)
        self._overlay()

    def _overlay(self) -> None:
        sticker = self._sticker
        on = sticker is not None and self.lay.isChecked()
        place = self.place
        self._desk.live.overlay = (
            (lambda frame: laid(frame, sticker, place)) if on and sticker is not None else None
        )
        self._size.setVisible(on)
        self._words.setText("Click the picture to move the sticker.")
        self._words.setVisible(on)

    # ---- sizes

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(140))

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = self.width() < px(620)
        way = QHBoxLayout.Direction.TopToBottom if narrow else QHBoxLayout.Direction.LeftToRight
        self._row.setDirection(way)
        self.bars.setVisible(not narrow)
        self.film.setText("Show it large" if narrow else "Show it large, to be filmed")

    def _restyle(self) -> None:
        self._row.setSpacing(px(20))
        self._side.setSpacing(px(10))
        self.bars.setFixedHeight(px(34 * ROWS + 4))
