"""Menus with round corners, and trees, tables and lists that look like the rest."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QListView,
    QMenu,
    QTableView,
    QTreeView,
    QWidget,
)

from cnnviz_app.ui.theme import px

from .base import follow_theme


class Menu(QMenu):
    """A menu whose corners are really round; the style sheet knows it by this name."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setWindowFlags(
            self.windowFlags()
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.NoDropShadowWindowHint
        )


class _RowHeights(QObject):
    """Keeps the rows and icons of one view in step with the text scale."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        follow_theme(self.fit)

    def fit(self) -> None:
        view = self._view
        if isinstance(view, QTableView):
            view.verticalHeader().setDefaultSectionSize(px(28))
        elif isinstance(view, QTreeView):
            view.setIndentation(px(16))
        view.setIconSize(QSize(px(16), px(16)))


def dress(view: QTreeView | QTableView | QListView) -> None:
    """No frame, whole rows, left headers, smooth scrolling, rows of 28 px."""
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    if isinstance(view, QTreeView):
        view.setUniformRowHeights(True)
        view.header().setDefaultAlignment(left)
        view.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        view.header().setStretchLastSection(True)
    elif isinstance(view, QTableView):
        view.setShowGrid(False)
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.horizontalHeader().setDefaultAlignment(left)
        view.horizontalHeader().setStretchLastSection(True)
        view.horizontalHeader().setHighlightSections(False)
    view.ensurePolished()
    _RowHeights(view)
