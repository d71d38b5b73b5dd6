"""Hubel and Wiesel's experiment on a unit: bars and gratings turned and moved in front of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from cnnviz_app.lab.tuning_requests import Curve, UnitTuning
from cnnviz_app.sources.worlds import stimuli
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels._stage_heading import StageHeading
from cnnviz_app.ui.panels._tuning_ask import TuningAsker
from cnnviz_app.ui.panels._tuning_curve import TuningCurve
from cnnviz_app.ui.panels._tuning_film import TuningFilm
from cnnviz_app.ui.panels._tuning_layer import TuningLayer
from cnnviz_app.ui.panels._tuning_rose import TuningRose
from cnnviz_app.ui.panels._tuning_trial import (
    COLOUR,
    COLOURFUL,
    DRIFT,
    MOVE,
    TURN,
    field_box,
    preferred,
)
from cnnviz_app.ui.panels._tuning_words import colour_words, facts, sentence, stripe
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.base import THIN, number
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.labels import Label, SectionLabel
from cnnviz_app.ui.widgets.picture_view import PictureView
from cnnviz_app.ui.widgets.segmented import Segmented


@panel("tuning", "Tuning", "curve", stage=True)
class TuningPanel(Panel):
    """What Hubel and Wiesel did to a nerve cell, done to a unit: a bar is turned and moved in
    front of it, gratings of every fineness drift by, and the answer is written down. Play the
    film, or turn the bar by hand on the slider. "Whole layer" shows what every unit prefers, in
    grey or in colours."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._asker = TuningAsker(desk, "tuning-panel", self)
        self._heading = StageHeading(desk)
        self._which = Segmented([("unit", "This unit"), ("layer", "Whole layer")], name="Show")
        self._which.chosen.connect(lambda _key: self._arrange())
        self._heading.add(self._which)
        self._sentence = Label("", "title", wrap=True)
        self._status = Label("", "caption", "t3", elide=True)
        self._film = TuningFilm()
        self._film.moved.connect(self._on_film)
        self._rose = TuningRose()
        self._rose_words = Label("filled: stripes, dashed: a bar", "caption", "t3", elide=True)
        self._rose_words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._best_title = SectionLabel("What it prefers")
        self._best = PictureView(pixels="smooth", name="What it prefers")
        self._key = Label(
            "blue: best phase; grey: mean over phases, or the other bar or colour; "
            "dashed: plain grey",
            "caption", "t3", wrap=True,
        )
        self._figures = QGridLayout()
        self._figure_labels: list[tuple[Label, Label]] = []
        self._curves = {
            "orientation": TuningCurve("Angle of the stripes", "°", period=180.0),
            "frequency": TuningCurve("Stripes across the picture", "", log=True),
            "phase": TuningCurve("Phase of the stripes", "°", period=360.0),
            "position": TuningCurve("Place of the bar", f"{THIN}px"),
            "size": TuningCurve("Size of the opening", f"{THIN}px", log=True),
            "colour": TuningCurve("Colour", "", period=360.0, ink=_ink),
        }
        self._layer = TuningLayer(desk)
        self._build()
        self._asker.tuned.connect(self._on_tuned)
        self._asker.surveyed.connect(self._layer.set_layer)
        self._asker.coloured.connect(self._layer.set_colours)
        self._layer.colours_wanted.connect(self._asker.want_colours)
        self._asker.told.connect(self._status.setText)
        self._asker.refused.connect(self._on_refused)
        state = desk.state
        for signal in (state.model_changed, state.layer_changed):
            signal.connect(self._on_layer)
        theme().changed.connect(self._restyle)
        self._restyle()
        self._on_layer()
        self._on_tuned(None)

    def _build(self) -> None:
        for row in range(7):
            pair = Label("", "body", "t2", elide=True), Label("", "body", "t1")
            self._figure_labels.append(pair)
            self._figures.addWidget(pair[0], row, 0)
            self._figures.addWidget(pair[1], row, 1)
        self._figures.setColumnStretch(0, 1)
        self._middle = QWidget()
        middle = QVBoxLayout(self._middle)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.addWidget(self._rose, 1)
        middle.addWidget(self._rose_words)
        middle.addLayout(self._figures)
        middle.addWidget(self._best_title)
        middle.addWidget(self._best, 1)
        middle.addStretch(0)
        self._right = QWidget()
        self._plots = QVBoxLayout(self._right)
        self._plots.setContentsMargins(0, 0, 0, 0)
        for curve in self._curves.values():
            self._plots.addWidget(curve, 1)
        self._plots.addWidget(self._key)
        self._unit = QWidget()
        self._row = QHBoxLayout(self._unit)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._film, 4)
        self._row.addWidget(self._middle, 3)
        self._row.addWidget(self._right, 4)
        self._empty = EmptyState("curve", "No tuning yet", "Open a network.")
        self._stack = QStackedWidget()
        for page in (self._empty, self._unit, self._layer):
            self._stack.addWidget(page)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._heading)
        self._column.addWidget(self._sentence)
        self._column.addWidget(self._stack, 1)
        self._column.addWidget(self._status)

    def show_layer(self, colours: bool = False) -> None:
        """Every unit of the layer, before lines or before colours."""
        self._which.set_key("layer")
        self._layer.show_colours(colours)
        self._arrange()

    # ---- content

    def _on_layer(self, *_: object) -> None:
        self._heading.show_selection()
        self._arrange()

    def _on_refused(self, words: str) -> None:
        self._empty.set_content("curve", "No tuning here", words)
        self._stack.setCurrentWidget(self._empty)

    def _on_tuned(self, unit: UnitTuning | None) -> None:
        self._film.set_unit(unit)
        self._rose.set_unit(unit)
        shown_best = unit is not None and not unit.silent
        self._best.set_picture(preferred(unit) if unit is not None and shown_best else None)
        self._best.set_boxes(field_box(unit) if unit is not None and shown_best else None)
        number_ = self.desk.state.unit
        self._sentence.setText(
            sentence(unit) if unit is not None else f"What does unit {number_} answer to?"
        )
        for key, curve in self._curves.items():
            curve.set_curve(_curve(key, unit), unit.rest if unit else 0.0, _peak(key, unit))
        shown = facts(unit) if unit is not None else ()
        for place, (name, value) in enumerate(self._figure_labels):
            name.setText(shown[place][0] if place < len(shown) else "")
            value.setText(shown[place][1] if place < len(shown) else "")
        if unit is not None:
            trial = self._film.trial
            if trial is not None:
                self._on_film(trial.mode, trial.best_step())
        self._arrange()

    def _on_film(self, mode: str, step: int) -> None:
        trial = self._film.trial
        if trial is None:
            return
        at = float(trial.curve.x[step])
        self._rose.set_now(at if mode == TURN else None, trial.value(step))
        self._curves["position"].set_now(at if mode == MOVE else None)
        self._curves["phase"].set_now(at if mode == DRIFT else None)
        self._curves["colour"].set_now(at if mode == COLOUR else None)

    # ---- sizes

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._heading.show_selection()
        self._asker.set_wanted(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._asker.set_wanted(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        """Columns and curves go where there is no room; the film and the rose stay."""
        if self.desk.state.model is None:
            self._stack.setCurrentWidget(self._empty)
        else:
            whole = self._which.key == "layer"
            self._stack.setCurrentWidget(self._layer if whole else self._unit)
        self._sentence.setVisible(self._which.key == "unit")
        wide, tall = self.width(), self.height()
        self._right.setVisible(wide >= px(720))
        share = 3 / (11 if wide >= px(720) else 7)
        side = max(px(90), round(self._stack.width() * share))
        self._rose.setMaximumHeight(side)
        self._best.setMaximumHeight(round(0.8 * side))
        for widget in (self._best_title, self._best):
            widget.setVisible(tall >= px(620) if wide >= px(520) else tall >= px(380))
        for name, value in self._figure_labels:
            name.setVisible(wide >= px(520) and tall >= px(420))
            value.setVisible(wide >= px(520) and tall >= px(420))
        room = max(1, (tall - px(110)) // px(104))
        unit = self._asker.unit
        shown = [key for key in self._curves if unit is None or _curve(key, unit) is not None]
        if room < len(shown) and unit is not None and unit.colour_gain > COLOURFUL:
            # What says most about the unit comes first where there is no room for all.
            shown.insert(1, shown.pop(shown.index("colour")))
        for key, curve in self._curves.items():
            curve.setVisible(key in shown[:room])

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(14), px(12), px(14), px(12))
        self._column.setSpacing(px(8))
        self._row.setSpacing(px(20))
        self._plots.setSpacing(px(10))
        self._figures.setVerticalSpacing(px(4))
        self._arrange()


def _ink(hue: float) -> QColor:
    return QColor(*(round(level) for level in stimuli.hue_colour(hue)))


def _curve(key: str, unit: UnitTuning | None) -> Curve | None:
    if unit is None:
        return None
    if key == "colour":
        return unit.colour.better_first if unit.colour is not None else None
    found: Curve = getattr(unit, key)
    return found


def _peak(key: str, unit: UnitTuning | None) -> str:
    """Where a curve is highest, in its own unit."""
    if unit is None or unit.silent:
        return ""
    if key == "colour":
        return "" if unit.colour_blank else colour_words(unit)
    at = getattr(unit, key).preferred
    if key == "frequency":
        return f"{number(stripe(unit))}{THIN}px a stripe"
    if key in ("position", "size"):
        return f"{number(at)}{THIN}px"
    return f"{at:.0f}°"
