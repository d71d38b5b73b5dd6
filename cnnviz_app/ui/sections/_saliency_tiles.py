"""Small pictures in a row, each with a word above it; two rows where there is little room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from cnnviz_app.ui.sections._watching import ScrolledPicture
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.labels import Label

GAP = 8


class PictureRow(QWidget):
    """As many square pictures as words, all of one size."""

    def __init__(self, words: Sequence[tuple[str, str]]) -> None:
        """`words` are (caption, tooltip) of each picture."""
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.pictures = tuple(ScrolledPicture(pixels="auto", name=title) for title, _ in words)
        self.captions = tuple(Label(title, "caption", "t2", elide=True) for title, _ in words)
        for picture, (_, tip) in zip(self.pictures, words, strict=True):
            picture.setToolTip(tip)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._columns = 0
        follow_theme(self._arrange)

    def minimumSizeHint(self) -> QSize:
        return QSize(px(160), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        count = len(self.pictures)
        # A caption of one word has to fit above its picture.
        columns = count if self.width() >= count * px(84) else (count + 1) // 2
        if columns != self._columns:
            for i, (caption, picture) in enumerate(zip(self.captions, self.pictures, strict=True)):
                row, column = divmod(i, columns)
                self._grid.addWidget(caption, 2 * row, column)
                self._grid.addWidget(picture, 2 * row + 1, column)
            for column in range(count):
                self._grid.setColumnStretch(column, int(column < columns))
            self._columns = columns
        self._grid.setHorizontalSpacing(px(GAP))
        self._grid.setVerticalSpacing(px(3))
        side = max(px(40), (self.width() - (columns - 1) * px(GAP)) // columns)
        for picture in self.pictures:
            picture.setFixedHeight(side)
