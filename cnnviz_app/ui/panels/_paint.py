"""Small painted things several panels share: the ring of a job, the ground of a list row."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QSizePolicy,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from cnnviz_app.ui.theme import color, px
from cnnviz_app.ui.widgets.base import (
    PaintedWidget,
    fill_round,
    focus_ring,
    painter_for,
)

_BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


def ring(
    painter: QPainter, centre: QPointF, side: float, share: float | None, *, paused: bool = False
) -> None:
    """How far a job is; a share that is not known is a quarter and does not spin."""
    width = max(1.5, px(2) * 0.9)
    box = QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color("line2"), width))
    painter.drawEllipse(box)
    pen = QPen(color("t3" if paused else "accent"), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    shown = 0.25 if share is None else min(max(share, 0.02), 1.0)
    painter.drawArc(box, 90 * 16, -round(360 * 16 * shown))


def row_ground(
    painter: QPainter, option: QStyleOptionViewItem, rect: QRectF, *, current: bool, keys: bool
) -> None:
    """What lies behind a list row: chosen, under the pointer, or steered by keys just now."""
    if current:
        fill_round(painter, rect, px(6), color("bg4"))
    elif option.state & QStyle.StateFlag.State_MouseOver:
        fill_round(painter, rect, px(6), color("bg3"))
    if current and keys:
        focus_ring(painter, rect, px(6))


class KeyFocus(QObject):
    """Tells whether a view is steered by keys: only then its current row wears a ring."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        self._keys = False
        view.installEventFilter(self)
        view.viewport().installEventFilter(self)

    @property
    def shown(self) -> bool:
        return self._keys and self._view.hasFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.gotFocus():
            self._keys = event.reason() in _BY_KEYS
        elif event.type() == QEvent.Type.KeyPress:
            self._keys = True
        elif event.type() == QEvent.Type.MouseButtonPress:
            self._keys = False
        return False


class Bar(PaintedWidget):
    """A progress bar 4 px high; grey while paused."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share: float | None = 0.0
        self._paused = False
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.restyle()

    def restyle(self) -> None:
        self.setFixedHeight(px(4))

    def set_share(self, share: float | None, *, paused: bool = False) -> None:
        self._share, self._paused = share, paused
        self.setAccessibleDescription("" if share is None else f"{share:.0%}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        rect = QRectF(self.rect())
        fill_round(painter, rect, rect.height() / 2, color("bg3"))
        wide = rect.width() * (self._share or 0.0)
        if wide > 0:
            done = QRectF(0, 0, max(wide, rect.height()), rect.height())
            fill_round(painter, done, rect.height() / 2, color("t3" if self._paused else "accent"))


class Ring(PaintedWidget):
    """`ring` as a widget of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share: float | None = None
        self._paused = False
        self.restyle()

    def restyle(self) -> None:
        self.setFixedSize(px(20), px(20))

    def set_share(self, share: float | None, *, paused: bool) -> None:
        self._share, self._paused = share, paused
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        centre = QPointF(self.width() / 2, self.height() / 2)
        ring(painter_for(self), centre, px(12), self._share, paused=self._paused)
