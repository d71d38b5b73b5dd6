"""What a panel shows when it has nothing to show: what is missing and what to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from cnnviz_app.ui.theme import px

from .base import PaintedWidget, follow_theme, icon_at, painter_for
from .buttons import Button
from .labels import Label


class _Icon(PaintedWidget):
    def __init__(self, name: str, size: int, token: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self._size, self._token = name, size, token
        self.restyle()

    def restyle(self) -> None:
        self.setFixedSize(px(self._size), px(self._size))

    def paintEvent(self, event: QPaintEvent) -> None:
        centre = QPointF(self.width() / 2, self.height() / 2)
        icon_at(painter_for(self), self.name, centre, self._size, self._token)


class EmptyState(QWidget):
    """Icon, title, one sentence, one primary action and perhaps a second one."""

    action = Signal(str)  # key of the button pressed

    def __init__(
        self,
        icon: str,
        title: str,
        sentence: str = "",
        actions: tuple[tuple[str, str], ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        centre = Qt.AlignmentFlag.AlignHCenter
        self._icon = _Icon(icon, 32, "t3", self)
        self._title = Label(title, "strong", "t1", parent=self)
        self._sentence = Label(sentence, "medium", "t2", wrap=True, parent=self)
        for label in (self._title, self._sentence):
            label.setAlignment(centre)
        self._sentence.setVisible(bool(sentence))
        self._column = QVBoxLayout(self)
        self._column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._column.addStretch(2)
        self._column.addWidget(self._icon, 0, centre)
        self._column.addWidget(self._title)
        self._column.addWidget(self._sentence)
        self._buttons = QHBoxLayout()
        self._column.addLayout(self._buttons)
        self._column.addStretch(3)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.set_actions(actions)
        follow_theme(self._restyle)

    def set_content(
        self,
        icon: str,
        title: str,
        sentence: str = "",
        actions: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self._icon.name = icon
        self._icon.update()
        self._title.setText(title)
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        self.set_actions(actions)

    def set_actions(self, actions: tuple[tuple[str, str], ...]) -> None:
        """Pairs (key, words); the first is the primary one."""
        while (item := self._buttons.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self._buttons.addStretch(1)
        for i, (key, words) in enumerate(actions):
            button = Button(words, "primary" if i == 0 else "normal", parent=self)
            button.clicked.connect(self._emitter(key))
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)

    def _emitter(self, key: str) -> Callable[[], None]:
        return lambda: self.action.emit(key)

    def _restyle(self) -> None:
        self._column.setSpacing(px(4))
        self._column.setContentsMargins(px(24), px(12), px(24), px(12))
        self._buttons.setContentsMargins(0, px(12), 0, 0)
        self._buttons.setSpacing(px(8))

    def resizeEvent(self, event: QResizeEvent) -> None:
        # Where it is low the words come first.
        self._icon.setVisible(self.height() >= px(112))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(120), px(60))
