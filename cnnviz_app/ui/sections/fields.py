"""Where the selected unit looks, small: the fields on the picture and their sizes."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels._field_ask import FieldAsker
from cnnviz_app.ui.panels._field_legend import FieldLegend
from cnnviz_app.ui.panels._field_picture import FieldPicture, Fields, size_of
from cnnviz_app.ui.section import Section, section
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme


class _SmallPicture(FieldPicture):
    """The wheel belongs to the column it stands in."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


@section("fields", "Where it looks", 40)
class FieldsSection(Section):
    """The field in theory at once; the effective and the empirical one as they are measured."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._asker = FieldAsker(desk, "fields-section", covering=True, parent=self)
        self._picture = _SmallPicture()
        self._legend = FieldLegend(24)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._picture, 2)
        words = QVBoxLayout()
        words.addWidget(self._legend)
        words.addStretch(1)
        self._row.addLayout(words, 3)
        self._asker.changed.connect(self._show)
        self._asker.told.connect(self.note_changed)
        self._asker.refused.connect(lambda _sentence: self.shown_changed.emit(False))
        self._legend.hidden_changed.connect(lambda _hidden: self._show(self._asker.fields))
        desk.pace.easy.connect(lambda: self._show(self._asker.fields))
        desk.state.position_changed.connect(lambda _place: self._show(self._asker.fields))
        follow_theme(self._restyle)

    def follow(self) -> None:
        self._asker.set_wanted(self.wanted)

    def _show(self, fields: Fields | None) -> None:
        if fields is not None:
            self.shown_changed.emit(True)
        looked = self.desk.state.looked
        if looked is not None:
            self._picture.set_picture(looked.seen)
        self._picture.show_fields(fields, self._asker.cell, self._legend.hidden)
        self._legend.show_sizes(lambda key: size_of(key, fields))

    def resizeEvent(self, event: QResizeEvent) -> None:
        side = min(px(150), max(px(70), round(self.width() * 0.38)))
        self._picture.setFixedSize(side, side)

    def _restyle(self) -> None:
        self._row.setSpacing(px(10))
