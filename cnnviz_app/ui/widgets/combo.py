"""A drop-down list painted like the other fields."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QFrame, QListView, QSizePolicy, QWidget

from cnnviz_app.ui.theme import color, font, px, theme

from .base import (
    Attention,
    fill_round,
    focus_ring,
    follow_theme,
    icon_at,
    outline,
    painter_for,
    text,
    text_width,
)


class ComboBox(QComboBox):
    """Choices by key; `chosen(key)` is emitted only when the person chooses."""

    chosen = Signal(str)

    def __init__(
        self,
        choices: Sequence[str] | Sequence[tuple[str, str]] = (),
        current: str | None = None,
        *,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._attention = Attention(self)
        view = QListView(self)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setView(view)
        self.setAccessibleName(name or "Choice")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(16)
        self.set_choices(choices, current)
        self.activated.connect(self._on_activated)
        follow_theme(self._restyle)

    def set_choices(
        self, choices: Sequence[str] | Sequence[tuple[str, str]], current: str | None = None
    ) -> None:
        """Pairs (key, words), or words that are their own keys."""
        blocked = self.blockSignals(True)
        self.clear()
        for choice in choices:
            key, words = (choice, choice) if isinstance(choice, str) else choice
            self.addItem(words, key)
        if current is not None:
            self.set_key(current)
        self.blockSignals(blocked)
        self.update()

    @property
    def key(self) -> str:
        data = self.currentData()
        return data if isinstance(data, str) else ""

    def set_key(self, key: str) -> None:
        self.setCurrentIndex(self.findData(key))

    def _on_activated(self, index: int) -> None:
        self.chosen.emit(self.key)

    def _restyle(self) -> None:
        self.setFont(font("medium"))
        self.view().setFont(font("body"))
        self.setFixedHeight(px(28))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        words = [self.itemText(i) for i in range(min(self.count(), 50))]
        wide = max((text_width(w, "medium") for w in words), default=px(60))
        return QSize(wide + px(10) + px(30), px(28))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(64), px(28))

    def showPopup(self) -> None:
        popup = self.view().window()
        popup.setWindowFlags(
            Qt.WindowType.Popup
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.NoDropShadowWindowHint
        )
        popup.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        widest = max((text_width(self.itemText(i)) for i in range(self.count())), default=0)
        self.view().setMinimumWidth(max(self.width(), widest + px(40)))
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        rect = QRectF(self.rect())
        radius = px(5)
        fill_round(painter, rect, radius, color("bg4" if self._attention.hovered else "bg3"))
        if not theme().is_dark:
            outline(painter, rect, radius, color("edge"))
        ink = "t1" if self.isEnabled() else "t3"
        words = self.currentText() or self.placeholderText()
        ink = ink if self.currentText() else "t3"
        text(painter, QRectF(px(9), 0, rect.width() - px(34), rect.height()), words, "medium", ink)
        icon_at(painter, "down", QPointF(rect.width() - px(13), rect.center().y()), 12, "t2")
        if self._attention.focused:
            focus_ring(painter, rect, radius)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            before = self.key
            super().wheelEvent(event)
            if self.key != before:
                self.chosen.emit(self.key)
        else:
            event.ignore()
