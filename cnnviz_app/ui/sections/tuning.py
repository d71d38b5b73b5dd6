"""The tuning of the selected unit, small: its rose of directions and the stimulus it prefers."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout

from cnnviz_app.lab.tuning_requests import UnitTuning
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels._tuning_ask import TuningAsker
from cnnviz_app.ui.panels._tuning_rose import TuningRose
from cnnviz_app.ui.panels._tuning_trial import PIXELS, field_box, preferred
from cnnviz_app.ui.panels._tuning_words import sentence, tilt
from cnnviz_app.ui.section import Section, section
from cnnviz_app.ui.sections._watching import ScrolledPicture
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.labels import Label


@section("tuning", "Lines it prefers", 50)
class TuningSection(Section):
    """Filled: the answer to gratings of every angle; dashed: to a bar. Beside it the best one."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._asker = TuningAsker(desk, "tuning-section", self)
        self._rose = TuningRose()
        self._picture = ScrolledPicture(pixels="smooth", name="Preferred stimulus")
        self._words = Label("", "caption", "t2", wrap=True)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.addWidget(self._rose, 0, 0)
        self._grid.addWidget(self._picture, 0, 1)
        self._grid.addWidget(self._words, 1, 0, 1, 2)
        self._asker.tuned.connect(self._show)
        self._asker.told.connect(self._on_told)
        self._asker.refused.connect(lambda _sentence: self.shown_changed.emit(False))
        follow_theme(self._restyle)

    def follow(self) -> None:
        self._asker.set_wanted(self.wanted)

    def _on_told(self, words: str) -> None:
        if words or self._asker.unit is None:
            self.note_changed.emit(words)

    def _show(self, unit: UnitTuning | None) -> None:
        self._rose.set_unit(unit)
        silent = unit is None or unit.silent
        self._picture.set_picture(None if silent or unit is None else preferred(unit))
        self._picture.set_boxes(field_box(unit, PIXELS) if unit is not None else None)
        self._words.setText(sentence(unit) if unit is not None else "")
        self._fit_words()
        if unit is not None:
            self.shown_changed.emit(True)
            self.note_changed.emit("" if silent else tilt(unit.angle))

    def resizeEvent(self, event: QResizeEvent) -> None:
        side = min(px(170), max(px(70), (self.width() - px(12)) // 2))
        self._picture.setFixedSize(side, side)
        self._rose.setFixedHeight(side)
        self._fit_words()

    def _fit_words(self) -> None:
        # The column asks for heights before it knows how the words wrap: they lay on the picture.
        self._words.setMinimumHeight(max(0, self._words.heightForWidth(self.width())))

    def _restyle(self) -> None:
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(5))
