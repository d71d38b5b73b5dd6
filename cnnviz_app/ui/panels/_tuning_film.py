"""Plays the experiment: the stimulus, the answer as it rises and falls, and hands to stop it."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from cnnviz_app.lab.tuning_requests import UnitTuning
from cnnviz_app.ui.panels._tuning_trial import COLOUR, MODES, SHORT_MODES, Trial, field_box
from cnnviz_app.ui.theme import color, px
from cnnviz_app.ui.widgets.base import PaintedWidget, follow_theme, number, painter_for, text
from cnnviz_app.ui.widgets.buttons import IconButton
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.picture_view import PictureView
from cnnviz_app.ui.widgets.segmented import Segmented
from cnnviz_app.ui.widgets.slider import Slider

FRAME_MS = 70
HISTORY = 96


class _Trace(PaintedWidget):
    """The answers of the last seconds, the newest at the right, as on the paper of a recorder."""

    def __init__(self) -> None:
        super().__init__()
        self._values: deque[float] = deque(maxlen=HISTORY)
        self._most = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Answer of the unit")
        self.restyle()

    def restyle(self) -> None:
        self.setFixedHeight(px(52))

    def clear(self, most: float) -> None:
        self._values.clear()
        self._most = max(most, 1e-12)
        self.update()

    def add(self, value: float) -> None:
        self._values.append(value)
        self.setAccessibleDescription(number(value))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        area = QRectF(0, 0, self.width() - px(54), self.height() - 2)
        painter.fillRect(QRectF(0, area.bottom(), area.width(), 1), color("line2"))
        step = area.width() / HISTORY
        for place, value in enumerate(reversed(self._values)):
            tall = min(max(value, 0.0) / self._most, 1.0) * (area.height() - 2)
            x = area.right() - (place + 1) * step
            ink = color("sel") if place == 0 else color("t2")
            wide = max(1.0, step - 1) if place else max(2.0, step)
            painter.fillRect(QRectF(x, area.bottom() - tall, wide, tall), ink)
        if self._values:
            box = QRectF(area.right() + px(8), 0, px(46), self.height())
            text(painter, box, number(self._values[-1]), "title", "sel_t")


class TuningFilm(QWidget):
    """Signals: moved with mode and step, whenever the stimulus changes."""

    moved = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        self._trial: Trial | None = None
        self._step = 0
        self.view = PictureView(pixels="smooth", placeholder="", name="Stimulus")
        self._trace = _Trace()
        self._mode = Segmented(MODES, name="What is shown to the unit")
        self._mode.chosen.connect(lambda _key: self._begin())
        self._play = IconButton("play", "Play or pause")
        self._play.clicked.connect(self.toggle)
        self._slider = Slider(0, 1, 0, step=1, name="Place of the stimulus")
        self._slider.moved.connect(lambda value: self._by_hand(round(value)))
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._next)
        self._place = Label("", "body", "t1")
        self._place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._hands = QHBoxLayout()
        self._hands.addWidget(self._play)
        self._hands.addWidget(self._slider, 1)
        self._hands.addWidget(self._place)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._mode)
        self._column.addWidget(self.view, 1)
        self._column.addWidget(self._trace)
        self._column.addLayout(self._hands)
        self._column.addStretch(0)
        follow_theme(self._restyle)

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    def set_unit(self, unit: UnitTuning | None) -> None:
        """The next unit is shown the same; what played goes on playing."""
        self._trial = Trial(self._mode.key, unit) if unit is not None else None
        self._offer()
        if self._trial is None:
            self.view.set_picture(None)
            self._trace.clear(1.0)
            return
        self._begin()

    def toggle(self) -> None:
        if self.playing:
            self._timer.stop()
        else:
            self._timer.start()
        self._play.set_icon("pause" if self.playing else "play")

    def _begin(self) -> None:
        if self._trial is None:
            return
        trial = self._trial = Trial(self._mode.key, self._trial.unit)
        self._trace.clear(float(trial.curve.best.max()))
        self._slider.set_range(0, trial.steps - 1)
        self.view.set_boxes(field_box(trial.unit))
        self._show(trial.best_step())

    def _next(self) -> None:
        if self._trial is not None and self.isVisible():
            self._show((self._step + 1) % self._trial.steps)

    def _by_hand(self, step: int) -> None:
        if self.playing:
            self.toggle()
        self._show(step)

    def _show(self, step: int) -> None:
        trial = self._trial
        if trial is None:
            return
        self._step = step
        self._slider.set_value(step)
        self.view.set_picture(trial.picture(step))
        self._place.setText(trial.words(step))
        self._trace.add(trial.value(step))
        self.moved.emit(trial.mode, step)

    @property
    def trial(self) -> Trial | None:
        return self._trial

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.playing:
            self.toggle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture is square: no bare ground above and below it."""
        self.view.setMaximumHeight(max(px(80), self.width()))
        self._offer()

    def _offer(self) -> None:
        """What can be shown to the unit, in words for which there is room."""
        grey = self._trial is not None and self._trial.unit.colour is None
        for modes in (MODES, SHORT_MODES):
            some = [mode for mode in modes if not (grey and mode[0] == COLOUR)]
            self._mode.set_choices(some, self._mode.key)
            if self._mode.sizeHint().width() <= self.width():
                return

    def sizeHint(self) -> QSize:
        return QSize(px(300), px(420))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(150), px(170))

    def _restyle(self) -> None:
        self._column.setSpacing(px(6))
        self._hands.setSpacing(px(8))
        self._place.setFixedWidth(px(62))
