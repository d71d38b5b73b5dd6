"""The run as a strip of frames that can be scrubbed."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnviz_app.ui.theme import color, px

from .base import (
    PaintedWidget,
    Pixels,
    fill_round,
    fitted,
    focus_ring,
    icon_at,
    painter_for,
    text,
    text_width,
    to_qimage,
)
from .filmstrip_window import most_changing_window, nice_steps
from .floating import PictureCard


class Filmstrip(PaintedWidget):
    """Frames without gaps under the names of their bands, and a playhead to drag."""

    scrubbed = Signal(int)  # step of the frame asked for
    live_asked = Signal()  # back to the newest frame

    def __init__(self, frames_height: int = 72, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: list[int] = []
        self._frames: list[Pixels] = []
        self._total = 0
        self._bands: list[tuple[int, str]] = []
        self._branches: list[int] = []
        self._position = 0
        self._hover = -1.0
        self._frames_height = frames_height
        self._window: tuple[int, int, int, int] | None = None
        self._thumbs: dict[tuple[int, int, float], QPixmap] = {}
        self._card: PictureCard | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownArrows", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Frames of the run")
        self.restyle()

    # ---- content

    def set_frames(self, frames: Sequence[tuple[int, Pixels]], total: int | None = None) -> None:
        """(step, picture) pairs in rising order; `total` is the last step the run will have."""
        self._steps = [step for step, _ in frames]
        self._frames = [picture for _, picture in frames]
        self._total = total if total is not None else (self._steps[-1] if self._steps else 0)
        self._window = None
        self._thumbs.clear()
        self.update()

    def add_frame(self, step: int, picture: Pixels) -> None:
        """The newest frame; the playhead follows when it stood at the end."""
        follows = not self._steps or self._position >= self._steps[-1]
        self._steps.append(step)
        self._frames.append(picture)
        self._total = max(self._total, step)
        if follows:
            self._position = step
        self.update()

    def set_total(self, total: int) -> None:
        self._total = total
        self.update()

    def set_bands(self, bands: Sequence[tuple[int, str]]) -> None:
        """(first step, name), e.g. (0, "octave 1   328 × 259")."""
        self._bands = list(bands)
        self.update()

    def set_branches(self, steps: Sequence[int]) -> None:
        self._branches = list(steps)
        self.update()

    def set_position(self, step: int) -> None:
        """Move the playhead without a signal."""
        self._position = step
        self.setAccessibleDescription(f"step {step} of {self._total}")
        self.update()

    @property
    def position(self) -> int:
        return self._position

    def clear(self) -> None:
        self._bands, self._branches, self._position = [], [], 0
        self.set_frames([], 0)

    def step_frames(self, by: int) -> None:
        """One stored frame back or forward ([ and ])."""
        if self._steps:
            at = bisect.bisect_right(self._steps, self._position) - 1
            self._go(self._steps[min(max(at + by, 0), len(self._steps) - 1)])

    def _go(self, step: int) -> None:
        if step != self._position:
            self.set_position(step)
            self.scrubbed.emit(step)

    # ---- geometry

    def restyle(self) -> None:
        self._thumbs.clear()
        self.setFixedHeight(px(18) + self._frames_height + px(20))

    def sizeHint(self) -> QSize:
        return QSize(px(600), self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(18) + self._frames_height + px(20))

    def _strip(self) -> QRectF:
        return QRectF(0, px(18), self.width(), self._frames_height)

    def _x(self, step: float) -> float:
        return self.width() * step / self._total if self._total else 0.0

    def _cells(self) -> int:
        return min(max(round(self.width() / (self._frames_height * 1.3)), 10), 16)

    def _nearest(self, step: float) -> int:
        """Index of the stored frame nearest to a step."""
        at = bisect.bisect_left(self._steps, step)
        if at == 0:
            return 0
        if at == len(self._steps):
            return at - 1
        return at if self._steps[at] - step < step - self._steps[at - 1] else at - 1

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        strip = self._strip()
        if not self._steps:
            fill_round(painter, strip, px(3), color("mat"))
            centre = Qt.AlignmentFlag.AlignHCenter
            text(painter, strip, "Frames appear here while it runs", "caption", "t3", centre)
            return
        painter.fillRect(strip, color("bg3"))
        self._paint_frames(painter, strip)
        self._paint_bands(painter)
        for step in self._branches:
            at = QPointF(self._x(step), strip.top() + px(9))
            fill_round(painter, QRectF(at.x() - px(8), at.y() - px(8), px(16), px(16)), px(4),
                       color("bg0"))  # fmt: skip
            icon_at(painter, "branch", at, 12, "t1")
        if self._total:
            self._paint_numbers(painter)
            self._paint_playhead(painter, strip)
        if self.shows_focus():
            focus_ring(painter, strip, px(3))

    def _paint_frames(self, painter: QPainter, strip: QRectF) -> None:
        if self._window is None and len(self._frames) > 1:
            cell = strip.width() / self._cells()
            aspect = cell / strip.height()
            first, last = self._frames[0], self._frames[-1]
            if first.shape == last.shape:
                self._window = most_changing_window(first, last, aspect)
        cells = self._cells()
        wide = strip.width() / cells
        for k in range(cells):
            middle = (k + 0.5) / cells * self._total
            if k / cells * self._total > self._steps[-1]:
                break
            left = round(k * wide)
            box = QRectF(left, strip.top(), round((k + 1) * wide) - left, strip.height())
            pixmap = self._thumb(self._nearest(middle), round(box.width()))
            end = self._x(self._steps[-1])
            if box.right() > end:
                painter.setClipRect(QRectF(0, 0, end, self.height()))
            painter.drawPixmap(box.topLeft(), pixmap)
            painter.setClipping(False)
            painter.fillRect(QRectF(box.right() - 1, box.top(), 1, box.height()),
                             QColor(0, 0, 0, 150))  # fmt: skip
        after = self._x(self._position)
        if after < strip.right():
            rest = QRectF(after, strip.top(), strip.right() - after, strip.height())
            painter.fillRect(rest, color("bg1", 0.6))

    def _thumb(self, index: int, width: int) -> QPixmap:
        ratio = self.devicePixelRatioF()
        key = (index, width, ratio)
        if key not in self._thumbs:
            picture = self._frames[index]
            if self._window is not None and picture.shape == self._frames[-1].shape:
                x, y, w, h = self._window
                picture = picture[y : y + h, x : x + w]
            self._thumbs[key] = fitted(to_qimage(picture), width, self._frames_height, ratio)
        return self._thumbs[key]

    def _paint_bands(self, painter: QPainter) -> None:
        for k, (start, name) in enumerate(self._bands):
            x = self._x(start)
            end = self._x(self._bands[k + 1][0]) if k + 1 < len(self._bands) else self.width()
            if k:
                painter.fillRect(QRectF(x, 0, 1, px(16)), color("line2"))
            box = QRectF(x + (px(4) if k else 0), 0, end - x - px(8), px(16))
            if box.width() > px(24):
                text(painter, box, name, "micro", "t2")

    def _paint_numbers(self, painter: QPainter) -> None:
        y = self._strip().bottom() + px(3)
        head = self._x(self._position)
        for step in nice_steps(self._total, max(2, min(9, self.width() // px(100)))):
            x = self._x(step)
            words = str(step)
            wide = text_width(words, "micro") + 2
            left = min(max(0.0, x - wide / 2), self.width() - wide)
            if abs(left + wide / 2 - head) > px(30):
                text(painter, QRectF(left, y, wide + 2, px(15)), words, "micro", "t2")

    def _paint_playhead(self, painter: QPainter, strip: QRectF) -> None:
        x = min(max(self._x(self._position), 1.0), self.width() - 1.0)
        line = QRectF(x - 1, strip.top() - px(2), 2, strip.height() + px(4))
        painter.fillRect(line, color("accent"))
        words = str(self._position)
        wide = text_width(words, "micro", 600) + px(12)
        left = min(max(0.0, x - wide / 2), self.width() - wide)
        tab = QRectF(left, strip.bottom() + px(2), wide, px(16))
        fill_round(painter, tab, px(3), color("accent"))
        centre = Qt.AlignmentFlag.AlignHCenter
        text(painter, tab, words, "micro", "on_accent", centre, weight=600)

    # ---- hands

    def _step_at(self, x: float) -> int:
        share = min(max(x / max(1, self.width()), 0.0), 1.0)
        return self._steps[self._nearest(share * self._total)]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._steps and event.button() == Qt.MouseButton.LeftButton:
            self._go(self._step_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._steps:
            return
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(self._step_at(event.position().x()))
        else:
            self._show_card(event.position().x())

    def _show_card(self, x: float) -> None:
        index = self._nearest(x / max(1, self.width()) * self._total)
        picture = to_qimage(self._frames[index])
        wide = px(180)
        tall = max(1, round(wide * picture.height() / picture.width()))
        if self._card is None:
            self._card = PictureCard(self.window())
        pixmap = fitted(picture, wide, tall, self.devicePixelRatioF())
        self._card.set_content(pixmap, f"step {self._steps[index]}")
        at = self.mapTo(self.window(), self._strip().topLeft().toPoint())
        body = self._card.body()
        left = min(max(0, at.x() + int(x) - body.width() // 2),
                   self.window().width() - body.width())  # fmt: skip
        self._card.move(left - self._card.BLUR, at.y() - body.height() - self._card.BLUR - px(8))
        self._card.raise_()
        self._card.show()

    def leaveEvent(self, event: QEvent) -> None:
        if self._card is not None:
            self._card.hide()

    def hideEvent(self, event: QEvent) -> None:
        if self._card is not None:
            self._card.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_BracketLeft):
            self.step_frames(-1)
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_BracketRight):
            self.step_frames(1)
        elif key == Qt.Key.Key_Home and self._steps:
            self._go(self._steps[0])
        elif key == Qt.Key.Key_End and self._steps:
            self._go(self._steps[-1])
            self.live_asked.emit()
        else:
            super().keyPressEvent(event)
