"""The card of the model under consideration, before anything is loaded."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from cnnviz_app.lab.requests import ModelFacts
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels._card_facts import CardFacts, card_facts
from cnnviz_app.ui.panels._model_actions import ModelActions
from cnnviz_app.ui.theme import color, px
from cnnviz_app.ui.widgets.base import (
    PaintedWidget,
    follow_theme,
    painter_for,
    text,
    text_width,
)
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.labels import Label, SectionLabel

_ROW = 28
_FEW = 12


class FactRows(PaintedWidget):
    """Name left, number in one column, a grey note behind it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[tuple[str, str, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Figures")

    def set_rows(self, rows: tuple[tuple[str, str, str], ...]) -> None:
        self._rows = rows
        self.setAccessibleDescription("; ".join(f"{n} {v} {note}".strip() for n, v, note in rows))
        self.restyle()
        self.update()

    def restyle(self) -> None:
        self.setFixedHeight(px(_ROW) * len(self._rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        names = max((text_width(name) for name, _, _ in self._rows), default=0) + px(14)
        values = max((text_width(v, "strong") for _, v, _ in self._rows), default=0) + px(4)
        for place, (name, value, note) in enumerate(self._rows):
            top = place * px(_ROW)
            if place:
                painter.fillRect(QRectF(0, top, self.width(), 1), color("line"))
            tall = px(_ROW)
            text(painter, QRectF(0, top, names, tall), name, "body", "t2")
            box = QRectF(names, top, values, tall)
            text(painter, box, value, "strong", "t1", Qt.AlignmentFlag.AlignRight)
            left = box.right() + px(10)
            if text_width(note, "caption") <= self.width() - left:
                text(painter, QRectF(left, top, self.width() - left, tall), note, "caption", "t3")


@panel("card", "Model card", "bookmark")
class ModelCard(Panel):
    """What is known of a network before it is opened: accuracy, cost, memory, classes, where its
    weights come from. The network is chosen in the browser or in the plot."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._title = Label("", "display", wrap=True, parent=self)
        self._source = Label("", "caption", "t3", parent=self)
        self._summary = Label("", "body", "t2", wrap=True, parent=self)
        self.offers = ModelActions(desk, primary=True, parent=self)
        self.weights = ComboBox(name="Which weights", parent=self)
        self.rows = FactRows(self)
        self._classes = SectionLabel("", self)
        self._names = Label("", "body", "t2", wrap=True, parent=self)
        self._origin_words: list[QWidget] = []
        self._empty = EmptyState(
            "bookmark", "No model chosen", "Click one in the browser or in the plot.", parent=self
        )
        self._build()
        desk.choice.changed.connect(self._refresh)
        desk.conductor.entries_changed.connect(self._refresh)
        desk.state.model_changed.connect(self._refresh)
        self.weights.chosen.connect(self._on_weights)
        self._refresh()

    def _build(self) -> None:
        inner = QWidget()
        inner.setObjectName("scrolled")
        self._column = QVBoxLayout(inner)
        for widget in (self._title, self._source, self._summary, self.offers, self.weights,
                       self.rows, self._classes, self._names):  # fmt: skip
            self._column.addWidget(widget)
        self._origin = QVBoxLayout()
        self._column.addLayout(self._origin)
        self._column.addStretch(1)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inner)
        self._scroll.viewport().setAutoFillBackground(False)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._scroll)
        self._stack.addWidget(self._empty)
        follow_theme(self._restyle)

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(12), px(4), px(12), px(12))
        self._column.setSpacing(px(8))
        self._origin.setSpacing(px(4))
        self._origin.setContentsMargins(0, px(8), 0, 0)

    def _refresh(self, *_: object) -> None:
        entry = self.desk.choice.entry
        self._stack.setCurrentIndex(0 if entry is not None else 1)
        if entry is None:
            return
        opened: ModelFacts | None = self.desk.state.model
        self._show(card_facts(entry, opened))

    def _show(self, facts: CardFacts) -> None:
        self._title.setText(facts.title)
        self._source.setText(facts.source)
        self._summary.setText(facts.summary)
        self._summary.setVisible(bool(facts.summary))
        self.rows.set_rows(facts.rows)
        self._classes.setText(facts.classes)
        few = ", ".join(facts.names[:_FEW])
        more = " …" if len(facts.names) > _FEW else ""
        self._names.setText(few + more)
        self._names.setVisible(bool(few))
        self._show_choices(facts.choices)
        for old in self._origin_words:
            old.hide()
            self._origin.removeWidget(old)
            old.deleteLater()
        self._origin_words = []
        for title, paragraph in facts.origin:
            for widget in (SectionLabel(title, self), Label(paragraph, "caption", "t2", wrap=True)):
                self._origin.addWidget(widget)
                self._origin_words.append(widget)

    def _show_choices(self, choices: tuple[str, ...]) -> None:
        self.weights.setVisible(len(choices) > 1)
        name = self.desk.choice.name
        entry = self.desk.choice.entry
        now = name.partition("@")[2] or (entry.weights if entry is not None else "")
        pairs = [(key, key.replace("_", " ").replace("IMAGENET1K", "ImageNet")) for key in choices]
        self.weights.set_choices(pairs, now)

    def _on_weights(self, key: str) -> None:
        plain = self.desk.choice.name.partition("@")[0]
        self.desk.choice.choose(f"{plain}@{key}")

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(120))
