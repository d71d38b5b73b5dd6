"""What the Inspector puts around a section: a heading that folds it, and a note beside it."""

from __future__ import annotations

import logging

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from cnnviz_app.ui.section import Section, SectionSpec
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import (
    focus_ring,
    follow_theme,
    icon_at,
    painter_for,
    text,
    text_width,
)

log = logging.getLogger(__name__)
HEIGHT = 24


class _Heading(QAbstractButton):
    """Caret and title at the left, the section's own note at the right."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._note = ""
        self.setText(title)
        self.setAccessibleName(title)
        self.setToolTip("Fold or unfold")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow_theme(self._restyle)

    def set_note(self, words: str) -> None:
        self._note = words
        self.setAccessibleDescription(words)
        self.update()

    def _restyle(self) -> None:
        self.setFixedHeight(px(HEIGHT))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(14) + text_width(self.text(), "section"), px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(80), px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_for(self)
        caret = "down" if self.isChecked() else "right"
        icon_at(painter, caret, QPointF(px(5), self.height() / 2), 11, "t3")
        ink = "t1" if self.underMouse() else "t2"
        left = px(15)
        title = min(text_width(self.text(), "section") + 2, self.width() - left)
        text(painter, QRectF(left, 0, title, self.height()), self.text(), "section", ink)
        room = self.width() - left - title - px(10)
        if self._note and room > px(30):
            note = QRectF(self.width() - room, 0, room, self.height())
            text(painter, note, self._note, "caption", "t3", Qt.AlignmentFlag.AlignRight)
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), px(5))


class SectionFrame(QWidget):
    """One section with its heading; a section without a title cannot be folded.

    Signals:
        folded: the person folded (True) or unfolded it.
        resized: it has appeared or gone, so that others may have come into view.
    """

    folded = Signal(bool)
    resized = Signal()

    def __init__(self, spec: SectionSpec, section: Section, unfolded: bool) -> None:
        super().__init__()
        self.spec = spec
        self.section = section
        self.broken = False
        self._says_something = True
        self._heading = _Heading(spec.title)
        if not spec.title:
            self._heading.hide()
        self._heading.setChecked(unfolded or not spec.title)
        self._heading.toggled.connect(self._on_toggled)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        self._column.addWidget(self._heading)
        self._column.addWidget(section)
        section.setVisible(self._heading.isChecked())
        # The column scrolls: nothing in it has to be squeezed.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        section.note_changed.connect(self._heading.set_note)
        section.shown_changed.connect(self._on_shown)
        follow_theme(self._restyle)

    def minimumSizeHint(self) -> QSize:
        # One section that wants more room than there is must not push all others out of sight.
        return QSize(px(160), super().minimumSizeHint().height())

    @property
    def unfolded(self) -> bool:
        return self._heading.isChecked()

    @property
    def says_something(self) -> bool:
        """It has a place on screen; one without still has to be asked about the next unit."""
        return self._says_something

    def set_unfolded(self, unfolded: bool) -> None:
        self._heading.setChecked(unfolded or not self.spec.title)

    def set_wanted(self, wanted: bool) -> None:
        """Pass it on; a section that breaks is put away and written down, once."""
        if self.broken or wanted == self.section.wanted:
            return
        try:
            self.section.set_wanted(wanted)
        except Exception:
            self.broken = True
            self.hide()
            log.exception("the Inspector's section %s broke", self.spec.id)

    def _on_toggled(self, unfolded: bool) -> None:
        self.section.setVisible(unfolded)
        self.folded.emit(not unfolded)
        self.resized.emit()

    def _on_shown(self, shown: bool) -> None:
        if shown == self._says_something:
            return  # said with every picture; each time the column would be laid out anew
        self._says_something = shown
        self.setVisible(shown and not self.broken)
        self.resized.emit()

    def _restyle(self) -> None:
        self._column.setSpacing(px(4))
