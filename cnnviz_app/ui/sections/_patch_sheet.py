"""The strongest patches, each with its map beside it: one painted widget."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip

from cnnviz_app.lab.population_requests import Patch
from cnnviz_app.ui.theme import color, font, px
from cnnviz_app.ui.widgets.base import (
    PaintedWidget,
    fill_round,
    fitted,
    focus_ring,
    number,
    outline,
    painter_for,
    round_pixmap,
    text_width,
    to_qimage,
)

Pixels = npt.NDArray[np.uint8]
GREY = (127, 127, 127)
WIDE = 560


class PatchSheet(PaintedWidget):
    """Pairs of a patch and the pixels that excite the unit there, the strongest first.

    Signals:
        chosen: the `Patch` somebody clicked.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.patches: tuple[Patch, ...] = ()
        self._maps: dict[int, Pixels] = {}
        self._cache: dict[tuple[str, int, int, float], QPixmap] = {}
        self._at = 0
        self._hover = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("ownArrows", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Strongest patches")

    def set_patches(self, patches: Sequence[Patch]) -> None:
        """Other patches; maps of those that stay are kept."""
        kept = {patch.key for patch in patches}
        self._maps = {key: found for key, found in self._maps.items() if key in kept}
        self.patches = tuple(patches)
        self._cache.clear()
        self._at = min(self._at, max(0, len(self.patches) - 1))
        self._describe()
        self._fit()
        self.update()

    def clear_maps(self) -> None:
        self._maps.clear()
        self._cache.clear()
        self.update()

    def set_map(self, key: int, picture01: npt.NDArray[np.float32]) -> None:
        """The pixels that excite the unit, around middle grey, as large as the picture."""
        self._maps[key] = np.rint(picture01 * 255).astype(np.uint8)
        self._cache = {k: v for k, v in self._cache.items() if k[:2] != ("map", key)}
        self.update()

    def has_map(self, key: int) -> bool:
        return key in self._maps

    # ---- places

    @property
    def columns(self) -> int:
        return 3 if self.width() >= px(WIDE) else 2

    def _side(self, width: int) -> int:
        columns = 3 if width >= px(WIDE) else 2
        return max(px(24), (width - (columns - 1) * px(10)) // (2 * columns))

    def _pair(self, index: int) -> QRectF:
        side = self._side(self.width())
        row, column = divmod(index, self.columns)
        return QRectF(column * (2 * side + px(10)), row * (side + px(6)), 2 * side, side)

    def heightForWidth(self, width: int) -> int:
        columns = 3 if width >= px(WIDE) else 2
        rows = -(-max(1, len(self.patches)) // columns)
        return rows * (self._side(width) + px(6)) - px(6)

    def sizeHint(self) -> QSize:
        wide = max(self.width(), px(200))
        return QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(120), self.heightForWidth(max(self.width(), px(120))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def restyle(self) -> None:
        self._cache.clear()

    def _fit(self) -> None:
        self._cache.clear()
        self.setFixedHeight(self.heightForWidth(self.width()))

    def _index_at(self, x: float, y: float) -> int:
        for index in range(len(self.patches)):
            if self._pair(index).contains(x, y):
                return index
        return -1

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        for index, patch in enumerate(self.patches):
            self._paint_pair(painter, self._pair(index), patch, index == self._hover)
        if self.shows_focus() and self.patches:
            focus_ring(painter, self._pair(self._at), px(3))

    def _paint_pair(self, painter: QPainter, rect: QRectF, patch: Patch, hovered: bool) -> None:
        side = rect.height()
        left = QRectF(rect.left(), rect.top(), side - 1, side)
        right = QRectF(rect.left() + side + 1, rect.top(), side - 1, side)
        round_pixmap(painter, left, self._pixmap("patch", patch), px(3))
        if patch.key in self._maps:
            round_pixmap(painter, right, self._pixmap("map", patch), px(3))
        else:
            fill_round(painter, right, px(3), color("mat"))
        words = number(patch.value)
        wide = text_width(words, "micro") + px(8)
        chip = QRectF(left.left() + px(3), left.bottom() - px(18), wide, px(15))
        fill_round(painter, chip, px(3), QColor(0, 0, 0, 190))
        painter.setFont(font("micro"))
        painter.setPen(QColor("#FFFFFF"))
        painter.drawText(chip, int(Qt.AlignmentFlag.AlignCenter), words)
        if hovered:
            outline(painter, rect, px(3), color("t1"), 1.5)

    def _pixmap(self, kind: str, patch: Patch) -> QPixmap:
        side = self._side(self.width())
        ratio = self.devicePixelRatioF()
        wanted = (kind, patch.key, side, ratio)
        if wanted not in self._cache:
            ground = color("mat")
            fill = GREY if kind == "map" else (ground.red(), ground.green(), ground.blue())
            whole = self._maps[patch.key] if kind == "map" else patch.picture.pixels
            cut = cut_out(whole, patch.box, fill)
            # Few pixels are shown as what they are; many are a picture.
            smooth = max(cut.shape[:2]) * 4 > side * ratio
            self._cache[wanted] = fitted(to_qimage(cut), side - 1, side, ratio, True, smooth)
        return self._cache[wanted]

    # ---- hands

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._index_at(event.position().x(), event.position().y())
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if self._hover >= 0 else Qt.CursorShape.ArrowCursor
        )
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position().x(), event.position().y())
        if index >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._at = index
            self.chosen.emit(self.patches[index])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -self.columns,
            Qt.Key.Key_Down: self.columns,
        }  # fmt: skip
        key = Qt.Key(event.key())
        if key in moves and self.patches:
            self._at = min(max(self._at + moves[key], 0), len(self.patches) - 1)
            self._describe()
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.patches:
            self.chosen.emit(self.patches[self._at])
        else:
            super().keyPressEvent(event)

    def _describe(self) -> None:
        self.setAccessibleDescription(in_words(self.patches[self._at]) if self.patches else "")

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self._index_at(event.pos().x(), event.pos().y())
            words = in_words(self.patches[index]) if index >= 0 else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)


def in_words(patch: Patch) -> str:
    label = f", {patch.label}" if patch.label else ""
    y, x = patch.place
    where = f" at row {y}, column {x}" if patch.box is not None else ""
    return f"{number(patch.value)}{where} of {patch.picture.name}{label}. Click to look at it."


def cut_out(
    pixels: Pixels, box: tuple[int, int, int, int] | None, fill: tuple[int, int, int]
) -> Pixels:
    """The box of a picture; what reaches over its edge is filled."""
    if box is None:
        return pixels
    x0, y0, x1, y1 = box
    height, width = pixels.shape[:2]
    cut = np.empty((y1 - y0, x1 - x0, 3), np.uint8)
    cut[:] = fill
    top, left, bottom, right = max(0, y0), max(0, x0), min(height, y1), min(width, x1)
    if bottom > top and right > left:
        cut[top - y0 : bottom - y0, left - x0 : right - x0] = pixels[top:bottom, left:right]
    return cut
