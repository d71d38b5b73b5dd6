"""Where a unit looks: four receptive fields over one another, and their sizes through the net."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels._field_ask import FieldAsker
from cnnviz_app.ui.panels._field_layers import FieldLayers
from cnnviz_app.ui.panels._field_legend import FieldLegend
from cnnviz_app.ui.panels._field_looks import EFFECTIVE, THEORY
from cnnviz_app.ui.panels._field_photos import FieldPhotos
from cnnviz_app.ui.panels._field_picture import FieldPicture, Fields, size_of
from cnnviz_app.ui.panels._stage_heading import StageHeading
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.base import THIN
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.segmented import Segmented


@panel("fields", "Receptive fields", "receptive-field", stage=True, tab="Fields")
class FieldsPanel(Panel):
    """What the selected unit can see and what it really looks at. Amber is theory; the white box
    is where any gradient reaches; blue is the effective field, averaged over photo crops; the
    dotted line is found by covering patches. "Compare all layers" shows how much smaller the
    actual field is than the theoretical one, layer by layer."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._asker = FieldAsker(desk, "fields-panel", covering=True, parent=self)
        self._heading = StageHeading(desk)
        self._which = Segmented([("unit", "This unit"), ("layers", "All layers")], name="Show")
        self._which.chosen.connect(lambda _key: self._arrange())
        self._heading.add(self._which)
        self._picture = FieldPicture()
        self._picture.hovered.connect(self._on_hovered)
        self._picture.left.connect(lambda: desk.state.set_position(None))
        self._legend = FieldLegend()
        self._sentence = Label("", "title", wrap=True)
        self._status = Label("", "caption", "t3", elide=True)
        self._photos = FieldPhotos()
        self._layers = FieldLayers(desk)
        self._legend.hidden_changed.connect(self._on_hidden)
        self._build()
        state = desk.state
        state.looked_changed.connect(self._on_looked)
        state.position_changed.connect(lambda _place: self._show(self._asker.fields))
        state.layer_changed.connect(lambda _layer: self._heading.show_selection())
        self._asker.changed.connect(self._show)
        self._asker.told.connect(self._status.setText)
        self._asker.refused.connect(self._on_refused)
        theme().changed.connect(self._restyle)
        self._restyle()
        self._heading.show_selection()
        self._show(self._asker.fields)

    def _build(self) -> None:
        self._left = QWidget()
        self._one = QGridLayout(self._left)
        self._one.setContentsMargins(0, 0, 0, 0)
        self._words = QVBoxLayout()
        for widget in (self._sentence, self._legend, self._status):
            self._words.addWidget(widget)
        self._words.addStretch(1)
        self._one.addWidget(self._picture, 0, 0)
        self._one.addLayout(self._words, 1, 0)
        self._one.addWidget(self._photos, 2, 0, 1, 2)
        self._one.setRowStretch(0, 1)
        self._body = QWidget()
        self._row = QHBoxLayout(self._body)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._left, 5)
        self._row.addWidget(self._layers, 6)
        self._empty = EmptyState("receptive-field", "No receptive field", "Open a network.")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._body)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._heading)
        self._column.addWidget(self._stack, 1)

    # ---- content

    def _on_looked(self, _looked: object) -> None:
        self._heading.show_selection()
        self._show(self._asker.fields)

    def _on_hovered(self, x: int, y: int) -> None:
        """The cell of the map that lies at this place of the picture."""
        state = self.desk.state
        if state.looked is not None:
            rows, columns = state.looked.maps.shape[1:]
            height, width = state.looked.seen.shape[:2]
            state.set_position((y * rows // height, x * columns // width))

    def _on_hidden(self, hidden: frozenset[str]) -> None:
        self._layers.plot.set_hidden(hidden)
        self._show(self._asker.fields)

    def _on_refused(self, sentence: str) -> None:
        self._empty.set_content("receptive-field", "No receptive field", sentence)
        self._show(None)

    def _show(self, fields: Fields | None) -> None:
        self._stack.setCurrentIndex(0 if fields is None else 1)
        looked = self.desk.state.looked
        if looked is not None:
            self._picture.set_picture(looked.seen)
        self._picture.show_fields(fields, self._asker.cell, self._legend.hidden)
        self._legend.show_sizes(lambda key: size_of(key, fields))
        self._sentence.setText(self._summary(fields))
        self._photos.show_photos(self._asker.covered, fields, self._legend.hidden)
        self._fit_photos()

    def _summary(self, fields: Fields | None) -> str:
        """The lecture's sentence, with this unit's numbers."""
        answer = self._asker.answer
        unit = self.desk.state.unit
        if answer is not None and not answer.used:
            return f"Unit {unit} answers to none of {answer.scanned} photo crops."
        theory, actual = size_of(THEORY, fields), size_of(EFFECTIVE, fields)
        if theory is None or actual is None or answer is None:
            return f"Unit {unit}: what does it really look at?"
        share = min(1.0, (actual / theory) ** 2) * 100
        return (
            f"Unit {unit} could use {theory:.0f}{THIN}px, but {actual:.0f}{THIN}px hold two "
            f"thirds of what moves it: {share:.0f}{THIN}% of the area."
        )

    # ---- sizes

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._asker.set_wanted(True)
        self._layers.set_wanted(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._asker.set_wanted(False)
        self._layers.set_wanted(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        """Both halves side by side where there is room, else the one that was chosen."""
        wide = self.width() >= px(780)
        self._which.setVisible(not wide)
        self._left.setVisible(wide or self._which.key == "unit")
        self._layers.setVisible(wide or self._which.key == "layers")
        beside = not wide and self.width() > self.height()
        room = self._stack.width() * (5 / 11 if wide else 0.55 if beside else 1)
        self._picture.setMaximumHeight(max(px(80), round(room)))
        self._one.removeItem(self._words)
        self._one.addLayout(self._words, 0 if beside else 1, 1 if beside else 0)
        # The picture takes what there is up to its square; the rest stays below the words.
        self._one.setRowStretch(0, 0 if beside else 100)
        self._one.setRowStretch(1, 1 if beside else 0)
        self._one.setRowStretch(2, 0 if beside else 1)
        self._one.setColumnStretch(0, 3)
        self._one.setColumnStretch(1, 2 if beside else 0)

        self._fit_photos()

    def _fit_photos(self) -> None:
        """The photos stand where the picture and the words leave room."""
        wide = self._layers.isVisibleTo(self) and self._left.isVisibleTo(self)
        beside = not wide and self.width() > self.height()
        width = round(self._stack.width() * 5 / 11) - px(12) if wide else self._stack.width()
        square = min(self._picture.maximumHeight(), width)
        words = sum(
            widget.heightForWidth(width) if widget.hasHeightForWidth()
            else widget.sizeHint().height()
            for widget in (self._sentence, self._legend, self._status)
        ) + px(12)  # fmt: skip
        taken = max(square, words) if beside else square + px(8) + words
        self._photos.fit(width, self._stack.height() - taken - px(28))

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(14), px(12), px(14), px(12))
        self._column.setSpacing(px(8))
        self._row.setSpacing(px(24))
        self._one.setHorizontalSpacing(px(14))
        self._one.setVerticalSpacing(px(8))
        self._words.setSpacing(px(6))
        self._arrange()


