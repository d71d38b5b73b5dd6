"""Everything about the selected unit, at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cnnviz_app.core import colormaps
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels._unit_facts import unit_facts
from cnnviz_app.ui.preview import Preview, Sight
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.base import number
from cnnviz_app.ui.widgets.buttons import Button, IconButton
from cnnviz_app.ui.widgets.chip import Chip
from cnnviz_app.ui.widgets.colour_bar import ColourBar
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.histogram import Histogram
from cnnviz_app.ui.widgets.labels import Label, SectionLabel
from cnnviz_app.ui.widgets.picture_view import PictureView

BINS = 40


@panel("inspector", "Inspector", "target")
class InspectorPanel(Panel):
    """The selected unit: its map on this picture, what it looks for (a picture that starts by
    itself and refines while you look elsewhere), and how it compares with its neighbours."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._preview = Preview(desk.state, desk.engine, self)
        self._build_head()
        self._build_pair()
        self._build_rest()
        inner = QWidget()
        inner.setObjectName("scrolled")
        self._column = QVBoxLayout(inner)
        self._column.addLayout(self._head)
        self._column.addWidget(self._address)
        self._column.addLayout(self._pair)
        self._column.addWidget(self._compare_title)
        self._column.addWidget(self._compare_words)
        self._column.addWidget(self._histogram)
        self._column.addWidget(self._facts_title)
        self._column.addLayout(self._facts)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._pages = QStackedWidget()
        self._pages.addWidget(
            EmptyState("target", "No unit selected", "Open a network, then click a unit.")
        )
        self._pages.addWidget(area)
        outer.addWidget(self._pages)
        state = desk.state
        state.unit_changed.connect(self._refresh)
        state.layer_changed.connect(self._refresh)
        state.looked_changed.connect(self._refresh)
        state.position_changed.connect(self._refresh_words)
        self._preview.changed.connect(self._on_sight)
        self._preview.status_changed.connect(self._on_status)
        theme().changed.connect(self._restyle)
        self._restyle()
        self._refresh()

    def _build_head(self) -> None:
        state = self.desk.state
        self._chip = Chip("unit", "unit")
        left = IconButton("left", "Previous unit  (←)", small=True)
        left.clicked.connect(lambda: state.walk_units(-1))
        right = IconButton("right", "Next unit  (→)", small=True)
        right.clicked.connect(lambda: state.walk_units(1))
        self._head = QHBoxLayout()
        self._head.addWidget(self._chip)
        self._head.addStretch(1)
        self._head.addWidget(left)
        self._head.addWidget(right)
        self._address = Label("", "caption", "t3", elide=True)

    def _build_pair(self) -> None:
        self._map = PictureView(pixels="hard", name="Map of the unit")
        self._map.hovered.connect(lambda x, y: self.desk.state.set_position((y, x)))
        self._map.left.connect(lambda: self.desk.state.set_position(None))
        self._sight = PictureView(pixels="smooth", name="What the unit looks for")
        self._bar = ColourBar()
        self._status = Label("", "caption", "t3", elide=True)
        self._pause = IconButton("pause", "Pause or go on", small=True)
        self._pause.clicked.connect(self._preview.toggle)
        dream = Button("Dream", "ghost", "dream", tip="Make it large in the Dream workspace  (D)")
        dream.clicked.connect(lambda: self.desk.view.asked_dream.emit())
        self._dream = dream
        self._pair = QGridLayout()
        self._map_title, self._sight_title = SectionLabel(), SectionLabel()
        self._pair.addWidget(self._map_title, 0, 0)
        self._pair.addWidget(self._sight_title, 0, 1)
        self._pair.addWidget(self._map, 1, 0)
        self._pair.addWidget(self._sight, 1, 1)
        self._pair.addWidget(self._bar, 2, 0)
        foot = QHBoxLayout()
        foot.addWidget(self._status, 1)
        foot.addWidget(self._pause)
        foot.addWidget(dream)
        self._pair.addLayout(foot, 2, 1)
        for column in (0, 1):
            self._pair.setColumnStretch(column, 1)

    def _build_rest(self) -> None:
        self._compare_title = SectionLabel("Among the units of this layer")
        self._compare_words = Label("", "caption", "t2", wrap=True)
        self._histogram = Histogram()
        self._facts_title = SectionLabel("Facts")
        self._facts = QGridLayout()
        self._fact_labels: list[tuple[Label, Label]] = []
        for row in range(7):
            pair = Label("", "body", "t2"), Label("", "body", "t1", elide=True)
            self._fact_labels.append(pair)
            self._facts.addWidget(pair[0], row, 0)
            self._facts.addWidget(pair[1], row, 1)
        self._facts.setColumnStretch(1, 1)

    def copy_pixels(self) -> npt.NDArray[np.uint8] | None:
        return None

    # ---- following the selection

    def _refresh(self, *_: object) -> None:
        state = self.desk.state
        self._pages.setCurrentIndex(0 if state.model is None else 1)
        if state.model is None:
            return
        self._chip.set_text(f"unit {state.unit}")
        self._address.setText(f"{state.layer} · {state.unit + 1} of {state.units}")
        labels = state.model.labels
        is_class = state.layer == state.model.layers[-1] and state.unit < len(labels)
        self.note_changed.emit(labels[state.unit] if is_class else "")
        for pair, fact in zip(self._fact_labels, unit_facts(state), strict=False):
            pair[0].setText(fact[0])
            pair[1].setText(fact[1])
            pair[0].setVisible(bool(fact[1]))
            pair[1].setVisible(bool(fact[1]))
        looked = state.looked
        if looked is None or state.unit >= len(looked.maps):
            return
        self._show_map(looked.maps[state.unit])
        self._show_histogram(looked.maps.reshape(len(looked.maps), -1).max(axis=1))

    def _show_map(self, values: npt.NDArray[np.float32]) -> None:
        signed = bool((values < 0).any())
        high = float(np.abs(values).max()) or 1.0
        name = "poles" if signed else self.desk.settings.values.sequential_map
        low = -high if signed else 0.0
        self._map.set_picture(colormaps.apply(values, name, low, high, theme().is_dark))
        self._bar.set_scale(name, low, high)

    def _show_histogram(self, strongest: npt.NDArray[np.float32]) -> None:
        unit = self.desk.state.unit
        now = float(strongest[unit])
        low, high = float(strongest.min()), float(strongest.max())
        high = high if high > low else low + 1.0
        counts, _ = np.histogram(strongest, bins=BINS, range=(low, high))
        self._histogram.set_counts(counts, low, high)
        self._histogram.set_now(now, f"this unit {number(now)}")
        below = float((strongest < now).mean()) * 100
        words = f"its maximum is above {below:.0f} % of the {len(strongest)} units"
        self._compare_words.setText(words)

    def _refresh_words(self, *_: object) -> None:
        self._refresh()

    def _on_sight(self, sight: Sight | None) -> None:
        self._sight.set_picture(sight.pixels if sight is not None else None)
        running = sight is not None and sight.progress < 1
        self._sight.set_progress(sight.progress if running and sight is not None else None)
        if sight is not None:
            self._status.setText("" if sight.progress >= 1 else f"{sight.progress * 100:.0f} %")

    def _on_status(self, status: str) -> None:
        model = self.desk.state.model
        if model is not None and not model.trained:
            self._sight.set_placeholder("Random weights look for nothing.")
        else:
            self._sight.set_placeholder("")
        words = {"paused": "paused", "waiting": "waits for other jobs"}
        if status in words:
            self._status.setText(words[status])
        self._pause.set_icon("play" if status == "paused" else "pause")
        self._pause.setVisible(status in ("running", "paused"))

    # ---- sizes

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._preview.set_wanted(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._preview.set_wanted(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        side = max(px(60), (self.width() - px(24) - px(14)) // 2)
        # Where there is no room for the word the moon says it.
        narrow = side < px(150)
        self._map_title.setText("Map" if narrow else "Map on this picture")
        self._sight_title.setText("Looks for" if narrow else "What it looks for")
        self._dream.setText("" if narrow else "Dream")
        self._dream.set_kind("icon" if narrow else "ghost")
        self._map.setFixedHeight(side)
        self._sight.setFixedHeight(side)

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(12), px(2), px(12), px(12))
        self._column.setSpacing(px(6))
        self._pair.setHorizontalSpacing(px(14))
        self._pair.setVerticalSpacing(px(5))
        self._facts.setHorizontalSpacing(px(14))
        self._facts.setVerticalSpacing(px(4))
        self._histogram.setFixedHeight(px(84))
        self._refresh()
