"""What can be set for the linear explanation: which digit, a digit of one's own, what to aim at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.ui.drawing_pad import DrawingPad
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.labels import Label, SectionLabel

COLUMNS = 5
WORDS = (
    "One weight for every pixel and class, and nothing else: a class's points are the sum of "
    "pixels times weights."
)


class LinearControls(QWidget):
    """Signals:
    digit_asked: the digit to be drawn by rule.
    again_asked: the same digit in another hand.
    drawn: a `Picture` from the pad.
    aimed: the number of a class.
    """

    digit_asked = Signal(int)
    again_asked = Signal()
    drawn = Signal(object)
    aimed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.digits = [
            Button(str(digit), "normal", checkable=True, tip=f"A drawn {digit}")
            for digit in range(10)
        ]
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        for digit, button in enumerate(self.digits):
            button.clicked.connect(lambda _on, digit=digit: self.digit_asked.emit(digit))
            policy = button.sizePolicy()
            policy.setHorizontalPolicy(policy.Policy.Ignored)
            button.setSizePolicy(policy)
            self._grid.addWidget(button, digit // COLUMNS, digit % COLUMNS)
        self.again = Button("Another hand", "ghost", "dice", tip="The same digit, drawn anew")
        self.again.clicked.connect(self.again_asked)
        self.aim = ComboBox((), name="To be taken for")
        self.aim.chosen.connect(lambda key: self.aimed.emit(int(key)))
        self.pad = DrawingPad(digits=True)
        self.pad.drawn.connect(self.drawn)
        self._aim_row = QHBoxLayout()
        self._aim_row.addWidget(Label("To be taken for", "body", "t2"), 1)
        self._aim_row.addWidget(self.aim)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        self._words = Label(WORDS, "caption", "t2", wrap=True)
        self._column.addWidget(self._words)
        self._rule_row = QHBoxLayout()
        self._rule_row.addWidget(SectionLabel("Drawn by rule"), 1)
        self._rule_row.addWidget(self.again)
        self._column.addLayout(self._rule_row)
        self._column.addLayout(self._grid)
        self._column.addLayout(self._aim_row)
        self._column.addWidget(SectionLabel("Drawn by you"))
        self._column.addWidget(self.pad)
        self._column.addStretch(1)
        follow_theme(self._restyle)

    def show_digit(self, digit: int) -> None:
        """The one drawn by rule that is on show; -1 for none of them."""
        for number, button in enumerate(self.digits):
            button.setChecked(number == digit)
        self.again.setEnabled(digit >= 0)
        if digit >= 0:
            self.pad.clear()

    @property
    def digit_chosen(self) -> bool:
        """Whether a digit drawn by rule is on show."""
        return self.again.isEnabled()

    def show_aims(self, labels: Sequence[str], now: int, target: int) -> None:
        """All classes but the answer itself."""
        others = [(str(k), label) for k, label in enumerate(labels) if k != now]
        self.aim.set_choices(others, str(target))

    def _restyle(self) -> None:
        self._column.setSpacing(px(8))
        self._grid.setSpacing(px(6))
        self._aim_row.setSpacing(px(8))
        self.aim.setFixedWidth(px(96))
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(px(160), self._column.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """Square paper, with its buttons below; in a small window there is room for little else."""
        narrow = self.width() < px(280)
        self._words.setVisible(not narrow)
        side = max(px(120), min(self.width(), px(200 if narrow else 320)))
        self.pad.setFixedHeight(side + px(36))
