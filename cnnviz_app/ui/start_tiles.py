"""The parts of the start page: a tile with a picture, and a line of the list of networks."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QWidget

from cnnviz_app import paths
from cnnviz_app.ui.theme import color, font, px, theme
from cnnviz_app.ui.widgets.base import (
    PaintedWidget,
    fill_round,
    fitted,
    focus_ring,
    icon_at,
    outline,
    painter_for,
    text,
    text_width,
)

_PRESSES = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
FOOT = 86  # the words below a tile's picture, in design pixels


@dataclass(frozen=True)
class Place:
    """One place to start from.

    Attributes:
        picture: file in resources/start.
        mat: the colour behind it where it is transparent; a token.
    """

    id: str
    title: str
    sentence: str
    picture: str
    mat: str = "mat"


class Pressable(PaintedWidget):
    """Something painted that acts like a button: pointer, Enter and the space bar."""

    clicked = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hovered = False
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.hovered = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered = False
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.clicked.emit()

    def event(self, event: QEvent) -> bool:
        # Space runs a technique elsewhere: here it presses what has the focus.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _PRESSES
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _PRESSES:
            self.clicked.emit()
        else:
            super().keyPressEvent(event)


class StartTile(Pressable):
    """A picture the program made, what it is, and the key that opens it."""

    def __init__(self, place: Place, number: int, parent: QWidget | None = None) -> None:
        super().__init__(f"{number}: {place.title}. {place.sentence}", parent)
        self.place = place
        self._number = number
        file = paths.resource("start", place.picture)
        self._image = QImage(str(file))
        self._pixmap: QPixmap | None = None
        self._drawn_for: tuple[int, int, float] | None = None

    def restyle(self) -> None:
        self._drawn_for = None

    def height_for(self, width: int) -> int:
        return width // 2 + px(FOOT)

    def sizeHint(self) -> QSize:
        return QSize(px(420), px(210 + FOOT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        rect = QRectF(self.rect())
        radius = px(8)
        fill_round(painter, rect, radius, color("bg3" if self.hovered else "bg2"))
        top = QRectF(0, 0, rect.width(), rect.width() // 2)
        self._paint_picture(painter, top, radius)
        pad = px(14)
        cap = text_width(str(self._number), "caption") + 2 * px(8)
        line = QRectF(pad, top.bottom() + px(10), rect.width() - 2 * pad - cap - px(8), px(22))
        text(painter, line, self.place.title, "title")
        key = QRectF(rect.width() - pad - cap, line.center().y() - px(10), cap, px(20))
        fill_round(painter, key, px(5), color("bg4" if self.hovered else "bg3"))
        text(painter, key, str(self._number), "caption", "t2", Qt.AlignmentFlag.AlignHCenter)
        painter.setFont(font("body"))
        painter.setPen(color("t2"))
        words = QRectF(pad, line.bottom() + px(6), rect.width() - 2 * pad, px(40))
        painter.drawText(words, int(Qt.TextFlag.TextWordWrap), self.place.sentence)
        if not theme().is_dark:
            outline(painter, rect, radius, color("line"))
        if self.shows_focus():
            focus_ring(painter, rect, radius)

    def _paint_picture(self, painter: QPainter, top: QRectF, radius: float) -> None:
        ratio = self.devicePixelRatioF()
        wanted = (int(top.width()), int(top.height()), ratio)
        if self._drawn_for != wanted and not self._image.isNull():
            self._pixmap = fitted(self._image, wanted[0], wanted[1], ratio)
            self._drawn_for = wanted
        path = QPainterPath()
        path.addRoundedRect(top.adjusted(0, 0, 0, radius), radius, radius)
        painter.save()
        painter.setClipRect(top)
        painter.fillPath(path, color(self.place.mat))
        painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
        if self._pixmap is not None:
            painter.drawPixmap(top.topLeft(), self._pixmap)
        painter.restore()


class NetworkLine(Pressable):
    """A network that can be opened: whether it is here, what it does, how many classes."""

    def __init__(
        self, name: str, title: str, summary: str, detail: str, icon: str,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(f"Open {title}", parent)
        self.network, self._title, self._summary = name, title, summary
        self._detail, self._icon = detail, icon
        self.setToolTip(summary)
        self.restyle()

    def restyle(self) -> None:
        self.setFixedHeight(px(44))

    def sizeHint(self) -> QSize:
        return QSize(px(240), px(44))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        rect = QRectF(self.rect())
        if self.hovered:
            fill_round(painter, rect, px(6), color("bg3"))
        token = "ok" if self._icon == "ok" else "t3"
        icon_at(painter, self._icon, QPointF(px(16), rect.center().y()), 15, token)
        wide = text_width(self._detail, "caption")
        right = QRectF(rect.width() - wide - px(8), px(3), wide + 2, px(20))
        text(painter, right, self._detail, "caption", "t2")
        room = right.left() - px(34) - px(8)
        text(painter, QRectF(px(34), px(3), room, px(20)), self._title, "strong")
        below = QRectF(px(34), px(22), rect.width() - px(34) - px(4), px(18))
        text(painter, below, self._summary, "caption", "t2")
        if self.shows_focus():
            focus_ring(painter, rect, px(6))


class Board(QWidget):
    """Heading, tiles in two or three columns, and the list beside or below them."""

    def __init__(self, heading: QWidget, tiles: list[StartTile], side: QWidget) -> None:
        super().__init__()
        self._heading, self._tiles, self._side = heading, tiles, side
        for widget in (heading, *tiles, side):
            widget.setParent(self)

    def lay_out(self, width: int, height: int) -> None:
        """Places for everything in a window of this size; taller than it when need be."""
        wide = width >= px(1280)
        gap, edge = px(16), px(48 if wide else 20)
        room = min(width - 2 * edge, px(1660))
        left = (width - room) // 2
        side_width = px(340) if wide else room
        columns = 3 if room >= px(1000) else 2
        tiles_width = room - side_width - 3 * gap if wide else room
        tile = (tiles_width - (columns - 1) * gap) // columns
        rows = -(-len(self._tiles) // columns)
        head = self._heading.sizeHint().height()
        tall = self._tiles[0].height_for(tile)
        total = head + px(16) + rows * tall + (rows - 1) * gap
        top = max(px(20), (height - total) // 2 - px(12)) if wide else px(16)
        self._heading.setGeometry(left, top, room, head)
        start = top + head + px(16)
        for i, widget in enumerate(self._tiles):
            row, column = divmod(i, columns)
            widget.setGeometry(
                left + column * (tile + gap), start + row * (tall + gap), tile, tall
            )
        bottom = start + rows * (tall + gap) - gap
        needed = self._side.sizeHint().height()
        if wide:
            self._side.setGeometry(left + room - side_width, start, side_width, needed)
            bottom = max(bottom, start + needed)
        else:
            self._side.setGeometry(left, bottom + 2 * gap, room, needed)
            bottom += 2 * gap + needed
        self.setFixedSize(width, max(height, bottom + px(20)))
