"""The form's editor for how much of each picture: one slider under each other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from cnnviz_app.core import references
from cnnviz_app.ui.picture_field import title
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.slider import SliderField


class SharesField(QWidget):
    """A number for each picture; all alike is written as nothing.

    Signals:
        edited: the new value as text.
    """

    edited = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._text = ""
        self._pictures: tuple[str, ...] = ()
        self._rows: list[tuple[QWidget, Label, SliderField]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        follow_theme(self._restyle)

    @property
    def value(self) -> str:
        return self._text

    def set_value(self, text: str) -> None:
        """Show these shares without telling anyone."""
        self._text = text.strip()
        self._show()

    def set_pictures(self, pictures: Sequence[str]) -> None:
        """Whose shares they are; with other pictures all begin alike."""
        if tuple(pictures) == self._pictures:
            return
        self._pictures = tuple(pictures)
        if self._text and len(references.split(self._text)) != len(pictures):
            self._text = ""
            self.edited.emit("")
        self._show()

    @property
    def shares(self) -> list[float]:
        try:
            found = [float(word) for word in references.split(self._text)]
        except ValueError:
            found = []
        usual = [1.0] * len(self._pictures)
        return found if len(found) == len(usual) else usual

    def _show(self) -> None:
        while len(self._rows) < len(self._pictures):
            self._rows.append(self._make_row(len(self._rows)))
        for number, (row, label, field) in enumerate(self._rows):
            row.setVisible(number < len(self._pictures))
            if number < len(self._pictures):
                words = title(self._pictures[number])
                label.setText(words)
                for part in (field.slider, field.field):
                    part.setAccessibleName(f"Share of {words}")
                field.set_value(self.shares[number])
        self.updateGeometry()

    def _make_row(self, number: int) -> tuple[QWidget, Label, SliderField]:
        row = QWidget()
        label = Label("", "caption", "t2", elide=True)
        field = SliderField(1.0, (0.0, 2.0), (0.0, 1e6), field_width=58)
        field.value_changed.connect(lambda value: self._on_share(number, value))
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(px(6))
        line.addWidget(label)
        line.addWidget(field, 1)
        label.setFixedWidth(px(98))
        self._column.addWidget(row)
        return row, label, field

    def _on_share(self, number: int, value: float) -> None:
        shares = self.shares
        shares[number] = value
        if sum(shares) <= 0.0:
            return
        alike = len(set(shares)) == 1
        self._text = "" if alike else ", ".join(f"{share:.4g}" for share in shares)
        self.edited.emit(self._text)

    def _restyle(self) -> None:
        self._column.setSpacing(px(2))
        for _, label, _field in self._rows:
            label.setFixedWidth(px(98))
