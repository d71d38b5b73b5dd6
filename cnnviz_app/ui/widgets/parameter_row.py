"""One row of a form: changed-dot, label, and whatever edits the value."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from cnnviz_app.ui.theme import color, px

from .base import PaintedWidget, fill_round, focus_ring, follow_theme, painter_for
from .labels import Label
from .toggle import Toggle

_RIGID = (QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum)


class ChangedDot(PaintedWidget):
    """Five pixels of accent: this differs from its default; a click puts it back."""

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._on = False
        self.setToolTip("Changed; click to reset")
        self.restyle()

    def set_on(self, on: bool) -> None:
        self._on = on
        policy = Qt.FocusPolicy.TabFocus if on else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(policy)
        self.setEnabled(on)
        self.setCursor(Qt.CursorShape.PointingHandCursor if on else Qt.CursorShape.ArrowCursor)
        self.update()

    def restyle(self) -> None:
        self.setFixedSize(px(14), px(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._on:
            return
        painter = painter_for(self)
        dot = px(5)
        x, y = (self.width() - dot) / 2, (self.height() - dot) / 2
        fill_round(painter, QRectF(x, y, dot, dot), dot / 2, color("accent"))
        if self.shows_focus():
            focus_ring(painter, QRectF(x - 4, y - 4, dot + 8, dot + 8), px(6))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._on:
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._on and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)


class ParameterRow(QWidget):
    """Changed-dot · label · editor; `reset_asked` when the dot is clicked."""

    reset_asked = Signal()

    def __init__(
        self,
        label: str,
        editor: QWidget,
        *,
        help_text: str = "",
        below: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`below` gives the editor the whole width under its label."""
        super().__init__(parent)
        self.editor = editor
        self._below = below
        self._dot = ChangedDot(self)
        self._dot.setAccessibleName(f"Reset {label}")
        self._label = Label(label, "body", "t2", elide=True, parent=self)
        self._help = Label(help_text, "caption", "t3", wrap=True, parent=self)
        self._help.hide()
        self._label.setToolTip(help_text)
        self._label.setBuddy(editor)
        if not editor.accessibleName():
            editor.setAccessibleName(label)
        editor.setAccessibleDescription(help_text)
        self._row = QHBoxLayout()
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        top = Qt.AlignmentFlag.AlignTop
        self._row.addWidget(self._dot, 0, top)
        self._row.addWidget(self._label, 0, top)
        rigid = editor.sizePolicy().horizontalPolicy() in _RIGID
        if isinstance(editor, Toggle):
            self._row.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._column.setSpacing(0)
        self._column.addLayout(self._row)
        self._under = QVBoxLayout()
        if below:
            self._row.addStretch(1)
            self._under.addWidget(editor)
            self._column.addLayout(self._under)
        else:
            self._row.addWidget(editor, 0 if rigid else 1)
            if rigid and not isinstance(editor, Toggle):
                self._row.addStretch(1)
        self._column.addWidget(self._help)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._dot.clicked.connect(self.reset_asked)
        self.set_changed(False)
        follow_theme(self._restyle)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_label()

    def _fit_label(self) -> None:
        """Where it is narrow the editor needs the room more."""
        wide = 180 if self._below else 104 if self.width() >= px(236) else 86
        self._label.setFixedSize(px(wide), px(28))

    def _restyle(self) -> None:
        self._fit_label()
        self._under.setContentsMargins(px(14), 0, 0, 0)
        self._column.setContentsMargins(0, px(2), 0, px(2))
        self._help.setContentsMargins(px(14), 0, 0, px(4))

    def set_changed(self, changed: bool) -> None:
        self._dot.set_on(changed)
        self._label.set_token("t1" if changed else "t2")

    def show_help(self, on: bool) -> None:
        """The help sentence below the row (F1)."""
        self._help.setVisible(on and bool(self._help.text()))

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), px(196)), hint.height())
