"""A group of rows under a heading that folds."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from cnnviz_app.ui.theme import px

from .base import focus_ring, follow_theme, icon_at, painter_for, text


class _Heading(QAbstractButton):
    def __init__(self, title: str) -> None:
        super().__init__()
        self.setText(title)
        self.setAccessibleName(title)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow_theme(self._restyle)

    def _restyle(self) -> None:
        self.setFixedHeight(px(22))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(120), px(22))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        caret = "down" if self.isChecked() else "right"
        icon_at(painter, caret, QPointF(px(6), self.height() / 2), 11, "t3")
        rect = QRectF(px(14), 0, self.width() - px(14), self.height())
        text(painter, rect, self.text(), "section", "t2", Qt.AlignmentFlag.AlignLeft)
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), px(5))


class Fold(QWidget):
    """Signals:
    toggled: open or not.
    """

    toggled = Signal(bool)

    def __init__(self, title: str, open: bool = True) -> None:
        super().__init__()
        self._heading = _Heading(title)
        self._heading.setChecked(open)
        if not title:
            self._heading.hide()
        self._body = QWidget()
        self._rows = QVBoxLayout(self._body)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._heading)
        column.addWidget(self._body)
        self._body.setVisible(open)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._heading.toggled.connect(self._on_toggled)

    def add(self, row: QWidget) -> None:
        self._rows.addWidget(row)

    @property
    def is_open(self) -> bool:
        return self._heading.isChecked()

    def set_open(self, open: bool) -> None:
        self._heading.setChecked(open)

    def _on_toggled(self, open: bool) -> None:
        self._body.setVisible(open)
        self.toggled.emit(open)
