"""The photographs a unit answers most to, with what it looks at in each of them."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.lab.fields_requests import Covered
from cnnviz_app.ui.panels._field_looks import EFFECTIVE, SUPPORT
from cnnviz_app.ui.panels._field_picture import FieldPicture, Fields
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.labels import SectionLabel

MOST = 4
LEAST = 56


class FieldPhotos(QWidget):
    """The first few of the pictures on which patches were covered."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 0
        self._side = 0
        self._title = SectionLabel("Covered on the photos it answers most to")
        self.pictures = [FieldPicture() for _ in range(MOST)]
        self._row = QHBoxLayout()
        for number, picture in enumerate(self.pictures, start=1):
            picture.setAccessibleName(f"Photo {number} with its receptive fields")
            self._row.addWidget(picture)
        self._row.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._title)
        self._column.addLayout(self._row)
        self._column.addStretch(1)
        follow_theme(self._restyle)

    def show_photos(
        self, covered: Covered | None, fields: Fields | None, hidden: frozenset[str]
    ) -> None:
        self._count = 0 if covered is None else min(MOST, len(covered.crops))
        if covered is not None:
            # The gradient's box is of the picture above, and these are small.
            hidden = hidden | {SUPPORT, EFFECTIVE}
            for n in range(self._count):
                self.pictures[n].set_picture(covered.crops[n])
                self.pictures[n].show_fields(fields, covered.cells[n], hidden)
        self._arrange()

    def fit(self, width: int, height: int) -> None:
        """Take as much of this room as squares need."""
        across = (width - (MOST - 1) * px(8)) // MOST
        self._side = min(across, height - self._title.sizeHint().height() - px(6))
        self._arrange()

    def _arrange(self) -> None:
        there = self._count > 0 and self._side >= px(LEAST)
        for n, picture in enumerate(self.pictures):
            picture.setVisible(n < self._count)
            if there:
                picture.setFixedSize(self._side, self._side)
        self.setVisible(there)

    def _restyle(self) -> None:
        self._column.setSpacing(px(6))
        self._row.setSpacing(px(8))
