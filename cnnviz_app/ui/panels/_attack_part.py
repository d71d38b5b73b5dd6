"""A picture with its title above and something below it, in a row of equals."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.picture_view import PictureView


class PicturePart(QWidget):
    """A title, a picture, and what stands below it."""

    def __init__(self, title: str, below: QWidget, placeholder: str = "") -> None:
        super().__init__()
        self.title = Label(title, "strong")
        self.note = Label("", "caption", "t2", elide=True)
        self.view = PictureView(name=title, placeholder=placeholder)
        self.below = below
        self._head = QHBoxLayout()
        self._head.addWidget(self.title)
        self._head.addWidget(self.note, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._head)
        self._column.addWidget(self.view)
        self._column.addWidget(below)
        self._column.addStretch(1)
        follow_theme(self._restyle)

    def fit(self, side: int, below: int) -> None:
        self.setFixedWidth(side)
        self.view.setFixedSize(side, side)
        self.below.setFixedHeight(below)

    def _restyle(self) -> None:
        self._head.setSpacing(px(8))
        self._column.setSpacing(px(6))
