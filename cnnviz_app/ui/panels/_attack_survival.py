"""What the attacked picture looks like after each treatment, and whether it still fools."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip

from cnnviz_app.lab.attack_requests import Survival
from cnnviz_app.ui.panels._attack_words import name_of, still_fooled
from cnnviz_app.ui.theme import color, px
from cnnviz_app.ui.widgets.base import (
    PaintedWidget,
    fill_round,
    fitted,
    icon_at,
    painter_for,
    percent,
    ratio_of,
    round_pixmap,
    text,
    to_qimage,
)

LEAST_WIDTH, LARGEST = 138, 120
FILM = "Filmed"
FILMING = "Show it large and let a camera look, or hold a print before the camera."


class SurvivalTiles(PaintedWidget):
    """One tile a treatment, in as many columns as fit; red says fooled, green says recovered.

    The last tile is the camera's: it says why nothing was filmed yet, and asks for it.

    Signals:
        film_asked: that tile was clicked.
    """

    film_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Survival, ...] = ()
        self._images: list[QImage] = []
        self._labels: Sequence[str] = ()
        self._before = -1
        self._aim: int | None = None
        self._from_noise = False
        self._film = ""
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Does the attack survive")

    def set_rows(
        self, rows: Sequence[Survival], labels: Sequence[str], before: int, aim: int | None,
        *, from_noise: bool = False,
    ) -> None:  # fmt: skip
        self._from_noise = from_noise
        self._rows, self._labels, self._before, self._aim = tuple(rows), labels, before, aim
        self._images = [to_qimage(one.shown) for one in self._rows]
        said = [f"{one.title}: {name_of(labels, one.label)}" for one in self._rows]
        self.setAccessibleDescription(", ".join(said))
        self.update()

    def set_film(self, words: str) -> None:
        """What the camera's tile says; "" where it has no place."""
        self._film = words
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(LEAST_WIDTH * 4), px(170))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(LEAST_WIDTH), px(120))

    def _cells(self) -> list[QRectF]:
        if not self._rows:
            return []
        count, gap = len(self._rows) + bool(self._film), px(10)
        best = (0.0, 0.0, 1)
        for columns in range(1, max(1, min(count, self.width() // px(LEAST_WIDTH))) + 1):
            lines = -(-count // columns)
            tall = min((self.height() + gap) / lines, px(LARGEST + 12))
            # As large as may be, in as many columns as that allows.
            side = self._side(self.width() / columns - gap, tall - gap)
            best = max(best, (side, tall, columns))
        _side, tall, columns = best
        wide = self.width() / columns
        return [
            QRectF(i % columns * wide, i // columns * tall, wide - gap, tall - gap)
            for i in range(count)
        ]

    @staticmethod
    def _side(wide: float, tall: float) -> float:
        return min(tall, wide * 0.42, px(LARGEST))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        if not self._rows:
            words = "Run an attack to see what it survives."
            text(painter, QRectF(0, 0, self.width(), px(20)), words, "caption", "t3")
            return
        cells = self._cells()
        for one, image, cell in zip(self._rows, self._images, cells, strict=False):
            self._paint_one(painter, one, image, cell)
        if self._film:
            self._paint_film(painter, cells[-1])

    def _paint_film(self, painter: QPainter, cell: QRectF) -> None:
        side = self._side(cell.width(), cell.height())
        frame = QRectF(cell.left(), cell.top(), side, side)
        fill_round(painter, frame, px(3), color("mat"))
        icon_at(painter, "camera", frame.center(), 20, "t2")
        left, line = frame.right() + px(8), px(17)
        words = QRectF(left, cell.top(), cell.right() - left, line)
        text(painter, words, FILM, "caption", "t1", weight=600)
        words.translate(0, line)
        text(painter, words, self._film, "caption", "t2")

    def _paint_one(self, painter: QPainter, one: Survival, image: QImage, cell: QRectF) -> None:
        side = self._side(cell.width(), cell.height())
        picture = QRectF(cell.left(), cell.top(), side, side)
        enlarged = side > image.width() * 2
        pixmap = fitted(image, round(side), round(side), ratio_of(painter), smooth=not enlarged)
        round_pixmap(painter, picture, pixmap, px(3))
        fooled = still_fooled(one, self._before, self._aim)
        token = "err" if fooled else "ok"
        left = picture.right() + px(8)
        wide = cell.right() - left
        line = px(17)
        text(painter, QRectF(left, cell.top(), wide, line), one.title, "caption", "t1", weight=600)
        icon = "wrong" if fooled else "shield-ok"
        middle = cell.top() + 1.5 * line
        icon_at(painter, icon, QPointF(left + px(6), middle), 13, token)
        name = QRectF(left + px(16), cell.top() + line, wide - px(16), line)
        text(painter, name, name_of(self._labels, one.label), "caption", token)
        share = QRectF(left, cell.top() + 2 * line, wide, line)
        align = Qt.AlignmentFlag.AlignLeft
        if cell.height() < 3 * line:
            # Beside the name where there is no line below it.
            share.moveTop(cell.top() + line)
            align = Qt.AlignmentFlag.AlignRight
        text(painter, share, percent(one.chance), "caption", "t2", align)
        bar = QRectF(left, cell.top() + 3 * line + px(2), wide, px(4))
        if bar.bottom() <= cell.bottom() + px(4):
            fill_round(painter, bar, px(2), color("bg4"))
            full = QRectF(bar.left(), bar.top(), bar.width() * one.chance, bar.height())
            fill_round(painter, full, px(2), color("err" if fooled else "t2"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cells = self._cells()
        if self._film and cells and cells[-1].contains(event.position()):
            self.film_asked.emit()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = QPointF(event.pos())
            for one, cell in zip(self._rows, self._cells(), strict=False):
                if cell.contains(at):
                    QToolTip.showText(event.globalPos(), self._more(one), self)
                    return True
            if self._film and self._cells() and self._cells()[-1].contains(at):
                QToolTip.showText(event.globalPos(), f"{FILMING} Now: {self._film}.", self)
                return True
            QToolTip.hideText()
            return True
        return super().event(event)

    def _more(self, one: Survival) -> str:
        mark = "still fooled" if still_fooled(one, self._before, self._aim) else "no longer fooled"
        name, plain = name_of(self._labels, one.label), name_of(self._labels, one.plain)
        if self._from_noise:
            # Nothing was attacked, and there is no original to compare with.
            return f"{one.title}: {mark}. The picture is taken for {name} ({percent(one.chance)})."
        return (
            f"{one.title}: {mark}. The attacked picture is taken for {name} "
            f"({percent(one.chance)}), the original after the same treatment for {plain}."
        )
