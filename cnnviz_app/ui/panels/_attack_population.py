"""A population of pictures under selection: who lives on, and who makes room for children."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from cnnviz_app.lab.requests import Pixels
from cnnviz_app.ui.panels._attack_part import PicturePart
from cnnviz_app.ui.theme import color, px
from cnnviz_app.ui.widgets.base import (
    PaintedWidget,
    fitted,
    follow_theme,
    outline,
    painter_for,
    percent,
    ratio_of,
    round_pixmap,
    text,
    to_qimage,
)
from cnnviz_app.ui.widgets.class_bars import ClassBars
from cnnviz_app.ui.widgets.labels import Label

ROWS = 4
GAP, WORDS = 10, 18


@dataclass(frozen=True)
class Population:
    """The surest patterns of one generation on one sheet, and the chance of each.

    Attributes:
        living: how many there are; the surer half has children.
    """

    sheet: Pixels
    chances: tuple[float, ...]
    living: int
    generation: int

    @property
    def parents(self) -> int:
        return max(1, self.living // 2)

    def tiles(self) -> list[Pixels]:
        columns = math.ceil(len(self.chances) ** 0.5)
        tall = self.sheet.shape[0] // -(-len(self.chances) // columns)
        wide = self.sheet.shape[1] // columns
        places = (divmod(number, columns) for number in range(len(self.chances)))
        return [
            self.sheet[row * tall : (row + 1) * tall, column * wide : (column + 1) * wide]
            for row, column in places
        ]


class PopulationTiles(PaintedWidget):
    """Parents at full strength in a ring, those who make room faint; below each how sure it is."""

    def __init__(self) -> None:
        super().__init__()
        self._population: Population | None = None
        self._images: list[QImage] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Population")

    def set_population(self, population: Population | None) -> None:
        self._population = population
        self._images = [] if population is None else [
            to_qimage(tile.copy()) for tile in population.tiles()
        ]  # fmt: skip
        if population is not None and population.chances:
            said = f"generation {population.generation + 1}, best {percent(population.chances[0])}"
            self.setAccessibleDescription(said)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(480), px(480))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(160), px(120))

    def _layout(self) -> tuple[int, int]:
        """Columns and the side of a tile."""
        count, best, most = len(self._images), (1, 1), 0.0
        for columns in range(1, count + 1):
            rows = -(-count // columns)
            wide = (self.width() - (columns - 1) * px(GAP) - px(6)) // columns
            tall = (self.height() - rows * px(WORDS) - (rows - 1) * px(GAP) - px(6)) // rows
            side = min(wide, tall)
            # A last row with holes is worth somewhat smaller tiles.
            worth = side * (1.0 if count % columns == 0 else 0.75)
            if worth > most and side > 0:
                best, most = (columns, side), worth
        return best

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._population is None:
            return
        painter = painter_for(self)
        columns, side = self._layout()
        for number, image in enumerate(self._images):
            row, column = divmod(number, columns)
            left = px(3) + column * (side + px(GAP))
            rect = QRectF(left, px(3) + row * (side + px(WORDS) + px(GAP)), side, side)
            parent = number < self._population.parents
            smooth = side < 2 * image.width()
            pixmap = fitted(image, side, side, ratio_of(painter), smooth=smooth)
            painter.setOpacity(1.0 if parent else 0.45)
            round_pixmap(painter, rect, pixmap, px(3))
            painter.setOpacity(1.0)
            if parent:
                outline(painter, rect.adjusted(-2, -2, 2, 2), px(4), color("t1"), px(1.5))
            line = QRectF(left, rect.bottom() + px(2), side, px(WORDS))
            ink, weight = ("t1", 600) if parent else ("t2", 500)
            share = percent(self._population.chances[number])
            text(painter, line, share, "caption", ink, Qt.AlignmentFlag.AlignHCenter, weight)


class BredView(QWidget):
    """What is made from nothing: the population it was chosen from, and the surest one."""

    def __init__(self) -> None:
        super().__init__()
        self.tiles = PopulationTiles()
        self._words = Label("", "body", "t2", elide=True)
        self.bars = ClassBars(rows=ROWS)
        self.best = PicturePart("The surest", self.bars, "Run, below")
        self._left = QWidget()
        column = QVBoxLayout(self._left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._words)
        column.addWidget(self.tiles, 1)
        self._column = column
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self._row.addWidget(self._left, 1)
        self._row.addWidget(self.best)
        follow_theme(self._restyle)
        self.set_population(None)

    def set_population(self, population: Population | None) -> None:
        """None for a picture that had no competitors."""
        self.tiles.set_population(population)
        self._left.setVisible(population is not None)
        if population is not None:
            shown = len(population.chances)
            of = "" if shown == population.living else f", {shown} of {population.living} shown"
            said = f"Generation {population.generation + 1}{of}: "
            whole = f"the {population.parents} in a ring live on, their children replace the rest"
            self._words.setText(said + (whole if self.width() > px(620) else "rings live on"))
            self._words.setToolTip(said + whole)

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(140))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        below = px(34 * ROWS + 4)
        room = self.height() - below - px(18 + 3 * 6)
        share = 0.42 if self._left.isVisibleTo(self) else 1.0
        self.best.fit(max(px(40), min(room, round(self.width() * share))), below)

    def _restyle(self) -> None:
        self._row.setSpacing(px(20))
        self._column.setSpacing(px(6))
        self._fit()
