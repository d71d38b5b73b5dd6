"""The line below the header that says the network is changed, as long as it is."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from cnnviz_app.lab.edit_requests import UnitEdit
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import PaintedWidget, follow_theme, icon_at, painter_for
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.chip import Chip
from cnnviz_app.ui.widgets.labels import Label

LONG = "You are looking at a changed network"
SHORT = "Network changed"


class _Sign(PaintedWidget):
    """The orange triangle: a warning is never a colour alone."""

    def sizeHint(self) -> QSize:
        return QSize(px(18), px(18))

    def restyle(self) -> None:
        self.setFixedSize(self.sizeHint())

    def paintEvent(self, event: QPaintEvent) -> None:
        centre = QPointF(self.width() / 2, self.height() / 2)
        icon_at(painter_for(self), "warn", centre, 16, "warn")


class EditsBar(QWidget):
    """One chip for each change, as many as fit; a click on one takes it back."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._edits = desk.edits
        self._chips: list[Chip] = []
        sign = _Sign()
        sign.restyle()
        self._words = Label(LONG, "strong", "t1")
        self._more = Label("", "caption", "t2")
        self._undo = Button("Undo all", "ghost", "reset", tip="Use the network as it is")
        self._undo.clicked.connect(self._edits.clear)
        self._row = QHBoxLayout(self)
        self._row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self._row.addWidget(sign)
        self._row.addWidget(self._words)
        self._row.addStretch(1)
        self._row.addWidget(self._more)
        self._row.addWidget(self._undo)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._edits.changed.connect(self._on_changed)
        follow_theme(self._restyle)
        self._on_changed(self._edits.all)

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(34))

    def _on_changed(self, edits: tuple[UnitEdit, ...]) -> None:
        while len(self._chips) > len(edits):
            chip = self._chips.pop()
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        while len(self._chips) < len(edits):
            chip = Chip("", icon="close", clickable=True, tip="Take this change back")
            chip.clicked.connect(lambda chip=chip: self._take_back(chip))
            self._chips.append(chip)
            self._row.insertWidget(1 + len(self._chips), chip)
        for chip, edit in zip(self._chips, edits, strict=True):
            chip.set_text(self._edits.words(edit))
        self.setVisible(bool(edits))
        self._fit()

    def _take_back(self, chip: Chip) -> None:
        place = self._chips.index(chip)
        self._edits.remove(self._edits.all[place])

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """The newest change always has its chip; the older ones as there is room."""
        gap = self._row.spacing()
        taken = px(18) + self._undo.sizeHint().width() + px(60) + 6 * gap + 2 * px(12)
        words = LONG if self.width() > px(1000) else SHORT
        self._words.setText(words)
        room = self.width() - taken - self._words.sizeHint().width()
        hidden = 0
        for place, chip in enumerate(reversed(self._chips)):
            wide = chip.sizeHint().width() + gap
            shown = not hidden and (wide <= room or place == 0)
            chip.setVisible(shown)
            room -= wide
            hidden += not shown
        self._more.setText(f"and {hidden} more" if hidden else "")
        self._more.setVisible(bool(hidden))

    def _restyle(self) -> None:
        self._row.setContentsMargins(px(12), 0, px(6), 0)
        self._row.setSpacing(px(8))
        self.setFixedHeight(px(34))
        self._fit()
