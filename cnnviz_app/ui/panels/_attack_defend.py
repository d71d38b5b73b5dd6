"""Defences to try on the spot: each before both pictures, as strong as one likes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.lab.defence_requests import KINDS, Defence, DefenceKind, Defended, TryDefence
from cnnviz_app.lab.edit_requests import Edits
from cnnviz_app.lab.requests import Pixels
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panels._attack_words import name_of
from cnnviz_app.ui.panels._defence_field import strength_field
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme, percent
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.picture_view import PictureView
from cnnviz_app.ui.widgets.slider import SliderField

NARROW = 620


class DefenceRow(QObject):
    """One defence: its strength, and what the network answers behind it.

    Signals:
        changed: a `Defence` of another strength.
    """

    changed = Signal(object)

    def __init__(self, kind: DefenceKind | None, parent: QObject) -> None:
        super().__init__(parent)
        self.kind = kind
        self.title = Label("No defence" if kind is None else kind.title, "strong")
        self.title.setToolTip("" if kind is None else kind.help)
        self.strength: SliderField | None = None
        if kind is not None:
            self.strength = strength_field(kind)
            self.strength.value_changed.connect(lambda _value: self.changed.emit(self.defence))
        self.views = tuple(PictureView(name=f"{w} behind it") for w in ("Original", "Attacked"))
        self.answers = (Label("", "body", "t2", elide=True), Label("", "strong", elide=True))
        self.verdict = Label("", "body", "t2", elide=True)

    @property
    def defence(self) -> Defence:
        if self.kind is None or self.strength is None:
            return Defence()
        return Defence(self.kind.kind, self.strength.value)

    def show_found(
        self, found: Defended, labels: Sequence[str], before: int, aim: int | None
    ) -> None:
        """The two answers, and whether the defence helps and what it costs."""
        fooled = found.attacked_label == aim if aim is not None else found.attacked_label != before
        kept = found.clean_label == before
        for view, pixels in zip(self.views, (found.clean_shown, found.attacked_shown), strict=True):
            view.set_picture(pixels)
        for label, which, chance in zip(
            self.answers, (found.clean_label, found.attacked_label),
            (found.clean_chance, found.attacked_chance), strict=True,
        ):  # fmt: skip
            label.setText(f"{name_of(labels, which)}  {percent(chance)}")
        self.answers[0].set_token("t2" if kept else "err")
        self.answers[1].set_token("err" if fooled else "ok")
        helps = "still fooled" if fooled else "not fooled"
        cost = "" if kept else ", but the original is lost too"
        self.verdict.setText(helps + cost if self.kind is not None else helps)

    def clear(self) -> None:
        for view in self.views:
            view.set_picture(None)
        for label in (*self.answers, self.verdict):
            label.setText("")


class DefendView(QWidget):
    """A table: one row a defence, one column a picture; it computes only while it is seen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._model = ""
        self._edits: Edits = ()
        self._pair: tuple[Pixels, Pixels] | None = None
        self._labels: Sequence[str] = ()
        self._before = -1
        self._aim: int | None = None
        self._heads = [Label(words, "caption", "t2", weight=600)
                       for words in ("", "original", "attacked", "")]  # fmt: skip
        self.rows = [DefenceRow(kind, self) for kind in (None, *KINDS)]
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        for column, head in enumerate(self._heads):
            self._grid.addWidget(head, 0, column)
        self._cells: list[QHBoxLayout] = []
        for number, row in enumerate(self.rows, start=1):
            self._add(number, row)
            row.changed.connect(lambda _defence, which=row: self._ask(which))
        for column, share in enumerate((3, 3, 3, 2)):
            self._grid.setColumnStretch(column, share)
        self._note = Label(
            "The attack was made without knowing of the defence; one that knows it is stronger.",
            "caption", "t2", wrap=True,
        )  # fmt: skip
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        self._column.addLayout(self._grid)
        self._column.addWidget(self._note)
        self._column.addStretch(1)
        follow_theme(self._restyle)

    def _add(self, number: int, row: DefenceRow) -> None:
        first = QVBoxLayout()
        first.setSpacing(0)
        first.addStretch(1)
        first.addWidget(row.title)
        if row.strength is not None:
            first.addWidget(row.strength)
        first.addStretch(1)
        self._grid.addLayout(first, number, 0)
        for column, (view, label) in enumerate(zip(row.views, row.answers, strict=True), start=1):
            cell = QHBoxLayout()
            cell.addWidget(view)
            cell.addWidget(label, 1)
            self._cells.append(cell)
            self._grid.addLayout(cell, number, column)
        self._grid.addWidget(row.verdict, number, 3)

    # ---- asking

    def set_pair(
        self, model: str, pair: tuple[Pixels, Pixels] | None, labels: Sequence[str], before: int,
        aim: int | None, edits: Edits = (),
    ) -> None:  # fmt: skip
        """What is defended; None clears the table."""
        self._model, self._pair, self._edits = model, pair, edits
        self._labels, self._before, self._aim = labels, before, aim
        for row in self.rows:
            row.clear()
            if pair is not None:
                self._ask(row)

    def _ask(self, row: DefenceRow) -> None:
        if self._pair is None:
            return
        request = TryDefence(self._model, *self._pair, row.defence, self._edits)
        ticket = self._desk.engine.ask(
            request, slot=f"defence-{row.defence.kind}", title=f"Defence, {row.title.text()}"
        )
        ticket.finished.connect(
            lambda found: row.show_found(found, self._labels, self._before, self._aim)
        )

    # ---- sizes

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(140))

    def _restyle(self) -> None:
        narrow = self.width() < px(NARROW)
        self._grid.setHorizontalSpacing(px(10))
        self._grid.setVerticalSpacing(px(6))
        self._column.setSpacing(px(10))
        for cell in self._cells:
            cell.setSpacing(px(8))
        room = max(1, self.height() - px(24 + 40)) // len(self.rows) - px(8)
        side = max(px(36), min(px(140), room))
        for row in self.rows:
            row.verdict.setVisible(not narrow)
            for label in row.answers:
                label.setMinimumWidth(px(94) if narrow else 0)
            for number, view in enumerate(row.views):
                view.setFixedSize(side, side)
                view.setVisible(not narrow or number == 1)
        self._heads[3].setVisible(not narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._restyle()
