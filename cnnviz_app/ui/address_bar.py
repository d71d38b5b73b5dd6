"""The address of what is selected: model › layer › unit, picture; each part opens a chooser."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.theme import color, px
from cnnviz_app.ui.widgets.base import (
    PaintedWidget,
    fill_round,
    fitted,
    focus_ring,
    icon_at,
    painter_for,
    round_pixmap,
    text,
    text_width,
    to_qimage,
)


@dataclass
class _Part:
    name: str
    words: str
    role: str
    token: str
    rect: QRectF


class AddressBar(PaintedWidget):
    """Signals:
    part_chosen: "model", "layer", "unit" or "picture" was clicked.
    """

    part_chosen = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._state = desk.state
        self._annotations = desk.annotations
        self._compact = False
        self._parts: list[_Part] = []
        self._hover = ""
        self._current = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("ownArrows", True)
        self.setAccessibleName("Address of the selection")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        state = desk.state
        for signal in (state.model_changed, state.layer_changed, state.unit_changed,
                       desk.annotations.changed, desk.pace.calm):  # fmt: skip
            signal.connect(self._on_changed)
        self._pace = desk.pace
        state.picture_changed.connect(self._on_picture)
        self._room = QSize()

    def set_compact(self, compact: bool) -> None:
        if compact != self._compact:
            self._compact = compact
            self._on_changed()

    def sizeHint(self) -> QSize:
        width = sum(self._width(part) for part in self._listed()) + px(24)
        return QSize(min(width, px(760)), px(34))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(120), px(34))

    def _on_changed(self, *_: object) -> None:
        state = self._state
        self.setToolTip("Click a part to choose another one")
        self.setAccessibleDescription(state.address)
        room = self.sizeHint()
        if room != self._room:
            self._room = room
            self.updateGeometry()  # only then: it lays out the whole window
        self.update()

    def _on_picture(self, _: object) -> None:
        if not self._pace.moving:
            self._on_changed()

    def restyle(self) -> None:
        self._room = QSize()

    def _listed(self) -> list[_Part]:
        state = self._state
        if state.model is None:
            return [_Part("model", "Choose a model", "body", "t2", QRectF())]
        parts = []
        if not self._compact:
            parts.append(_Part("model", state.model.title, "body", "t2", QRectF()))
        parts.append(_Part("layer", state.layer, "strong", "t1", QRectF()))
        labelled = self._annotations.of(state.layer, state.unit)
        name = f"unit {state.unit}"
        if labelled is not None and labelled.label and not self._compact:
            name = f"{name} · {labelled.label}"
        parts.append(_Part("unit", name, "strong", "sel_t", QRectF()))
        if state.picture is not None and not self._compact:
            parts.append(_Part("picture", state.picture.name, "body", "t1", QRectF()))
        return parts

    def _width(self, part: _Part) -> int:
        extra = {"unit": px(18), "picture": px(46)}.get(part.name, 0)
        return text_width(part.words, part.role) + extra + px(24)

    def _lay_out(self) -> None:
        parts = self._listed()
        wanted = [self._width(part) for part in parts]
        room = self.width() - px(12)
        # The layer keeps its words longest: people read it aloud.
        for name in ("picture", "model", "unit", "layer"):
            over = sum(wanted) - room
            for i, part in enumerate(parts):
                if over > 0 and part.name == name:
                    cut = min(over, max(0, wanted[i] - px(64)))
                    wanted[i] -= cut
                    over -= cut
        x = (self.width() - sum(wanted)) / 2 if sum(wanted) < room else px(6)
        for part, width in zip(parts, wanted, strict=True):
            part.rect = QRectF(x, 0, width, self.height())
            x += width
        self._parts = parts

    def paintEvent(self, event: QPaintEvent) -> None:
        self._lay_out()
        painter = painter_for(self)
        full = QRectF(self.rect())
        fill_round(painter, full, px(8), color("bg1"))
        for i, part in enumerate(self._parts):
            if part.name == self._hover:
                inner = part.rect.adjusted(px(2), px(3), -px(2), -px(3))
                fill_round(painter, inner, px(6), color("bg3"))
            self._paint_part(painter, part, last=i == len(self._parts) - 1)
        if self.shows_focus():
            focus_ring(painter, full, px(8))

    def _paint_part(self, painter: object, part: _Part, last: bool) -> None:
        from PySide6.QtGui import QPainter

        assert isinstance(painter, QPainter)
        box = part.rect.adjusted(px(10), 0, -px(10), 0)
        if part.name == "unit":
            side = px(9)
            mark = QRectF(box.left(), box.center().y() - side / 2, side, side)
            fill_round(painter, mark, px(2), color("sel"))
            box.setLeft(box.left() + px(16))
        if part.name == "picture" and self._state.picture is not None:
            side = px(22)
            spot = QRectF(box.left() + px(6), box.center().y() - side / 2, side, side)
            ratio = self.devicePixelRatioF()
            image = to_qimage(self._state.picture.pixels)
            round_pixmap(painter, spot, fitted(image, side, side, ratio), px(4))
            box.setLeft(spot.right() + px(8))
        text(painter, box, part.words, part.role, part.token)
        if part.name in ("model", "layer") and not last:
            icon_at(painter, "right", QPointF(part.rect.right(), part.rect.center().y()), 11, "t3")

    def _part_at(self, x: float) -> str:
        return next((p.name for p in self._parts if p.rect.left() <= x < p.rect.right()), "")

    def part_rect(self, name: str) -> QRectF:
        return next((p.rect for p in self._parts if p.name == name), QRectF(self.rect()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hover = self._part_at(event.position().x())
        if hover != self._hover:
            self._hover = hover
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = ""
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        part = self._part_at(event.position().x())
        if part and event.button() == Qt.MouseButton.LeftButton:
            self.part_chosen.emit(part)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        names = [part.name for part in self._parts]
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and names:
            by = 1 if event.key() == Qt.Key.Key_Right else -1
            self._current = (self._current + by) % len(names)
            self._hover = names[self._current]
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Space) and names:
            self.part_chosen.emit(names[self._current % len(names)])
        else:
            super().keyPressEvent(event)
