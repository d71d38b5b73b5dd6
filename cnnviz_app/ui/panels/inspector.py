"""Everything about the selected unit, in sections that fill themselves while one looks."""

from __future__ import annotations

import logging

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels._section_frame import SectionFrame
from cnnviz_app.ui.panels._section_pace import Pace
from cnnviz_app.ui.section import SectionSpec, discover
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.buttons import IconButton
from cnnviz_app.ui.widgets.chip import Chip
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.labels import Label

log = logging.getLogger(__name__)
# A section this share of the visible height away is nearly there, and may begin.
NEAR = 0.5


@panel("inspector", "Inspector", "target", short="Unit")
class InspectorPanel(Panel):
    """Everything about the selected unit. Sections fold by their headings; only what is unfolded
    and in view is computed, the most important first, and anew when the selection moves."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._build_head()
        self._frames = [frame for spec in discover() if (frame := self._framed(spec)) is not None]
        self._area = self._build_column()
        page = QWidget()
        self._page = QVBoxLayout(page)
        self._page.addLayout(self._head)
        self._page.addWidget(self._area, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(
            EmptyState("target", "No unit selected", "Open a network, then click a unit.")
        )
        self._pages.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)
        self._pace = Pace(self._frames, self._in_view, self)
        self._area.verticalScrollBar().valueChanged.connect(lambda _: self._pace.review())
        for frame in self._frames:
            frame.resized.connect(self._pace.review)
            frame.folded.connect(lambda folded, id=frame.spec.id: self._on_folded(id, folded))
        state = desk.state
        for signal in (state.model_changed, state.layer_changed, state.unit_changed):
            signal.connect(self._on_moved)
        desk.annotations.changed.connect(self._refresh_head)
        theme().changed.connect(self._restyle)
        self._restyle()
        self._refresh_head()

    def _build_head(self) -> None:
        state = self.desk.state
        self._chip = Chip("unit", "unit")
        self._label = Chip("", "unit", "edit", clickable=True, tip="The label of this unit")
        self._label.clicked.connect(lambda: self.reveal("label"))
        self._name_it = IconButton("edit", "Label this unit", small=True)
        self._name_it.clicked.connect(lambda: self.reveal("label"))
        self._address = Label("", "caption", "t3", elide=True)
        left = IconButton("left", "Previous unit  (←)", small=True)
        left.clicked.connect(lambda: state.walk_units(-1))
        right = IconButton("right", "Next unit  (→)", small=True)
        right.clicked.connect(lambda: state.walk_units(1))
        self._head = QHBoxLayout()
        self._head.addWidget(self._chip)
        self._head.addWidget(self._label)
        self._head.addWidget(self._name_it)
        self._head.addWidget(self._address, 100)
        self._head.addStretch(1)  # where the address has no room
        self._head.addWidget(left)
        self._head.addWidget(right)
        self._head_parts = (self._chip, self._label, self._name_it, left, right)

    def _framed(self, spec: SectionSpec) -> SectionFrame | None:
        """The section in its frame, or None when it cannot even be built."""
        try:
            section = spec.build(self.desk)
        except Exception:
            log.exception("the Inspector's section %s could not be built", spec.id)
            return None
        unfolded = not self.desk.settings.folded("inspector", spec.id, not spec.unfolded)
        return SectionFrame(spec, section, unfolded)

    def _build_column(self) -> QScrollArea:
        inner = QWidget()
        inner.setObjectName("scrolled")
        self._column = QVBoxLayout(inner)
        for frame in self._frames:
            self._column.addWidget(frame)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        return area

    def copy_pixels(self) -> npt.NDArray[np.uint8] | None:
        return None

    def reveal(self, section: str) -> None:
        """Unfold a section and bring it into view."""
        for frame in self._frames:
            if frame.spec.id == section:
                frame.set_unfolded(True)
                self._area.ensureWidgetVisible(frame, 0, px(24))

    # ---- following the selection

    def _on_moved(self, *_: object) -> None:
        self._pace.moved()
        self._refresh_head()

    def _refresh_head(self) -> None:
        state = self.desk.state
        self._pages.setCurrentIndex(0 if state.model is None else 1)
        if state.model is None:
            return
        self._chip.set_text(f"unit {state.unit}")
        self._address.setText(f"{state.layer} · {state.unit + 1} of {state.units}")
        found = self.desk.annotations.of(state.layer, state.unit)
        self._label.set_text(found.label or found.category if found is not None else "")
        self._label.setVisible(found is not None)
        self._name_it.setVisible(found is None)
        self._fit_head()
        labels = state.model.labels
        is_class = state.layer == state.model.layers[-1] and state.unit < len(labels)
        self.note_changed.emit(labels[state.unit] if is_class else "")

    def _on_folded(self, section: str, folded: bool) -> None:
        self.desk.settings.set_folded("inspector", section, folded)

    def _in_view(self, frame: SectionFrame) -> bool:
        """On screen or nearly; one that has nothing to say must be asked about this unit too."""
        if not frame.says_something:
            return True
        viewport = self._area.viewport()
        top = frame.mapTo(viewport, QPoint(0, 0)).y()
        near = round(viewport.height() * NEAR)
        return top < viewport.height() + near and top + frame.height() > -near

    # ---- sizes

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._pace.set_active(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._pace.set_active(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._pace.review()
        self._fit_head()

    def _fit_head(self) -> None:
        """The unit's number is never cut; the address, which stands at the top of the window too,
        shows where all of it fits."""
        self._chip.setMinimumWidth(self._chip.sizeHint().width())
        others = [w for w in self._head_parts if not w.isHidden()]
        taken = sum(w.sizeHint().width() + px(8) for w in others) + 2 * px(12)
        words = self._address.fontMetrics().horizontalAdvance(self._address.text())
        self._address.setVisible(words <= self.width() - taken)

    def _restyle(self) -> None:
        self._page.setContentsMargins(0, 0, 0, 0)
        self._page.setSpacing(px(4))
        self._head.setContentsMargins(px(12), px(2), px(12), 0)
        self._head.setSpacing(px(8))
        self._column.setContentsMargins(px(12), px(2), px(12), px(12))
        self._column.setSpacing(px(10))
