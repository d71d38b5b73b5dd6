"""One of the three columns of a comparison: a heading, a grid, and what stands below it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.lab.compare_requests import Compared
from cnnviz_app.lab.requests import Looked, Values
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.class_bars import Bar, ClassBars
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.picture_view import PictureView
from cnnviz_app.ui.widgets.tile_grid import TileGrid

ROWS = 3


class CompareColumn(QWidget):
    """A letter, whose maps they are, the maps."""

    def __init__(self, letter: str, below: QWidget) -> None:
        super().__init__()
        self.view = PictureView(name=f"Picture {letter}", radius=3)
        self._letter = Label(letter, "title")
        self._name = Label("", "strong", elide=True)
        self._facts = Label("", "caption", "t3", elide=True)
        self.grid = TileGrid()
        self.grid.largest = 360
        self.below = below
        words = QVBoxLayout()
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._facts)
        self._top = QWidget()
        self._head = QHBoxLayout(self._top)
        self._head.setContentsMargins(0, 0, 0, 0)
        self._head.addWidget(self._letter)
        self._head.addWidget(self.view)
        self._head.addLayout(words, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._top)
        self._column.addWidget(self.grid, 1)
        self._column.addWidget(below)
        follow_theme(self._restyle)

    def set_words(self, name: str, facts: str) -> None:
        self._name.setText(name)
        self._facts.setText(facts)

    def set_maps(self, maps: Values, *, signed: bool, tops: Values | None) -> None:
        self.grid.values.tops = tops
        self.grid.set_maps(maps, signed=signed)

    def _restyle(self) -> None:
        self._head.setSpacing(px(8))
        self._column.setSpacing(px(8))
        self.view.setFixedSize(px(40), px(40))
        self._top.setFixedHeight(px(40))
        self.below.setFixedHeight(px(104))


def class_bars() -> ClassBars:
    return ClassBars(rows=ROWS, row_height=34)


def bars_of(looked: Looked, labels: tuple[str, ...], others: set[int]) -> list[Bar]:
    """The strongest classes; the first of the other side stays in sight."""
    best = [int(i) for i in np.argsort(-looked.logits, kind="stable")[:ROWS]]
    missing = [i for i in sorted(others) if i not in best and i < len(looked.logits)]
    if missing:
        best = [*best[: ROWS - 1], missing[0]]
    return [
        Bar(labels[i] if i < len(labels) else str(i), float(looked.probabilities[i]), index=i)
        for i in best
    ]


def summary(found: Compared) -> str:
    """In which ways A and B are two."""
    what = [] if found.a.picture.content_id == found.b.picture.content_id else ["two pictures"]
    what += [] if found.a.model == found.b.model else ["two networks"]
    what += [] if found.a.edits == found.b.edits else ["units changed"]
    what += [] if found.a.layer == found.b.layer else ["two layers"]
    return ", ".join(what) or "A is B"


def shared_tops(a: Values, b: Values) -> Values:
    """The larger of the two maxima of each unit: one scale for both."""
    tops: npt.NDArray[np.float32] = np.maximum(_peaks(a), _peaks(b))
    return tops


def _peaks(maps: Values) -> Values:
    peaks: Values = np.abs(maps.reshape(len(maps), -1)).max(axis=1)
    return peaks
