"""The digit, the push, and the digit after it, with the classifier's answers."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnviz_app.core import colormaps
from cnnviz_app.lab.linear_requests import LinearRead
from cnnviz_app.lab.requests import Pixels
from cnnviz_app.ui.panels._attack_part import PicturePart
from cnnviz_app.ui.panels._attack_words import bars_of
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.base import MINUS, follow_theme, text_width
from cnnviz_app.ui.widgets.class_bars import ClassBars
from cnnviz_app.ui.widgets.colour_bar import ColourBar
from cnnviz_app.ui.widgets.labels import Label

ROWS = 3


class LinearTriptych(QWidget):
    """Original + ε × sign(weights of the target − weights of the answer) = attacked."""

    def __init__(self) -> None:
        super().__init__()
        self._bars = (ClassBars(rows=ROWS), ClassBars(rows=ROWS))
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        self.scale = ColourBar("poles", -1, 1)
        self.moved = Label("", "body", "t2", wrap=True)
        column.addWidget(self.scale)
        column.addWidget(self.moved)
        column.addStretch(1)
        self._parts = (
            PicturePart("The digit", self._bars[0]), PicturePart("The push", below),
            PicturePart("After it", self._bars[1]),
        )  # fmt: skip
        self._marks = [Label(mark, "display", "t2") for mark in "+="]
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self._row.addWidget(self._parts[0])
        for mark, part in zip(self._marks, self._parts[1:], strict=True):
            mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
            self._row.addWidget(part)
        self._row.addStretch(1)
        self._compact, self._push = False, ""
        follow_theme(self._restyle)

    @property
    def bars(self) -> tuple[ClassBars, ClassBars]:
        return self._bars

    def show_push(
        self, read: LinearRead, levels: Pixels, changed: Pixels, epsilon: int, now: int, target: int
    ) -> None:
        """One digit, one ε."""
        labels, dark = read.labels, theme().is_dark
        after = int(read.scores(changed).argmax())
        self._parts[0].view.set_picture(_three(levels))
        self._parts[2].view.set_picture(_three(changed))
        signs = read.direction(now, target).astype(np.float32)
        self._parts[1].view.set_picture(colormaps.apply(signs, "poles", -1.6, 1.6, dark))
        one, two = labels[now], labels[target]
        self._push = f"ε × sign(weights {two} − {one})"
        unit = "" if self._compact else " levels"
        ends = (f"{MINUS}{epsilon}{unit}", f"+{epsilon}{unit}")
        self.scale.set_scale("poles", -1.6, 1.6, low_words=ends[0], high_words=ends[1])
        count = int((changed != levels).sum())
        stuck = "" if count == levels.size or not epsilon else ": black cannot get darker"
        self.moved.setText(f"{count} of {levels.size} pixels can move{stuck}" if epsilon else
                           "nothing is added yet")  # fmt: skip
        self._fit()
        self._show_bars(self._bars[0], read, levels, (now, target))
        self._show_bars(self._bars[1], read, changed, (now, after), attacked=after != now)

    def _show_bars(
        self, bars: ClassBars, read: LinearRead, levels: Pixels, pair: tuple[int, int], *,
        attacked: bool = False,
    ) -> None:  # fmt: skip
        chances = read.chances(levels)
        bars.set_bars(bars_of(chances, read.labels, ROWS, *pair, attacked=attacked))

    def set_compact(self, compact: bool) -> None:
        self._compact = compact
        self.moved.setVisible(not compact)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(140))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        mark = px(14) if self._compact else px(24)
        below = px(34 * ROWS + 4)
        wide = (self.width() - 2 * mark - 4 * self._row.spacing()) // 3
        side = max(px(40), min(wide, self.height() - px(18 + 3 * 6) - below))
        for part in self._parts:
            part.fit(side, below)
        head = self._parts[1]
        room = side - text_width(head.title.text(), "strong") - px(12)
        head.note.setText(self._push if text_width(self._push, "caption") < room else "")
        for label in self._marks:
            label.setFixedSize(mark, side + 2 * px(24))

    def _restyle(self) -> None:
        self._row.setSpacing(px(8))
        self._fit()


def _three(levels: Pixels) -> Pixels:
    return np.repeat(levels[..., None], 3, axis=2)
