"""The frame of the gallery's panels, and how a state is put on a control."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QFocusEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLayout,
    QVBoxLayout,
    QWidget,
)

from cnnviz_app.ui.theme import px

from .dock_title import DockTitle


def hover(widget: QWidget) -> QWidget:
    """As if the pointer were on it."""
    QApplication.sendEvent(widget, QEnterEvent(QPointF(), QPointF(), QPointF()))
    return widget


def focus(widget: QWidget) -> QWidget:
    """As if Tab had put the focus there."""
    reason = Qt.FocusReason.TabFocusReason
    QApplication.sendEvent(widget, QFocusEvent(QEvent.Type.FocusIn, reason))
    return widget


def row(*widgets: QWidget, gap: int = 8) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(px(gap))
    for widget in widgets:
        line.addWidget(widget)
    line.addStretch(1)
    return line


def island(title: str, content: QLayout, note: str = "", icon: str = "") -> QWidget:
    """A panel as a dock shows it."""
    panel = QWidget()
    panel.setObjectName("island")
    panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(panel)
    column.setContentsMargins(0, 0, 0, px(12))
    column.setSpacing(0)
    bar = DockTitle(title, note)
    if icon:
        bar.add_icon(icon, title)
    column.addWidget(bar)
    content.setContentsMargins(px(14), px(4), px(14), 0)
    column.addLayout(content, 1)
    return panel


