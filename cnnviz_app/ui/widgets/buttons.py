"""Buttons in four kinds: primary, normal, ghost and icon."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from cnnviz_app.ui.theme import color, px, theme

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

Kind = Literal["primary", "normal", "ghost", "icon"]
_HEIGHT = {"primary": 32, "normal": 30, "ghost": 30, "icon": 28}
_PADDING = {"primary": 14, "normal": 14, "ghost": 10, "icon": 0}
_GAP = 5  # the glyph brings two pixels of its own: seven to look at


class Button(QPushButton):
    """A button with an optional icon; `tip` should name it and its key when it has no words."""

    def __init__(
        self,
        words: str = "",
        kind: Kind = "normal",
        icon: str = "",
        *,
        tip: str = "",
        checkable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(words, parent)
        self._kind: Kind = kind
        self._icon = icon
        self._icon_token = ""
        self._icon_size = 16
        self._attention = Attention(self)
        self._min_width = 0
        self.setCheckable(checkable)
        self.setAutoDefault(False)
        if tip:
            self.setToolTip(tip)
        self.setAccessibleName(words or tip)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        follow_theme(self._restyle)

    # ---- setters

    @property
    def kind(self) -> Kind:
        return self._kind

    def set_kind(self, kind: Kind) -> None:
        self._kind = kind
        self._restyle()

    def set_icon(self, name: str, token: str = "") -> None:
        """Another icon; `token` overrides its colour (e.g. "sel" or "err")."""
        self._icon, self._icon_token = name, token
        self._restyle()

    def set_min_width(self, design_px: int) -> None:
        """Keep one width while the words change."""
        self._min_width = design_px
        self._restyle()

    def _restyle(self) -> None:
        self.setFixedHeight(px(_HEIGHT[self._kind]))
        self.updateGeometry()
        self.update()

    # ---- geometry

    def sizeHint(self) -> QSize:
        height = px(_HEIGHT[self._kind])
        if self._kind == "icon" and not self.text():
            return QSize(height, height)
        width = 2 * px(_PADDING[self._kind] or 8)
        if self.text():
            width += text_width(self.text(), "medium", 600)
        if self._icon:
            width += px(14) + (px(_GAP) if self.text() else 0)
        return QSize(max(width, px(self._min_width)), height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    # ---- painting

    def _ground(self) -> str:
        down = self.isDown() or self.isChecked()
        lit = self._attention.hovered and self.isEnabled()
        if self._kind == "primary" and self.isEnabled():
            return "accent_hover" if lit else "accent"
        if self._kind in ("primary", "normal"):
            return "bg4" if lit or down else "bg3"
        if down:
            return "bg4"
        return "bg3" if lit else ""

    def _ink(self) -> str:
        if not self.isEnabled():
            return "t3"
        if self._kind == "primary":
            return "on_accent"
        if self._kind == "normal" or self._attention.hovered or self.isChecked():
            return "t1"
        return "t2"

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        rect = QRectF(self.rect())
        radius = px(6)
        ground = self._ground()
        if ground:
            fill_round(painter, rect, radius, color(ground))
            if self._kind == "normal" and not theme().is_dark:
                outline(painter, rect, radius, color("edge"))
        self._paint_content(painter, rect)
        if self._attention.focused:
            focus_ring(painter, rect, radius, "t1" if self._kind == "primary" else "accent")

    def _paint_content(self, painter: QPainter, rect: QRectF) -> None:
        ink = self._ink()
        icon_ink = "t2" if self._kind == "normal" and ink == "t1" else ink
        if self._icon_token and self.isEnabled():
            icon_ink = self._icon_token
        if self._kind == "icon" and not self.text():
            icon_at(painter, self._icon, rect.center(), self._icon_size, icon_ink)
            return
        words = self.text()
        weight = 600 if self._kind == "primary" else 500
        wide = text_width(words, "medium", weight)
        side = px(14) if self._icon else 0
        gap = px(_GAP) if self._icon and words else 0
        left = (rect.width() - wide - side - gap) / 2
        if self._icon:
            icon_at(painter, self._icon, QPointF(left + side / 2, rect.center().y()), 14, icon_ink)
        box = QRectF(left + side + gap, 0, wide + 2, rect.height())
        text(painter, box, words, "medium", ink, weight=weight, elide=Qt.TextElideMode.ElideNone)



class IconButton(Button):
    """An icon alone; its name (and key) is the tool tip and the accessible name."""

    def __init__(
        self,
        icon: str,
        tip: str,
        *,
        checkable: bool = False,
        small: bool = False,
        size: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        self._small = small
        super().__init__("", "icon", icon, tip=tip, checkable=checkable, parent=parent)
        self._icon_size = size or (15 if small else 16)

    def _restyle(self) -> None:
        super()._restyle()
        if self._small:
            self.setFixedSize(px(24), px(24))

    def sizeHint(self) -> QSize:
        side = px(24 if self._small else 28)
        return QSize(side, side)
