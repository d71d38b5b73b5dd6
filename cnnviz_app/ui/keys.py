"""Keys that walk the selection everywhere, except where the focused widget needs them itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
_TEXT = (QLineEdit, QPlainTextEdit, QTextEdit)
_OWN_ARROWS = (QAbstractSlider, QAbstractItemView, QComboBox, QMenu)


class KeyRules(QObject):
    """Keeps arrows and the space bar for a focused slider, list or button.

    A widget of ours that steers by arrows (and Home and End) sets the property `ownArrows`.
    """

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            focused = QApplication.focusWidget()
            if focused is not None and _keeps(focused, event):
                event.accept()
                return True
        return False


def _keeps(focused: QWidget, event: QKeyEvent) -> bool:
    plain = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
    if event.modifiers() & ~plain:
        return False
    if isinstance(focused, _TEXT):
        return bool(event.text()) or event.key() in _ARROWS
    if event.key() in (*_ARROWS, Qt.Key.Key_Home, Qt.Key.Key_End):
        return isinstance(focused, _OWN_ARROWS) or bool(focused.property("ownArrows"))
    if event.key() == Qt.Key.Key_Space:
        return isinstance(focused, QAbstractButton)
    return False


def install(app: QGuiApplication) -> KeyRules:
    rules = KeyRules(app)
    app.installEventFilter(rules)
    return rules
